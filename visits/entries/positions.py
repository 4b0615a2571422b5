"""Where a step was taken: with the technician's consent, on shift, and not for ever."""

from datetime import datetime, time, timedelta
from typing import Any

from dispatch.models import Shift, Technician
from servicedesk.people.models import User
from visits.access import technician_of
from visits.daily import once_a_day
from visits.entries.timing import metres_between
from visits.models import PhoneConsent, Visit, VisitEntry, VisitEvent, VisitPosition

KEPT_FOR = timedelta(days=90)
SWEPT_FROM = time(3, 20)
# Steps that carry a position.
STEPS = frozenset({"depart", "arrive", "start_work", "complete_visit", "abort_visit"})


def consents(technician: Technician) -> bool:
    """Whether steps of this technician may carry a position."""
    return PhoneConsent.objects.filter(technician=technician, position=True).exists()


def give_consent(user: User, *, position: bool, now: datetime) -> PhoneConsent:
    """The consent of the signed-in technician; withdrawn, it takes the positions already kept with it."""
    technician = technician_of(user)
    values = {"position": position, "at": now}
    consent, _made = PhoneConsent.objects.update_or_create(technician=technician, defaults=values)
    if not position:
        VisitPosition.objects.filter(event__visit__technician=technician).delete()
        VisitEntry.objects.filter(visit__technician=technician).exclude(position=None).update(position=None)
    return consent


def allowed_position(visit: Visit, given: dict[str, Any]) -> dict[str, Any] | None:
    """The position of an entry where it may be kept at all: of a step, with consent."""
    position: dict[str, Any] | None = given["position"]
    if position is None or given["action"] not in STEPS or not consents(visit.technician):
        return None
    return position


def is_on_shift(visit: Visit, at: datetime) -> bool:
    """Whether the technician was at work at that instant: in his hours, or in the time of this very job."""
    if Shift.objects.filter(technician=visit.technician_id, span__contains=at).exists():
        return True
    span = visit.assignment.span
    return bool(span.lower <= at < span.upper)


def distance_m(visit: Visit, position: dict[str, Any]) -> float | None:
    """Metres between a position and the place of service; None where that has no coordinates."""
    place = visit.ticket.address
    if place is None or place.lat is None or place.lon is None:
        return None
    return metres_between((position["lat"], position["lon"]), (place.lat, place.lon))


def keep_position(visit: Visit, step: str, position: dict[str, Any], now: datetime) -> None:
    """Keeps where the newest such step of the visit was taken."""
    event = VisitEvent.objects.filter(visit=visit, step=step).order_by("-pk").first()
    if event is not None:
        VisitPosition.objects.get_or_create(event=event, defaults={**position, "kept_at": now})


def forget_positions(now: datetime) -> int:
    """How many positions were older than their retention and are gone."""
    until = now - KEPT_FOR
    VisitEntry.objects.filter(received_at__lt=until).exclude(position=None).update(position=None)
    gone, _by_table = VisitPosition.objects.filter(kept_at__lt=until).delete()
    return gone


def forget_positions_daily(now: datetime) -> int:
    """`forget_positions`, once a day."""
    return once_a_day("forget_positions", SWEPT_FROM, forget_positions, now)
