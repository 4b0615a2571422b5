"""What can be exported: the rows of a list as its page shows them, in its order."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from servicedesk.people.models import Role, User
from servicedesk.templatetags.moments import masked_phone
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.selectors import Filters, filtered, in_order, list_order, with_next_due

# From so many digits on a searched text may be somebody's phone number.
PHONE_DIGITS = 7


@dataclass(frozen=True)
class Source:
    """A list: its name in the audit, its title for people, its rows, the path from a row to its ticket, filters."""

    subject: str
    title: str | Promise
    rows: QuerySet[Any]
    path: str
    filters: Mapping[str, Any]

    def count(self) -> int:
        """How many rows there are at this moment."""
        return self.rows.count()


def ticket_source(user: User, filters: Filters, title: str | Promise, now: datetime) -> Source:
    """The rows of the ticket list under these filters; of an agent, the tickets he owns (docs/roles.md)."""
    rows = filtered(user, filters, now)
    if user.role == Role.AGENT:
        rows = rows.filter(owner=user)
    name, falling = list_order(filters.view)
    rows = in_order(with_next_due(rows) if name == "next_due" else rows, name, falling=falling)
    return Source("tickets", title, rows, "", _kept(asdict(filters)))


def figure_source(user: User, found: QuerySet[Any], title: str | Promise, filters: Mapping[str, Any]) -> Source:
    """The rows behind a figure of the dashboard, tickets or clocks; of an agent, those of tickets he owns."""
    path = "" if found.model is Ticket else "ticket__"
    if user.role == Role.AGENT:
        found = found.filter(**{f"{path}owner": user})
    return Source("dashboard", title, found, path, _kept(filters))


def _kept(filters: Mapping[str, Any]) -> dict[str, Any]:
    """The filters that ask for something, as the audit keeps them: a searched phone number only masked."""
    kept = {key: value for key, value in filters.items() if value not in ("", None)}
    text = str(kept.get("text", ""))
    if sum(sign.isdigit() for sign in text) >= PHONE_DIGITS:
        kept["text"] = masked_phone(text)
    return kept
