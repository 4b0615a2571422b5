"""Taps that arrive at the same moment, each over a connection of its own."""

from datetime import timedelta
from functools import partial

import pytest

from dispatch.services import Why, reassign_technician
from servicedesk.errors import ActionError
from servicedesk.tickets.models import TicketFacts
from tests.defaults import load_defaults
from tests.dispatch.races import at_once
from tests.make import NOW
from tests.make_dispatch import make_technician
from tests.make_visits import MINUTE, make_ready, make_visit
from visits.models import Callback, Visit, VisitEvent
from visits.services import ItemAnswer, answer_item, arrive, complete_visit

pytestmark = pytest.mark.django_db(transaction=True)

END = NOW + 99 * MINUTE


def test_eight_taps_on_arrive_are_one_arrival() -> None:
    load_defaults()
    visit = make_visit(upto="en_route")
    call = partial(arrive, visit.pk, actor=visit.technician.user, now=NOW + 50 * MINUTE)
    results = at_once([call] * 8)
    codes = [result.code for result in results if isinstance(result, ActionError)]
    assert codes == ["wrong_state"] * 7
    assert TicketFacts.objects.get(ticket=visit.ticket_id).visits == 1
    assert VisitEvent.objects.filter(visit=visit, step="arrive").count() == 1


def test_eight_taps_on_complete_are_one_completion_and_one_callback() -> None:
    load_defaults()
    visit = make_ready(make_visit(upto="working"), now=END)
    results = at_once([partial(complete_visit, visit.pk, actor=None, now=END)] * 8)
    assert sum(isinstance(result, Visit) for result in results) == 1
    assert Callback.objects.filter(ticket=visit.ticket_id).count() == 1


def test_the_same_answer_eight_times_at_once_is_one_answer() -> None:
    load_defaults()
    visit = make_visit(upto="working")
    call = partial(answer_item, visit.pk, ItemAnswer("5.2", "done"), actor=visit.technician.user, now=END)
    assert len({answer.pk for answer in at_once([call] * 8)}) == 1


def test_arriving_and_being_reassigned_at_once_end_in_one_of_the_two() -> None:
    load_defaults()
    visit = make_visit(upto="en_route")
    other = make_technician(visit.technician.outlet)
    start = NOW + timedelta(hours=3)
    now = NOW + 50 * MINUTE
    move = partial(
        reassign_technician,
        visit.ticket_id,
        other,
        start,
        start + timedelta(hours=1),
        Why("换人", "测试"),
        actor=None,
        now=now,
    )
    results = at_once([partial(arrive, visit.pk, actor=visit.technician.user, now=now), move])
    refused = [result for result in results if isinstance(result, ActionError)]
    visit = Visit.objects.select_related("ticket").get(pk=visit.pk)
    assert len(refused) == 1
    assert (visit.state, visit.ticket.state) in {("on_site", "in_service"), ("aborted", "scheduled")}
