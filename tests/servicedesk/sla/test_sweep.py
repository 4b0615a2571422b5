"""The sweep: each warning and breach is written once, with its notices, whoever looks and however often."""

import time
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.db import transaction

from servicedesk.notify import live
from servicedesk.notify.models import Notification
from servicedesk.people.models import Role, User
from servicedesk.sla.models import SlaClock, SlaEvent
from servicedesk.sla.services import pause_clocks, rebuild, resume_clocks, stop_clock
from servicedesk.sla.sweep import SweepResult, sweep_once
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.services import pause_clock
from tests.make import NOW, make_handed_over, make_outlet, make_ticket, make_user
from tests.make_sla import clock_of, in_parallel, load_promises


def after(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def make_open(**overrides: object) -> Ticket:
    return make_ticket(**{"channel": "email", "priority": 2, **overrides})


@pytest.fixture
def _promises(db: None) -> None:
    load_promises()


@pytest.fixture
def _kept_promises(transactional_db: None) -> None:
    """The same for tests with several connections, which see only what is committed."""
    load_promises()


def events_of(ticket: Ticket, kind: str) -> list[str]:
    found = SlaEvent.objects.filter(clock__ticket=ticket, clock__kind=kind).order_by("id")
    return list(found.values_list("level", flat=True))


@pytest.mark.usefixtures("_promises")
class TestOneSweeper:
    def test_nothing_is_written_before_the_warning(self) -> None:
        ticket = make_open()

        assert sweep_once(after(11)) == SweepResult()
        assert not SlaEvent.objects.filter(clock__ticket=ticket).exists()

    def test_at_the_warning_point_the_warning_is_written_and_the_breach_is_next(self) -> None:
        ticket = make_open()
        sweep_once(after(359))

        sweep_once(after(360))

        arrival = clock_of(ticket, "arrival")
        assert events_of(ticket, "arrival") == ["warn"]
        assert (arrival.next_fire_at, arrival.next_level, arrival.state) == (after(480), "breach", "running")

    def test_exactly_at_due_nothing_is_broken_yet(self) -> None:
        ticket = make_open()
        sweep_once(after(360))

        sweep_once(after(480))

        assert events_of(ticket, "arrival") == ["warn"]
        assert clock_of(ticket, "arrival").state == "running"

    def test_after_due_the_breach_is_dated_at_due_not_at_the_sweep(self) -> None:
        ticket = make_open()
        sweep_once(after(360))

        sweep_once(after(493))

        arrival = clock_of(ticket, "arrival")
        assert events_of(ticket, "arrival") == ["warn", "breach"]
        assert (arrival.state, arrival.breached_at, arrival.next_fire_at) == ("breached", after(480), None)
        event = SlaEvent.objects.get(clock=arrival, level="breach")
        assert (event.due_at, event.noticed_at) == (after(480), after(493))

    def test_a_late_sweep_writes_only_the_breach(self) -> None:
        ticket = make_open()

        sweep_once(after(5000))

        assert events_of(ticket, "arrival") == ["breach"]
        assert not Notification.objects.filter(kind="sla_warn").exists()

    def test_a_second_round_writes_nothing(self) -> None:
        make_open()
        first = sweep_once(after(5000))

        assert (first.breached, sweep_once(after(5001))) == (8, SweepResult())

    def test_a_stopped_or_paused_clock_is_left_alone(self) -> None:
        ticket = make_open()
        stop_clock(ticket, "fix", at=after(10), actor=None)
        pause_clocks(ticket, "waiting_for_customer", at=after(20), actor=None)

        sweep_once(after(5000))

        assert events_of(ticket, "fix") == events_of(ticket, "arrival") == []

    def test_a_warning_found_again_after_a_pause_is_not_told_twice(self) -> None:
        ticket = make_open()
        sweep_once(after(400))
        pause_clocks(ticket, "waiting_for_customer", at=after(410), actor=None)
        resume_clocks(ticket, at=after(420), actor=None)
        told = Notification.objects.filter(kind="sla_warn").count()

        sweep_once(after(480))

        assert events_of(ticket, "arrival") == ["warn"]
        assert Notification.objects.filter(kind="sla_warn").count() == told
        assert clock_of(ticket, "arrival").next_fire_at == after(490)

    def test_a_new_cycle_may_break_again(self) -> None:
        ticket = make_open()
        sweep_once(after(5000))
        clock = clock_of(ticket, "fix")
        SlaClock.objects.filter(pk=clock.pk).update(stopped_at=after(5001))
        SlaClock.objects.create(
            ticket=ticket,
            kind="fix",
            cycle=2,
            target=clock.target,
            target_minutes=60,
            started_at=after(6000),
            due_at=after(6060),
            next_fire_at=after(6060),
            next_level="breach",
        )

        sweep_once(after(6061))

        assert events_of(ticket, "fix") == ["breach", "breach"]

    def test_the_cache_agrees_with_the_ledger_after_the_sweep(self) -> None:
        ticket = make_open()

        sweep_once(after(5000))

        assert [rebuild(clock, at=after(5001)) for clock in ticket.clocks.all()] == [[]] * 8

    def test_batches_follow_each_other_until_nothing_is_due(self) -> None:
        for _ in range(3):
            make_open()

        assert sweep_once(after(5000), limit=4).breached == 24


@pytest.mark.usefixtures("_promises")
class TestWhoIsTold:
    def told(self, kind: str) -> set[object]:
        return {notice.recipient for notice in Notification.objects.filter(kind=kind, values__kind="arrival")}

    def test_a_warning_goes_to_the_owner_and_the_dispatchers_of_the_outlet(self) -> None:
        outlet = make_outlet()
        dispatcher, _supervisor = make_user(Role.DISPATCHER, outlet), make_user(Role.SUPERVISOR, outlet)
        make_user(Role.DISPATCHER, make_outlet())
        ticket = make_handed_over(outlet, channel="email", priority=2)

        sweep_once(after(361))

        assert self.told("sla_warn") == {ticket.owner, dispatcher}

    def test_a_breach_goes_to_the_owner_and_the_supervisors_of_the_outlet(self) -> None:
        outlet = make_outlet()
        supervisor, _dispatcher = make_user(Role.SUPERVISOR, outlet), make_user(Role.DISPATCHER, outlet)
        make_user(Role.SUPERVISOR)
        ticket = make_handed_over(outlet, channel="email", priority=2)

        sweep_once(after(481))

        assert self.told("sla_breach") == {ticket.owner, supervisor}

    @pytest.mark.parametrize("handed_over", [True, False])
    def test_without_a_supervisor_there_the_breach_goes_to_those_of_the_desk(self, handed_over: bool) -> None:
        desk = make_user(Role.SUPERVISOR)
        outlet = make_outlet()
        make_user(Role.SUPERVISOR, outlet, is_active=False)
        make = {"channel": "email", "priority": 2}
        ticket = make_handed_over(outlet, **make) if handed_over else make_ticket(**make)

        sweep_once(after(481))

        assert self.told("sla_breach") == {ticket.owner, desk}

    def test_somebody_who_has_left_is_not_told(self) -> None:
        ticket = make_open()
        ticket.owner.is_active = False
        ticket.owner.save(update_fields=["is_active"])

        sweep_once(after(361))

        assert self.told("sla_warn") == set()

    def test_a_notice_carries_numbers_and_codes_only(self) -> None:
        ticket = make_open()

        sweep_once(after(361))

        notice = Notification.objects.get(kind="sla_warn", values__kind="arrival")
        clock = clock_of(ticket, "arrival")
        due = notice.values.pop("due")
        assert notice.values == {"clock": clock.pk, "kind": "arrival", "cycle": 1, "percent": 75}
        assert datetime.fromisoformat(due) == after(480)
        assert notice.ticket == ticket

    def test_open_pages_of_the_desk_the_outlet_and_the_ticket_hear_of_it(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        heard: list[tuple[set[str], str, dict[str, object]]] = []
        outlet = make_outlet()
        ticket = make_handed_over(outlet, channel="email", priority=2)
        sweep_once(after(359))
        monkeypatch.setattr(live, "publish", lambda channels, kind, data: heard.append((set(channels), kind, data)))

        sweep_once(after(361))

        channels = {"desk", f"outlet:{outlet.pk}", f"ticket:{ticket.pk}"}
        assert heard == [(channels, "ticket", {"number": ticket.number, "action": "sla_warn"})]


@pytest.mark.usefixtures("_promises")
class TestAPoisonedRow:
    def poison(self, ticket: Ticket, kind: str) -> SlaClock:
        clock = clock_of(ticket, kind)
        SlaClock.objects.filter(pk=clock.pk).update(due_at=None)
        return clock

    def test_it_is_parked_with_its_reason_and_the_others_are_written(self) -> None:
        ticket, other = make_open(), make_open()
        bad = self.poison(ticket, "arrival")

        result = sweep_once(after(5000))

        assert (result.parked, result.breached) == (1, 15)
        bad.refresh_from_db()
        assert bad.next_fire_at is None
        assert "due_at" in bad.parked_reason
        assert events_of(other, "arrival") == ["breach"]

    def test_the_reason_shows_nothing_of_the_row(self) -> None:
        bad = self.poison(make_open(), "arrival")

        sweep_once(after(5000))

        bad.refresh_from_db()
        assert "Failing row" not in bad.parked_reason

    def test_the_next_action_on_it_brings_it_back(self) -> None:
        ticket = make_open()
        bad = self.poison(ticket, "arrival")
        sweep_once(after(5000))

        rebuild(bad, at=after(5001))

        bad.refresh_from_db()
        assert (bad.parked_reason, bad.state) == ("", "breached")
        assert events_of(ticket, "arrival") == ["breach"]


@pytest.mark.usefixtures("_kept_promises")
class TestSeveralSweepers:
    def test_four_at_once_write_each_breach_once(self) -> None:
        agent = make_user(Role.AGENT)
        tickets = [make_open(actor=agent) for _ in range(30)]

        errors = in_parallel(*[lambda: sweep_once(after(5000), limit=16)] * 4)
        sweep_once(after(5000))

        assert errors == []
        assert SlaEvent.objects.filter(level="breach").count() == len(tickets) * 8
        assert told_of_breaches(agent) == len(tickets) * 8
        assert not SlaClock.objects.exclude(state="breached").exists()

    def test_a_pause_against_a_sweep_ends_in_one_consistent_state(self) -> None:
        agent = make_user(Role.AGENT)
        for _ in range(12):
            ticket = make_open(actor=agent)

            errors = in_parallel(
                partial(pause_clock, ticket.pk, "waiting_for_customer", actor=None, now=after(479)),
                partial(sweep_once, after(481)),
            )
            sweep_once(after(482))

            arrival = clock_of(ticket, "arrival")
            assert errors == []
            # A pause stamped before due holds even when it is recorded after a sweep has seen due go by.
            assert (arrival.state, arrival.due_at, arrival.next_level) == ("paused", None, "pause")
            assert rebuild(arrival, at=after(483)) == []
            assert len(events_of(ticket, "arrival")) == len(set(events_of(ticket, "arrival")))

    def test_a_ticket_somebody_works_on_is_left_to_the_next_round_without_waiting(self) -> None:
        ticket = make_open()
        with transaction.atomic():
            Ticket.objects.select_for_update().get(pk=ticket.pk)
            seen: list[SweepResult] = []
            assert in_parallel(lambda: seen.append(sweep_once(after(5000)))) == []

        assert seen == [SweepResult()]
        assert sweep_once(after(5000)).breached == 8

    def test_an_action_and_a_sweep_over_the_same_tickets_never_deadlock(self) -> None:
        agent = make_user(Role.AGENT)
        tickets = [make_open(actor=agent) for _ in range(15)]

        def work() -> None:
            for ticket in tickets:
                with transaction.atomic():
                    locked = Ticket.objects.select_for_update().get(pk=ticket.pk)
                    stop_clock(locked, "arrival", at=after(5000), actor=None)

        def sweep() -> None:
            for _ in range(20):
                sweep_once(after(5000), limit=7)

        assert in_parallel(work, sweep, sweep) == []
        assert SlaEvent.objects.filter(clock__kind="arrival", level="breach").count() == len(tickets)

    def test_a_sweep_that_dies_before_its_commit_leaves_everything_to_the_next_round(self) -> None:
        make_open()
        with transaction.atomic():
            sweep_once(after(5000))
            transaction.set_rollback(True)

        assert not SlaEvent.objects.exists()
        assert sweep_once(after(5000)).breached == 8

    def test_two_thousand_overdue_clocks_are_written_in_one_round_within_seconds(self) -> None:
        pattern = make_open()
        clocks = list(pattern.clocks.all())
        twins = Ticket.objects.bulk_create(twin_of(pattern, n) for n in range(300))
        SlaClock.objects.bulk_create(twin_clock(clock, ticket) for ticket in twins for clock in clocks)
        began = time.monotonic()

        result = sweep_once(after(5000))

        assert result.breached == 301 * 8
        assert time.monotonic() - began < 8


def told_of_breaches(reader: User) -> int:
    """The breaches a person was told of, each by itself or gathered in a digest."""
    alone = Notification.objects.filter(kind="sla_breach", recipient=reader).count()
    gathered = Notification.objects.filter(kind="sla_digest", recipient=reader)
    return alone + sum(int(notice.values["breach"]) for notice in gathered)


def twin_of(ticket: Ticket, n: int) -> Ticket:
    """A copy of the ticket under another number, unsaved."""
    values = {field.attname: getattr(ticket, field.attname) for field in Ticket._meta.concrete_fields}
    values |= {"id": None, "number": f"260310-9{n:03d}", "token": f"token-{n}"}
    return Ticket(**values)


def twin_clock(clock: SlaClock, ticket: Ticket) -> SlaClock:
    """A copy of the clock on another ticket, unsaved."""
    values = {field.attname: getattr(clock, field.attname) for field in SlaClock._meta.concrete_fields}
    return SlaClock(**{**values, "id": None, "ticket_id": ticket.pk})
