"""The watch over rights on their way as Celery runs it, ticked by beat (servicedesk/project/schedule.py)."""

from celery import shared_task

from servicedesk import clock
from warranty.watching import watch_once


@shared_task(ignore_result=True)
def watch_rights() -> None:
    """Tells of rights that come near or have arisen. May run twice at once without harm."""
    watch_once(clock.now())
