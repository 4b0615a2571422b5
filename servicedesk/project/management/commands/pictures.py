"""`manage.py pictures`: takes the pictures of the main pages anew."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from servicedesk.project.pictures import FOLDER, Manner, take_pictures

MANNER = ("folder", "language", "dark", "width", "whole")


class Command(BaseCommand):
    help = "Take the pictures in docs/pictures with a throw-away demonstration and a real Chromium."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("names", nargs="*", metavar="NAME", help="only these pictures")
        parser.add_argument("--folder", type=Path, default=FOLDER, help="where they are put (default: docs/pictures)")
        parser.add_argument("--language", choices=("zh-hans", "en"), help="all in this language")
        parser.add_argument("--dark", action="store_true", default=None, help="all in the dark theme")
        parser.add_argument("--width", type=int, default=0, help="width of the window, such as 683 for 200 %%")
        parser.add_argument("--whole", action="store_true", help="each page to its end")

    def handle(self, *args: Any, names: list[str], **options: Any) -> None:
        try:
            take_pictures(set(names), self.stdout.write, Manner(**{key: options[key] for key in MANNER}))
        except (FileNotFoundError, TimeoutError) as error:
            raise CommandError(str(error)) from error
