"""`manage.py sla_rebuild`: recomputes the open clocks, after calendars or public days were edited."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from servicedesk import clock
from servicedesk.errors import ActionError
from servicedesk.sla.recompute.models import JobState
from servicedesk.sla.recompute.services import recompute_once, start_recompute


class Command(BaseCommand):
    """The same job as on the page, without a question: chunk by chunk, so that no action waits. May be run again."""

    help = "Recomputes due times and states of all open clocks from their ledgers."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Recompute each open clock and say how many had to be put right."""
        try:
            job = start_recompute(actor=None, now=clock.now())
        except ActionError as error:
            raise CommandError(str(error.message)) from error
        while job.is_at_work:
            recompute_once(clock.now())
            job.refresh_from_db()
        if job.state == JobState.FAILED:
            raise CommandError(job.problem)
        self.stdout.write(
            _("%(changed)d of %(all)d open clocks were put right.") % {"changed": job.moved, "all": job.looked_at}
        )
