"""Ladders: who hears of a broken promise, step by step, until somebody takes it on."""

from datetime import datetime, timedelta
from functools import partial

import pytest

from servicedesk.errors import ActionError
from servicedesk.notify.models import Notification
from servicedesk.people.models import Outlet, Role, User
from servicedesk.sla.escalation.climbing import ClimbResult, climb_once
from servicedesk.sla.escalation.models import Escalation, Ladder, LadderStep, NoticeRules
from servicedesk.sla.escalation.told import told_of
from servicedesk.sla.models import SlaTarget
from servicedesk.sla.services import pause_clocks, resume_clocks, stop_clock
from servicedesk.sla.sweep import sweep_once
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.services import acknowledge_breach, close_ticket, reopen_ticket
from servicedesk.worktime.defaults import WORK
from servicedesk.worktime.models import WorkCalendar
from tests.make import NOW, make_handed_over, make_outlet, make_ticket, make_user
from tests.make_sla import clock_of, in_parallel, load_promises


def after(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


@pytest.fixture
def outlet_ticket(db: None) -> Ticket:
    """P2 by e-mail at 10:00 local time, handed over: arrival due at 18:00, half a target later at 22:00."""
    load_promises()
    outlet = make_outlet()
    make_user(Role.DISPATCHER, outlet)
    make_user(Role.SUPERVISOR, outlet)
    make_user(Role.MANAGER)
    return make_handed_over(outlet, channel="email", priority=2)


def roles_told(key: str, kind: str = "arrival") -> list[str]:
    found = Notification.objects.filter(event_key__endswith=f":{key}", values__kind=kind)
    return sorted(found.values_list("recipient__role", flat=True))


def run_until(minute: float) -> None:
    """Sweep and climb every ten minutes up to `minute`, as the timers would."""
    for passed in range(0, int(minute) + 1, 10):
        sweep_once(after(passed))
        climb_once(after(passed))


def only_arrival(ticket: Ticket) -> None:
    for clock in ticket.clocks.filter(stopped_at=None).exclude(kind="arrival"):
        stop_clock(ticket, clock.kind, at=after(1), actor=None)


def step_at(percent: int) -> None:
    """One more step of the ladder of arrivals, for the supervisors."""
    LadderStep.objects.create(
        ladder=Ladder.objects.get(code="default-arrival"),
        moment="percent",
        percent=percent,
        recipients=["supervisor"],
        channels=["in_app"],
    )


class TestTheClimb:
    def test_each_step_tells_its_own_people_once(self, outlet_ticket: Ticket) -> None:
        only_arrival(outlet_ticket)
        Ladder.objects.filter(code="default-arrival").update(waits_at_night=False)

        run_until(740)

        assert roles_told("warn") == ["agent", "dispatcher"]
        assert roles_told("breach") == ["agent", "supervisor"]
        assert roles_told("p150") == ["manager"]
        assert not Notification.objects.filter(kind="sla_repeat").exists()

    def test_it_is_told_again_every_half_hour_until_somebody_takes_it_on(self, outlet_ticket: Ticket) -> None:
        only_arrival(outlet_ticket)
        Ladder.objects.filter(code="default-arrival").update(waits_at_night=False)
        run_until(790)
        assert [roles_told(f"r{n}") for n in (1, 2)] == [["manager"], ["manager"]]
        supervisor = User.objects.get(role=Role.SUPERVISOR)

        assert acknowledge_breach(outlet_ticket.pk, actor=supervisor, now=after(795)) == ["arrival"]
        run_until(1000)

        assert roles_told("r3") == []
        row = Escalation.objects.get(clock=clock_of(outlet_ticket, "arrival"))
        assert (row.acknowledged_by, row.next_at) == (supervisor, None)

    def test_what_can_wait_is_told_in_the_morning(self, outlet_ticket: Ticket) -> None:
        only_arrival(outlet_ticket)

        run_until(720)
        assert roles_told("p150") == []
        assert Escalation.objects.get().next_at == after(21 * 60)

        climb_once(after(21 * 60 - 1))
        assert roles_told("p150") == []
        climb_once(after(21 * 60))
        assert roles_told("p150") == ["manager"]

    def test_a_promise_kept_late_is_told_no_further(self, outlet_ticket: Ticket) -> None:
        only_arrival(outlet_ticket)
        run_until(490)
        stop_clock(outlet_ticket, "arrival", at=after(495), actor=None)

        run_until(2000)

        assert roles_told("p150") == []
        assert Escalation.objects.get().next_at is None

    def test_a_pause_after_the_breach_does_not_silence_it(self, outlet_ticket: Ticket) -> None:
        only_arrival(outlet_ticket)
        Ladder.objects.filter(code="default-arrival").update(waits_at_night=False)
        run_until(490)
        pause_clocks(outlet_ticket, "waiting_for_customer", at=after(495), actor=None)

        run_until(730)

        assert roles_told("p150") == ["manager"]

    def test_the_end_of_a_pause_after_the_breach_brings_no_repeat_early(self, outlet_ticket: Ticket) -> None:
        only_arrival(outlet_ticket)
        Ladder.objects.filter(code="default-arrival").update(waits_at_night=False)
        run_until(490)
        pause_clocks(outlet_ticket, "waiting_for_customer", at=after(495), actor=None)
        run_until(730)
        resume_clocks(outlet_ticket, at=after(731), actor=None)

        climb_once(after(732))
        assert not Notification.objects.filter(kind="sla_repeat").exists()
        run_until(760)
        assert Notification.objects.filter(kind="sla_repeat").exists()

    def test_a_share_counts_in_the_minutes_of_the_calendar(self, outlet_ticket: Ticket) -> None:
        only_arrival(outlet_ticket)
        clock = clock_of(outlet_ticket, "arrival")
        SlaTarget.objects.filter(pk=clock.target_id).update(calendar=WorkCalendar.objects.get(code=WORK))
        Ladder.objects.filter(code="default-arrival").update(waits_at_night=False)

        run_until(900)
        assert roles_told("p150") == []
        # Due at the close of the day; four working hours later it is 13:00 of the next.
        climb_once(after(27 * 60))
        assert roles_told("p150") == ["manager"]

    def test_a_step_before_due_is_told_before_the_breach(self, outlet_ticket: Ticket) -> None:
        only_arrival(outlet_ticket)
        step_at(90)

        run_until(430)
        assert roles_told("p90") == []
        run_until(440)

        assert roles_told("p90") == ["supervisor"]

    def test_a_step_before_the_warning_begins_the_climb_and_waits_out_a_pause(self, outlet_ticket: Ticket) -> None:
        step_at(40)
        ticket = make_handed_over(Outlet.objects.get(), channel="email", priority=2)
        run_until(100)
        pause_clocks(ticket, "waiting_for_customer", at=after(100), actor=None)
        run_until(150)
        resume_clocks(ticket, at=after(150), actor=None)

        # 40 % are 192 of 480 minutes; fifty of the minutes since were a pause.
        climb_once(after(241))
        assert roles_told("p40") == []
        climb_once(after(243))
        assert roles_told("p40") == ["supervisor"]

        sweep_once(after(411))
        assert roles_told("warn") == ["agent", "agent", "dispatcher", "dispatcher"]

    def test_a_step_before_a_night_is_not_told_after_it(self, outlet_ticket: Ticket) -> None:
        target = clock_of(outlet_ticket, "arrival").target
        target.calendar, target.minutes = WorkCalendar.objects.get(code=WORK), 600
        target.save()
        step_at(78)
        ticket = make_handed_over(Outlet.objects.get(), channel="email", priority=2)
        only_arrival(ticket)
        only_arrival(outlet_ticket)
        stop_clock(outlet_ticket, "arrival", at=after(1), actor=None)

        # Due at eleven of the next morning; 78 % are used up twelve minutes before the desk closes at six.
        run_until(460)
        climb_once(after(467))
        assert roles_told("p78") == []
        climb_once(after(468))
        assert roles_told("p78") == ["supervisor"]

    def test_the_steps_and_names_can_be_read_afterwards(self, outlet_ticket: Ticket) -> None:
        only_arrival(outlet_ticket)
        run_until(490)

        told = told_of(clock_of(outlet_ticket, "arrival"))

        assert [len(step.names) for step in told] == [2, 2]
        assert [step.icon for step in told] == ["alert-triangle", "alert-octagon"]

    def test_two_who_climb_at_once_tell_each_step_once(self, transactional_db: None) -> None:
        load_promises()
        make_user(Role.MANAGER)
        agent = make_user()
        for _ in range(6):
            make_ticket(channel="email", priority=2, actor=agent)
        NoticeRules.objects.update(most_a_minute=1000)
        sweep_once(after(5000))

        errors = in_parallel(*[partial(climb_once, after(20_000), 7)] * 3)
        climb_once(after(20_000))

        assert errors == []
        keys = Notification.objects.filter(kind="sla_step").values_list("event_key", flat=True)
        assert len(keys) == len(set(keys)) == 6 * 8

    def test_a_round_without_anything_due_does_nothing(self, outlet_ticket: Ticket) -> None:
        assert climb_once(after(0)) == ClimbResult()


class TestWhichLadder:
    def test_the_one_for_the_clock_and_priority_goes_before_all_others(self, outlet_ticket: Ticket) -> None:
        only_arrival(outlet_ticket)
        special = Ladder.objects.create(
            code="p2-arrival", name_zh="P2 上门", name_en="Arrival of P2", clock="arrival", priority=2
        )
        LadderStep.objects.create(ladder=special, moment="breach", recipients=["manager"], channels=["in_app"])

        run_until(490)

        assert roles_told("warn") == []
        assert roles_told("breach") == ["manager"]

    def test_without_a_ladder_the_breach_is_written_and_nobody_told(self, outlet_ticket: Ticket) -> None:
        Ladder.objects.update(is_active=False)
        only_arrival(outlet_ticket)

        run_until(490)

        assert clock_of(outlet_ticket, "arrival").state == "breached"
        assert not Notification.objects.filter(kind__startswith="sla_").exists()


class TestTakingOn:
    def test_there_must_be_something_overdue(self, outlet_ticket: Ticket) -> None:
        with pytest.raises(ActionError) as refused:
            acknowledge_breach(outlet_ticket.pk, actor=None, now=after(5))
        assert refused.value.code == "nothing_to_take_on"

    def test_a_second_hand_finds_nothing_left(self, outlet_ticket: Ticket) -> None:
        run_until(490)
        acknowledge_breach(outlet_ticket.pk, actor=None, now=after(495))

        with pytest.raises(ActionError) as refused:
            acknowledge_breach(outlet_ticket.pk, actor=None, now=after(496))

        assert refused.value.code == "nothing_to_take_on"

    def test_after_a_reopening_the_new_round_climbs_anew(self, db: None) -> None:
        load_promises()
        ticket = make_ticket(kind="complaint", channel="email", actor=make_user())
        make_user(Role.SUPERVISOR)
        sweep_once(after(100_000))
        acknowledge_breach(ticket.pk, actor=None, now=after(100_001))
        close_ticket(ticket.pk, actor=None, now=after(100_002))
        reopen_ticket(ticket.pk, "还没解决", actor=None, now=after(100_003))

        with pytest.raises(ActionError):
            acknowledge_breach(ticket.pk, actor=None, now=after(100_004))

        assert not Escalation.objects.filter(next_at__isnull=False).exists()


class TestAStorm:
    def test_from_the_cap_on_one_digest_counts_the_rest(self, db: None) -> None:
        load_promises()
        agent = make_user()
        NoticeRules.objects.update(most_a_minute=5)
        for _ in range(3):
            make_ticket(channel="email", priority=2, actor=agent)

        sweep_once(after(5000))

        alone = Notification.objects.filter(recipient=agent, kind="sla_breach").count()
        digest = Notification.objects.get(recipient=agent, kind="sla_digest")
        assert (alone, digest.values["breach"], digest.values["warn"]) == (5, 3 * 8 - 5, 0)

    def test_the_next_minute_tells_each_again(self, db: None) -> None:
        load_promises()
        agent = make_user()
        NoticeRules.objects.update(most_a_minute=5)
        make_ticket(channel="email", priority=2, actor=agent)
        sweep_once(after(5000))
        make_ticket(channel="email", priority=1, actor=agent, now=after(4990))

        sweep_once(after(5006))

        later = Notification.objects.filter(recipient=agent, created_at=after(5006))
        assert {notice.kind for notice in later} <= {"sla_breach", "sla_warn"}

    def test_several_batches_of_a_minute_go_into_one_digest(self, db: None) -> None:
        load_promises()
        agent = make_user()
        NoticeRules.objects.update(most_a_minute=1)
        for _ in range(3):
            make_ticket(channel="email", priority=2, actor=agent)

        sweep_once(after(5000), limit=5)

        digest = Notification.objects.get(recipient=agent, kind="sla_digest")
        assert digest.values["breach"] == 3 * 8 - 1
