"""The hours in which a technician works."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dispatch.models import Shift, Technician
from dispatch.people.facts import shift_facts, span_of
from dispatch.people.services.holding import held, note
from dispatch.wording import span_words
from servicedesk.errors import CONFLICT, OUT_OF_SCOPE, ActionError, invalid
from servicedesk.people.models import User

LONGEST = timedelta(hours=16)
MOST_LUNCH = 180


@dataclass(frozen=True)
class ShiftWanted:
    """From and until, and the hours in which a pause of `lunch_minutes` has to stay free; a night shift ends on the
    next day.
    """

    start: datetime
    end: datetime
    lunch_from: datetime | None = None
    lunch_until: datetime | None = None
    lunch_minutes: int = 0


def put_shift(
    technician_id: int, wanted: ShiftWanted, *, actor: User | None, now: datetime, replaces: int | None = None
) -> Shift:
    """The shift as wanted, new or instead of the one that `replaces` names.

    Refuses with 404, 403; with 422 shift_upside_down, shift_too_long, lunch_half, lunch_outside, lunch_minutes_range;
    with 409 shift_overlaps, naming the other one.
    """
    check_shift(wanted)
    with transaction.atomic():
        technician = held(technician_id, actor)
        shift = _shift(technician, replaces) if replaces is not None else None
        before = shift_facts(shift) if shift is not None else None
        _refuse_overlap(technician, wanted, replaces)
        shift = shift or Shift(technician=technician)
        shift.span = span_of(wanted.start, wanted.end)
        lunch = wanted.lunch_from is not None and wanted.lunch_until is not None
        shift.lunch = span_of(wanted.lunch_from, wanted.lunch_until) if lunch else None  # type: ignore[arg-type]
        shift.lunch_minutes = wanted.lunch_minutes
        shift.save()
        note(technician, "put_shift", before, shift_facts(shift), actor=actor, now=now)
    return shift


def remove_shift(technician_id: int, shift_id: int, *, actor: User | None, now: datetime) -> None:
    """Takes a shift away; jobs inside it show in the list of what needs attention. Refuses with 404, 403."""
    with transaction.atomic():
        technician = held(technician_id, actor)
        shift = _shift(technician, shift_id)
        before = shift_facts(shift)
        shift.delete()
        note(technician, "remove_shift", before, None, actor=actor, now=now)


def check_shift(wanted: ShiftWanted) -> None:
    """Refuses with 422 hours and lunch that make no sense; see `put_shift`."""
    if wanted.end <= wanted.start:
        raise invalid("end", "shift_upside_down", _("The shift ends before it begins."))
    if wanted.end - wanted.start > LONGEST:
        raise invalid("end", "shift_too_long", _("A shift has sixteen hours at most."))
    if not 0 <= wanted.lunch_minutes <= MOST_LUNCH:
        raise invalid("lunch_minutes", "lunch_minutes_range", _("At most %(n)s minutes.") % {"n": MOST_LUNCH})
    first, last = wanted.lunch_from, wanted.lunch_until
    if first is None and last is None and not wanted.lunch_minutes:
        return
    if first is None or last is None or not wanted.lunch_minutes:
        raise invalid("lunch_minutes", "lunch_half", _("Lunch needs from, until and minutes, or none of them."))
    if not wanted.start <= first < last <= wanted.end:
        raise invalid("lunch_from", "lunch_outside", _("Lunch lies inside the shift, and ends after it begins."))
    if timedelta(minutes=wanted.lunch_minutes) > last - first:
        raise invalid(
            "lunch_minutes", "lunch_minutes_range", _("The pause is longer than the hours it has to lie in.")
        )


def _refuse_overlap(technician: Technician, wanted: ShiftWanted, replaces: int | None) -> None:
    others = Shift.objects.filter(technician=technician, span__overlap=(wanted.start, wanted.end))
    other = others.exclude(pk=replaces or 0).order_by("span").first()
    if other is not None:
        hours = span_words(other.span.lower.isoformat(), other.span.upper.isoformat())
        raise ActionError(
            "shift_overlaps",
            _("It overlaps the shift %(hours)s.") % {"hours": hours},
            status=CONFLICT,
            field="start",
            detail={"start": other.span.lower.isoformat(), "end": other.span.upper.isoformat()},
        )


def _shift(technician: Technician, shift_id: int) -> Shift:
    shift = Shift.objects.filter(technician=technician, pk=shift_id).first()
    if shift is None:
        raise ActionError("shift_not_found", _("There is no such shift any more."), status=OUT_OF_SCOPE)
    return shift
