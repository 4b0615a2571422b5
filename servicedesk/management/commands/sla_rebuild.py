"""`manage.py sla_rebuild`: recomputes the open clocks, after calendars or public days were edited."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from servicedesk import clock
from servicedesk.sla.models import SlaClock
from servicedesk.sla.services import rebuild


class Command(BaseCommand):
    """Works clock by clock, so that no action waits for more than one of them; may be run again at any time."""

    help = "Recomputes due times and states of all open clocks from their ledgers."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Rebuild each open clock and say how many had to be put right."""
        changed = looked_at = 0
        for row in SlaClock.objects.filter(stopped_at=None).order_by("id").iterator(chunk_size=500):
            looked_at += 1
            changed += bool(rebuild(row, at=clock.now()))
        self.stdout.write(
            _("%(changed)d of %(all)d open clocks were put right.") % {"changed": changed, "all": looked_at}
        )
