"""Forgetting record sheets after the day until which they are kept; with them goes what they say of a person."""

from datetime import datetime, timedelta

from servicedesk.notify.heartbeat import claim_turn
from visits.models import ServiceRecord

STEP = "sheets"
EVERY = timedelta(hours=1)
CHUNK = 500


def forget_once(now: datetime) -> int:
    """How many sheets were forgotten; 0 where another process had its turn within the hour. A step of the timers."""
    return forget_sheets(now) if claim_turn(STEP, now, EVERY) else 0


def forget_sheets(now: datetime) -> int:
    """How many sheets were forgotten: those of visits none of whose sheets has to be kept any longer.

    The database refuses any that is asked for too early.
    """
    kept = ServiceRecord.objects.filter(keep_until__gte=now.date()).values("visit_id")
    over = ServiceRecord.objects.filter(keep_until__lt=now.date()).exclude(visit_id__in=kept)
    visits = list(over.order_by("visit_id").values_list("visit_id", flat=True).distinct()[:CHUNK])
    forgotten, _rows = ServiceRecord.objects.filter(visit_id__in=visits).delete()
    return forgotten
