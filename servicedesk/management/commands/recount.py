"""`manage.py recount`: the kept counters anew from the rows, or compared with them."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from servicedesk.dashboards.tallies import differences, recount
from servicedesk.tickets.ended import ended_differences, recount_ended

SHOWN = 20


class Command(BaseCommand):
    """Counts anew; safe while the house is running. Needed after a bulk load with triggers off."""

    help = "Counts the figures of the dashboards and the ended tickets anew from the rows, or compares them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add `--check`."""
        parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when a counter differs")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do it. Raises CommandError when a comparison finds a difference."""
        if options["check"]:
            self.compare()
            return
        recount_ended()
        recount(lambda day: self.stderr.write(f"counted to {day}"))
        self.stdout.write("All counters are counted anew.")

    def compare(self) -> None:
        """Say every difference, up to a number that can be read."""
        found = [f"ended tickets, outlet {outlet}: kept {n}, rows {real}" for outlet, n, real in ended_differences()]
        found += differences()
        for line in found[:SHOWN]:
            self.stdout.write(line)
        if found:
            raise CommandError(f"{len(found)} counters differ from the rows. Run `manage.py recount`.")
        self.stdout.write("All counters agree with the rows.")
