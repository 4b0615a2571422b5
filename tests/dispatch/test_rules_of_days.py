"""The rules about days, hours and wishes, each at its edge and with the margin it tells."""

from datetime import date, timedelta
from typing import Any

import pytest

from dispatch.rules import Away, Certificate, Lunch, Skill, broken_hard, broken_soft
from tests.dispatch.makers import DAY, at, booking, hours, job, person, span

TEN = span(at(10))
YEAR = (date(2026, 1, 1), date(2026, 12, 31))
BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)

# Every way leave can lie over a job from ten to eleven: from, until, minutes they share.
LEAVE = [
    ("ends as it begins", 8, 10, 0),
    ("begins as it ends", 11, 12, 0),
    ("over its beginning", 9, 10.5, 30),
    ("over its end", 10.5, 12, 30),
    ("inside it", 10.25, 10.75, 30),
    ("round it", 9, 12, 60),
    ("the very time", 10, 11, 60),
    ("the whole day", 0, 24, 60),
    ("from its beginning on", 10, 12, 60),
    ("up to its end", 8, 11, 60),
    ("one minute of it", 10 + 59 / 60, 12, 1),
]


@pytest.mark.parametrize(("how", "first", "last", "shared"), LEAVE, ids=[row[0] for row in LEAVE])
def test_leave_in_every_shape_blocks_what_it_shares_a_minute_with(
    how: str, first: float, last: float, shared: int
) -> None:
    found = broken_hard(person(away=(Away(hours(first, last), "leave"),)), job(), TEN)
    assert [(one.code, one.margin) for one in found] == ([("absent", shared)] if shared else [])


# Valid from, valid until, suspended, how many days off (None: it holds).
PAPERS: list[tuple[str, date, date, Any, int | None]] = [
    ("ends the day before the visit", YEAR[0], BEFORE, None, 1),
    ("ends on the day of the visit", YEAR[0], DAY, None, None),
    ("begins on the day of the visit", DAY, YEAR[1], None, None),
    ("begins the day after the visit", AFTER, YEAR[1], None, 1),
    ("ended last year", date(2025, 1, 1), date(2025, 12, 31), None, 69),
    ("suspended before", *YEAR, at(9), None),
]


@pytest.mark.parametrize(("how", "first", "last", "suspended", "off"), PAPERS, ids=[row[0] for row in PAPERS])
def test_a_certificate_counts_on_the_day_of_the_visit(
    how: str, first: date, last: date, suspended: Any, off: int | None
) -> None:
    found = broken_hard(person(certificates=(Certificate(first, last, suspended),)), job(), TEN)
    if suspended is not None:
        assert [(one.code, one.margin) for one in found] == [("no_certificate", None)]
    else:
        assert [(one.code, one.margin) for one in found] == ([] if off is None else [("no_certificate", off)])


SKILLS: list[tuple[Skill, int | None]] = [
    (Skill(2, None, BEFORE), 1),
    (Skill(2, None, DAY), None),
    (Skill(2, DAY, None), None),
    (Skill(2, AFTER, None), 1),
    (Skill(2, DAY, DAY), None),
]


@pytest.mark.parametrize(("skill", "off"), SKILLS)
def test_a_skill_counts_on_the_day_of_the_visit(skill: Skill, off: int | None) -> None:
    found = broken_hard(person(skills={"washing_machine": skill}), job(), TEN)
    assert [(one.code, one.margin) for one in found] == ([] if off is None else [("skill_lapsed", off)])


WISHES: list[tuple[str, dict[str, Any], bool]] = [
    ("barred", {"barred": frozenset({1})}, False),
    ("not_again", {"not_again": frozenset({1})}, False),
    ("not_requested", {"asked_for": 2}, True),
    ("out_of_district", {"district": "江油市"}, True),
]


@pytest.mark.parametrize(("code", "of_job", "waivable"), WISHES)
def test_wishes_and_districts_forbid_and_some_a_supervisor_may_allow(
    code: str, of_job: dict[str, Any], waivable: bool
) -> None:
    found = broken_hard(person(districts=frozenset({"涪城区"})), job(**of_job), TEN)
    assert [(one.code, one.hard, one.waivable) for one in found] == [(code, True, waivable)]


@pytest.mark.parametrize(
    "of_job",
    [{"barred": frozenset({2})}, {"asked_for": 1}, {"district": "涪城区"}, {"district": ""}],
)
def test_wishes_about_others_and_own_districts_forbid_nothing(of_job: dict[str, Any]) -> None:
    assert broken_hard(person(districts=frozenset({"涪城区"})), job(**of_job), TEN) == ()


def test_who_keeps_to_no_district_works_everywhere() -> None:
    assert broken_hard(person(), job(district="江油市"), TEN) == ()


def test_a_job_longer_than_every_shift_says_by_how_much() -> None:
    found = broken_hard(person(shifts=(hours(8, 12), hours(13, 17))), job(), span(at(8), 300))
    assert [(one.code, one.margin) for one in found] == [("job_too_long", 60), ("outside_shift", 60)]


def test_overtime_is_allowed_up_to_its_limit_and_asks_for_a_reason() -> None:
    worker = person(shifts=(hours(8, 10.5),), overtime=30)
    assert broken_hard(worker, job(), TEN) == ()
    assert [(one.code, one.margin) for one in broken_soft(worker, job(), TEN)] == [("overtime", 30)]
    longer = broken_hard(worker, job(), span(at(10), 75))
    assert [(one.code, one.margin) for one in longer] == [("outside_shift", 15)]


def test_overtime_does_not_begin_after_the_shift() -> None:
    worker = person(shifts=(hours(8, 10),), overtime=120)
    assert [one.code for one in broken_hard(worker, job(), TEN)] == ["outside_shift"]


LUNCH = Lunch(hours(11.5, 13.5), 45)


@pytest.mark.parametrize(
    ("start", "minutes", "margin"),
    [(at(11), 75, None), (at(11), 105, 0), (at(11, 45), 60, None), (at(12), 60, 15), (at(13), 60, None)],
)
def test_a_pause_stays_within_the_hours_of_lunch(start: Any, minutes: int, margin: int | None) -> None:
    found = broken_soft(person(lunches=(LUNCH,)), job(), span(start, minutes))
    expected = [("lunch_lost", margin)] if margin else []
    assert [(one.code, one.margin) for one in found] == expected


def test_lunch_that_is_lost_already_is_not_this_jobs_fault() -> None:
    worker = person(lunches=(LUNCH,), bookings=(booking("a", 12, 13.4),))
    assert broken_soft(worker, job(), span(at(11), 45)) == ()


def test_jobs_round_lunch_leave_the_pause_between_them() -> None:
    worker = person(lunches=(LUNCH,), bookings=(booking("a", 12.5, 13.5),))
    assert broken_soft(worker, job(), span(at(10, 30), 60)) == ()
    found = broken_soft(worker, job(), span(at(11), 60))
    assert [(one.code, one.margin) for one in found] == [("lunch_lost", 15)]


MARGINS: list[tuple[str, dict[str, Any], dict[str, Any], int]] = [
    ("double_booked", {"bookings": (booking("b", 10.75, 12),)}, {}, 15),
    ("outside_shift", {"shifts": (hours(8, 10.75),)}, {}, 15),
    ("outside_promised_window", {}, {"promised": hours(10.5, 12)}, 30),
    ("outside_promised_window", {}, {"promised": hours(8, 9.5)}, 30),
    ("arrival_late", {}, {"due": at(9, 50)}, 10),
    ("skill_level_low", {"skills": {"washing_machine": Skill(1)}}, {"level": 3}, 2),
    ("stars_low", {"stars": 1}, {"stars": 3}, 2),
]


@pytest.mark.parametrize(("code", "of_person", "of_job", "margin"), MARGINS)
def test_a_finding_says_by_how_much(code: str, of_person: dict[str, Any], of_job: dict[str, Any], margin: int) -> None:
    found = broken_hard(person(**of_person), job(**of_job), TEN) + broken_soft(person(**of_person), job(**of_job), TEN)
    assert [(one.code, one.margin) for one in found] == [(code, margin)]
