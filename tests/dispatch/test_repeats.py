"""A fault that comes back: the warning after one failed repair, the proposal after two."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from dispatch.selectors.repeats import proposal_of, repeat_of
from servicedesk.catalogue.models import FaultCode
from servicedesk.people.models import Role
from servicedesk.tickets.models import Ticket
from tests.defaults import load_defaults
from tests.make import NOW, make_handed_over, make_outlet, make_user
from tests.make_desk import browser_of
from tests.make_dispatch import make_shift, make_technician
from tests.make_learning import make_cured
from visits.models import Visit

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def fault(db: None) -> FaultCode:
    load_defaults()
    return FaultCode.objects.get(category__code="washing_machine", code="noise")


def came_back(fault: FaultCode, *days: int) -> Ticket:
    """A living ticket after repairs of the same appliance, each so many days before, by other hands each time."""
    outlet = make_outlet()
    same: dict[str, Any] = {"fault": fault}
    for ago in sorted(days, reverse=True):
        at = NOW - ago * DAY
        hand = make_technician(outlet, level=2)
        make_shift(hand, at - DAY, at + DAY)
        done = make_cured(technician=hand, now=at, **same)
        same = {"fault": fault, "customer": done.customer, "appliance": done.appliance}
    return make_handed_over(outlet, now=NOW, **same)


def test_the_first_repair_of_an_appliance_warns_of_nothing(fault: FaultCode) -> None:
    ticket = make_handed_over(make_outlet(), fault=fault)
    repeat = repeat_of(ticket, NOW + DAY)
    assert (repeat.times, repeat.first, proposal_of(ticket, repeat).kinds) == (0, None, [])


def test_one_failed_repair_warns_and_proposes_nothing_yet(fault: FaultCode) -> None:
    ticket = came_back(fault, 20)
    repeat = repeat_of(ticket, NOW + DAY)
    first = Visit.objects.get().technician
    assert repeat.first is not None
    assert (repeat.times, repeat.first.technician) == (1, first)
    make_technician(ticket.outlet, level=3)
    assert proposal_of(ticket, repeat).kinds == []


def test_after_two_failed_repairs_higher_skill_and_another_outlet_are_proposed(fault: FaultCode) -> None:
    ticket = came_back(fault, 40, 20)
    better = make_technician(ticket.outlet, level=3)
    elsewhere = make_technician(make_outlet(), level=3)
    repeat = repeat_of(ticket, NOW + DAY)
    proposal = proposal_of(ticket, repeat)
    assert repeat.times == 2
    assert [one.technician for one in proposal.people] == [better]
    assert [one.outlet for one in proposal.outlets] == [elsewhere.outlet]
    ticket.outlet = elsewhere.outlet
    assert proposal_of(ticket, repeat).kinds == []


def test_another_fault_counts_within_thirty_days_only_and_the_same_for_three_years(fault: FaultCode) -> None:
    other = FaultCode.objects.get(category__code="washing_machine", code="leak")
    ticket = came_back(fault, 60)
    assert repeat_of(ticket, NOW + DAY).times == 1
    ticket.fault = other
    assert repeat_of(ticket, NOW + DAY).times == 0
    soon = came_back(fault, 20)
    soon.fault = other
    assert repeat_of(soon, NOW + DAY).times == 1


def test_the_dispatcher_sees_the_warning_and_the_proposal_among_the_candidates(fault: FaultCode) -> None:
    ticket = came_back(fault, 40, 20)
    better = make_technician(ticket.outlet, level=3, name="高师傅")
    assert better.outlet == ticket.outlet
    assert ticket.outlet is not None
    dispatcher = browser_of(make_user(Role.DISPATCHER, ticket.outlet))
    page = dispatcher.get(reverse("candidate_list", args=[ticket.number])).content.decode()
    assert "data-repeat" in page
    assert "data-proposal" in page
    assert "高师傅" in page
    panel = dispatcher.get(reverse("history_panel", args=[ticket.number])).content.decode()
    assert panel.count("更换排水泵") == 2
    history = dispatcher.get(reverse("appliance_history", args=[ticket.appliance_id])).content.decode()
    assert history.count("更换排水泵") == 2
