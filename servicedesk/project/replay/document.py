"""Reading a replay file: every mistake is found at once and named with its place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from servicedesk.clock import LOCAL

GIVEN = frozenset(
    {
        "regions",
        "outlets",
        "users",
        "technicians",
        "skills",
        "certificates",
        "customers",
        "appliances",
        "calendar_days",
        "care_plans",
        "policies",
        "price_list",
        "promises",
        "repairs",
    }
)
EVENT_KEYS = frozenset({"at", "do", "as", "by", "with", "refused"})


class FileError(Exception):
    """The file cannot be played; `mistakes` are sentences, each with its place."""

    def __init__(self, path: Path, mistakes: list[str]) -> None:
        super().__init__(f"{path}: {len(mistakes)} mistakes")
        self.path = path
        self.mistakes = mistakes


@dataclass(frozen=True)
class Event:
    """One action of the story: who does what at which instant, and the code it must be refused with, if any."""

    place: str
    at: datetime
    do: str
    by: str = ""
    name: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    refused: str = ""


@dataclass(frozen=True)
class Expectation:
    """What must be found when the story has been told."""

    place: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Case:
    """A whole story."""

    title: str
    zone: ZoneInfo
    given: Mapping[str, list[Mapping[str, Any]]]
    events: tuple[Event, ...]
    expect: tuple[Expectation, ...]


def read_case(path: Path) -> Case:
    """The case in the file. Raises FileError with every mistake in it."""
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise FileError(path, [f"cannot be read: {error.strerror}"]) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise FileError(path, [f"is not YAML: {error}"]) from error
    reader = _Reader()
    case = reader.case(document)
    if reader.mistakes or case is None:
        raise FileError(path, reader.mistakes)
    return case


def instant(value: Any, zone: ZoneInfo) -> datetime:
    """An instant from text, a date or a datetime; without offset it is local to `zone`. Raises ValueError."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=zone)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=zone)
    raise ValueError(f"{value!r} is no instant")


class _Reader:
    """Collects mistakes while it reads."""

    def __init__(self) -> None:
        self.mistakes: list[str] = []
        self.zone = LOCAL

    def wrong(self, place: str, what: str) -> None:
        self.mistakes.append(f"{place}: {what}")

    def case(self, document: Any) -> Case | None:
        if not isinstance(document, dict):
            self.wrong("file", "must be a mapping with case, given, events and expect")
            return None
        for key in sorted(set(document) - {"case", "timezone", "given", "events", "expect"}):
            self.wrong(str(key), "is not known")
        try:
            self.zone = ZoneInfo(str(document.get("timezone", "Asia/Shanghai")))
        except (ZoneInfoNotFoundError, ValueError):
            self.wrong("timezone", f"{document['timezone']!r} is not known")
        return Case(
            title=str(document.get("case", "")),
            zone=self.zone,
            given=self.given(document.get("given") or {}),
            events=self.events(document.get("events")),
            expect=self.expectations(document.get("expect")),
        )

    def given(self, rows: Any) -> dict[str, list[Mapping[str, Any]]]:
        if not isinstance(rows, dict):
            self.wrong("given", "must be a mapping of lists")
            return {}
        for kind, entries in rows.items():
            if kind not in GIVEN:
                self.wrong(f"given.{kind}", f"is not known; known are {', '.join(sorted(GIVEN))}")
            elif not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
                self.wrong(f"given.{kind}", "must be a list of mappings")
        return {kind: entries for kind, entries in rows.items() if isinstance(entries, list)}

    def events(self, rows: Any) -> tuple[Event, ...]:
        if not isinstance(rows, list) or not rows:
            self.wrong("events", "must be a list with at least one event")
            return ()
        events = [self.event(f"events[{number}]", row) for number, row in enumerate(rows)]
        told = [event for event in events if event is not None]
        for earlier, later in pairwise(told):
            if later.at < earlier.at:
                self.wrong(later.place, "happens before the event in front of it")
        return tuple(told)

    def event(self, place: str, row: Any) -> Event | None:
        if not isinstance(row, dict):
            self.wrong(place, "must be a mapping")
            return None
        for key in sorted(set(row) - EVENT_KEYS):
            self.wrong(f"{place}.{key}", "is not known")
        values = row.get("with") or {}
        if not isinstance(values, dict):
            self.wrong(f"{place}.with", "must be a mapping")
            values = {}
        if not row.get("do"):
            self.wrong(f"{place}.do", "is missing: name an action")
        try:
            at = instant(row.get("at"), self.zone)
        except ValueError:
            self.wrong(f"{place}.at", "is missing or no instant like 2003-09-26T12:01")
            return None
        return Event(
            place=place,
            at=at,
            do=str(row.get("do", "")),
            by=str(row.get("by") or ""),
            name=str(row.get("as") or ""),
            values=values,
            refused=str(row.get("refused") or ""),
        )

    def expectations(self, rows: Any) -> tuple[Expectation, ...]:
        if not isinstance(rows, list) or not rows:
            self.wrong("expect", "must be a list with at least one expectation")
            return ()
        found = []
        for number, row in enumerate(rows):
            if isinstance(row, dict):
                found.append(Expectation(f"expect[{number}]", row))
            else:
                self.wrong(f"expect[{number}]", "must be a mapping")
        return tuple(found)
