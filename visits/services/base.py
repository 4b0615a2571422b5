"""What every action of a visit shares: fetch and lock within the actor's scope, refuse, write the step."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from servicedesk.errors import OUT_OF_SCOPE, ActionError, invalid
from servicedesk.people.models import Role, User
from servicedesk.tickets.locking import lock_ticket
from servicedesk.tickets.story import tell
from servicedesk.tickets.transitions import require
from visits.models import Visit, VisitEvent

LONGEST_REASON = 300
# What the story says of a step told by a phone: when it was received and what is odd about it.
TOLD_OF_TIME = ("received_at", "marks")


@dataclass(frozen=True)
class DeviceTime:
    """A device's own time of a step and what is known about it (skew, marks), kept in the data of the step."""

    at: datetime
    facts: Mapping[str, Any] = field(default_factory=dict)


DeviceClock = datetime | DeviceTime | None


def device_moment(told: DeviceClock) -> datetime | None:
    """The device's own time, None where it told none."""
    return told.at if isinstance(told, DeviceTime) else told


def _device_facts(told: DeviceClock) -> dict[str, Any]:
    return dict(told.facts) if isinstance(told, DeviceTime) else {}


@dataclass(frozen=True)
class Hand:
    """Who acts and when: the server's instant, the device's own, and why somebody else than the technician does."""

    actor: User | None
    now: datetime
    device_at: DeviceClock = None
    on_behalf: str = ""


def not_found() -> ActionError:
    """The refusal for a visit that does not exist for the actor."""
    return ActionError("visit_not_found", _("There is no such visit."), status=OUT_OF_SCOPE)


def lock_visit(visit_id: int, action: str, hand: Hand) -> Visit:
    """The visit with its ticket, both locked until the transaction ends.

    Refuses with 404 what is out of the actor's scope and another technician's visit, 403 for the role, 409
    wrong_state, 422 on_behalf_reason_missing where a supervisor does not say why he acts.
    """
    found = Visit.objects.filter(pk=visit_id).values_list("ticket_id", flat=True).first()
    if found is None:
        raise not_found()
    ticket = lock_ticket(found, hand.actor)
    visits = Visit.objects.select_for_update(of=("self",)).select_related("technician__user", "assignment")
    visit = visits.get(pk=visit_id)
    visit.ticket = ticket
    own = hand.actor is None or visit.technician.user_id == hand.actor.pk
    if not own and hand.actor is not None and hand.actor.role == Role.TECHNICIAN:
        raise not_found()
    require(action, hand.actor, visit.state)
    if not own and not hand.on_behalf.strip():
        raise invalid("on_behalf", "on_behalf_reason_missing", _("Say why you act on behalf of the technician."))
    return visit


def check_version(visit: Visit, expected: int | None) -> None:
    """Refuses with 409 edited_meanwhile where the visit was changed since the page was opened; None asks nothing."""
    if expected is not None and expected != visit.row_version:
        raise ActionError(
            "edited_meanwhile",
            _("The visit has changed in the meantime. Look at it again before you go on."),
            detail={"version": visit.row_version},
        )


def save(visit: Visit, *fields: str) -> None:
    """Saves `fields` and counts the version up."""
    visit.row_version += 1
    visit.save(update_fields=[*fields, "row_version"])


def note_step(visit: Visit, step: str, hand: Hand, **data: Any) -> VisitEvent:
    """Writes the time-stamped step of the visit."""
    data = {**_device_facts(hand.device_at), **data}
    if hand.on_behalf.strip():
        data["on_behalf"] = hand.on_behalf.strip()[:LONGEST_REASON]
    return VisitEvent.objects.create(
        visit=visit, step=step, at=hand.now, device_at=device_moment(hand.device_at), actor=hand.actor, data=data
    )


def tell_step(visit: Visit, step: str, hand: Hand, *, from_state: str, note: str = "", **data: Any) -> None:
    """Writes the step into the story of the ticket too; the reason of acting on behalf stands in its note."""
    words = " · ".join(part for part in (note.strip(), hand.on_behalf.strip()) if part)
    facts = _device_facts(hand.device_at)
    late = {name: facts[name] for name in TOLD_OF_TIME} if facts.get("marks") else {}
    data = {"visit": visit.pk, "technician": visit.technician_id, **late, **data}
    if hand.on_behalf.strip():
        data["on_behalf"] = True
    tell(visit.ticket, step, actor=hand.actor, now=hand.now, from_state=from_state, note=words, data=data)
