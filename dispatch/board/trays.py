"""The trays beside the board: what waits for a technician, for parts or the customer, or for somebody to look."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import get_language

from dispatch.board.shown import milliseconds
from dispatch.selectors.attention import attention_of_outlets
from dispatch.selectors.jobs import OTHER_MINUTES, USUAL_MINUTES
from dispatch.selectors.people import known_place
from dispatch.selectors.queue import CONDITIONS, SOONEST, queue_of
from dispatch.wording import words_of
from servicedesk.sla.models import ClockKind, ClockState, SlaClock, SlaSegment
from servicedesk.tickets.models import Ticket

# What a tray shows at once; the rest is counted and found in the queue.
LONGEST = 200
# How long what the rules say to the booked jobs is believed; a page asks anew before that.
BELIEVED_SECONDS = 300
# Within this, whoever asks next is given the answer of the one before: at eight everybody opens the board.
FRESH_SECONDS = 20
TRAYS = ("assign", "waiting", "attention")


def trays_of(user: Any, outlets: Iterable[int], now: datetime) -> dict[str, Any]:
    """The trays of the outlets: how many each holds, since when the oldest waits, and its rows as `columns.TRAY`."""
    shown = sorted(outlets)
    queue = queue_of(user, now).filter(outlet__in=shown)
    concerns = _concerns(shown)
    # Booked where it may not be any more, or broken or about to break while nobody is at work on it.
    late = CONDITIONS["risk"] & ~Q(state="in_service") & ~CONDITIONS["assign"]
    trays = {
        "assign": CONDITIONS["assign"],
        "waiting": CONDITIONS["waiting"],
        "attention": late | Q(pk__in=list(concerns)),
    }
    counts = queue.aggregate(**_counts(trays))
    rows = [
        [*row[1:], concerns.get(row[0], "") if name == "attention" else "", name]
        for name in TRAYS
        if counts[f"{name}_n"]
        for row in _rows(queue.filter(trays[name]))
    ]
    return {
        "counts": {
            name: {"n": counts[f"{name}_n"], "oldest": milliseconds(counts[f"{name}_oldest"])} for name in TRAYS
        },
        "rows": rows,
    }


def look_for_concerns(outlets: Iterable[int], now: datetime) -> int:
    """Asks the rules about all booked jobs and keeps the answer for the trays; returns how many break one.

    An answer somebody else got a moment ago stands.
    """
    shown = sorted(outlets)
    if cache.add(f"{_key(shown)}:asked", True, FRESH_SECONDS):
        found = attention_of_outlets(shown, now)
        kept = {one.assignment.ticket_id: " ".join(words_of(each) for each in one.findings) for one in found}
        cache.set(_key(shown), kept, BELIEVED_SECONDS)
    return len(_concerns(shown))


def _concerns(outlets: list[int]) -> dict[int, str]:
    """What spoke against booked jobs when it was last asked, in words by ticket."""
    kept: dict[int, str] = cache.get(_key(outlets)) or {}
    return kept


def _key(outlets: list[int]) -> str:
    return f"board-concerns:{get_language()}:{'-'.join(map(str, outlets))}"


def _counts(trays: dict[str, Q]) -> dict[str, Any]:
    asked: dict[str, Any] = {}
    for name, condition in trays.items():
        asked[f"{name}_n"] = Count("pk", filter=condition)
        asked[f"{name}_oldest"] = Min("received_at", filter=condition)
    return asked


def _rows(queue: QuerySet[Ticket]) -> list[list[Any]]:
    columns = (
        "pk",
        "number",
        "outlet_id",
        "state",
        "kind",
        "priority",
        "category__code",
        "address__district",
        "address__lat",
        "address__lon",
        "fault__minutes",
        "received_at",
        "next_due",
        "requested_from",
        "requested_until",
        "promised_from",
        "promised_until",
        "waits_for",
        "arrival_due",
    )
    arrival = SlaClock.objects.filter(ticket=OuterRef("pk"), kind=ClockKind.ARRIVAL, stopped_at=None)
    waits_for = Subquery(
        SlaSegment.objects.filter(
            clock__ticket=OuterRef("pk"),
            clock__stopped_at=None,
            clock__state=ClockState.PAUSED,
            kind=SlaSegment.Kind.PAUSED,
        )
        .order_by("-id")
        .values("reason")[:1]
    )
    found = queue.annotate(waits_for=waits_for, arrival_due=Subquery(arrival.values("due_at")[:1])).order_by(*SOONEST)
    return [_told(row) for row in found.values_list(*columns)[:LONGEST]]


def _told(row: tuple[Any, ...]) -> list[Any]:
    """The ticket's key, and the columns but for the last two."""
    key, number, outlet, state, kind, priority, category, district, lat, lon, minutes, received, due = row[:13]
    place = known_place(lat, lon)
    asked_from, asked_until, promised_from, promised_until, waits_for, arrival_due = row[13:]
    return [
        key,
        number,
        outlet,
        state,
        kind,
        priority,
        category or "",
        district or "",
        place and place.lat,
        place and place.lon,
        minutes or USUAL_MINUTES.get(kind, OTHER_MINUTES),
        milliseconds(received),
        milliseconds(due),
        milliseconds(promised_from or asked_from),
        milliseconds(promised_until or asked_until),
        promised_from is not None,
        waits_for or "",
        milliseconds(arrival_due),
    ]
