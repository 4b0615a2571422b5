"""The relay as Celery runs it, ticked by beat (servicedesk/project/schedule.py)."""

from celery import shared_task

from servicedesk import clock
from servicedesk.notify.outgoing import tick
from servicedesk.notify.relay import relay_once


@shared_task(ignore_result=True)
def relay() -> None:
    """One round of the relay at the database's time. May run twice at once without harm."""
    relay_once(clock.now())


@shared_task(ignore_result=True)
def relay_channels() -> None:
    """Starts what has to leave the house; may run twice at once without harm."""
    tick(clock.now())
