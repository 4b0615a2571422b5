"""What dispatch does by the clock, as Celery runs it, ticked by beat (servicedesk/project/schedule.py)."""

from celery import shared_task

from dispatch.services import forgetting
from dispatch.windows import services
from servicedesk import clock


@shared_task(ignore_result=True)
def tidy_holds() -> None:
    """Marks places whose hold has run out; no count waits for it. May run twice at once without harm."""
    services.tidy_holds(clock.now())


@shared_task(ignore_result=True)
def forget_changes() -> None:
    """Deletes old notes of changed time. May run twice at once without harm."""
    forgetting.forget_changes(clock.now())
