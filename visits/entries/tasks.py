"""The forgetting of positions as Celery runs it, ticked by beat (servicedesk/project/schedule.py)."""

from celery import shared_task

from servicedesk import clock
from visits.entries.positions import forget_positions_daily


@shared_task(ignore_result=True)
def forget_positions() -> None:
    """Deletes the positions past their retention, once a day. May run twice at once without harm."""
    forget_positions_daily(clock.now())
