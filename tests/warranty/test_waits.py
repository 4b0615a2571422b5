"""The ledger of waits: opened and ended by the clocks or by hand, one truth for the facts."""

from datetime import date, timedelta
from importlib import import_module
from typing import Any

import pgtrigger
import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.utils import InternalError

from servicedesk.errors import ActionError
from servicedesk.people.models import Role
from servicedesk.sla.ledger import open_reasons
from servicedesk.sla.models import SlaSegment, SlaTarget
from servicedesk.sla.services import pause_clocks, resume_clocks
from servicedesk.tickets.models import Outcome, Ticket
from servicedesk.tickets.services import cancel_ticket, pause_clock
from tests.defaults import load_defaults
from tests.make import NOW, make_ticket, make_user
from tests.make_sla import in_parallel
from tests.make_visits import MINUTE, make_ready, make_visit
from tests.make_warranty import SOLD, make_sold
from visits.services import complete_visit
from warranty.facts_builder import Question, known_facts
from warranty.models import PartsWait
from warranty.rules.facts import Facts, Wait
from warranty.waits import NewWait, end_wait, open_wait, strike_wait

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TODAY = date(2026, 3, 10)


def ticket_of(days: int = 20, **overrides: Any) -> Ticket:
    load_defaults()
    return make_ticket(customer=make_sold().customer, now=NOW - days * DAY, **overrides)


def facts_of(ticket: Ticket) -> Facts:
    assert ticket.appliance is not None
    return known_facts(ticket.appliance, Question(), ticket=ticket, now=NOW).facts


def stands_still(ticket: Ticket) -> bool:
    return bool(open_reasons(list(SlaSegment.objects.filter(clock__ticket=ticket, clock__kind="fix").order_by("id"))))


def by_hand(ticket: Ticket, **overrides: Any) -> PartsWait:
    fields: dict[str, Any] = {"cause": "no_parts", "since": TODAY - 5 * DAY, **overrides}
    assert ticket.appliance_id is not None
    return open_wait(ticket.appliance_id, NewWait(**fields), ticket=ticket, actor=make_user(Role.AGENT), now=NOW)


def test_a_pause_for_parts_opens_a_wait_and_its_end_ends_it() -> None:
    ticket = ticket_of()
    pause_clocks(ticket, "waiting_for_parts", at=NOW - 15 * DAY, actor=None, expected_end_at=NOW - 12 * DAY)
    wait = PartsWait.objects.get()
    assert (wait.since, wait.promised_on, wait.source) == (date(2026, 2, 23), date(2026, 2, 26), "clock")
    resume_clocks(ticket, at=NOW - 10 * DAY, actor=None)
    assert facts_of(ticket).parts_waits == (Wait(first=date(2026, 2, 23), last=date(2026, 2, 28)),)


def test_another_pause_on_top_leaves_the_wait_as_it_is() -> None:
    ticket = ticket_of()
    pause_clocks(ticket, "waiting_for_parts", at=NOW - 15 * DAY, actor=None)
    pause_clocks(ticket, "waiting_for_customer", at=NOW - 14 * DAY, actor=None)
    resume_clocks(ticket, at=NOW - 10 * DAY, actor=None, reason="waiting_for_customer")
    assert PartsWait.objects.get().ended_on is None


def test_the_days_of_a_cancelled_ticket_do_not_count() -> None:
    ticket = ticket_of()
    pause_clocks(ticket, "waiting_for_parts", at=NOW - 15 * DAY, actor=None)
    cancel_ticket(ticket.pk, "duplicate", actor=None, now=NOW)
    assert PartsWait.objects.get().ended_on == TODAY
    assert known_facts(make_appliance_of(ticket), Question(), ticket=None, now=NOW).facts.parts_waits == ()


def make_appliance_of(ticket: Ticket) -> Any:
    ticket.refresh_from_db()
    return ticket.appliance


def test_a_visit_that_lacks_a_part_waits_even_where_no_clock_may_stand_still() -> None:
    load_defaults()
    visit = make_visit(upto="working")
    SlaTarget.objects.update(pausable_by=[])
    make_ready(visit, Outcome.NEEDS_PART, now=NOW + 60 * MINUTE)
    complete_visit(visit.pk, actor=visit.technician.user, now=NOW + 60 * MINUTE)
    wait = PartsWait.objects.get()
    assert (wait.ticket_id, wait.since, wait.ended_on) == (visit.ticket_id, TODAY, None)


def test_a_wait_by_hand_lets_the_clocks_stand_still_and_its_end_lets_them_run() -> None:
    ticket = ticket_of()
    wait = by_hand(ticket, part="排水泵", promised_on=TODAY + 3 * DAY)
    assert stands_still(ticket)
    end_wait(wait.pk, TODAY - DAY, actor=make_user(Role.AGENT), now=NOW)
    assert not stands_still(ticket)
    assert facts_of(ticket).parts_waits == (Wait(first=TODAY - 5 * DAY, last=TODAY - DAY),)
    assert [event.action for event in ticket.events.order_by("id")][-2:] == ["open_wait", "end_wait"]


def test_a_delay_of_the_repairer_stops_no_clock_and_is_a_fact_of_its_own() -> None:
    ticket = ticket_of()
    by_hand(ticket, cause="repairer")
    assert not stands_still(ticket)
    assert facts_of(ticket).repairer_delays == (Wait(first=TODAY - 5 * DAY),)


def test_a_wait_sent_twice_is_one_and_another_is_refused_while_it_is_open() -> None:
    ticket = ticket_of()
    assert by_hand(ticket) == by_hand(ticket)
    with pytest.raises(ActionError) as refusal:
        by_hand(ticket, since=TODAY)
    assert refusal.value.code == "wait_already_open"


def test_a_struck_wait_ends_stays_and_no_longer_counts() -> None:
    ticket = ticket_of()
    wait = by_hand(ticket)
    strike_wait(wait.pk, "配件有货", actor=make_user(Role.MANAGER), now=NOW)
    wait.refresh_from_db()
    assert (wait.ended_on, facts_of(ticket).parts_waits) == (TODAY, ())
    assert by_hand(ticket, since=TODAY).pk != wait.pk


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"cause": "weather"}, "wait_cause_unknown", "cause"),
        ({"since": TODAY + DAY}, "day_in_future", "since"),
        ({"since": TODAY - 21 * DAY}, "wait_before_ticket", "since"),
        ({"since": SOLD - DAY}, "wait_before_sale", "since"),
        ({"part": "长" * 121}, "part_too_long", "part"),
        ({"promised_on": TODAY - 6 * DAY}, "promise_out_of_range", "promised_on"),
        ({"promised_on": date(2062, 3, 1)}, "promise_out_of_range", "promised_on"),
    ],
)
def test_a_bad_wait_is_refused_and_the_field_named(given: dict[str, Any], code: str, field: str) -> None:
    ticket = ticket_of()
    with pytest.raises(ActionError) as refusal:
        by_hand(ticket, **given)
    assert (refusal.value.code, refusal.value.field) == (code, field)


@pytest.mark.parametrize(("day", "code"), [(TODAY + DAY, "day_in_future"), (TODAY - 6 * DAY, "ended_before_begun")])
def test_a_wait_cannot_end_before_it_began_or_tomorrow(day: date, code: str) -> None:
    wait = by_hand(ticket_of())
    with pytest.raises(ActionError) as refusal:
        end_wait(wait.pk, day, actor=None, now=NOW)
    assert refusal.value.code == code


def test_the_database_freezes_what_has_ended_and_how_it_began() -> None:
    wait = by_hand(ticket_of())
    with pytest.raises(InternalError), transaction.atomic():
        PartsWait.objects.update(since=TODAY)
    end_wait(wait.pk, TODAY, actor=None, now=NOW)
    for change in (lambda: PartsWait.objects.update(ended_on=None), wait.delete):
        with pytest.raises(InternalError), transaction.atomic():
            change()


def test_waits_of_before_are_taken_from_the_ledgers_of_the_clocks() -> None:
    first, second, void = ticket_of(), ticket_of(), ticket_of()
    pause_clocks(first, "waiting_for_parts", at=NOW - 15 * DAY, actor=None, expected_end_at=NOW - 12 * DAY)
    pause_clocks(first, "waiting_for_customer", at=NOW - 14 * DAY, actor=None)
    resume_clocks(first, at=NOW - 10 * DAY, actor=None)
    pause_clocks(second, "waiting_for_parts", at=NOW - 5 * DAY, actor=None)
    pause_clocks(void, "waiting_for_parts", at=NOW - 5 * DAY, actor=None)
    cancel_ticket(void.pk, "duplicate", actor=None, now=NOW)
    wanted = ("ticket", "cause", "since", "promised_on", "ended_on")
    before = set(PartsWait.objects.exclude(ticket=void).values_list(*wanted))
    with pgtrigger.ignore("warranty.PartsWait:kept"):
        PartsWait.objects.all().delete()

    import_module("warranty.migrations.0005_waits_from_clocks").take_from_clocks(apps, None)

    assert set(PartsWait.objects.counting().values_list(*wanted)) == before
    assert len(before) == 2


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_open_one_wait() -> None:
    ticket = ticket_of()

    def pause() -> None:
        pause_clock(ticket.pk, "waiting_for_parts", actor=None, now=NOW, proof="PO-1")

    def record() -> None:
        by_hand(ticket, since=TODAY)

    errors = in_parallel(pause, record)
    assert PartsWait.objects.filter(ended_on=None).count() == 1
    assert {getattr(error, "code", error) for error in errors} <= {"wait_already_open", "nothing_to_pause"}
    connection.close()
