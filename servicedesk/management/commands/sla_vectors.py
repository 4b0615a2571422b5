"""Check the SLA arithmetic against a file of reference vectors."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from servicedesk.sla.arithmetic.vectors import (
    UNREADABLE,
    Difference,
    VectorError,
    compare_row,
    load_calendars,
    load_rows,
)


class Command(BaseCommand):
    """Prints each value that differs and `N of M rows agree`; exit 1 on any difference. Needs no database."""

    help = "Check the SLA arithmetic against a CSV file of reference vectors."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("csv", type=Path, help="the rows, one clock read at one instant each")
        parser.add_argument("--calendars", type=Path, help="JSON; default sla-calendars.json beside CSV")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["csv"]
        try:
            rows = load_rows(path)
            calendars = load_calendars(options["calendars"] or path.with_name("sla-calendars.json"))
        except VectorError as error:
            raise CommandError(str(error)) from error
        if not rows:
            raise CommandError(f"{path.name}: no rows")
        agreeing = 0
        for row in rows:
            differences = compare_row(row, calendars)
            agreeing += not differences
            for found in differences:
                self.stdout.write(_told(found, row["line"]))
        self.stdout.write(f"{agreeing} of {len(rows)} rows agree")
        if agreeing < len(rows):
            sys.exit(1)


def _told(found: Difference, line: str) -> str:
    if found.column == UNREADABLE:
        return f"{found.row} in line {line} cannot be read: {found.got}"
    return f"{found.row} {found.column}: expected {found.expected!r}, got {found.got!r}"
