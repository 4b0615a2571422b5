"""Half-typed forms of members of staff, kept until they are sent or thrown away."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from servicedesk.errors import invalid
from servicedesk.people.models import User
from servicedesk.tickets.models import Draft

# Nobody comes back to a form after this long; what it holds about a customer must not stay for ever.
KEPT_FOR = timedelta(days=14)
MOST_SIGNS = 20_000


def keep_draft(user: User, key: str, data: Mapping[str, Any], *, now: datetime) -> Draft:
    """The kept draft of that form; drafts nobody came back to, whoever typed them, are thrown away.

    Refuses with 422 a form without a name and one that is too long to be typed.
    """
    if not 0 < len(key) <= 60:
        raise invalid("draft_key", "draft_key_unknown", _("The form has no name."))
    if sum(len(str(value)) for value in data.values()) > MOST_SIGNS:
        raise invalid("draft_key", "draft_too_long", _("The form is too long to be kept."))
    Draft.objects.filter(saved_at__lt=now - KEPT_FOR).delete()
    draft, _made = Draft.objects.update_or_create(user=user, key=key, defaults={"data": dict(data), "saved_at": now})
    return draft


def draft_of(user: User, key: str) -> Draft | None:
    """The kept draft of a form, if there is one."""
    return Draft.objects.filter(user=user, key=key).first()


def throw_away(user: User, key: str) -> bool:
    """Removes the draft; whether there was one."""
    return bool(Draft.objects.filter(user=user, key=key).delete()[0])


def drafts_of(user: User, beginning: str) -> QuerySet[Draft]:
    """The person's drafts whose key begins so, newest first."""
    return Draft.objects.filter(user=user, key__startswith=beginning).order_by("-saved_at")
