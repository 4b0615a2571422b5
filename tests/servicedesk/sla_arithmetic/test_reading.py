"""How a clock is read: pauses, changes in flight, stops and re-opens, requested windows, bad input."""

from datetime import date, datetime

import pytest

from servicedesk.sla.arithmetic import (
    Calendar,
    ChangeCalendar,
    ChangeTarget,
    ChangeWindow,
    Entry,
    Pause,
    Reading,
    Reopen,
    Resume,
    State,
    Stop,
    read_clock,
)
from tests.servicedesk.sla_arithmetic.makers import at, make_always_open, make_calendar, make_facts, windows

NEVER = Calendar(tz="Asia/Shanghai", week={})


def read(*entries: Entry, as_of: str, **overrides: object) -> Reading:
    return read_clock(make_facts(*entries, **overrides), at(as_of))


# Due, stop and breach


def test_at_the_due_instant_nothing_is_broken_yet() -> None:
    reading = read(as_of="14:00")
    assert (reading.state, reading.remaining_minutes) == (State.RUNNING, 0)


def test_a_moment_after_due_it_is_broken_at_due() -> None:
    reading = read(as_of="14:00:01")
    assert (reading.state, reading.breach_at) == (State.BREACHED, at("14:00"))


def test_a_stop_at_due_is_met() -> None:
    reading = read(Stop(at("14:00")), as_of="15:00")
    assert (reading.state, reading.due_at, reading.breach_at) == (State.MET, at("14:00"), None)


def test_due_at_the_close_is_broken_by_a_stop_after_hours() -> None:
    late = read(Stop(at("18:00:01")), as_of="19:00", target_minutes=480)
    assert (late.state, late.breach_at, late.elapsed_minutes) == (State.BREACHED, at("18:00"), 480)
    assert read(Stop(at("18:00")), as_of="19:00", target_minutes=480).state is State.MET


def test_a_warning_used_up_at_the_close_is_at_the_close() -> None:
    assert read(as_of="10:00", target_minutes=600).warn_at == at("18:00")


def test_a_clock_may_have_no_warning() -> None:
    assert read(as_of="15:00", warn_percent=None).warn_at is None


@pytest.mark.parametrize(("percent", "warn"), [(0, "10:00"), (100, "14:00"), (12.5, "10:30")])
def test_the_warning_is_a_share_of_the_target(percent: float, warn: str) -> None:
    assert read(as_of="10:00", warn_percent=percent).warn_at == at(warn)


def test_entries_after_the_instant_do_not_count() -> None:
    entries = Pause(at("11:00")), Resume(at("12:00")), Stop(at("13:00"))
    assert read(*entries, as_of="11:30").state is State.PAUSED
    assert read(*entries, as_of="12:30").due_at == at("15:00")
    assert read(*entries, as_of="12:30").state is State.RUNNING


# Pauses


def test_a_breach_stays_while_the_clock_is_paused_afterwards() -> None:
    reading = read(Pause(at("15:00")), as_of="16:00")
    assert (reading.state, reading.due_at, reading.breach_at) == (State.BREACHED, at("14:00"), at("14:00"))
    assert reading.elapsed_minutes == 300


def test_a_pause_at_due_that_ends_leaves_no_time_and_is_never_back_dated() -> None:
    entries = Pause(at("14:00")), Resume(at("16:00"))
    held = read(*entries, as_of="16:00")
    assert (held.state, held.due_at, held.remaining_minutes) == (State.RUNNING, at("16:00"), 0)
    assert read(*entries, as_of="16:01").breach_at == at("16:00")


def test_a_pause_of_no_length_changes_nothing() -> None:
    assert read(Pause(at("14:00")), Resume(at("14:00")), as_of="15:00").breach_at == at("14:00")


def test_the_warning_that_has_come_stays_through_a_later_pause() -> None:
    reading = read(Pause(at("13:30")), Resume(at("15:30")), as_of="15:40")
    assert (reading.warn_at, reading.due_at) == (at("13:12"), at("16:00"))


def test_a_pause_at_the_warning_holds_the_warning_too() -> None:
    reading = read(Pause(at("13:12")), Resume(at("15:00")), as_of="15:10")
    assert (reading.warn_at, reading.due_at) == (at("15:00"), at("15:48"))


def test_two_pauses_hold_until_both_have_ended() -> None:
    entries = Pause(at("11:00"), "parts"), Pause(at("12:00"), "customer"), Resume(at("13:00"))
    assert read(*entries, as_of="13:30").state is State.PAUSED
    assert read(*entries, Resume(at("13:40")), as_of="13:50").elapsed_minutes == 70


def test_pauses_that_touch_are_one() -> None:
    entries = Pause(at("11:00")), Resume(at("12:00")), Pause(at("12:00")), Resume(at("13:00"))
    assert read(*entries, as_of="13:00").due_at == at("16:00")


def test_a_pause_begun_before_the_start_counts_from_the_start() -> None:
    reading = read(Pause(at("09:00")), Resume(at("11:00")), as_of="12:00")
    assert (reading.elapsed_minutes, reading.due_at) == (60, at("15:00"))


def test_a_pause_over_before_the_start_changes_nothing() -> None:
    assert read(Pause(at("09:00")), Resume(at("09:30")), as_of="12:00").due_at == at("14:00")


def test_a_resume_stamped_before_its_pause_voids_both() -> None:
    reading = read(Pause(at("12:00")), Resume(at("11:00")), as_of="13:00")
    assert (reading.state, reading.due_at, reading.flags) == (State.RUNNING, at("14:00"), ("bad-pause",))


def test_a_sound_pause_beside_a_void_one_still_counts() -> None:
    entries = Pause(at("12:00")), Resume(at("11:00")), Pause(at("13:00")), Resume(at("13:30"))
    reading = read(*entries, as_of="13:40")
    assert (reading.due_at, reading.flags) == (at("14:30"), ("bad-pause",))


def test_a_resume_ends_the_pause_that_began_first() -> None:
    reading = read(Pause(at("11:00")), Pause(at("12:00")), Resume(at("11:30")), as_of="13:00")
    assert (reading.state, reading.elapsed_minutes, reading.flags) == (State.PAUSED, 90, ())


def test_a_resume_without_a_pause_is_flagged_and_changes_nothing() -> None:
    reading = read(Resume(at("12:00")), as_of="13:00")
    assert (reading.due_at, reading.flags) == (at("14:00"), ("bad-pause",))


def test_a_pause_recorded_late_finds_the_resume_recorded_before_it() -> None:
    reading = read(Resume(at("12:00")), Pause(at("11:00")), as_of="13:00")
    assert (reading.state, reading.due_at, reading.flags) == (State.RUNNING, at("15:00"), ())


def test_a_clock_that_cannot_be_paused_ignores_good_and_bad_pauses_alike() -> None:
    reading = read(Pause(at("12:00")), Resume(at("11:00")), as_of="13:00", pausable=False)
    assert (reading.due_at, reading.flags) == (at("14:00"), ())


def test_pauses_in_the_repeated_hour_are_ordered_by_instant() -> None:
    calendar = make_always_open("America/New_York")
    first, second = (datetime(2026, 11, 1, 1, 30, tzinfo=calendar.zone, fold=fold) for fold in (0, 1))
    facts = make_facts(Pause(first), Resume(second), start=first, calendar=calendar, target_minutes=60)
    reading = read_clock(facts, second)
    assert (reading.flags, reading.elapsed_minutes) == ((), 0)
    assert reading.due_at is not None
    assert reading.due_at.timestamp() == second.timestamp() + 3600


# Changes in flight


def test_a_target_cut_below_the_time_spent_is_due_at_the_change() -> None:
    reading = read(ChangeTarget(at("13:00"), 60), as_of="13:30")
    assert (reading.state, reading.due_at, reading.warn_at) == (State.BREACHED, at("13:00"), at("13:00"))
    assert reading.breach_at == at("13:00")


def test_a_target_cut_while_closed_is_due_at_the_change() -> None:
    reading = read(ChangeTarget(at("20:00"), 60), as_of="20:00", target_minutes=600)
    assert (reading.state, reading.due_at) == (State.RUNNING, at("20:00"))


def test_a_target_cut_during_a_pause_is_due_when_the_pause_ends() -> None:
    entries = Pause(at("12:00")), ChangeTarget(at("13:00"), 60)
    assert read(*entries, as_of="13:30").due_at is None
    assert read(*entries, Resume(at("15:00")), as_of="15:10").breach_at == at("15:00")


def test_a_longer_target_after_a_breach_moves_due_and_warning_but_not_the_breach() -> None:
    reading = read(ChangeTarget(at("15:00"), 480), as_of="15:30")
    assert (reading.state, reading.breach_at) == (State.BREACHED, at("14:00"))
    assert (reading.due_at, reading.warn_at, reading.remaining_minutes) == (at("18:00"), at("16:24"), 150)


def test_a_pause_after_a_breach_hides_a_due_that_lies_ahead_again() -> None:
    reading = read(ChangeTarget(at("15:00"), 480), Pause(at("15:10")), as_of="15:30")
    assert (reading.state, reading.due_at, reading.warn_at) == (State.BREACHED, None, None)


def test_a_longer_target_at_the_due_instant_comes_in_time() -> None:
    reading = read(ChangeTarget(at("14:00"), 300), as_of="14:30")
    assert (reading.state, reading.due_at) == (State.RUNNING, at("15:00"))


def test_the_same_target_again_moves_neither_due_nor_the_warning_that_has_come() -> None:
    reading = read(ChangeTarget(at("13:30"), 240), as_of="13:40")
    assert (reading.warn_at, reading.due_at) == (at("13:12"), at("14:00"))


def test_two_changes_apply_by_their_instants_not_by_their_order_of_arrival() -> None:
    entries = ChangeTarget(at("12:00"), 300), ChangeTarget(at("11:00"), 480)
    assert read(*entries, as_of="12:30").due_at == at("15:00")


def test_a_change_before_the_start_applies_from_the_start() -> None:
    assert read(ChangeTarget(at("09:00"), 60), as_of="10:00").due_at == at("11:00")


@pytest.mark.parametrize("minutes", [0, -5, float("nan"), float("inf"), 1e15])
def test_a_bad_target_in_flight_is_refused_and_flagged(minutes: float) -> None:
    reading = read(ChangeTarget(at("11:00"), minutes), as_of="12:00")
    assert (reading.due_at, reading.target_minutes, reading.flags) == (at("14:00"), 240, ("bad-target",))


def test_a_calendar_that_never_opens_is_refused_in_flight_and_flagged() -> None:
    reading = read(ChangeCalendar(at("11:00"), NEVER), as_of="12:00")
    assert (reading.due_at, reading.flags) == (at("14:00"), ("calendar-never-opens",))


def test_an_earlier_close_leaves_the_time_already_spent() -> None:
    reading = read(
        ChangeCalendar(at("17:30"), make_calendar("09:00-17:00")), as_of="17:45", start=at("14:00"), target_minutes=240
    )
    assert (reading.elapsed_minutes, reading.due_at) == (210, at("11 09:30"))


def test_a_calendar_change_leaves_a_warning_that_has_come() -> None:
    reading = read(ChangeCalendar(at("13:30"), make_always_open()), as_of="13:40")
    assert (reading.warn_at, reading.due_at) == (at("13:12"), at("14:00"))


def test_a_calendar_that_runs_out_of_open_days_leaves_no_due_time() -> None:
    once = Calendar(tz="Asia/Shanghai", week={}, special_days={date(2026, 3, 10): windows("09:00-18:00")})
    reading = read(Pause(at("11:00")), Resume(at("17:00")), as_of="17:30", calendar=once)
    assert (reading.state, reading.due_at, reading.remaining_minutes) == (State.RUNNING, None, 150)
    assert reading.flags == ("calendar-never-opens",)


# Stop and re-open


def test_a_stop_ends_an_open_pause_and_due_counts_from_there() -> None:
    reading = read(Pause(at("11:00")), Stop(at("12:00")), as_of="17:00")
    assert (reading.state, reading.elapsed_minutes, reading.remaining_minutes) == (State.MET, 60, 180)
    assert (reading.due_at, reading.warn_at) == (at("15:00"), at("14:12"))


def test_a_pause_ended_by_a_stop_does_not_come_back_on_reopening() -> None:
    entries = Pause(at("11:00")), Stop(at("12:00")), Reopen(at("14:00")), Resume(at("15:00"))
    reading = read(*entries, as_of="16:00")
    assert (reading.elapsed_minutes, reading.due_at, reading.flags) == (180, at("17:00"), ())


def test_a_resume_after_reopening_ends_the_new_pause_not_the_one_the_stop_ended() -> None:
    entries = Pause(at("11:00")), Stop(at("12:00")), Reopen(at("13:00")), Pause(at("14:00")), Resume(at("15:00"))
    reading = read(*entries, as_of="16:00")
    assert (reading.state, reading.elapsed_minutes, reading.flags) == (State.RUNNING, 180, ())


def test_a_resume_recorded_after_the_stop_may_tell_of_an_earlier_end_of_the_pause() -> None:
    entries = Pause(at("11:00")), Stop(at("13:00")), Reopen(at("14:00")), Pause(at("15:00")), Resume(at("12:00"))
    reading = read(*entries, Resume(at("15:30")), as_of="16:00")
    assert (reading.elapsed_minutes, reading.flags) == (60 + 60 + 60 + 30, ())


def test_a_resume_stamped_before_its_pause_is_void_although_a_stop_ended_an_earlier_pause() -> None:
    entries = Pause(at("11:00")), Stop(at("12:00")), Reopen(at("13:00")), Pause(at("15:00")), Resume(at("14:00"))
    reading = read(*entries, as_of="16:00")
    assert (reading.state, reading.elapsed_minutes, reading.flags) == (State.RUNNING, 240, ("bad-pause",))


def test_a_pause_begun_while_stopped_holds_after_reopening() -> None:
    entries = Stop(at("12:00")), Pause(at("13:00")), Reopen(at("14:00"))
    assert read(*entries, as_of="15:00").state is State.PAUSED


def test_a_pause_recorded_after_a_stop_of_the_same_instant_is_not_ended_by_it() -> None:
    noon = at("12:00")
    assert read(Stop(noon), Reopen(noon), Pause(noon), as_of="13:00").state is State.PAUSED
    assert read(Pause(noon), Stop(noon), Reopen(noon), as_of="13:00").state is State.RUNNING


def test_a_stop_recorded_late_ends_a_pause_stamped_after_it_too() -> None:
    entries = Pause(at("13:00")), Stop(at("12:00")), Reopen(at("14:00")), Resume(at("14:30"))
    reading = read(*entries, as_of="15:00")
    assert (reading.state, reading.elapsed_minutes, reading.flags) == (State.RUNNING, 180, ())


def test_a_breach_survives_reopening() -> None:
    reading = read(Stop(at("15:00")), Reopen(at("16:00")), as_of="16:30")
    assert (reading.state, reading.breach_at, reading.elapsed_minutes) == (State.BREACHED, at("14:00"), 330)


def test_terms_changed_while_stopped_count_from_the_reopening() -> None:
    entries = Stop(at("12:00")), ChangeTarget(at("13:00"), 60)
    frozen = read(*entries, as_of="13:30")
    assert (frozen.state, frozen.due_at, frozen.target_minutes) == (State.MET, at("14:00"), 240)
    assert read(*entries, Reopen(at("15:00")), as_of="15:00").due_at == at("15:00")
    assert read(*entries, Reopen(at("15:00")), as_of="15:01").breach_at == at("15:00")


def test_a_second_stop_and_a_reopening_of_a_running_clock_change_nothing() -> None:
    reading = read(Reopen(at("11:00")), Stop(at("12:00")), Stop(at("13:00")), as_of="15:00")
    assert (reading.state, reading.elapsed_minutes) == (State.MET, 120)


def test_a_reopening_stamped_before_its_stop_is_taken_at_the_stop() -> None:
    reading = read(Stop(at("12:00")), Reopen(at("11:00")), as_of="13:00")
    assert (reading.state, reading.elapsed_minutes) == (State.RUNNING, 180)


def test_a_clock_stopped_reopened_and_stopped_again_is_met() -> None:
    reading = read(Stop(at("11:00")), Reopen(at("13:00")), Stop(at("14:00")), as_of="17:00")
    assert (reading.state, reading.elapsed_minutes, reading.due_at) == (State.MET, 120, at("16:00"))


def test_a_stop_before_the_start_is_taken_at_the_start_and_flagged() -> None:
    reading = read(Stop(at("09:50")), as_of="09:55")
    assert (reading.state, reading.elapsed_minutes, reading.flags) == (State.MET, 0, ("stop-before-start",))


# The end of a requested window


def test_a_window_ending_later_than_the_target_moves_due_to_its_end() -> None:
    reading = read(as_of="11:00", floor=at("16:00"))
    assert (reading.due_at, reading.remaining_minutes, reading.target_minutes) == (at("16:00"), 300, 240)


def test_the_warning_keeps_its_distance_from_a_window_end() -> None:
    assert read(as_of="11:00", floor=at("16:00")).warn_at == at("15:12")


def test_a_window_ending_before_the_target_changes_nothing() -> None:
    assert read(as_of="11:00", floor=at("13:00")) == read(as_of="11:00")


def test_a_window_may_end_outside_working_hours() -> None:
    reading = read(as_of="11:00", floor=at("20:00"))
    assert (reading.due_at, reading.warn_at) == (at("20:00"), at("17:12"))
    assert read(as_of="19:59", floor=at("20:00")).state is State.RUNNING
    assert read(as_of="20:01", floor=at("20:00")).breach_at == at("20:00")


def test_time_spent_beyond_the_target_breaks_nothing_before_the_window_ends() -> None:
    reading = read(Stop(at("15:59")), as_of="17:00", floor=at("16:00"))
    assert (reading.state, reading.elapsed_minutes, reading.remaining_minutes) == (State.MET, 359, 1)


def test_a_pause_across_the_window_end_is_due_when_it_ends() -> None:
    entries = Pause(at("15:00")), Resume(at("17:00"))
    assert read(*entries, as_of="17:00", floor=at("16:00")).due_at == at("17:00")


def test_a_window_moved_later_in_time_moves_due() -> None:
    reading = read(ChangeWindow(at("13:30"), at("17:00")), as_of="15:00")
    assert (reading.state, reading.due_at, reading.warn_at) == (State.RUNNING, at("17:00"), at("16:12"))


def test_a_window_moved_after_a_breach_moves_due_and_leaves_the_breach() -> None:
    reading = read(ChangeWindow(at("15:00"), at("17:00")), as_of="15:30")
    assert (reading.state, reading.breach_at, reading.due_at) == (State.BREACHED, at("14:00"), at("17:00"))


def test_a_window_set_in_the_past_after_a_breach_changes_nothing() -> None:
    change = ChangeWindow(at("15:00"), at("14:30"))
    assert read(change, as_of="15:30") == read(as_of="15:30")


def test_a_window_that_does_not_move_due_leaves_the_warning_that_has_come() -> None:
    change = ChangeWindow(at("13:30"), at("13:45"))
    assert read(change, as_of="13:40") == read(as_of="13:40")


def test_a_window_pulled_back_puts_due_at_the_target_or_at_the_change() -> None:
    assert read(ChangeWindow(at("11:00"), None), as_of="11:30", floor=at("17:00")).due_at == at("14:00")
    late = read(ChangeWindow(at("15:00"), at("12:00")), as_of="15:30", floor=at("17:00"))
    assert (late.state, late.breach_at) == (State.BREACHED, at("15:00"))


# Bad input


@pytest.mark.parametrize("minutes", [0, -60, float("nan"), 1e15, 1e-9])
def test_a_bad_target_gives_no_clock(minutes: float) -> None:
    assert read(as_of="11:00", target_minutes=minutes) == Reading(State.NONE, flags=("bad-target",))


def test_a_calendar_that_never_opens_gives_no_clock() -> None:
    assert read(as_of="11:00", calendar=NEVER) == Reading(State.NONE, flags=("calendar-never-opens",))


@pytest.mark.parametrize("percent", [-1, 100.5, float("nan")])
def test_a_warning_point_out_of_range_is_an_error(percent: float) -> None:
    with pytest.raises(ValueError, match="not between 0 and 100"):
        read(as_of="11:00", warn_percent=percent)


@pytest.mark.parametrize("place", ["start", "as_of", "entry"])
def test_an_instant_without_a_zone_is_an_error(place: str) -> None:
    naive = datetime(2026, 3, 10, 11)
    facts = make_facts(*([Pause(naive)] if place == "entry" else []))
    if place == "start":
        facts = make_facts(start=naive)
    with pytest.raises(ValueError, match="has no time zone"):
        read_clock(facts, naive if place == "as_of" else at("12:00"))


def test_missing_holiday_data_is_flagged_by_start_or_due() -> None:
    def flags(start: str, years: set[int]) -> tuple[str, ...]:
        calendar = make_calendar(years_with_holiday_data=frozenset(years))
        instant = datetime.fromisoformat(start)
        return read_clock(make_facts(start=instant, calendar=calendar), instant).flags

    assert flags("2026-12-31T17:00+08:00", {2026}) == ("holiday-data-missing",)
    assert flags("2026-12-31T17:00+08:00", {2027}) == ("holiday-data-missing",)
    assert flags("2026-12-31T17:00+08:00", {2026, 2027}) == ()
    assert flags("2026-12-31T10:00+08:00", {2026}) == ()
