"""Each rule of an assignment, at its edges."""

from datetime import date
from typing import Any

import pytest

from dispatch.rules import Away, Certificate, Person, Skill, broken_hard, broken_soft, findings_of
from tests.dispatch.makers import DAY, at, booking, hours, job, km_east, person, span

TEN = span(at(10))


def codes(found: Any) -> list[str]:
    return [finding.code for finding in found]


def test_a_fitting_technician_breaks_no_rule() -> None:
    assert findings_of(person(), job(), TEN) == ()


HARD: list[tuple[str, dict[str, Any]]] = [
    ("technician_inactive", {"active": False}),
    ("other_outlet", {"outlet": 8}),
    ("skill_missing", {"skills": {"refrigerator": 3}}),
    ("no_certificate", {"certificates": ()}),
    ("no_certificate", {"certificates": (Certificate(date(2025, 1, 1), date(2026, 3, 9)),)}),
    ("no_certificate", {"certificates": (Certificate(date(2026, 3, 11), date(2026, 12, 31)),)}),
    ("no_certificate", {"certificates": (Certificate(date(2026, 1, 1), date(2026, 12, 31), at(10)),)}),
    ("absent", {"away": (Away(hours(10.5, 11), "training"),)}),
    ("outside_shift", {"shifts": ()}),
    ("outside_shift", {"shifts": (hours(10.25, 18),)}),
    ("outside_shift", {"shifts": (hours(8, 10.75),)}),
    ("outside_shift", {"shifts": (hours(8, 10.5), hours(10.75, 18))}),
    ("double_booked", {"bookings": (booking("260310-0009", 10.5, 11.5),)}),
    ("double_booked", {"bookings": (booking("260310-0009", 9, 12),)}),
    ("double_booked", {"bookings": (booking("260310-0009", 10.25, 10.5),)}),
]


@pytest.mark.parametrize(("code", "changes"), HARD)
def test_a_broken_hard_rule_forbids(code: str, changes: dict[str, Any]) -> None:
    found = broken_hard(person(**changes), job(), TEN)
    assert codes(found) == [code]
    assert all(finding.hard for finding in found)


ALLOWED: list[dict[str, Any]] = [
    {"certificates": (Certificate(DAY, DAY),)},
    {"certificates": (Certificate(date(2026, 1, 1), date(2026, 12, 31), at(10, 1)),)},
    {"away": (Away(hours(9, 10), "leave"), Away(hours(11, 12), "leave"))},
    {"shifts": (hours(10, 11),)},
    {"shifts": (hours(8, 10.5), hours(10.5, 18))},
    {"bookings": (booking("260310-0009", 9, 10), booking("260310-0010", 11, 12))},
    {"bookings": (booking("260310-0009", 10, 11, active=False),)},
    {"bookings": (booking("260310-0001", 10, 11),)},
]


@pytest.mark.parametrize("changes", ALLOWED)
def test_what_only_touches_is_allowed(changes: dict[str, Any]) -> None:
    assert broken_hard(person(**changes), job(), TEN) == ()


def test_the_certificate_counts_on_the_outlets_local_day() -> None:
    late = span(at(0, 30, date(2026, 3, 11)), 30)
    worker = person(certificates=(Certificate(date(2026, 3, 11), date(2026, 3, 11)),), shifts=(hours(20, 30),))
    assert broken_hard(worker, job(), late) == ()


def test_double_booking_names_the_other_job_and_its_time() -> None:
    (finding,) = broken_hard(person(bookings=(booking("260310-0009", 10.5, 11.5),)), job(), TEN)
    assert finding.values == {"number": "260310-0009", "start": at(10, 30), "end": at(11, 30)}


def test_a_job_without_category_asks_for_no_skill() -> None:
    assert broken_hard(person(skills={}), job(category=""), TEN) == ()


SOFT: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("failed_before", {}, {"failed_by": frozenset({1})}),
    ("skill_level_low", {"skills": {"washing_machine": Skill(1)}}, {}),
    ("stars_low", {"stars": 2}, {"stars": 3}),
    ("outside_promised_window", {}, {"promised": hours(11, 12)}),
    ("outside_promised_window", {}, {"promised": hours(8, 9.75), "requested": hours(10, 11)}),
    ("outside_requested_window", {}, {"requested": hours(14, 16)}),
    ("arrival_late", {}, {"due": at(9, 59)}),
    ("travel_tight", {"bookings": (booking("260310-0009", 9, 10, km_east(5)),)}, {}),
    ("travel_tight", {"bookings": (booking("260310-0009", 11.1, 12, km_east(5)),)}, {}),
]


@pytest.mark.parametrize(("code", "of_person", "of_job"), SOFT)
def test_a_broken_soft_rule_is_told(code: str, of_person: dict[str, Any], of_job: dict[str, Any]) -> None:
    found = broken_soft(person(**of_person), job(**of_job), TEN)
    assert codes(found) == [code]
    assert not any(finding.hard for finding in found)


KEPT: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, {"failed_by": frozenset({2})}),
    ({"skills": {"washing_machine": Skill(3)}}, {}),
    ({"stars": 3}, {"stars": 3}),
    ({}, {"promised": hours(10, 11)}),
    ({}, {"promised": hours(8, 10)}),
    ({}, {"promised": hours(9, 11), "requested": hours(14, 16)}),
    ({}, {"due": at(10)}),
    ({"bookings": (booking("260310-0009", 9, 10),)}, {}),
    ({"bookings": (booking("260310-0009", 8, 9.75, km_east(5)),)}, {}),
    ({"bookings": (booking("260310-0009", 9, 10, km_east(0.01)),)}, {}),
]


@pytest.mark.parametrize(("of_person", "of_job"), KEPT)
def test_a_soft_rule_kept_exactly_is_silent(of_person: dict[str, Any], of_job: dict[str, Any]) -> None:
    assert broken_soft(person(**of_person), job(**of_job), TEN) == ()


def test_tight_travel_names_the_job_the_drive_and_the_gap() -> None:
    worker = person(bookings=(booking("260310-0009", 8, 9.9, km_east(5)),))
    (finding,) = broken_soft(worker, job(), TEN)
    assert finding.values == {"number": "260310-0009", "minutes": 12, "gap": 6}


def test_findings_tell_hard_rules_first() -> None:
    worker: Person = person(stars=1, active=False)
    assert codes(findings_of(worker, job(stars=3), TEN)) == ["technician_inactive", "stars_low"]
