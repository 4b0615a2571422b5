"""Why a clock is due when it is: the facts, and the page that shows them."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from servicedesk import clock
from servicedesk.people.models import Role, User
from servicedesk.sla.explain import clock_of_ticket, explain
from servicedesk.sla.models import SlaClock, SlaTarget
from servicedesk.sla.selectors import chip_of, chips, next_to_break, timers_late
from servicedesk.sla.services import pause_clocks, resume_clocks, start_clocks, stop_clock
from servicedesk.sla.sweep import sweep_once
from servicedesk.sla.wording import hours_text
from servicedesk.tickets.models import Ticket
from tests.make import NOW, make_handed_over, make_outlet, make_ticket, make_user
from tests.make_sla import clock_of, load_promises, local

pytestmark = pytest.mark.django_db
CUSTOMER, PARTS = "waiting_for_customer", "waiting_for_parts"


@pytest.fixture(autouse=True)
def _promises() -> None:
    load_promises()


def after(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def make_open(**overrides: object) -> Ticket:
    return make_ticket(**{"channel": "email", "priority": 2, **overrides})


def found(ticket: Ticket, kind: str) -> SlaClock:
    clock = clock_of_ticket(ticket, clock_of(ticket, kind).pk)
    assert clock is not None
    return clock


class TestChips:
    def test_a_ticket_shows_its_clocks_in_the_order_of_its_life(self) -> None:
        ticket = make_open()

        shown = chips([ticket], after(0))[ticket.pk]

        assert [chip.kind for chip in shown] == [
            "first_answer",
            "contact",
            "outlet_sent",
            "outlet_accept",
            "dispatch",
            "technician_contact",
            "arrival",
            "fix",
        ]

    def test_a_running_chip_counts_the_minutes_of_the_clock_on_the_wall(self) -> None:
        ticket = make_open()

        arrival = {chip.kind: chip for chip in chips([ticket], after(100))[ticket.pk]}["arrival"]

        assert (arrival.state, arrival.minutes_left, arrival.elapsed_minutes) == ("running", 380, None)

    def test_a_chip_is_overdue_although_nobody_swept(self) -> None:
        ticket = make_open()

        arrival = {chip.kind: chip for chip in chips([ticket], after(500))[ticket.pk]}["arrival"]

        assert (arrival.state, arrival.look, arrival.minutes_left) == ("breached", "breached", -20)

    def test_a_paused_chip_says_why_and_how_much_is_left(self) -> None:
        ticket = make_open()
        pause_clocks(ticket, PARTS, at=after(40), actor=None)

        fix = {chip.kind: chip for chip in chips([ticket], after(500))[ticket.pk]}["fix"]

        assert (fix.state, fix.paused_reason, fix.minutes_left, fix.due_at) == ("paused", PARTS, 1400, None)

    def test_a_promise_missed_for_good_looks_different_from_one_overdue(self) -> None:
        ticket = make_open()
        stop_clock(ticket, "arrival", at=after(500), actor=None)

        arrival = chip_of(clock_of(ticket, "arrival"), after(501))

        assert (arrival.state, arrival.look, arrival.minutes_left) == ("breached", "missed", None)

    def test_only_the_last_round_of_a_clock_is_shown(self) -> None:
        ticket = make_open()
        stop_clock(ticket, "fix", at=after(10), actor=None)
        start_clocks(ticket, ["fix"], at=after(3000), actor=None)

        fixes = [chip for chip in chips([ticket], after(3001))[ticket.pk] if chip.kind == "fix"]

        assert [(chip.cycle, chip.state) for chip in fixes] == [(2, "running")]

    def test_the_chips_of_a_whole_list_take_one_query(self, django_assert_num_queries: DjangoAssertNumQueries) -> None:
        tickets = [make_open() for _ in range(5)]
        pause_clocks(tickets[0], CUSTOMER, at=after(5), actor=None)

        with django_assert_num_queries(1):
            shown = chips(tickets, after(10))

        assert all(len(of_one) == 8 for of_one in shown.values())

    def test_a_ticket_without_clocks_has_no_chips(self) -> None:
        SlaTarget.objects.filter(clock__in=["first_answer", "contact"]).delete()
        suggestion = make_open(kind="suggestion")

        assert chips([suggestion], NOW) == {suggestion.pk: []}

    def test_the_next_to_break_is_the_open_clock_due_first(self) -> None:
        ticket = make_open()
        stop_clock(ticket, "outlet_sent", at=after(1), actor=None)
        stop_clock(ticket, "contact", at=after(1), actor=None)
        stop_clock(ticket, "outlet_accept", at=after(2), actor=None)

        first = next_to_break(chips([ticket], after(3))[ticket.pk])

        assert first is not None
        assert first.kind == "dispatch"

    def test_with_every_clock_standing_still_nothing_is_next_to_break(self) -> None:
        assert next_to_break([]) is None


class TestWhy:
    def test_the_policy_is_named_with_what_it_was_chosen_for(self) -> None:
        why = explain(found(make_open(), "arrival"), after(10))

        assert (why.policy.code, why.criteria, why.target.minutes) == ("default-p2", ["priority"], 480)

    def test_each_pause_has_its_reason_hand_and_end(self) -> None:
        ticket, agent = make_open(), make_user(Role.AGENT)
        pause_clocks(ticket, PARTS, at=after(10), actor=agent, note="pump ordered")
        pause_clocks(ticket, CUSTOMER, at=after(20), actor=None, expected_end_at=after(90))
        resume_clocks(ticket, at=after(50), actor=None, reason=PARTS)

        pauses = explain(found(ticket, "fix"), after(60)).pauses

        assert [(pause.reason, pause.since, pause.until) for pause in pauses] == [
            (PARTS, after(10), after(50)),
            (CUSTOMER, after(20), None),
        ]
        assert (pauses[0].actor, pauses[0].note, pauses[1].expected_end_at) == (agent, "pump ordered", after(90))

    def test_the_strip_reaches_from_start_to_due(self) -> None:
        ticket = make_open()
        pause_clocks(ticket, CUSTOMER, at=after(100), actor=None)
        resume_clocks(ticket, at=after(160), actor=None)

        strip = explain(found(ticket, "arrival"), after(200)).explanation.strip

        assert (strip[0].start, strip[-1].end) == (NOW, after(540))
        assert [piece.kind for piece in strip if piece.kind == "paused"] == ["paused"]

    def test_the_public_days_on_the_way_are_known_by_name(self) -> None:
        ticket = make_open(kind="complaint", now=local("2026-09-30 17:30"))

        why = explain(found(ticket, "complaint_answer"), local("2026-09-30 17:40"))

        assert {day.name_en for day in why.days.values()} == {"National Day"}
        assert why.explanation.reading.due_at == local("2026-10-08 10:30")

    def test_a_missing_year_of_public_days_is_flagged(self) -> None:
        ticket = make_open(kind="complaint", now=local("2026-12-31 17:30"))

        why = explain(found(ticket, "complaint_answer"), local("2026-12-31 17:40"))

        assert "holiday-data-missing" in why.explanation.reading.flags

    def test_a_stopped_clock_is_explained_as_it_ended(self) -> None:
        ticket = make_open()
        stop_clock(ticket, "arrival", at=after(49), actor=None)

        why = explain(found(ticket, "arrival"), after(5000))

        assert why.explanation.reading.state == "met"
        assert why.explanation.reading.elapsed_minutes == pytest.approx(49)

    def test_what_the_sweep_wrote_is_listed(self) -> None:
        ticket = make_open()
        sweep_once(after(361))
        sweep_once(after(481))

        assert [event.level for event in explain(found(ticket, "arrival"), after(500)).events] == ["warn", "breach"]


def page_of(ticket: Ticket, kind: str) -> str:
    clock_id = clock_of(ticket, kind).pk
    return reverse("clock_explain", kwargs={"number": ticket.number, "clock_id": clock_id})


def signed_in(user: User) -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(user)
    return client


class TestPage:
    def test_it_says_due_time_policy_pause_and_arithmetic(self) -> None:
        ticket = make_open()
        pause_clocks(ticket, CUSTOMER, at=after(100), actor=ticket.owner, note="on a journey")
        resume_clocks(ticket, at=after(160), actor=ticket.owner)

        with clock.at(after(200)):
            text = signed_in(ticket.owner).get(page_of(ticket, "arrival")).content.decode()

        for words in ("Due 2026-03-10 19:00", "default-p2", "Priority 2", "Waiting for the customer", "on a journey"):
            assert words in text
        assert "Used so far: 2 h 20 min." in text

    def test_a_fragment_is_the_panel_alone(self) -> None:
        ticket = make_open()

        answer = signed_in(ticket.owner).get(page_of(ticket, "arrival"), headers={"HX-Request": "true"})

        assert answer.content.decode().lstrip().startswith("<section")

    def test_the_page_uses_no_inline_style(self) -> None:
        ticket = make_open()

        text = signed_in(ticket.owner).get(page_of(ticket, "arrival")).content.decode()

        assert " style=" not in text

    def test_a_clock_of_another_ticket_is_not_found(self) -> None:
        ticket, other = make_open(), make_open()
        address = reverse("clock_explain", kwargs={"number": ticket.number, "clock_id": clock_of(other, "arrival").pk})

        assert signed_in(ticket.owner).get(address).status_code == 404

    def test_outside_his_scope_a_dispatcher_finds_nothing(self) -> None:
        ticket = make_handed_over(make_outlet(), channel="email")
        outsider = make_user(Role.DISPATCHER, make_outlet())

        assert signed_in(outsider).get(page_of(ticket, "arrival")).status_code == 404

    def test_it_takes_few_queries(self, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
        ticket = make_open()
        client = signed_in(ticket.owner)
        address = page_of(ticket, "arrival")
        client.get(address)

        with django_assert_max_num_queries(12):
            client.get(address)


class TestTimersLate:
    def test_without_a_sign_of_life_the_timers_are_late(self) -> None:
        assert timers_late(NOW)


@pytest.mark.parametrize(
    ("minutes", "text"), [(None, "–"), (49, "49 min"), (2880, "48 h"), (2910, "48 h 30 min"), (99, "1 h 39 min")]
)
def test_minutes_of_a_calendar_are_never_told_in_days(minutes: float | None, text: str) -> None:
    with translation.override("en"):
        assert hours_text(minutes) == text
