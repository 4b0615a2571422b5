"""Booked jobs whose ground gives way: every way it can, and the list that shows them."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dispatch.models import Assignment, Pairing, Technician
from dispatch.people.services import (
    AbsenceWanted,
    CertificateWanted,
    ProfileWanted,
    put_absence,
    put_certificate,
    put_skill,
    remove_shift,
    remove_skill,
    save_profile,
    suspend_certificate,
)
from dispatch.people.services.skills import SkillWanted
from dispatch.selectors.attention import attention_of_outlets, attention_of_technician
from servicedesk import clock
from servicedesk.errors import ActionError
from servicedesk.people.models import Role
from tests.make import NOW, make_category, make_outlet, make_user
from tests.make_dispatch import make_assignment, make_technician

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
START = NOW + HOUR


def leave(technician: Technician) -> None:
    wanted = AbsenceWanted(NOW, NOW + 5 * HOUR, "leave", "his father is ill")
    put_absence(technician.pk, wanted, actor=None, now=NOW)


def no_shift(technician: Technician) -> None:
    shift = technician.shifts.get(span__contains=START)
    remove_shift(technician.pk, shift.pk, actor=None, now=NOW)


def paper_ends_before(technician: Technician) -> None:
    paper = technician.certificates.get()
    wanted = CertificateWanted(paper.number, 3, date(2026, 1, 1), date(2026, 3, 9))
    put_certificate(technician.pk, wanted, actor=None, now=NOW)


def paper_suspended(technician: Technician) -> None:
    suspend_certificate(technician.certificates.get().pk, "complaint", actor=None, now=NOW)


def skill_ends_before(technician: Technician) -> None:
    put_skill(technician.pk, SkillWanted(make_category(), 2, None, date(2026, 3, 9)), actor=None, now=NOW)


def no_skill(technician: Technician) -> None:
    remove_skill(technician.pk, make_category().pk, actor=None, now=NOW)


def inactive(technician: Technician) -> None:
    save_profile(technician.pk, ProfileWanted(technician.outlet, 3, active=False), actor=None, now=NOW)


def moved_away(technician: Technician) -> None:
    save_profile(technician.pk, ProfileWanted(make_outlet(), 3), actor=None, now=NOW)


def barred(technician: Technician) -> None:
    ticket = Assignment.objects.get(technician=technician).ticket
    Pairing.objects.create(customer=ticket.customer, technician=technician, kind="barred", reason="x", at=NOW)


WAYS: list[tuple[Callable[[Technician], None], str]] = [
    (leave, "absent"),
    (no_shift, "outside_shift"),
    (paper_ends_before, "no_certificate"),
    (paper_suspended, "no_certificate"),
    (skill_ends_before, "skill_lapsed"),
    (no_skill, "skill_missing"),
    (inactive, "technician_inactive"),
    (moved_away, "other_outlet"),
    (barred, "barred"),
]


@pytest.mark.parametrize(("change", "code"), WAYS)
def test_a_job_that_would_be_refused_today_is_named_with_its_reason(
    change: Callable[[Technician], None], code: str
) -> None:
    technician = make_technician()
    assignment = make_assignment(technician, START)
    outlets = [technician.outlet_id]
    assert attention_of_outlets(outlets, NOW) == []
    change(technician)
    (concern,) = attention_of_outlets(outlets, NOW)
    assert concern.assignment == assignment
    assert code in [finding.code for finding in concern.findings]
    technician.refresh_from_db()
    assert len(attention_of_technician(technician, NOW)) == 1
    assignment.refresh_from_db()
    assert assignment.is_active, "nothing is moved by itself"


def test_what_is_over_or_was_allowed_asks_nobody_for_attention() -> None:
    technician = make_technician()
    assignment = make_assignment(technician, START)
    no_skill(technician)
    assert attention_of_outlets([technician.outlet_id], START + 2 * HOUR) == []
    Assignment.objects.filter(pk=assignment.pk).update(overrides=[{"code": "skill_missing", "why": "x"}])
    assert attention_of_outlets([technician.outlet_id], NOW) == []


def test_a_certificate_that_ends_on_the_day_of_the_visit_still_counts() -> None:
    technician = make_technician()
    make_assignment(technician, START)
    paper = technician.certificates.get()
    wanted = CertificateWanted(paper.number, 3, date(2026, 1, 1), date(2026, 3, 10))
    put_certificate(technician.pk, wanted, actor=None, now=NOW)
    assert attention_of_outlets([technician.outlet_id], NOW) == []


@pytest.mark.parametrize(
    ("first", "last", "collides"),
    [
        (-3, -1, False),
        (-3, 0, False),
        (-1, 0.5, True),
        (0, 1, True),
        (0.25, 0.75, True),
        (-1, 2, True),
        (0.5, 2, True),
        (1, 2, False),
        (2, 3, False),
    ],
)
def test_leave_in_every_shape_names_the_jobs_it_overlaps(first: float, last: float, collides: bool) -> None:
    technician = make_technician()
    make_assignment(technician, START, 60)
    wanted = AbsenceWanted(START + first * HOUR, START + last * HOUR, "leave")
    if not collides:
        put_absence(technician.pk, wanted, actor=None, now=NOW - 3 * HOUR)
        return
    with pytest.raises(ActionError) as refused:
        put_absence(technician.pk, wanted, actor=None, now=NOW - 3 * HOUR)
    assert (refused.value.code, refused.value.field, len(refused.value.detail["jobs"])) == ("jobs_inside", "word", 1)
    assert not technician.absences.exists()


def test_the_list_shows_reasons_and_asks_few_questions(django_assert_max_num_queries: Any) -> None:
    outlet = make_outlet()
    for _number in range(6):
        technician = make_technician(outlet)
        make_assignment(technician, START)
        no_skill(technician)
    client = Client()
    client.force_login(make_user(Role.DISPATCHER, outlet))
    with clock.at(NOW), django_assert_max_num_queries(24):
        page = client.get(reverse("attention_list"))
    assert len(page.context["concerns"]) == 6
    assert all(one["findings"][0]["words"] for one in page.context["concerns"])
