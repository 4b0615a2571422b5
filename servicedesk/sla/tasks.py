"""The sweep as Celery runs it, ticked by beat (servicedesk/project/schedule.py)."""

from celery import shared_task

from servicedesk import clock
from servicedesk.notify.heartbeat import write_heartbeat
from servicedesk.sla.recompute.services import recompute_once
from servicedesk.sla.sweep import sweep_once


@shared_task(ignore_result=True)
def sweep() -> None:
    """One round of the sweep at the database's time, and its sign of life. May run twice at once without harm."""
    now = clock.now()
    sweep_once(now)
    write_heartbeat("beat", now)


@shared_task(ignore_result=True)
def recompute() -> None:
    """A round of the recompute at work, if there is one; workers that try at once leave it to one of them."""
    recompute_once(clock.now())
