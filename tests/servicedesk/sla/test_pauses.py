"""The pause ledger: proof, who bears the time, our own broken promises, and pauses that come back as tasks."""

from datetime import datetime, timedelta

import pytest

from servicedesk.errors import ActionError
from servicedesk.notify.models import Notification
from servicedesk.people.models import Role
from servicedesk.sla.models import SlaSegment
from servicedesk.sla.pauses import remind_once
from servicedesk.sla.services import rebuild
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.selectors import Filters, filtered
from servicedesk.tickets.services import pause_clock, record_contact, resume_clock
from tests.make import NOW, make_handed_over, make_outlet, make_ticket, make_user
from tests.make_sla import clock_of, load_promises

pytestmark = pytest.mark.usefixtures("_promises")


@pytest.fixture
def _promises(db: None) -> None:
    load_promises()


def after(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def make_open(**overrides: object) -> Ticket:
    return make_ticket(**{"channel": "email", "priority": 2, **overrides})


def test_a_line_says_what_shows_the_pause_and_who_bears_its_time() -> None:
    ticket = make_open()

    pause_clock(ticket.pk, "waiting_for_parts", actor=None, now=after(5), proof=" PO-4711 ")

    line = SlaSegment.objects.get(clock=clock_of(ticket, "fix"), kind="paused")
    assert (line.proof, line.bearer) == ("PO-4711", "supplier")


def test_waiting_for_parts_starts_the_clock_of_those_who_supply_them() -> None:
    ticket = make_open()
    pause_clock(ticket.pk, "waiting_for_parts", actor=None, now=after(5))
    assert clock_of(ticket, "part_supply").due_at == after(5 + 2880)

    resume_clock(ticket.pk, actor=None, now=after(100))

    supply = clock_of(ticket, "part_supply")
    assert (supply.state, supply.stopped_at) == ("met", after(100))


def test_a_visit_we_missed_is_not_paused_away() -> None:
    ticket = make_open()
    Ticket.objects.filter(pk=ticket.pk).update(promised_from=after(30), promised_until=after(60))

    with pytest.raises(ActionError) as refused:
        pause_clock(ticket.pk, "waiting_for_customer", actor=None, now=after(61))

    assert (refused.value.code, refused.value.status) == ("promise_missed_by_us", 409)
    assert not SlaSegment.objects.filter(kind="paused").exists()


def test_too_long_a_proof_is_refused_by_name() -> None:
    with pytest.raises(ActionError) as refused:
        pause_clock(make_open().pk, "waiting_for_customer", actor=None, now=after(1), proof="x" * 121)
    assert (refused.value.code, refused.value.field) == ("proof_too_long", "proof")


class TestAPauseThatShouldHaveEnded:
    def test_owner_and_dispatchers_are_asked_once_a_day_until_it_ends(self) -> None:
        outlet = make_outlet()
        dispatcher = make_user(Role.DISPATCHER, outlet)
        ticket = make_handed_over(outlet, channel="email", priority=2)
        pause_clock(ticket.pk, "waiting_for_customer", actor=None, now=after(5), expected_end_at=after(60))

        assert remind_once(after(59)) == 0
        assert remind_once(after(61)) > 0
        assert remind_once(after(62)) == 0

        told = Notification.objects.filter(kind="pause_overdue")
        assert {notice.recipient for notice in told} == {ticket.owner, dispatcher}
        remind_once(after(62 + 24 * 60))
        assert told.all().count() == 4
        resume_clock(ticket.pk, actor=None, now=after(70 + 24 * 60))
        assert remind_once(after(5000)) == 0

    def test_without_an_expected_end_a_day_is_long_enough(self) -> None:
        ticket = make_open()
        pause_clock(ticket.pk, "waiting_for_customer", actor=None, now=after(5))

        assert clock_of(ticket, "fix").pause_ends_at == after(5 + 24 * 60)

    def test_it_stands_in_the_list_of_pauses_to_check_until_then(self) -> None:
        ticket, agent = make_open(), make_user()
        pause_clock(ticket.pk, "waiting_for_customer", actor=None, now=after(5), expected_end_at=after(60))

        def listed(minute: float) -> list[Ticket]:
            return list(filtered(agent, Filters(view="pauses"), after(minute)))

        assert (listed(59), listed(60)) == ([], [ticket])
        resume_clock(ticket.pk, actor=None, now=after(70))
        assert listed(80) == []

    def test_the_cache_agrees_with_the_ledger(self) -> None:
        ticket = make_open()
        pause_clock(ticket.pk, "waiting_for_parts", actor=None, now=after(5), expected_end_at=after(60))
        pause_clock(ticket.pk, "waiting_for_customer", actor=None, now=after(9), expected_end_at=after(40))

        assert clock_of(ticket, "fix").pause_ends_at == after(40)
        assert [rebuild(clock, at=after(50)) for clock in ticket.clocks.filter(stopped_at=None)] == [[]] * 9


class TestTheFirstAnswer:
    @pytest.mark.parametrize(("channel", "minutes"), [("message", 15), ("web", 240), ("email", 240)])
    def test_each_channel_has_its_own_target(self, channel: str, minutes: float) -> None:
        assert clock_of(make_ticket(channel=channel, priority=3), "first_answer").target_minutes == minutes

    @pytest.mark.parametrize(("channel", "minutes"), [("phone", 0.25), ("chat", 1)])
    def test_whoever_speaks_is_answered_at_once(self, channel: str, minutes: float) -> None:
        answer = clock_of(make_ticket(channel=channel, priority=3), "first_answer")
        assert (answer.target_minutes, answer.state, answer.elapsed_minutes) == (minutes, "met", 0)

    def test_a_caller_who_waited_past_the_third_ring_was_answered_late(self) -> None:
        ticket = make_ticket(
            channel="phone", received_at=after(-1), answered_at=NOW - timedelta(seconds=44), priority=3
        )
        answer = clock_of(ticket, "first_answer")
        assert answer.state == "breached"
        assert answer.breached_at == NOW - timedelta(seconds=45)

    def test_reaching_the_customer_answers_a_letter(self) -> None:
        ticket = make_open()
        record_contact(ticket.pk, reached=False, actor=None, now=after(5))
        assert clock_of(ticket, "first_answer").state == "running"

        record_contact(ticket.pk, reached=True, actor=None, now=after(9))

        assert clock_of(ticket, "first_answer").state == "met"

    def test_an_answer_before_the_call_is_refused(self) -> None:
        with pytest.raises(ActionError) as refused:
            make_ticket(channel="phone", received_at=after(-5), answered_at=after(-6))
        assert refused.value.field == "answered_at"
