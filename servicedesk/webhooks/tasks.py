"""The relay of webhooks as Celery runs it, ticked by beat (servicedesk/project/schedule.py)."""

from celery import shared_task

from servicedesk import clock
from servicedesk.webhooks.relay import tick
from servicedesk.webhooks.retention import purge_once


@shared_task(ignore_result=True)
def relay_webhooks() -> None:
    """Starts what is due; may run twice at once without harm."""
    tick(clock.now())


@shared_task(ignore_result=True)
def purge() -> None:
    """Forgets what was settled long ago; asked oftener than once an hour it does nothing."""
    purge_once(clock.now())
