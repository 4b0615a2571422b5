"""What imports leave behind is forgotten, ticked by beat (servicedesk/project/schedule.py)."""

from celery import shared_task

from servicedesk import clock
from servicedesk.imports.carrying import forget_once


@shared_task(ignore_result=True)
def forget() -> None:
    """One look at old imports; asked oftener than once an hour it does nothing."""
    forget_once(clock.now())
