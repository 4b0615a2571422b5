"""Reading tickets: saved views, filters, lists by keys, the story, and what looks like the same request."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, Max, Min, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Reverse

from servicedesk.catalogue.models import ProductCategory
from servicedesk.clock import LOCAL
from servicedesk.people.models import Address, Customer, Outlet, Role, User
from servicedesk.people.phones import read_phone
from servicedesk.people.search import fitting, read_question
from servicedesk.sla.models import ClockState, SlaClock
from servicedesk.tickets.ended import count_of, ended_in
from servicedesk.tickets.models import Ticket, TicketEvent, TicketKind, TicketParty, TicketState

PAGE = 40
# So many tickets a text filter names one by one.
FEW = 1_000
# As far back as a second call about the same trouble is likely.
SAME_REQUEST_WITHIN = timedelta(days=30)
LIVING_STATES = (
    TicketState.OPEN,
    TicketState.SCHEDULED,
    TicketState.IN_SERVICE,
    TicketState.AWAITING_CALLBACK,
)
VIEWS = ("mine", "open", "risk", "pauses", "unsent", "callback", "closed", "all")


def open_clocks() -> QuerySet[SlaClock]:
    """Running clocks of the ticket of the outer query."""
    return SlaClock.objects.filter(ticket=OuterRef("pk"), stopped_at=None).exclude(
        state__in=[ClockState.PAUSED, ClockState.VOID]
    )


def at_risk(now: datetime) -> Exists:
    """A clock of the ticket has passed its warning or its due time and still stands to be kept."""
    return Exists(open_clocks().filter(warn_at__lte=now))


def paused_too_long(now: datetime) -> Exists:
    """A clock of the ticket stands still although its pause should have ended."""
    return Exists(SlaClock.objects.filter(ticket=OuterRef("pk"), pause_ends_at__lte=now))


def view_conditions(user: User, now: datetime) -> dict[str, Q]:
    """Which tickets stand in each saved view."""
    living = Q(state__in=LIVING_STATES)
    return {
        "mine": living & Q(owner=user),
        "open": living,
        "risk": living & Q(at_risk(now)),
        "pauses": living & Q(paused_too_long(now)),
        "unsent": Q(state=TicketState.OPEN, outlet=None, kind__in=["repair", "install", "maintenance"]),
        "callback": Q(state=TicketState.AWAITING_CALLBACK),
        "closed": Q(state__in=[TicketState.CLOSED, TicketState.CANCELLED]),
        "all": Q(),
    }


def view_counts(user: User, now: datetime) -> dict[str, int]:
    """How many tickets stand in each saved view: the living ones are counted, the ended ones are kept (`ended.py`).

    One query.
    """
    conditions = view_conditions(user, now)
    counts: dict[str, Any] = {
        name: Count("pk", filter=conditions[name]) for name in VIEWS if name not in {"closed", "all"}
    }
    # The kept number counts nothing of this query; Django wants an aggregate beside it.
    counts["closed"] = _ended_of(user) + Count("pk") * 0
    found: dict[str, int] = Ticket.objects.visible_to(user).living().aggregate(**counts)
    return {**found, "all": found["open"] + found["closed"]}


def _ended_of(user: User) -> Any:
    """How many tickets of the person's scope have ended, for use in a query."""
    if user.sees_all_tickets:
        return ended_in(None)
    ended = Ticket.objects.visible_to(user).filter(state__in=[TicketState.CLOSED, TicketState.CANCELLED])
    if user.role == Role.TECHNICIAN:
        return count_of(ended)
    elsewhere = ended.filter(owner=user).exclude(outlet__in=user.outlet_ids)
    return ended_in(user.outlet_ids) + count_of(elsewhere)


@dataclass(frozen=True)
class Filters:
    """What the address of a list asks for; empty fields ask for nothing."""

    view: str = "open"
    state: str = ""
    kind: str = ""
    outlet: int | None = None
    priority: int | None = None
    text: str = ""


@dataclass
class Page:
    """A page of a list by keys: its rows and the keys before and after it, empty at an end."""

    rows: list[Ticket] = field(default_factory=list)
    before: str = ""
    after: str = ""


def filtered(user: User, filters: Filters, now: datetime) -> QuerySet[Ticket]:
    """The tickets of the person's scope that fit, without an order."""
    rows: QuerySet[Ticket] = Ticket.objects.visible_to(user).filter(view_conditions(user, now)[filters.view])
    if filters.state in TicketState.values:
        rows = rows.filter(state=filters.state)
    if filters.kind in TicketKind.values:
        rows = rows.filter(kind=filters.kind)
    if filters.outlet:
        rows = rows.filter(outlet_id=filters.outlet)
    if filters.priority:
        rows = rows.filter(priority=filters.priority)
    return rows.filter(_says(filters.text)) if filters.text.strip() else rows


def _says(text: str) -> Q:
    """Tickets of a customer who fits, or by the beginning or tail of their number; each way by an index of its own."""
    asked = read_question(text)
    ways = [Ticket.objects.filter(customer__in=Customer.objects.filter(fitting(asked)))]
    begun, tail = asked.text.lstrip("#"), asked.text.lstrip("#-")
    if begun[:1].isdigit():
        ways.append(Ticket.objects.filter(number__startswith=begun))
    if len(tail) == 4 and tail.isdigit():
        ways.append(Ticket.objects.alias(turned=Reverse("number")).filter(turned__startswith=f"{tail[::-1]}-"))
    ids = [way.order_by().values_list("pk", flat=True) for way in ways]
    fits = ids[0].union(*ids[1:]) if len(ids) > 1 else ids[0]
    # The planner cannot know how few there are and would read the whole table; a handful is named one by one.
    few = list(fits[: FEW + 1])
    return Q(pk__in=few) if len(few) <= FEW else Q(pk__in=fits)


def page_of(user: User, filters: Filters, now: datetime, *, after: str = "", before: str = "", size: int = 0) -> Page:
    """A page of the list, of `size` rows (40 unless told): at risk by the next due time, all others newest first."""
    size = size or PAGE
    rows = with_next_due(filtered(user, filters, now))
    name, falling = list_order(filters.view)
    turned = bool(before) and not after
    key = read_key(after or before)
    if key is not None:
        smaller = falling is not turned
        rows = rows.filter(beyond(name, key, smaller=smaller))
    # Chosen first and loaded after: sorting whole rows with all that hangs on them takes much longer.
    chosen = list(in_order(rows, name, falling=falling is not turned).values_list("pk", "next_due")[: size + 1])
    more = len(chosen) > size
    chosen = chosen[:size]
    if turned:
        chosen.reverse()
    found = _loaded(chosen)
    if not found:
        return Page()
    return Page(
        rows=found,
        before=write_key(found[0], name) if (more if turned else key is not None) else "",
        after=write_key(found[-1], name) if (key is not None if turned else more) else "",
    )


def _loaded(chosen: Iterable[tuple[int, datetime | None]]) -> list[Ticket]:
    """The chosen tickets in their order, each with `next_due`; one that has vanished meanwhile is left out."""
    due_times = dict(chosen)
    rows = _for_list(Ticket.objects.all()).in_bulk(due_times)
    for pk, row in rows.items():
        row.next_due = due_times[pk]  # type: ignore[attr-defined]
    return [rows[pk] for pk in due_times if pk in rows]


def list_order(view: str) -> tuple[str, bool]:
    """The instant a saved view is ordered by, and whether it falls: at risk the next due time, else newest first."""
    return ("next_due", False) if view == "risk" else ("received_at", True)


def in_order(rows: QuerySet[Any], name: str, *, falling: bool) -> QuerySet[Any]:
    """The rows ordered by the instant `name`; the id decides between equals."""
    sign = "-" if falling else ""
    return rows.order_by(f"{sign}{name}", f"{sign}id")


def with_next_due(rows: QuerySet[Ticket]) -> QuerySet[Any]:
    """The rows with `next_due`, the earliest due time of their open clocks; None without one."""
    return rows.annotate(next_due=Subquery(_next_due()))


def _next_due() -> QuerySet[Any]:
    return open_clocks().values("ticket").annotate(soonest=Min("due_at")).values("soonest")


def beyond(name: str, key: tuple[datetime, int], *, smaller: bool) -> Q:
    """The rows after the place `key` of a list by the instant `name` and the id, falling where `smaller`."""
    at, number = key
    side = "lt" if smaller else "gt"
    return Q(**{f"{name}__{side}": at}) | Q(**{name: at, f"id__{side}": number})


def write_key(row: Any, name: str) -> str:
    """Where a row stands in its list, fit for an address."""
    return f"{getattr(row, name).timestamp():.6f}.{row.pk}"


def read_key(text: str) -> tuple[datetime, int] | None:
    """The place written by `write_key`; `None` for anything else, so that a spoilt address starts at the top."""
    seconds, _dot, number = text.rpartition(".")
    try:
        return datetime.fromtimestamp(float(seconds), tz=UTC), int(number)
    except (ValueError, OverflowError, OSError):
        return None


def _for_list(rows: QuerySet[Ticket]) -> QuerySet[Ticket]:
    workers = TicketParty.objects.filter(part=TicketParty.Part.TECHNICIAN, until=None).select_related("user")
    return rows.select_related(
        "customer", "category", "appliance__category", "appliance__model", "outlet", "owner", "address"
    ).prefetch_related(Prefetch("parties", workers, to_attr="workers"))


def living_of(user: User, customers: Iterable[Customer], limit: int = 20) -> list[Ticket]:
    """The living tickets of these customers in the person's scope, newest first, loaded for a list."""
    rows = Ticket.objects.visible_to(user).living().filter(customer__in=list(customers))
    return list(_for_list(rows).order_by("-received_at", "-id")[:limit])


def latest_of(user: User, customer: Customer, limit: int = 8) -> list[Ticket]:
    """The customer's last tickets in the person's scope, whatever became of them."""
    rows = Ticket.objects.visible_to(user).filter(customer=customer)
    return list(_for_list(rows).select_related("facts").order_by("-received_at", "-id")[:limit])


def last_visit_of(user: User, customer: Customer) -> datetime | None:
    """When somebody last completed work at the customer's."""
    rows = Ticket.objects.visible_to(user).filter(customer=customer)
    latest: datetime | None = rows.aggregate(at=Max("facts__completed_at"))["at"]
    return latest


def next_to_break_of(user: User, now: datetime, limit: int = 8) -> list[Ticket]:
    """The person's own living tickets whose clocks fall due next."""
    mine = _for_list(Ticket.objects.visible_to(user).living().filter(owner=user))
    rows: Any = with_next_due(mine)
    return list(rows.filter(next_due__isnull=False).order_by("next_due", "id")[:limit])


def look_alikes(
    user: User,
    now: datetime,
    *,
    customer: Customer | None = None,
    phone: str = "",
    address: Address | None = None,
    category: ProductCategory | None = None,
) -> list[Ticket]:
    """Living tickets of the last 30 days from the same customer, number or address, about the same product.

    Without a category every product counts. At most five, newest first.
    """
    same = Q()
    raw, number = read_phone(phone)
    if customer is not None:
        same |= Q(customer=customer)
    if raw:
        same |= Q(contact_phone=number) if number else Q(contact_phone_raw=raw)
    if address is not None:
        same |= Q(address=address)
    if not same:
        return []
    rows = Ticket.objects.visible_to(user).living().filter(same, received_at__gte=now - SAME_REQUEST_WITHIN)
    if category is not None:
        rows = rows.filter(Q(category=category) | Q(category=None))
    return list(_for_list(rows).order_by("-received_at", "-id")[:5])


def tickets_by_number(user: User, text: str, now: datetime, limit: int) -> list[Ticket]:
    """Tickets of the scope by whole number, or by its tail `NNNN` within the last 60 days, newest first."""
    number = "".join(text.split()).lstrip("#")
    rows = Ticket.objects.visible_to(user)
    if len(number) == len("260310-0001") and number[6:7] == "-":
        rows = rows.filter(number=number)
    elif number.replace("-", "").isdigit() and len(number.replace("-", "")) in {4, 10}:
        digits = number.replace("-", "")
        whole = [f"{digits[:6]}-{digits[6:]}"] if len(digits) == 10 else _numbers_ending(digits, now)
        rows = rows.filter(number__in=whole)
    else:
        return []
    return list(_for_list(rows).order_by("-received_at", "-id")[:limit])


def _numbers_ending(digits: str, now: datetime) -> list[str]:
    return [f"{now.astimezone(LOCAL) - timedelta(days=ago):%y%m%d}-{digits}" for ago in range(60)]


STORY_KINDS = {
    "calls": ("record_contact", "record_attempt", "schedule_callback"),
    "notes": ("add_note", "record_praise", "grant_exception"),
    "clocks": ("pause_clock", "resume_clock", "acknowledge_breach"),
}


def story_of(ticket: Ticket, kind: str = "") -> list[TicketEvent]:
    """The lines of the story, newest first, with those who acted; `kind` is a key of `STORY_KINDS` or “work”.

    Each line carries `outlets`, the outlets its data names, so that wording it asks the database nothing.
    """
    lines = TicketEvent.objects.filter(ticket=ticket).select_related("actor").order_by("-at", "-id")
    if kind in STORY_KINDS:
        lines = lines.filter(action__in=STORY_KINDS[kind])
    elif kind == "work":
        others = [action for actions in STORY_KINDS.values() for action in actions]
        lines = lines.exclude(action__in=others)
    found = list(lines[:300])
    named = {line.data["outlet"] for line in found if "outlet" in line.data}
    outlets = Outlet.objects.in_bulk(named) if named else {}
    for line in found:
        line.outlets = outlets  # type: ignore[attr-defined]
        # One ticket for all lines: what their words read of it is kept there.
        line.ticket = ticket
    return found
