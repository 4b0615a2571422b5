"""The settling of the tallies as Celery runs it, ticked by beat (servicedesk/project/schedule.py)."""

from celery import shared_task

from servicedesk import clock
from servicedesk.dashboards.tallies import settle_once


@shared_task(ignore_result=True)
def settle() -> None:
    """One round at the database's time. May run twice at once: the second leaves it to the first."""
    settle_once(clock.now())
