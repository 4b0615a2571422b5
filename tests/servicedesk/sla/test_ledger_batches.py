"""However its lines were recorded, one by one or many at once, a ledger gives a clock the same columns."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from servicedesk.sla import ledger
from servicedesk.sla.calendars import Calendars, calendars
from servicedesk.sla.models import SlaClock, SlaSegment
from servicedesk.sla.services import rebuild
from tests.make import make_ticket
from tests.make_sla import clock_of, load_promises, local

pytestmark = pytest.mark.django_db
START = local("2026-03-10 10:00")
CUSTOMER, PARTS = "waiting_for_customer", "waiting_for_parts"
Line = tuple[str, int, str, int]

lines = st.lists(
    st.tuples(
        st.sampled_from(["paused", "running", "paused", "running", "window", "target", "upheld", "closed"]),
        st.integers(0, 400),
        st.sampled_from([CUSTOMER, PARTS]),
        st.integers(-60, 240),
    ),
    min_size=1,
    max_size=8,
)


def line_of(clock: SlaClock, drawn: Line, at: datetime) -> SlaSegment:
    kind, _minutes, reason, number = drawn
    line = SlaSegment(clock=clock, kind=kind, at=at)
    if kind == "paused":
        line.reason = reason
    elif kind == "window":
        line.expected_end_at = START + timedelta(minutes=number * 5) if number > 0 else None
    elif kind == "target":
        line.minutes_added = float(number)
        clock.target_minutes += number
    elif kind == "upheld" and number > 0:
        line.expected_end_at = at
    return line


def columns(clock: SlaClock) -> dict[str, object]:
    return {name: getattr(clock, name) for name in ledger.COLUMNS if name != "row_version"}


def record(clock: SlaClock, drawn: list[Line], sizes: list[int], book: Calendars) -> SlaClock:
    """The clock after its lines were recorded in batches of `sizes`, its columns written after each batch.

    What follows from a line is read at that moment, as an action does.
    """
    clock.target_minutes = 120
    kept: list[SlaSegment] = [SlaSegment(clock=clock, kind="running", at=START)]
    waiting, at = list(drawn), START
    while waiting:
        size = sizes.pop(0) if sizes else len(waiting)
        batch, waiting = waiting[:size], waiting[size:]
        for each in batch:
            if any(line.kind == "closed" for line in kept):
                break
            at += timedelta(minutes=each[1])
            kept.append(line_of(clock, each, at))
        ledger.write_columns(clock, kept, ledger.read(clock, kept, book, at))
    ledger.write_columns(clock, kept, ledger.read(clock, kept, book, START + timedelta(days=4)))
    return clock


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=lines, sizes=st.lists(st.integers(1, 4), max_size=8))
def test_any_batching_of_the_lines_gives_the_same_columns(drawn: list[Line], sizes: list[int]) -> None:
    if not SlaClock.objects.exists():
        load_promises()
        make_ticket(kind="complaint", channel="email", priority=3, now=START)
    clock, book = SlaClock.objects.select_related("target").get(kind="complaint_answer"), calendars()

    whole = columns(record(clock, drawn, [len(drawn)], book))
    one_by_one = columns(record(clock, drawn, [1] * len(drawn), book))
    split = columns(record(clock, drawn, sizes, book))

    assert whole == one_by_one == split


def test_lines_written_at_once_rebuild_the_columns_of_lines_written_one_by_one() -> None:
    load_promises()
    moments = {"paused": 30, "running": 75, "window": 90, "target": 100}
    clocks = []
    for _number in range(2):
        ticket = make_ticket(kind="complaint", channel="email", priority=3, now=START)
        clocks.append(clock_of(ticket, "complaint_answer"))
    for number, clock in enumerate(clocks):
        made = []
        for kind, minute in moments.items():
            at = START + timedelta(minutes=minute)
            made.append(line_of(clock, (kind, 0, CUSTOMER, 30), at))
            if number == 0:
                made.pop().save()
                SlaClock.objects.filter(pk=clock.pk).update(target_minutes=clock.target_minutes)
                rebuild(clock, at=at)
        SlaSegment.objects.bulk_create(made)
        SlaClock.objects.filter(pk=clock.pk).update(target_minutes=clock.target_minutes)
        rebuild(clock, at=START + timedelta(minutes=110))
    first, second = (SlaClock.objects.get(pk=clock.pk) for clock in clocks)
    assert columns(first) == columns(second)
