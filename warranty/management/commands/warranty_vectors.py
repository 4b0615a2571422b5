"""Check the guarantee rules against a file of golden rows."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from servicedesk.worktime.defaults import read_days
from warranty.rules.vectors import differences, read_rows
from warranty.selectors import rest_days_of, the_edition


class Command(BaseCommand):
    """Prints each cell that differs and `N of M rows agree`; exit 1 on any difference. Needs no database."""

    help = "Check the guarantee rules against a CSV file of golden rows."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the file."""
        parser.add_argument("csv", type=Path, help="the rows, one case each, with the columns of the golden rows")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare row by row with the figures in force and the public holidays every installation starts with."""
        path: Path = options["csv"]
        try:
            rows = read_rows(path)
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{path.name}: cannot be read: {error}") from error
        if not rows:
            raise CommandError(f"{path.name}: no rows")
        edition, calendar = the_edition(), rest_days_of({day.day: day.kind for day in read_days()})
        agreeing = 0
        for number, row in enumerate(rows, start=2):
            try:
                found = differences([row], edition, calendar)
            except (KeyError, ValueError) as error:
                raise CommandError(f"{path.name}, line {number}: {error!r}") from error
            agreeing += not found
            for item in found:
                self.stdout.write(f"{item.row} {item.column}: expected {item.expected!r}, got {item.actual!r}")
        self.stdout.write(f"{agreeing} of {len(rows)} rows agree ({edition.code}, {calendar.version})")
        if agreeing < len(rows):
            sys.exit(1)
