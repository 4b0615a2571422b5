"""`manage.py demo`: fills an empty database with an invented city, its people and their tickets."""

import logging
from argparse import ArgumentParser, ArgumentTypeError
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from servicedesk import clock
from servicedesk.clock import LOCAL
from servicedesk.project.demo.build import Summary, build_demo
from servicedesk.project.demo.large.build import build_large
from servicedesk.project.demo.scale import SCALES
from servicedesk.tickets.models import Ticket

SEED = 20260301
# A day without an hour means its busy morning.
MORNING = time(10, 30)
BAR = 40


class Command(BaseCommand):
    """Builds the demonstration."""

    help = "Fills the database with demonstration data: an invented city, its people, and tickets in every state."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add scale, day, seed and `--add`."""
        parser.add_argument("--scale", choices=sorted(SCALES), default="small")
        parser.add_argument(
            "--as-of",
            type=read_moment,
            metavar="DATE",
            help="day or instant (ISO) to which it has got; now if left out",
        )
        parser.add_argument("--seed", type=int, default=SEED, help="the same seed gives the same data")
        parser.add_argument("--tickets", type=int, metavar="N", help="another number of tickets than the scale's")
        parser.add_argument("--add", action="store_true", help="add to the tickets that are there")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Build it, with a bar on stderr."""
        if not getattr(settings, "DEMO_LOGINS", False):
            raise CommandError("Demonstration data is for machines where DEMO_LOGINS is on; here it is off.")
        if Ticket.objects.exists() and not options["add"]:
            raise CommandError("There are tickets already. Say --add to add demonstration data to them.")
        scale = SCALES[options["scale"]]
        if options["tickets"]:
            scale = replace(scale, tickets=options["tickets"])
        build = build_large if scale.played else build_demo
        as_of = options["as_of"] or clock.now()
        level = logging.root.manager.disable
        logging.disable(logging.WARNING)
        try:
            with translation.override("zh-hans"):
                summary = build(scale, as_of, options["seed"], self.bar(scale.tickets))
        finally:
            logging.disable(level)
            self.stderr.write("")
        self.tell(summary)

    def bar(self, total: int) -> Any:
        """What draws the progress: a bar that grows in place on a terminal, a line every tenth elsewhere."""
        shown = -1

        def draw(done: int) -> None:
            nonlocal shown
            step = done * (BAR if self.stderr.isatty() else 10) // total
            if step == shown:
                return
            shown = step
            if self.stderr.isatty():
                self.stderr.write(f"\rdemo [{'#' * step:<{BAR}}] {done}/{total}", ending="")
            else:
                self.stderr.write(f"demo {done}/{total}")

        return draw

    def tell(self, summary: Summary) -> None:
        """Say what there is now."""
        states = ", ".join(f"{state} {count}" for state, count in summary.states.items())
        self.stdout.write(
            f"Demo: {summary.outlets} outlets, {summary.technicians} technicians, {summary.customers} customers, "
            f"{summary.tickets} tickets ({states})"
        )


def read_moment(text: str) -> datetime:
    """The instant of an ISO date or date and time; without a zone it is local. Raises ArgumentTypeError."""
    try:
        if len(text) == len("2026-01-01"):
            return datetime.combine(date.fromisoformat(text), MORNING, LOCAL)
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no date like 2026-03-01 or 2026-03-01T10:30") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=LOCAL)
