"""Random crews and jobs for the proof that seeking in arrays is weighing every quarter hour."""

from datetime import date, datetime, timedelta
from random import Random

from dispatch.rules import (
    Away,
    Band,
    Booking,
    Certificate,
    Job,
    Lunch,
    Pace,
    Person,
    Place,
    Profile,
    Skill,
    Span,
)
from dispatch.travel.haversine import HaversineProfile
from tests.dispatch.makers import DAY, HERE, ZONE, at

DAYS = 3
KIND = "washing_machine"
RUSH = Profile(
    bands=(Band(7, 10, Pace(9, 1.6)), Band(16, 19, Pace(8.5, 1.9, 1.4)), Band(22, 24, Pace(3, 0.5))), zone=ZONE
)


def minutes(dice: Random, day: int, first: float, length: float) -> Span:
    """A span on a day, mostly on quarter hours, now and then beside them."""
    crooked = timedelta(minutes=dice.choice([0, 0, 0, 0, 7]), seconds=dice.choice([0, 0, 0, 0, 40]))
    start = at(0) + timedelta(days=day, hours=first) + crooked
    return Span(start, start + timedelta(hours=length))


def place(dice: Random) -> Place | None:
    if dice.random() < 0.12:
        return None
    if dice.random() < 0.15:
        return HERE
    return Place(HERE.lat + dice.uniform(-0.3, 0.3), HERE.lon + dice.uniform(-0.3, 0.3))


def a_person(dice: Random, key: int) -> Person:
    shifts, lunches, bookings, away = [], [], [], []
    for day in range(-1, DAYS + 1):
        shifts += hours_of(dice, day)
        if dice.random() < 0.6:
            lunches.append(Lunch(minutes(dice, day, dice.choice([11, 11.5, 12]), 2), dice.choice([30, 45, 60])))
        bookings += jobs_of(dice, day)
        if dice.random() < 0.2:
            away.append(Away(minutes(dice, day, dice.choice([0, 8, 13, 15]), dice.choice([1, 3, 24, 48])), "leave"))
    seen = dice.random() < 0.4
    return Person(
        key=key,
        outlet=7 if dice.random() < 0.95 else 8,
        stars=dice.randint(1, 4),
        active=dice.random() < 0.95,
        skills={} if dice.random() < 0.08 else {KIND: a_skill(dice)},
        certificates=tuple(a_paper(dice) for _ in range(dice.choice([0, 1, 1, 1, 2]))),
        shifts=tuple(shifts),
        away=tuple(away),
        bookings=tuple(bookings),
        home=place(dice),
        lunches=tuple(lunches),
        districts=frozenset(dice.choice([(), (), (), ("east",), ("west",)])),
        overtime=dice.choice([0, 0, 30, 120]),
        position=place(dice) if seen else None,
        position_at=at(dice.randint(6, 16), dice.choice([0, 7])) + timedelta(days=dice.choice([0, 0, 1]))
        if seen
        else None,
    )


def hours_of(dice: Random, day: int) -> list[Span]:
    kind = dice.random()
    if kind < 0.15:
        return []
    if kind < 0.5:
        return [minutes(dice, day, dice.choice([8, 8.25, 9]), dice.choice([4, 8.5, 10]))]
    if kind < 0.6:
        return [minutes(dice, day, 21, 8)]
    first = minutes(dice, day, 8, 4)
    return [first, Span(first.end + timedelta(hours=dice.choice([0, 1.5])), first.end + timedelta(hours=6))]


def jobs_of(dice: Random, day: int) -> list[Booking]:
    """Bookings that block time do not overlap; done ones may lie anywhere."""
    found, clock = [], at(7) + timedelta(days=day)
    for number in range(dice.randint(0, 4)):
        start = clock + timedelta(minutes=dice.choice([0, 0, 15, 40, 90, 200]))
        end = start + timedelta(minutes=dice.choice([30, 45, 60, 95]))
        own = "260310-0001" if dice.random() < 0.1 else f"{day}-{number}"
        found.append(Booking(own, Span(start, end), place(dice)))
        clock = end
    if dice.random() < 0.3:
        found.append(Booking("done", minutes(dice, day, dice.choice([7, 9, 11]), 2), place(dice), active=False))
    return found


def a_skill(dice: Random) -> Skill:
    since = DAY + timedelta(days=dice.choice([-9, -9, 1]))
    until = DAY + timedelta(days=dice.choice([-1, 0, 1, 90, 90, 90]))
    return Skill(dice.randint(1, 3), since if dice.random() < 0.5 else None, until if dice.random() < 0.5 else None)


def a_paper(dice: Random) -> Certificate:
    until = DAY + timedelta(days=dice.choice([-1, 0, 1, 90, 90, 90]))
    suspended = at(dice.randint(0, 20), 20) + timedelta(days=1) if dice.random() < 0.15 else None
    return Certificate(date(2026, 1, 1), until, suspended)


def a_job(dice: Random) -> Job:
    window = minutes(dice, dice.choice([0, 0, 1]), dice.choice([9, 13, 15]), 2)
    keys = [frozenset(key for key in range(1, 7) if dice.random() < 0.15) for _ in range(4)]
    return Job(
        number="260310-0001",
        outlet=7,
        category=KIND if dice.random() < 0.9 else "",
        level=dice.randint(1, 3),
        stars=dice.choice([1, 1, 2, 3]),
        minutes=dice.choice([30, 45, 60, 100, 180, 300]),
        place=place(dice),
        promised=window if dice.random() < 0.3 else None,
        requested=window if dice.random() < 0.3 else None,
        due=at(dice.randint(10, 20), 13) if dice.random() < 0.5 else None,
        zone=ZONE,
        roads=HaversineProfile(RUSH) if dice.random() < 0.6 else HaversineProfile(),
        district=dice.choice(["", "east", "west"]),
        grade=dice.choice(["", "A", "B", "C"]),
        floor=at(dice.randint(9, 20)) + timedelta(days=dice.choice([0, 1])) if dice.random() < 0.5 else None,
        failed_by=keys[0],
        known_by=keys[1],
        barred=keys[2] if dice.random() < 0.3 else frozenset(),
        not_again=keys[3] if dice.random() < 0.3 else frozenset(),
        asked_for=dice.randint(1, 4) if dice.random() < 0.1 else None,
        conduct={key: dice.randint(1, 6) for key in range(1, 7) if dice.random() < 0.2},
    )


def a_moment(dice: Random) -> datetime:
    return at(dice.choice([0, 8, 9, 11, 17, 23]), dice.choice([0, 5, 52])) + timedelta(seconds=dice.choice([0, 31]))
