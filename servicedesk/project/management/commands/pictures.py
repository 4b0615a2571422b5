"""`manage.py pictures`: takes the pictures of the main pages anew."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from servicedesk.project.pictures import take_pictures


class Command(BaseCommand):
    help = "Take the pictures in docs/pictures with a throw-away demonstration and a real Chromium."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("names", nargs="*", metavar="NAME", help="only these pictures")

    def handle(self, *args: Any, names: list[str], **options: Any) -> None:
        try:
            take_pictures(set(names), self.stdout.write)
        except (FileNotFoundError, TimeoutError) as error:
            raise CommandError(str(error)) from error
