"""Rosters: the next week's shifts made from the last."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from dispatch.models import Shift, Technician

WEEK = timedelta(days=7)


def repeat_last_week(technician: Technician, *, now: datetime) -> int:
    """How many shifts were added: those of the last planned week again, seven days later.

    The last planned week is the one that ends with the technician's last shift. A shift that would overlap another or
    that is over by `now` is left out; somebody without shifts gets none.
    """
    with transaction.atomic():
        Technician.objects.select_for_update(of=("self",), no_key=True).get(pk=technician.pk)
        known = list(Shift.objects.filter(technician=technician).order_by("span"))
        if not known:
            return 0
        last = max(shift.span.upper for shift in known)
        copies = [_later(shift) for shift in known if shift.span.lower >= last - WEEK]
        wanted = [
            copy
            for copy in copies
            if copy.span.upper > now
            and not any(one.span.lower < copy.span.upper and copy.span.lower < one.span.upper for one in known)
        ]
        Shift.objects.bulk_create(wanted)
    return len(wanted)


def _later(shift: Shift) -> Shift:
    """The shift a week later, with its lunch."""
    lunch = DateTimeTZRange(shift.lunch.lower + WEEK, shift.lunch.upper + WEEK) if shift.lunch else None
    return Shift(
        technician=shift.technician,
        span=DateTimeTZRange(shift.span.lower + WEEK, shift.span.upper + WEEK),
        lunch=lunch,
        lunch_minutes=shift.lunch_minutes,
    )
