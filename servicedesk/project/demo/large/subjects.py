"""What has to be known of a pattern to put its copies into another week, outlet and home."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Max

from dispatch.models import Assignment, Technician
from servicedesk.clock import LOCAL
from servicedesk.people.models import Membership, Role, User
from servicedesk.project.demo.large.customers import Sort
from servicedesk.project.demo.large.hours import NOT_TAKING_TIME
from servicedesk.project.demo.large.patterns import Pattern
from servicedesk.sla.models import SlaClock
from servicedesk.tickets.models import Ticket, TicketEvent
from servicedesk.worktime.defaults import ALWAYS, WORK
from servicedesk.worktime.models import CalendarDay
from servicedesk.worktime.selectors import calendar_book

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Player:
    """One of the people of a pattern: `place` is that of his outlet, or of the technician he is; `kept` stays."""

    part: str
    place: int = 0
    kept: int = 0


@dataclass
class Subject:
    """A pattern with its moments; `working`: which of its days are worked, where it has a clock of working hours."""

    pattern: Pattern
    category: str
    level: int
    received: datetime
    lasts: timedelta
    living: bool
    loose: bool
    sort: Sort
    home: int
    players: list[Player]
    jobs: list[tuple[int, float, float]]
    working: tuple[bool, ...] = ()
    first_day: date = field(init=False)

    def __post_init__(self) -> None:
        self.first_day = self.received.astimezone(LOCAL).date()


def read_subjects(patterns: Iterable[Pattern], as_of: datetime, is_worked: Callable[[date], bool]) -> list[Subject]:
    """The subjects of those patterns whose people can be told apart in another outlet."""
    patterns = list(patterns)
    chosen = [pattern.ticket for pattern in patterns]
    rows = Ticket.objects.filter(pk__in=chosen).select_related("customer", "fault", "category", "appliance__category")
    tickets = rows.in_bulk()
    last = dict(TicketEvent.objects.filter(ticket__in=chosen).values_list("ticket").annotate(Max("at")))
    users = {user.pk: user for user in User.objects.prefetch_related("outlets")}
    hands = dict(Technician.objects.values_list("user_id", "pk"))
    found = []
    for pattern in patterns:
        ticket = tickets[pattern.ticket]
        home = pattern.outlets.index(ticket.outlet_id) if ticket.outlet_id else 0
        players = [_player(users[pk], pattern, home, hands) for pk in pattern.users]
        if None in players:
            continue
        clocks = list(SlaClock.objects.filter(ticket=ticket).select_related("target__calendar"))
        codes = {clock.target.calendar.code for clock in clocks}
        subject = Subject(
            pattern=pattern,
            category=_category(ticket),
            level=ticket.fault.skill_level if ticket.fault else 1,
            received=ticket.received_at,
            lasts=max(last[ticket.pk], ticket.closed_at or ticket.received_at) - ticket.received_at,
            living=not ticket.has_ended,
            loose=not ticket.has_ended and codes <= {ALWAYS} and ticket.requested_from is None,
            sort=(ticket.customer.kind, _card(ticket)),
            home=home,
            players=[player for player in players if player is not None],
            jobs=_jobs(pattern),
        )
        if WORK in codes:
            subject.working = worked_days(subject.first_day, _last_of(clocks, as_of), is_worked)
        found.append(subject)
    return found


def _category(ticket: Ticket) -> str:
    category = ticket.category or (ticket.appliance.category if ticket.appliance else None)
    return category.code if category else ""


def _card(ticket: Ticket) -> str:
    day = ticket.received_at.astimezone(LOCAL).date()
    cards = Membership.objects.filter(customer=ticket.customer_id, valid_from__lte=day, valid_until__gte=day)
    return cards.values_list("kind", flat=True).first() or ""


def _jobs(pattern: Pattern) -> list[tuple[int, float, float]]:
    """When which of its technicians has to be free; places counted from zero, POSIX seconds."""
    taken = Assignment.objects.filter(ticket=pattern.ticket).exclude(state__in=NOT_TAKING_TIME)
    return [
        (pattern.technicians.index(technician), span.lower.timestamp(), span.upper.timestamp())
        for technician, span in taken.order_by("pk").values_list("technician_id", "span")
    ]


def _player(user: User, pattern: Pattern, home: int, hands: dict[int, int]) -> Player | None:
    """Who `user` is in this ticket; None where that cannot be told."""
    if user.role == Role.TECHNICIAN:
        hand = hands.get(user.pk)
        return Player("technician", pattern.technicians.index(hand)) if hand in pattern.technicians else None
    if user.role == Role.AGENT:
        return Player("agent")
    if user.role not in {Role.DISPATCHER, Role.SUPERVISOR}:
        return Player("", kept=user.pk)
    places = [
        place for place, outlet in enumerate(pattern.outlets) if outlet in {one.pk for one in user.outlets.all()}
    ]
    if user.role == Role.SUPERVISOR:
        return Player("supervisor", places[0]) if places else Player("", kept=user.pk)
    # One who works for both outlets of a refused hand-over would be two people elsewhere.
    return Player("dispatcher", places[0]) if len(places) == 1 else None


def _last_of(clocks: Iterable[SlaClock], as_of: datetime) -> date:
    """The last day any of the clocks was looked at or would have been due."""
    moments = [moment for clock in clocks for moment in (clock.stopped_at or as_of, clock.due_at) if moment]
    return max(moments).astimezone(LOCAL).date()


def worked_days(first: date, last: date, is_worked: Callable[[date], bool]) -> tuple[bool, ...]:
    """Which of the days from `first` to `last` are worked, both included."""
    return tuple(is_worked(first + DAY * number) for number in range((last - first).days + 1))


def workdays() -> Callable[[date], bool]:
    """Whether working hours are kept on a day: Monday to Friday, public days as they are announced."""
    days = {day: fact.kind for day, fact in calendar_book().days.items()}

    def is_worked(day: date) -> bool:
        return days[day] == CalendarDay.Kind.MAKEUP if day in days else day.weekday() < 5

    return is_worked


def festival_days() -> frozenset[date]:
    """The days off around the spring festival, of all years that have been announced."""
    days = calendar_book().days.values()
    return frozenset(
        fact.day for fact in days if fact.name_zh.startswith("春节") and fact.kind == CalendarDay.Kind.HOLIDAY
    )
