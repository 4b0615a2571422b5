"""Double booking under load: real connections, real PostgreSQL."""

from datetime import timedelta
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dispatch.models import ACTIVE, Assignment
from dispatch.services import Why, assign_technician, reassign_technician, refuse_assignment
from servicedesk import clock
from servicedesk.clock import LOCAL
from servicedesk.errors import ActionError
from servicedesk.people.models import Outlet, Role
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.services import cancel_ticket
from tests.dispatch.races import at_once
from tests.make import NOW, make_customer, make_handed_over, make_outlet, make_user
from tests.make_dispatch import make_assignment, make_technician

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
LATER = NOW + timedelta(minutes=5)
NOON = NOW + timedelta(hours=2)
HOUR = timedelta(hours=1)


def tickets_of(outlet: Outlet, count: int) -> list[Ticket]:
    """Tickets the outlet has accepted, of one customer and one agent to keep the making short."""
    customer, agent = make_customer(), make_user()
    return [make_handed_over(outlet, customer=customer, actor=agent) for _ in range(count)]


def refusals_in(results: list[object]) -> list[str]:
    """The codes of the refusals; anything else that was raised fails the test as what it is."""
    codes = []
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, ActionError):
            raise result
        if isinstance(result, ActionError):
            codes.append(result.code)
    return codes


def no_overlap() -> bool:
    spans = list(Assignment.objects.filter(state__in=ACTIVE).order_by("technician", "span"))
    return all(
        one.technician_id != next_one.technician_id or one.span.upper <= next_one.span.lower
        for one, next_one in pairwise(spans)
    )


def test_of_fifty_assignments_of_one_technician_and_time_exactly_one_holds() -> None:
    technician = make_technician()
    dispatcher = make_user(Role.DISPATCHER, technician.outlet)
    tickets = tickets_of(technician.outlet, 50)
    calls = [
        partial(assign_technician, ticket.pk, technician, NOON, NOON + HOUR, actor=dispatcher, now=LATER)
        for ticket in tickets
    ]
    results = at_once(calls)
    winners = [result for result in results if isinstance(result, Assignment)]
    assert len(winners) == 1
    assert refusals_in(results) == ["double_booked"] * 49
    named = {result.detail["number"] for result in results if isinstance(result, ActionError)}
    assert named == {winners[0].ticket.number}
    assert Assignment.objects.count() == 1
    assert Ticket.objects.filter(state="scheduled").count() == 1


def test_fifty_dispatchers_pressing_assign_get_one_yes_and_forty_nine_reasons() -> None:
    technician = make_technician()
    dispatcher = make_user(Role.DISPATCHER, technician.outlet)
    present = clock.now()
    customer, agent = make_customer(), make_user()
    tickets = [
        make_handed_over(technician.outlet, customer=customer, actor=agent, now=present - timedelta(minutes=10))
        for _ in range(50)
    ]
    local = (present + timedelta(minutes=30)).astimezone(LOCAL).replace(minute=30)
    typed = {"technician": technician.pk, "day": f"{local:%Y-%m-%d}", "start": f"{local:%H:%M}", "minutes": 60}
    headers = {"Accept": "application/json"}

    def press(ticket: Ticket, client: Client) -> Any:
        return client.post(reverse("assignment_create", args=[ticket.number]), typed, headers=headers)

    clients = [Client() for _ in tickets]
    for client in clients:
        client.force_login(dispatcher)
    answers = at_once([partial(press, *pair) for pair in zip(tickets, clients, strict=True)])
    refusals_in(answers)
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 49
    bodies = [answer.json() for answer in answers if answer.status_code == 409]
    winner = Assignment.objects.get()
    assert {(body["code"], body["detail"]["number"]) for body in bodies} == {("double_booked", winner.ticket.number)}
    assert all(winner.ticket.number in body["message"] for body in bodies)


def test_one_ticket_gets_one_technician_however_many_are_sent() -> None:
    outlet = make_outlet()
    technicians = [make_technician(outlet) for _ in range(10)]
    (ticket,) = tickets_of(outlet, 1)
    calls = [
        partial(assign_technician, ticket.pk, one, NOON, NOON + HOUR, actor=None, now=LATER) for one in technicians
    ]
    assert refusals_in(at_once(calls)) == ["wrong_state"] * 9
    assert ticket.assignments.count() == 1


def test_crossing_moves_of_two_technicians_end_without_deadlock() -> None:
    outlet = make_outlet()
    first, second = make_technician(outlet), make_technician(outlet)
    jobs = [make_assignment(first, NOON), make_assignment(second, NOON)]
    calls = [
        partial(
            reassign_technician,
            job.ticket_id,
            to,
            NOON + 2 * HOUR,
            NOON + 3 * HOUR,
            Why("换人", "客户同意"),
            actor=None,
            now=LATER,
        )
        for job, to in zip(jobs, (second, first), strict=True)
    ]
    for _round in range(5):
        assert set(refusals_in(at_once(calls))) <= {"nothing_changed"}
    assert no_overlap()
    assert Assignment.objects.filter(state__in=ACTIVE).count() == 2


def test_a_mixed_race_of_sixteen_ends_without_deadlock_and_without_overlap() -> None:
    outlet = make_outlet()
    crew = [make_technician(outlet) for _ in range(3)]
    waiting = tickets_of(outlet, 8)
    jobs = [make_assignment(one, NOON + place * HOUR) for one in crew for place in (0, 1)]
    moves = [
        partial(
            reassign_technician,
            job.ticket_id,
            crew[place % 3],
            NOON,
            NOON + HOUR,
            Why("换人", "客户同意"),
            actor=None,
            now=LATER,
        )
        for place, job in enumerate(jobs[:4], start=1)
    ]
    takes = [
        partial(assign_technician, ticket.pk, crew[place % 3], NOON, NOON + HOUR, actor=None, now=LATER)
        for place, ticket in enumerate(waiting)
    ]
    ends: list[Any] = [
        partial(refuse_assignment, jobs[4].pk, "生病", actor=None, now=LATER),
        partial(cancel_ticket, jobs[5].ticket_id, "customer_wish", actor=None, now=LATER),
        partial(refuse_assignment, jobs[0].pk, "生病", actor=None, now=LATER),
        partial(cancel_ticket, jobs[1].ticket_id, "customer_wish", actor=None, now=LATER),
    ]
    results = at_once([*moves, *takes, *ends])
    known = {"double_booked", "wrong_state", "not_assigned", "nothing_changed", "handover_not_accepted"}
    assert set(refusals_in(results)) <= known
    assert no_overlap()
    scheduled = Ticket.objects.filter(state="scheduled")
    assert scheduled.count() == Assignment.objects.filter(state__in=ACTIVE).count()
