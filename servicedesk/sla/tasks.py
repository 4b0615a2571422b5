"""The steps of the clocks as Celery runs them, ticked by beat (servicedesk/project/schedule.py)."""

from celery import shared_task

from servicedesk import clock
from servicedesk.notify.heartbeat import write_heartbeat
from servicedesk.sla.escalation.climbing import climb_once
from servicedesk.sla.pauses import remind_once
from servicedesk.sla.recompute.services import recompute_once
from servicedesk.sla.reconcile import reconcile_once
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


@shared_task(ignore_result=True)
def climb() -> None:
    """One round of the ladders. May run twice at once without harm."""
    climb_once(clock.now())


@shared_task(ignore_result=True)
def remind_of_pauses() -> None:
    """One look at the pauses that should have ended. May run twice at once without harm."""
    remind_once(clock.now())


@shared_task(ignore_result=True)
def look_back() -> None:
    """The look back of this slot, unless it has been taken. May run twice at once without harm."""
    reconcile_once(clock.now())
