"""What the board says by itself while a job is moved is what the server's rules say to the same place."""

import random
from collections.abc import Callable
from datetime import datetime

import pytest
from playwright.sync_api import Page

from dispatch.models import Technician, TravelProfile
from servicedesk.people.models import Address
from servicedesk.sla.models import ClockKind, SlaClock
from servicedesk.tickets.models import Ticket
from tests.dispatch.test_browser import HOUR, NOON
from tests.make import make_category, make_handed_over
from tests.make_dispatch import make_absence, make_assignment, make_technician

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.usefixtures("morning")]
# The rules the board knows by itself, by the name of its hint. Of the others (certificates, districts, wishes of the
# customer, lunch) only the server speaks.
CODES = {
    "skill": "skill_missing",
    "absent": "absent",
    "shift": "outside_shift",
    "overlap": "double_booked",
    "promise": "outside_promised_window",
    "late": "arrival_late",
    "travel": "travel_tight",
}
BOTH = """async (moves) => {
  const { hintsOf, subjectOf } = await import('/static/js/board/hints.js');
  const board = document.querySelector('dispatch-board');
  const { store } = board;
  const said = [];
  for (const [number, technician, start] of moves) {
    const subject = subjectOf(store.jobByNumber(number) ?? store.trayRow(number));
    const hints = hintsOf(store, subject, technician, start, board.now());
    const { minutes } = subject;
    const fields = { technician, day: store.zone.day(start), start: store.zone.clock(start), minutes };
    const answer = await fetch(`${board.url('check', number)}?${new URLSearchParams(fields)}`);
    const told = await answer.json();
    said.push([hints.map(({ code, hard, values }) => [code, hard, values?.n ?? null]), told.findings]);
  }
  return said;
}"""


def put_at(ticket: Ticket, lat: float, lon: float) -> None:
    """Gives the ticket's address a place."""
    Address.objects.filter(pk=ticket.address_id or 0).update(lat=lat, lon=lon)


@pytest.fixture
def technician() -> Technician:
    return make_technician(name="李强")


def test_the_boards_own_hints_and_the_servers_verdict_name_the_same_rules(
    dispatcher: Callable[..., Page], technician: Technician
) -> None:
    dice = random.Random(5)
    away = make_technician(technician.outlet, name="赵敏")
    unskilled = make_technician(technician.outlet, name="孙涛", category=make_category("air_conditioner"))
    make_absence(away, NOON + HOUR, NOON + 2 * HOUR)
    TravelProfile.objects.create(outlet=technician.outlet, hour_from=12, hour_until=14, minutes_per_km=2.4)
    numbers = []
    for one, hours in ((technician, (0, 2, 4)), (away, (-1, 3))):
        for hour in hours:
            job = make_assignment(one, NOON + hour * HOUR, 45)
            put_at(job.ticket, 31.46 + dice.uniform(-0.08, 0.08), 104.73 + dice.uniform(-0.08, 0.08))
            numbers.append(job.ticket.number)
    promised = Ticket.objects.get(number=numbers[1])
    Ticket.objects.filter(pk=promised.pk).update(promised_from=NOON + HOUR, promised_until=NOON + 2 * HOUR)
    waiting = make_handed_over(technician.outlet)
    numbers.append(waiting.number)
    for ticket in (waiting, Ticket.objects.get(number=numbers[0])):
        SlaClock.objects.filter(ticket=ticket, kind=ClockKind.ARRIVAL).update(due_at=NOON + 3 * HOUR)
    crew = [technician.pk, away.pk, unskilled.pk]
    # The end of what is promised is drawn for certain: there the two once differed.
    moves = [
        [promised.number, technician.pk, ms(NOON + 2 * HOUR)],
        [promised.number, away.pk, ms(NOON + 9 * HOUR / 4)],
    ]
    moves += [
        [dice.choice(numbers), dice.choice(crew), ms(NOON + dice.randrange(-6, 27) * HOUR / 4)] for _ in range(70)
    ]
    page = dispatcher()
    met: set[str] = set()
    for move, (hints, findings) in zip(moves, page.evaluate(BOTH, moves), strict=True):
        here = {CODES[code] for code, _hard, _minutes in hints if code in CODES}
        there = {one["code"]: one for one in findings if one["code"] in CODES.values()}
        assert here == set(there), move
        assert {CODES[code] for code, hard, _ in hints if hard} == {code for code in there if there[code]["hard"]}, (
            move
        )
        roads = [minutes for code, _hard, minutes in hints if code == "travel"]
        if roads:
            assert roads[0] == there["travel_tight"]["values"]["minutes"], move
        met |= here
    assert met == set(CODES.values())


def ms(instant: datetime) -> int:
    """Milliseconds of the epoch."""
    return round(instant.timestamp() * 1000)
