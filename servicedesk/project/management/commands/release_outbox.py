"""`manage.py release_outbox`: what becomes of the messages a restore holds."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from servicedesk import clock
from servicedesk.errors import ActionError
from servicedesk.notify.hold import current_hold, discard_held, send_held, waiting_by_outbox


class Command(BaseCommand):
    """Without an option it only tells what waits."""

    help = "Decides about messages held since a restore: --send them, or --discard them as old news."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add `--send` and `--discard`."""
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument("--send", action="store_true", help="send all that waits")
        choice.add_argument("--discard", action="store_true", help="give up all that waits; later messages flow")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do it. Raises CommandError when nothing is held and something was to be decided."""
        try:
            if options["send"]:
                self.stdout.write(f"{send_held(now=clock.now())} messages are being sent.")
            elif options["discard"]:
                self.stdout.write(f"{discard_held(now=clock.now())} messages were given up; later ones flow.")
            else:
                self.tell()
        except ActionError as refused:
            # The terminal speaks English, whatever language the thread served last.
            with translation.override("en"):
                raise CommandError(str(refused.message)) from None

    def tell(self) -> None:
        """Say what is held, and since when."""
        held = current_hold()
        if held is None:
            self.stdout.write("Nothing is held: messages are being sent.")
            return
        self.stdout.write(
            f"Held since {held.held_at:%Y-%m-%d %H:%M} UTC;"
            f" the data were true at {held.restore_point:%Y-%m-%d %H:%M} UTC."
        )
        for name, count in waiting_by_outbox().items():
            self.stdout.write(f"  {name}: {count} wait")
        self.stdout.write("Say --send or --discard.")
