"""Where and when each copy takes place: its day, outlet, customer and technicians; then its row for the database."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import accumulate
from random import Random

from servicedesk.clock import LOCAL
from servicedesk.people.models import Role, User
from servicedesk.project.demo.city import chance
from servicedesk.project.demo.large.customers import Crowd, e164
from servicedesk.project.demo.large.hours import Timeline
from servicedesk.project.demo.large.patterns import Blank
from servicedesk.project.demo.large.rhythm import day_factor, days_from, hour_factor, season, share_out
from servicedesk.project.demo.large.statements import FRESH_ONLY, RECENT_ONLY
from servicedesk.project.demo.large.subjects import Player, Subject, worked_days
from servicedesk.project.demo.large.tables import Table
from servicedesk.tickets.models import new_token

DAY_SECONDS = 86_400
# How long what a visit proved, and how long notices are kept.
RECENT, FRESH = timedelta(days=90), timedelta(days=3)
TRIES, OUTLETS_ASKED = 8, 4
# A day that has refused so often is full; what is left over comes on the day before.
FULL = 40
# A living ticket is moved by up to so many seconds where nothing of it hangs on the hour.
LOOSE = 480
CopyRow = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Copy:
    """A subject at another time, in another outlet; `received` and `seconds` (the move) are in seconds."""

    received: float
    subject: Subject
    seconds: int
    outlet: int
    customer: int
    technicians: tuple[int, ...]

    @property
    def days(self) -> int:
        """The move in whole days."""
        return round(self.seconds / DAY_SECONDS)


@dataclass
class World:
    """What copies are placed into."""

    crowd: Crowd
    lines: dict[int, list[Timeline]]
    is_worked: Callable[[date], bool]
    festival: frozenset[date]

    @property
    def as_of(self) -> datetime:
        """The moment up to which everything has happened."""
        return self.crowd.as_of


class Placer:
    """Finds room for copies; what it has placed takes the technicians' time."""

    def __init__(self, world: World, subjects: Iterable[Subject], seed: str) -> None:
        self.world, self.rng = world, chance(f"{seed}/copies")
        subjects = list(subjects)
        self.living = [subject for subject in subjects if subject.living]
        self.ended = [subject for subject in subjects if not subject.living]
        self.today = world.as_of.astimezone(LOCAL).date()
        self.first = self.today - timedelta(days=world.crowd.days)
        self.weights: dict[tuple[int, bool], list[float]] = {}

    def all_of(self, count: int, living: int) -> list[Copy]:
        """`count` copies, at most `living` of them in the middle of something, by the time they came in.

        Raises ValueError where technicians or customers do not suffice for so many.
        """
        placed = self._living(living)
        placed += self._history(count - len(placed))
        placed.sort(key=lambda copy: copy.received)
        return placed

    def _living(self, count: int) -> list[Copy]:
        placed: list[Copy] = []
        pairs = [(subject, outlet) for subject in self.living for outlet in range(len(self.world.crowd.outlets))]
        self.rng.shuffle(pairs)
        for subject, outlet in pairs:
            if len(placed) >= count:
                break
            if subject.pattern.outlets[subject.home : subject.home + 1] == [self.world.crowd.outlets[outlet].pk]:
                continue
            copy = self._place(subject, -self.rng.randrange(LOOSE) if subject.loose else 0, outlet)
            if copy is not None:
                placed.append(copy)
        return placed

    def _history(self, count: int) -> list[Copy]:
        """Day by day backwards: what finds no room on a day is made up for on the day before."""
        days = days_from(self.first, self.world.crowd.days + 1)
        shares = share_out(count, [self._weight(day) for day in days])
        placed: list[Copy] = []
        missing = 0
        for day, share in zip(reversed(days), reversed(shares), strict=True):
            wanted = share + missing
            found = self._day(day, wanted)
            missing = wanted - len(found)
            placed += found
        # When every technician is busy, people still ask, praise and complain.
        self.ended = [subject for subject in self.ended if not subject.pattern.technicians]
        self.weights.clear()
        for number in range(missing if self.ended else 0):
            placed += self._day(days[number * 7919 % len(days)], 1)
        if len(placed) < count:
            raise ValueError(f"no room for {count - len(placed)} of {count} tickets: too few technicians or customers")
        return placed

    def _day(self, day: date, wanted: int) -> list[Copy]:
        """Up to `wanted` copies that came in on `day`, fewer where it is full."""
        found: list[Copy] = []
        refused = 0
        while len(found) < wanted and refused < FULL:
            copy = self._on(day)
            if copy is None:
                refused += 1
            else:
                found.append(copy)
        return found

    def _weight(self, day: date) -> float:
        shape = day_factor(day, self.first, self.world.crowd.days, self.world.festival)
        return shape * sum(season(subject.category, day.month) for subject in self.ended)

    def _on(self, day: date) -> Copy | None:
        """A copy that came in on `day`, or None after many tries."""
        weekend = day.weekday() >= 5
        weights = self._weights(day.month, weekend=weekend)
        for _try in range(TRIES):
            subject = self.rng.choices(self.ended, cum_weights=weights)[0]
            days = (day - subject.first_day).days
            if subject.received + subject.lasts + timedelta(days=days) >= self.world.as_of:
                continue
            if subject.working and not self._works_alike(subject, day):
                continue
            for _outlet in range(OUTLETS_ASKED if subject.jobs else 1):
                outlet = self.rng.randrange(len(self.world.crowd.outlets))
                copy = self._place(subject, days * DAY_SECONDS, outlet)
                if copy is not None:
                    return copy
        return None

    def _weights(self, month: int, *, weekend: bool) -> list[float]:
        key = (month, weekend)
        if key not in self.weights:
            self.weights[key] = list(
                accumulate(
                    season(subject.category, month)
                    * hour_factor(subject.received.astimezone(LOCAL).hour, weekend=weekend)
                    for subject in self.ended
                )
            )
        return self.weights[key]

    def _works_alike(self, subject: Subject, day: date) -> bool:
        last = day + timedelta(days=len(subject.working) - 1)
        return worked_days(day, last, self.world.is_worked) == subject.working

    def _place(self, subject: Subject, seconds: int, outlet: int) -> Copy | None:
        received = subject.received.timestamp() + seconds
        day = self.world.crowd.days - (self.world.as_of.timestamp() - received) / DAY_SECONDS
        customer = self.world.crowd.draw(outlet, subject.sort, day, self.rng)
        if customer is None:
            return None
        people = self._technicians(subject, seconds, outlet)
        return None if people is None else Copy(received, subject, seconds, outlet, customer, people)

    def _technicians(self, subject: Subject, seconds: int, outlet: int) -> tuple[int, ...] | None:
        lines = self.world.lines.get(self.world.crowd.outlets[outlet].pk, [])
        chosen: list[Timeline] = []
        for place in range(len(subject.pattern.technicians)):
            spans = [(start + seconds, end + seconds) for slot, start, end in subject.jobs if slot == place]
            line = self._free(subject, lines, spans, chosen)
            if line is None:
                return None
            chosen.append(line)
        for slot, start, end in subject.jobs:
            chosen[slot].fill(start + seconds, end + seconds, 1)
        return tuple(line.hand.technician.pk for line in chosen)

    def _free(
        self, subject: Subject, lines: list[Timeline], spans: list[tuple[float, float]], chosen: list[Timeline]
    ) -> Timeline | None:
        if not lines:
            return None
        start = self.rng.randrange(len(lines))
        for line in (*lines[start:], *lines[:start]):
            able = line.hand.levels.get(subject.category, 0) >= subject.level
            if able and line not in chosen and all(line.is_free(*span) for span in spans):
                return line
        return None


@dataclass
class Writer:
    """Turns copies into rows of `copies`, giving out ids and ticket numbers."""

    world: World
    tables: list[Table]
    first: list[int]
    numbers: dict[date, int]
    rng: Random
    staff: dict[str, dict[int, list[int]]] = field(default_factory=lambda: defaultdict(dict))

    def __post_init__(self) -> None:
        active = User.objects.filter(is_active=True).order_by("pk")
        self.agents = list(active.filter(role=Role.AGENT).values_list("pk", flat=True))
        self.desk = list(active.filter(role=Role.SUPERVISOR, outlets=None).values_list("pk", flat=True))
        for role in (Role.DISPATCHER, Role.SUPERVISOR):
            for pk, outlet in active.filter(role=role).exclude(outlets=None).values_list("pk", "outlets"):
                self.staff[role].setdefault(outlet, []).append(pk)
        lines = (line for group in self.world.lines.values() for line in group)
        self.user_of = {line.hand.technician.pk: line.hand.user.pk for line in lines}
        labels = [table.label for table in self.tables]
        self.recent_only = [place for place, label in enumerate(labels) if label in RECENT_ONLY]
        self.fresh_only = [place for place, label in enumerate(labels) if label in FRESH_ONLY]

    def rows(self, copies: Iterable[Copy]) -> Iterator[CopyRow]:
        """A row for each copy, its columns those of `statements.COPY_COLUMNS`."""
        return (self._row(copy) for copy in copies)

    def _row(self, copy: Copy) -> CopyRow:
        pattern, crowd = copy.subject.pattern, self.world.crowd
        came_in = datetime.fromtimestamp(copy.received, LOCAL)
        recent, fresh = came_in >= crowd.as_of - RECENT, copy.subject.living or came_in >= crowd.as_of - FRESH
        outlets = self._outlets(copy)
        users = self._users(copy, outlets)
        first = list(self.first)
        self._count(pattern.counts, recent=recent, fresh=fresh)
        told = crowd.phones[copy.customer]
        return (
            pattern.number,
            copy.days,
            f"{copy.seconds} seconds",
            "t" if recent else "f",
            "t" if fresh else "f",
            crowd.first_customer + copy.customer,
            crowd.first_address + copy.customer,
            *crowd.points[copy.customer],
            crowd.people[copy.customer],
            told,
            e164(told),
            self._number(came_in.date()),
            new_token(),
            _array(first),
            _array(users),
            _array(copy.technicians),
            _array(outlets),
            _array(_filled(blank, copy, first, outlets, users) for blank in pattern.blanks),
        )

    def _count(self, counts: list[int], *, recent: bool, fresh: bool) -> None:
        left_out = set() if recent else set(self.recent_only)
        left_out |= set() if fresh else set(self.fresh_only)
        for place, count in enumerate(counts):
            if place not in left_out:
                self.first[place] += count

    def _number(self, day: date) -> str:
        self.numbers[day] = self.numbers.get(day, 0) + 1
        return f"{day:%y%m%d}-{self.numbers[day]:04d}"

    def _outlets(self, copy: Copy) -> list[int]:
        """The outlets of the copy by the places of the pattern: its own, and others for those that refused."""
        own = self.world.crowd.outlets[copy.outlet].pk
        others = [outlet.pk for outlet in self.world.crowd.outlets if outlet.pk != own]
        drawn = iter(self.rng.sample(others, min(len(others), len(copy.subject.pattern.outlets))))
        places = range(len(copy.subject.pattern.outlets))
        return [own if place == copy.subject.home else next(drawn) for place in places]

    def _users(self, copy: Copy, outlets: list[int]) -> list[int]:
        players = copy.subject.players
        agents = iter(self.rng.sample(self.agents, sum(player.part == "agent" for player in players)))
        return [next(agents) if one.part == "agent" else self._user(one, copy, outlets) for one in players]

    def _user(self, player: Player, copy: Copy, outlets: list[int]) -> int:
        if player.part == "technician":
            return self.user_of[copy.technicians[player.place]]
        if player.part in self.staff:
            people = self.staff[player.part].get(outlets[player.place]) or self.desk
            return people[0]
        return player.kept


def _array(values: Iterable[object]) -> str:
    return "{" + ",".join(map(str, values)) + "}"


def _filled(blank: Blank, copy: Copy, first: list[int], outlets: list[int], users: list[int]) -> str:
    """What a copy puts into a blank."""
    if blank.kind == "row":
        return str(first[blank.place] + blank.rank)
    if blank.instant is not None:
        return (blank.instant + timedelta(seconds=copy.seconds)).isoformat()
    if blank.day is not None:
        return (blank.day + timedelta(days=copy.days)).isoformat()
    people = {"technician": copy.technicians, "outlet": outlets, "user": users}[blank.kind]
    return str(people[blank.place - 1])
