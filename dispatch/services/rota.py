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
        known = [shift.span for shift in Shift.objects.filter(technician=technician).order_by("span")]
        if not known:
            return 0
        last = max(span.upper for span in known)
        copies = [(span.lower + WEEK, span.upper + WEEK) for span in known if span.lower >= last - WEEK]
        wanted = [
            (start, end)
            for start, end in copies
            if end > now and not any(span.lower < end and start < span.upper for span in known)
        ]
        Shift.objects.bulk_create(
            [Shift(technician=technician, span=DateTimeTZRange(start, end)) for start, end in wanted]
        )
    return len(wanted)
