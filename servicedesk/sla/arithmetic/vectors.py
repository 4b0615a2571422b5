"""Reference vectors: reading the CSV and the calendars, and saying where the arithmetic differs from them.

A row is one clock read at one instant (columns: docs/sla.md). Instants are compared as instants, minutes to
0.0001, flags as a set.
"""

import csv
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from servicedesk.sla.arithmetic.calendars import Calendar, CalendarError, to_us
from servicedesk.sla.arithmetic.ledger import (
    ChangeCalendar,
    ChangeTarget,
    ClockFacts,
    Entry,
    Pause,
    Reopen,
    Resume,
    Stop,
)
from servicedesk.sla.arithmetic.reading import Reading, read_clock

TOLERANCE_MINUTES = 0.0001
# Farther apart two instants would take minutes to count between.
YEARS = range(1900, 2201)
# Stands for the column where a whole row cannot be read.
UNREADABLE = "row"
COLUMNS = (
    "id",
    "calendar",
    "start",
    "target_min",
    "warn_pct",
    "pausable",
    "events",
    "as_of",
    "expected_due_at",
    "expected_warn_at",
    "expected_elapsed_min",
    "expected_remaining_min",
    "expected_state",
    "expected_breach_at",
    "expected_flags",
)

_PLAIN_VERBS: Mapping[str, type[Pause] | type[Resume] | type[Stop] | type[Reopen]] = {
    "pause": Pause,
    "resume": Resume,
    "stop": Stop,
    "reopen": Reopen,
}

Row = Mapping[str, str]
Calendars = Mapping[str, Calendar]


class VectorError(ValueError):
    """A file of vectors or a row in it cannot be read; the message says where."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A value of a row that does not agree: the column, what the row expects, what the arithmetic gives."""

    row: str
    column: str
    expected: str
    got: str


def load_calendars(path: Path) -> dict[str, Calendar]:
    """The calendars of a JSON file by name. Raises `VectorError` for what cannot be read."""
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise VectorError(f"{path.name}: {error}") from error
    found = data.get("calendars") if isinstance(data, dict) else None
    if not isinstance(found, dict):
        raise VectorError(f"{path.name}: no object 'calendars'")
    calendars = {}
    for name, shape in found.items():
        try:
            calendars[name] = Calendar.from_dict(shape)
        except (CalendarError, AttributeError) as error:
            raise VectorError(f"{path.name}: calendar {name}: {error}") from error
    return calendars


def load_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file, each with its `line` besides; one without an id is named after that.

    Raises `VectorError` for a file that cannot be read or lacks a column.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
            if missing:
                raise VectorError(f"{path.name}: no column {', '.join(missing)}")
            return [_named(row, reader.line_num) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise VectorError(f"{path.name}: {error}") from error


def _named(row: Mapping[str | None, str | None], line: int) -> dict[str, str]:
    # What a row has too much stands under no name.
    named = {name: value or "" for name, value in row.items() if name is not None}
    return {**named, "id": named["id"].strip() or f"line {line}", "line": str(line)}


def facts_of(row: Row, calendars: Calendars) -> ClockFacts:
    """The clock a row describes; a target that is no number becomes NaN, which the arithmetic refuses.

    Raises `VectorError` for an instant, event or calendar that cannot be read.
    """
    warn = row["warn_pct"].strip()
    return ClockFacts(
        start=_instant(row["start"]),
        target_minutes=_number(row["target_min"]),
        calendar=_calendar(row["calendar"], calendars),
        warn_percent=_number(warn) if warn else None,
        pausable=row["pausable"].strip().lower() != "no",
        entries=[_entry(text, calendars) for text in row["events"].split(";") if text.strip()],
    )


def compare_row(row: Row, calendars: Calendars) -> list[Difference]:
    """Where the reading of a row's clock differs from the row; a row that cannot be read differs too."""
    try:
        reading = read_clock(facts_of(row, calendars), _instant(row["as_of"]))
        return list(_differences(row, reading))
    except (ValueError, OverflowError) as error:
        # Overflow: an instant outside the years that can be written.
        return [Difference(row["id"], UNREADABLE, "readable", str(error))]


def compare_rows(rows: Sequence[Row], calendars: Calendars) -> list[Difference]:
    """The differences of all rows, in their order; empty when every row agrees."""
    return [difference for row in rows for difference in compare_row(row, calendars)]


def _differences(row: Row, reading: Reading) -> Iterator[Difference]:
    instants = {
        "expected_due_at": reading.due_at,
        "expected_warn_at": reading.warn_at,
        "expected_breach_at": reading.breach_at,
    }
    for column, instant in instants.items():
        expected = _instant(row[column]) if row[column].strip() else None
        if not _same_instant(instant, expected):
            yield Difference(row["id"], column, row[column], "" if instant is None else instant.isoformat())
    minutes = {
        "expected_elapsed_min": reading.elapsed_minutes,
        "expected_remaining_min": reading.remaining_minutes,
    }
    for column, amount in minutes.items():
        if not _same_minutes(row[column].strip(), amount):
            yield Difference(row["id"], column, row[column], "" if amount is None else f"{amount:.4f}")
    if row["expected_state"].strip() != reading.state:
        yield Difference(row["id"], "expected_state", row["expected_state"], reading.state.value)
    if set(row["expected_flags"].replace(";", " ").replace(",", " ").split()) != set(reading.flags):
        yield Difference(row["id"], "expected_flags", row["expected_flags"], " ".join(reading.flags))


def _same_instant(one: datetime | None, other: datetime | None) -> bool:
    # Python never calls two zones' datetimes equal where one lies in a repeated hour (PEP 495).
    if one is None or other is None:
        return one is other
    return to_us(one) == to_us(other)


def _same_minutes(text: str, amount: float | None) -> bool:
    if not text or amount is None:
        return not text and amount is None
    return abs(_number(text) - amount) <= TOLERANCE_MINUTES


def _entry(text: str, calendars: Calendars) -> Entry:
    verb, _, rest = text.strip().partition("@")
    at, _, value = rest.partition("=")
    if verb in _PLAIN_VERBS and not value:
        return _PLAIN_VERBS[verb](_instant(at))
    if verb == "target":
        return ChangeTarget(_instant(at), _number(value))
    if verb == "calendar":
        return ChangeCalendar(_instant(at), _calendar(value, calendars))
    raise VectorError(f"event {text.strip()!r} is not verb@instant")


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise VectorError(f"{text!r} is not an instant") from error
    if instant.tzinfo is None:
        raise VectorError(f"instant {text!r} has no offset")
    if instant.year not in YEARS:
        raise VectorError(f"instant {text!r} lies outside the years {YEARS[0]} to {YEARS[-1]}")
    return instant


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _calendar(name: str, calendars: Calendars) -> Calendar:
    try:
        return calendars[name.strip()]
    except KeyError as error:
        raise VectorError(f"calendar {name!r} is not known") from error
