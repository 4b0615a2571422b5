"""The verdict: one answer, and the smallest change that really fits."""

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules import Away, Certificate, Skill, Span, findings_of, judge
from dispatch.rules.gaps import STEP
from tests.dispatch.makers import FULL_DAY, at, booking, hours, job, person, span

EIGHT, TEN = at(8), span(at(10))


def change(of_person: dict[str, Any], of_job: dict[str, Any] | None = None, proposed: Span = TEN) -> Any:
    return judge(person(**of_person), job(**(of_job or {})), proposed, EIGHT).change


def test_what_fits_needs_no_change() -> None:
    verdict = judge(person(), job(), TEN, EIGHT)
    assert (verdict.findings, verdict.code, verdict.change) == ((), "", None)


def test_the_nearest_free_start_is_proposed() -> None:
    found = change({"bookings": (booking("a", 10.5, 12),)})
    assert (found.kind, found.values["start"], found.values["minutes"]) == ("start", at(9, 30), -30)


def test_a_soft_rule_is_mended_by_a_start_that_breaks_none() -> None:
    found = change({}, {"promised": hours(11, 12)})
    assert (found.kind, found.values["start"]) == ("start", at(11))


def test_nothing_earlier_than_now_is_proposed() -> None:
    verdict = judge(person(bookings=(booking("a", 10.5, 12),)), job(), TEN, at(9, 40))
    assert verdict.change is not None
    assert verdict.change.values["start"] == at(12)


def test_one_lasting_reason_names_what_would_have_to_hold() -> None:
    ended = Certificate(date(2026, 1, 1), date(2026, 3, 9))
    assert change({"certificates": (ended,)}).kind == "paper"
    assert change({"skills": {"washing_machine": Skill(2, None, date(2026, 3, 9))}}).kind == "skill"
    assert change({}, {"asked_for": 2}).kind == "supervisor"


def test_only_somebody_else_fits_where_no_change_would_do() -> None:
    assert change({"skills": {}}) is None
    assert change({}, {"barred": frozenset({1})}) is None
    assert change({"certificates": ()}, {"asked_for": 2}) is None
    assert change({"shifts": ()}) is None
    assert change({"away": (Away(hours(0, 24), "leave"),)}) is None


@given(
    start=st.integers(0, 95),
    minutes=st.sampled_from([15, 30, 45, 60, 90, 120]),
    shifts=st.lists(st.tuples(st.integers(0, 80), st.integers(4, 40)), max_size=2),
    jobs=st.lists(st.tuples(st.integers(0, 90), st.integers(1, 8)), max_size=4),
    away=st.lists(st.tuples(st.integers(0, 90), st.integers(1, 20)), max_size=1),
    overtime=st.sampled_from([0, 30, 60]),
)
def test_the_change_fits_and_none_that_fits_is_smaller(
    start: int,
    minutes: int,
    shifts: list[tuple[int, int]],
    jobs: list[tuple[int, int]],
    away: list[tuple[int, int]],
    overtime: int,
) -> None:
    def quarters(first: int, length: int) -> Span:
        return Span(FULL_DAY.start + first * STEP, FULL_DAY.start + (first + length) * STEP)

    worker = person(
        shifts=tuple(quarters(*one) for one in shifts),
        away=tuple(Away(quarters(*one), "leave") for one in away),
        bookings=tuple(booking(str(place), one[0] / 4, (one[0] + one[1]) / 4) for place, one in enumerate(jobs)),
        overtime=overtime,
    )
    length = timedelta(minutes=minutes)
    wanted = Span(FULL_DAY.start + start * STEP, FULL_DAY.start + start * STEP + length)
    verdict = judge(worker, job(), wanted, FULL_DAY.start)
    if not verdict.findings:
        return

    def fits(begin: Any) -> bool:
        left = findings_of(worker, job(), Span(begin, begin + length))
        return not any(one.hard for one in left) if verdict.hard else not left

    lasting = any(one.code == "job_too_long" for one in verdict.hard)
    fitting = [] if lasting else [at for step in range(96) if fits(at := FULL_DAY.start + step * STEP)]
    distances = sorted(abs(one - wanted.start) for one in fitting)
    if verdict.change is None:
        assert fitting == []
    else:
        assert fits(verdict.change.values["start"])
        assert abs(verdict.change.values["start"] - wanted.start) == distances[0]
