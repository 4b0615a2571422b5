"""The only way from an id to a checklist template, a draft or an item of one. They belong to no outlet."""

from django.http import Http404

from servicedesk.people.models import Role, User
from visits.models import ChecklistItem, ChecklistTemplate, ChecklistVersion

READERS = frozenset({Role.SUPERVISOR, Role.MANAGER, Role.AUDITOR, Role.ADMIN})
EDITORS = frozenset({Role.MANAGER, Role.ADMIN})


def template_or_404(user: User, template_id: int) -> ChecklistTemplate:
    """The template, if `user` may read checklists. Raises Http404."""
    found = ChecklistTemplate.objects.filter(pk=template_id).first()
    if found is None or user.role not in READERS:
        raise Http404
    return found


def version_or_404(user: User, version_id: int) -> ChecklistVersion:
    """A version with its template, if `user` may read checklists. Raises Http404."""
    found = ChecklistVersion.objects.select_related("template", "published_by").filter(pk=version_id).first()
    if found is None or user.role not in READERS:
        raise Http404
    return found


def item_or_404(user: User, version_id: int, item_id: int) -> ChecklistItem:
    """An item of a version with its template, if `user` may read checklists. Raises Http404."""
    found = ChecklistItem.objects.select_related("version__template").filter(version=version_id, pk=item_id).first()
    if found is None or user.role not in READERS:
        raise Http404
    return found
