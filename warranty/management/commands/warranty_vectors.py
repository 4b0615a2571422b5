"""Check the guarantee rules against a file of golden rows."""

import sys
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from servicedesk.worktime.defaults import read_days
from warranty.rules.conventions import CONVENTIONS, deciding
from warranty.rules.counting import RestDays
from warranty.rules.edition import Edition
from warranty.rules.outcome import Decision, Note
from warranty.rules.vector_file import VectorFileError, vector_rows
from warranty.rules.vectors import compare, judged
from warranty.selectors import rest_days_of, the_edition

CONFIDENCES = ("high", "medium", "low")


class Command(BaseCommand):
    """Prints rows that differ with the reasons, each medium and low row with what decides it, counts by confidence.

    Ends with 1 only where a row of high confidence differs. Needs no database.
    """

    help = "Check the guarantee rules against a CSV file of golden rows."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the file."""
        parser.add_argument("csv", type=Path, help="the rows, one case each, with the columns of the golden rows")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare row by row with the figures in force and the public holidays every installation starts with.

        Raises CommandError with file, line and column where the file cannot be used.
        """
        try:
            rows = vector_rows(options["csv"])
        except VectorFileError as error:
            raise CommandError(str(error)) from error
        edition, calendar = the_edition(), rest_days_of({day.day: day.kind for day in read_days()})
        asked: Counter[str] = Counter()
        held: Counter[str] = Counter()
        used: set[str] = set()
        for row in rows:
            confidence = row.cells["confidence"]
            asked[confidence] += 1
            agrees, decided_by = self._row(row.line, row.cells, edition, calendar)
            held[confidence] += agrees
            used |= decided_by
        self._legend(used)
        counts = ", ".join(f"{name} {held[name]} of {asked[name]}" for name in CONFIDENCES)
        self.stdout.write(f"{counts}; {held.total()} of {len(rows)} rows agree ({edition.code}, {calendar.version})")
        if held["high"] < asked["high"]:
            sys.exit(1)

    def _row(self, line: int, row: dict[str, str], edition: Edition, calendar: RestDays) -> tuple[bool, set[str]]:
        """Print what is to be said of one row; return whether it agrees and the conventions named for it."""
        facts, decision = judged(row, edition, calendar)
        found = compare(row, decision)
        sure = row["confidence"] == "high"
        conventions = () if sure and not found else deciding(facts, decision, dates_asked=_asks_dates(row))
        if not sure:
            word = "differs" if found else "agrees"
            self.stdout.write(f"{row['id']} ({row['confidence']}) {word}; decided by {', '.join(conventions)}")
        for item in found:
            self.stdout.write(f"{item.row} {item.column}: expected {item.expected!r}, got {item.actual!r}")
        if found:
            self.stdout.write(f"  line {line}, {row['confidence']}, rests on {', '.join(conventions)}")
            for reason in _reasons(decision):
                self.stdout.write(f"  {reason}")
        return not found, set(conventions)

    def _legend(self, used: set[str]) -> None:
        """Say what each convention named above means."""
        for code in CONVENTIONS:
            if code in used:
                self.stdout.write(f"{code}: {CONVENTIONS[code]}")


def _asks_dates(row: dict[str, str]) -> bool:
    return bool(row["exp_whole_last_day"] or row["exp_part_last_day"])


def _reasons(decision: Decision) -> list[str]:
    """Return why an answer is as it is: each entitlement with its rule, then the steps, exclusions and flags."""
    open_ = [
        f"{item.code} by {item.ground}: {' '.join(filter(None, (item.norm, item.article)))} ({item.confidence})"
        for item in decision.entitlements
    ]
    return open_ + [_note(note) for note in (*decision.lines, *decision.exclusions, *decision.flags)]


def _note(note: Note) -> str:
    values = " ".join(f"{name}={value}" for name, value in note.values)
    return f"{note.table} {note.key} {values}".rstrip()
