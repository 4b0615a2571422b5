"""The crew as arrays from the database is the crew the rules see, and candidates never depend on how it was read."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from dispatch.models import AssignmentState, Certification, Shift, TechnicianDistrict, TechnicianSkill
from dispatch.rules import Job, Span
from dispatch.rules.seek import Found, seek
from dispatch.rules.seek_crew import crew_from
from dispatch.selectors.candidates import excluded_of, roads_of_job, shortlist_of
from dispatch.selectors.jobs import job_of
from dispatch.selectors.people import people_of
from dispatch.selectors.proposals import verdict_of
from dispatch.selectors.seek_rows import crew_of_job
from servicedesk.people.models import Address, Outlet
from servicedesk.tickets.models import Ticket
from tests.dispatch.makers import DAY, FULL_DAY
from tests.make import NOW, make_category, make_handed_over, make_outlet
from tests.make_dispatch import make_absence, make_assignment, make_technician

pytestmark = pytest.mark.django_db
WINDOW = Span(FULL_DAY.start, FULL_DAY.start + timedelta(days=2))
HOUR = timedelta(hours=1)


def a_mixed_crew(outlet: Outlet) -> None:
    """One of each kind of trouble."""
    make_technician(outlet)
    make_technician(outlet, home_lat=None, home_lon=None, last_lat=31.5, last_lon=104.8, last_seen_at=NOW - HOUR)
    make_technician(outlet, home_lat=104.73, home_lon=31.46, overtime_minutes=60)
    make_technician(outlet, category=make_category("refrigerator"))
    lapsed = make_technician(outlet)
    TechnicianSkill.objects.filter(technician=lapsed).update(valid_until=DAY)
    paperless, suspended, elsewhere = (make_technician(outlet) for _ in range(3))
    Certification.objects.filter(technician=paperless).update(valid_until=DAY - timedelta(days=1))
    Certification.objects.filter(technician=suspended).update(suspended_at=NOW + HOUR)
    TechnicianDistrict.objects.create(technician=elsewhere, district="别处")
    make_absence(make_technician(outlet), NOW - HOUR, NOW + timedelta(days=3))
    eating, booked, done = (make_technician(outlet) for _ in range(3))
    lunch = DateTimeTZRange(NOW + HOUR, NOW + 3 * HOUR)
    Shift.objects.filter(technician=eating).update(lunch=lunch, lunch_minutes=60)
    make_assignment(eating, NOW + HOUR, 75)
    make_assignment(booked, NOW + 2 * HOUR, 300)
    past = make_assignment(done, NOW + HOUR, 120)
    past.state = AssignmentState.DONE
    past.save(update_fields=["state"])


def both(ticket: Ticket) -> tuple[Found, Found]:
    job = job_of(ticket, NOW)
    technicians = list(people_of(everybody(job), WINDOW).values())
    plain = seek(crew_from(technicians, job), job, roads_of_job(job), DAY, 2, NOW)
    return seek(crew_of_job(job, WINDOW), job, roads_of_job(job), DAY, 2, NOW), plain


def told(found: Found) -> tuple[Any, ...]:
    """All that was found, to be compared."""
    return [list(each) for each in found.ranked], found.reasons, found.windows


def everybody(job: Job) -> Any:
    from_outlet = Outlet.objects.get(pk=job.outlet).technicians
    return from_outlet.select_related("user", "outlet").order_by("pk")


def test_the_database_tells_what_the_rules_would_see() -> None:
    outlet = make_outlet()
    a_mixed_crew(outlet)
    ticket = make_handed_over(outlet, category=make_category())
    Address.objects.filter(customer=ticket.customer).update(lat=31.5, lon=104.7)
    ticket.refresh_from_db()
    rows, plain = both(ticket)
    assert told(rows) == told(plain)
    assert {"skill_missing", "no_certificate", "absent", "out_of_district"} <= set(rows.reasons[0].values())
    assert (
        rows.reasons[1].items()
        >= {key: code for key, code in rows.reasons[1].items() if code == "skill_lapsed"}.items()
    )


def test_a_tickets_own_booking_does_not_stand_in_its_way() -> None:
    technician = make_technician()
    ticket = make_assignment(technician, NOW + HOUR, 60).ticket
    rows, plain = both(ticket)
    assert told(rows) == told(plain)
    assert rows.ranked[0][0].start == NOW + HOUR


def test_what_is_shown_is_the_verdict_on_it() -> None:
    outlet = make_outlet()
    a_mixed_crew(outlet)
    ticket = make_handed_over(outlet, category=make_category())
    shortlist = shortlist_of(ticket, NOW)
    assert shortlist.best
    for row in shortlist.best:
        span, score = row.candidate.span, row.candidate.score
        assert span is not None
        assert score is not None
        verdict = verdict_of(ticket, row.technician, span, NOW)
        assert (verdict.score, verdict.findings) == (score, row.candidate.findings)
        assert score.total == sum(part.points for part in score.parts)
    sought = shortlist.found.ranked[0]
    assert [row.candidate.score.total for row in shortlist.best if row.candidate.score] == [
        one.total for one in sought
    ]


def test_each_of_those_who_cannot_go_is_told_why_and_what_would_help() -> None:
    outlet = make_outlet()
    a_mixed_crew(outlet)
    away = outlet.technicians.get(absences__isnull=False)
    free_tomorrow = make_technician(outlet)
    make_absence(free_tomorrow, NOW - 3 * HOUR, NOW + 12 * HOUR)
    ticket = make_handed_over(outlet, category=make_category())
    shortlist = shortlist_of(ticket, NOW, DAY)
    assert sum(one.count for one in shortlist.excluded) == len(shortlist.told)
    told = {row.technician: (row.candidate.findings[0].code, row.change) for row in shortlist.told}
    assert told[away] == ("absent", "")
    assert told[free_tomorrow][0] == "absent"
    assert "03-11" in told[free_tomorrow][1]
    assert [row.technician for row in excluded_of(ticket, NOW, DAY, "absent")] == [away, free_tomorrow]
    assert excluded_of(ticket, NOW, DAY, "nonsense") == []


def test_a_larger_crew_costs_no_more_questions(django_assert_num_queries: Any) -> None:
    """Inside of a transaction that has written; what is kept between questions is told by test_seek_kept.py."""
    job = job_of(make_handed_over(make_technician().outlet), NOW)
    with django_assert_num_queries(6):
        crew_of_job(job, WINDOW)
    outlet = Outlet.objects.get(pk=job.outlet)
    a_mixed_crew(outlet)
    with django_assert_num_queries(6):
        assert len(crew_of_job(job, WINDOW)) == 13
    assert date.fromordinal(int(crew_of_job(job, WINDOW).paper_from[0])) == date(2026, 1, 1)


def test_a_shortlist_costs_ten_questions(django_assert_num_queries: Any) -> None:
    outlet = make_outlet()
    a_mixed_crew(outlet)
    made = make_handed_over(outlet, category=make_category())
    ticket = Ticket.objects.select_related("outlet", "address", "category", "customer", "fault").get(pk=made.pk)
    with django_assert_num_queries(10):
        shortlist = shortlist_of(ticket, NOW)
        assert [row.technician.user.name for row in shortlist.rows]
        assert {row.technician.outlet for row in shortlist.rows} == {outlet}
    assert shortlist.best
    assert shortlist.told


def test_who_takes_a_job_over_is_sought_for_as_long_as_it_is_booked() -> None:
    technician = make_technician()
    ticket = make_assignment(technician, NOW + HOUR, 105).ticket
    make_technician(technician.outlet)
    assert job_of(ticket, NOW).minutes == 105
    assert {row.candidate.span.minutes for row in shortlist_of(ticket, NOW).best if row.candidate.span} == {105}
    ticket.assignments.update(state=AssignmentState.RELEASED)
    assert job_of(ticket, NOW).minutes != 105
