"""The call at hand of a member of staff. It is kept with his drafts, so that no address ever holds the number."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from servicedesk.errors import invalid
from servicedesk.notify import live
from servicedesk.people.models import User
from servicedesk.people.phones import read_phone
from servicedesk.tickets.drafts import draft_of, keep_draft, throw_away

KEY = "call"
RINGS_FOR = timedelta(minutes=3)
LASTS_FOR = timedelta(minutes=30)


@dataclass(frozen=True)
class Call:
    """A call that rings or has been taken: the number as it was sent, in E.164 where it can be read."""

    raw: str
    number: str
    at: datetime
    answered: bool
    answered_at: datetime | None = None


def ring(user: User, given: str, *, now: datetime) -> Call:
    """Lets a call ring at the person's desk and tells his open pages. Refuses with 422 an empty number."""
    raw, number = read_phone(given)
    if not raw:
        raise invalid("number", "phone_missing", _("Give the number that calls."))
    keep_draft(user, KEY, {"raw": raw, "number": number, "at": now.isoformat(), "answered": False}, now=now)
    live.publish([f"user:{user.pk}"], "call", {})
    return Call(raw, number, now, answered=False)


def call_of(user: User, now: datetime) -> Call | None:
    """The call at hand; `None` when it rang out, is long over, or there was none."""
    draft = draft_of(user, KEY)
    if draft is None:
        return None
    call = Call(
        raw=draft.data["raw"],
        number=draft.data["number"],
        at=datetime.fromisoformat(draft.data["at"]),
        answered=draft.data["answered"],
        answered_at=_instant(draft.data.get("answered_at")),
    )
    return call if now - call.at < (LASTS_FOR if call.answered else RINGS_FOR) else None


def answer(user: User, *, now: datetime) -> Call | None:
    """The call, taken; `None` when nothing rings any more."""
    call = call_of(user, now)
    if call is None:
        return None
    taken_at = call.answered_at or now
    data = {
        "raw": call.raw,
        "number": call.number,
        "at": call.at.isoformat(),
        "answered": True,
        "answered_at": taken_at.isoformat(),
    }
    keep_draft(user, KEY, data, now=now)
    return Call(call.raw, call.number, call.at, answered=True, answered_at=taken_at)


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def hang_up(user: User) -> None:
    """Ends the call at hand."""
    throw_away(user, KEY)
