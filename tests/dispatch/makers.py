"""Plain values for the tests of the pure rules: a technician who may go, a job that fits him."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dispatch.rules import Booking, Certificate, Job, Person, Place, Skill, Span

ZONE = ZoneInfo("Asia/Shanghai")
DAY = date(2026, 3, 10)
HERE = Place(31.46, 104.73)


def at(hour: int, minute: int = 0, day: date = DAY) -> datetime:
    """An instant of the day, local time."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)


def span(start: datetime, minutes: int = 60) -> Span:
    return Span(start, start + timedelta(minutes=minutes))


def hours(first: float, last: float) -> Span:
    midnight = at(0)
    return Span(midnight + timedelta(hours=first), midnight + timedelta(hours=last))


def booking(number: str, first: float, last: float, place: Place | None = None, active: bool = True) -> Booking:
    return Booking(number, hours(first, last), place, active)


def km_east(km: float) -> Place:
    """A place some kilometres east of HERE."""
    return Place(HERE.lat, HERE.lon + km / (111.195 * 0.853))


FULL_DAY = Span(at(0), at(0) + timedelta(days=1))
PERSON = Person(
    key=1,
    outlet=7,
    stars=3,
    skills={"washing_machine": Skill(2)},
    certificates=(Certificate(date(2026, 1, 1), date(2026, 12, 31)),),
    shifts=(hours(8, 18),),
    home=HERE,
)
JOB = Job(number="260310-0001", outlet=7, category="washing_machine", level=2, minutes=60, place=HERE, zone=ZONE)


def person(**overrides: Any) -> Person:
    return replace(PERSON, **overrides)


def job(**overrides: Any) -> Job:
    return replace(JOB, **overrides)
