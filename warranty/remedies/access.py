"""The door from an id to an exchange or refund."""

from django.http import Http404

from servicedesk.people.models import User
from warranty.models import RemedyCase
from warranty.remedies.selectors import remedies_for


def remedy_or_404(user: User, remedy_id: int) -> RemedyCase:
    """The exchange or refund, if `user` may know of its ticket. Raises Http404."""
    rows = remedies_for(user).select_related("ticket", "appliance", "new_appliance", "override")
    remedy = rows.filter(pk=remedy_id).first()
    if remedy is None:
        raise Http404
    return remedy
