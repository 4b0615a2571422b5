"""The daily draw as Celery runs it, ticked by beat (servicedesk/project/schedule.py)."""

from celery import shared_task

from servicedesk import clock
from visits.aftercare.services.quality import draw_daily


@shared_task(ignore_result=True)
def quality_calls() -> None:
    """Today's draw, if it is time and nobody has made it. May run twice at once without harm."""
    draw_daily(clock.now())
