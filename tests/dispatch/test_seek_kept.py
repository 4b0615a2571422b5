"""What is kept of a crew in memory is what stands in the database, whoever wrote it and whenever he ended."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from random import Random
from threading import Event, Thread
from time import sleep
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from dispatch.models import Absence, Assignment, AssignmentState, Certification, Shift, Technician, TimeChange
from dispatch.rules import Job, Span
from dispatch.rules.seek_crew import Crew
from dispatch.selectors import seek_kept
from dispatch.selectors.jobs import job_of
from dispatch.selectors.seek_kept import forget_kept
from dispatch.selectors.seek_rows import crew_of_job
from dispatch.services.forgetting import REMEMBERED, forget_changes
from servicedesk import clock
from servicedesk.errors import ActionError
from servicedesk.people.models import Address
from tests.dispatch.makers import FULL_DAY
from tests.make import NOW, make_category, make_handed_over
from tests.make_dispatch import make_absence, make_assignment, make_certificate, make_shift, make_technician

pytestmark = pytest.mark.django_db(transaction=True)
WINDOW = Span(FULL_DAY.start, FULL_DAY.start + timedelta(days=5))
HOUR = timedelta(hours=1)


def told(crew: Crew) -> dict[str, Any]:
    """All that a crew says, whatever the order its lines were read in."""

    def lines(*columns: Any) -> list[str]:
        # As words: what is not a number equals nothing.
        return sorted(map(str, zip(*(column.tolist() for column in columns), strict=True)))

    return {
        "staff": lines(crew.key, crew.stars, crew.overtime, crew.home, crew.position, crew.level, crew.in_district),
        "shifts": lines(crew.shifts.owner, crew.shifts.start, crew.shifts.end),
        "lunches": lines(crew.lunches.owner, crew.lunches.start, crew.lunches.end, crew.lunch_minutes),
        "away": lines(crew.away.owner, crew.away.start, crew.away.end),
        "bookings": lines(crew.bookings.owner, crew.bookings.start, crew.bookings.end, crew.booked_at, crew.active),
        "papers": lines(crew.paper_owner, crew.paper_from, crew.paper_until, crew.suspended),
    }


def is_true(job: Job) -> dict[str, Any]:
    """What is kept, where it is what a process that keeps nothing reads."""
    kept = told(crew_of_job(job, WINDOW))
    forget_kept()
    assert kept == told(crew_of_job(job, WINDOW))
    return kept


def a_job() -> tuple[Job, list[Technician]]:
    crew = [make_technician()]
    crew += [make_technician(crew[0].outlet) for _ in range(4)]
    return job_of(make_handed_over(crew[0].outlet, category=make_category()), NOW), crew


@contextmanager
def somebody_else(work: Callable[[], object]) -> Iterator[Callable[[], None]]:
    """Does `work` in the transaction of another connection, which ends when what is given is called."""
    begun, may_end = Event(), Event()

    def act() -> None:
        try:
            with transaction.atomic():
                work()
                begun.set()
                may_end.wait(30)
        finally:
            begun.set()
            connection.close()

    thread = Thread(target=act)
    thread.start()
    assert begun.wait(30)

    def end() -> None:
        may_end.set()
        thread.join(30)

    try:
        yield end
    finally:
        end()


class Hand:
    """Writes this and that about a crew."""

    def __init__(self, crew: list[Technician], seed: int) -> None:
        self.crew, self.dice = crew, Random(seed)

    def anything(self) -> None:
        """One change; what the rules or the database refuse is none."""
        with suppress(ActionError, IntegrityError), transaction.atomic():
            steps = [self.book, self.alter_a_job, self.alter_papers, self.alter_hours, self.alter_a_person]
            self.dice.choice(steps)()

    def book(self) -> None:
        make_assignment(self.dice.choice(self.crew), NOW + self.dice.choice([1, 2, 3, 4, 5, 25, 26]) * HOUR, 45)

    def alter_a_job(self) -> None:
        """Ends, hands over, moves one, or says where its customer lives."""
        jobs = list(Assignment.objects.order_by("pk"))
        if not jobs:
            return
        job = self.dice.choice(jobs)
        start = NOW + self.dice.randint(1, 90) * HOUR
        fields: dict[str, Any] = self.dice.choice(
            [
                {"state": AssignmentState.RELEASED},
                {"state": AssignmentState.DONE},
                {"technician": self.dice.choice(self.crew)},
                {"span": DateTimeTZRange(start, start + HOUR)},
            ]
        )
        Assignment.objects.filter(pk=job.pk).update(**fields)
        place = {"lat": 31 + self.dice.random(), "lon": 104 + self.dice.random()}
        Address.objects.filter(customer=job.ticket.customer_id).update(**place)

    def alter_papers(self) -> None:
        paper = self.dice.choice(list(Certification.objects.order_by("pk")))
        last = (NOW + timedelta(days=self.dice.randint(-2, 9))).date()
        if self.dice.random() < 0.3:
            make_certificate(paper.technician, valid_until=last)
        Certification.objects.filter(pk=paper.pk).update(
            valid_until=last, suspended_at=self.dice.choice([None, NOW + self.dice.randint(0, 90) * HOUR])
        )

    def alter_hours(self) -> None:
        one, start = self.dice.choice(self.crew), NOW + self.dice.randint(12, 120) * HOUR
        lunch = {"lunch": DateTimeTZRange(NOW + HOUR, NOW + 3 * HOUR), "lunch_minutes": 45}
        steps: list[Callable[[], object]] = [
            lambda: make_shift(one, start, start + 4 * HOUR),
            lambda: Shift.objects.filter(technician=one, span__startswith__gt=NOW + 2 * HOUR).delete(),
            lambda: Shift.objects.filter(technician=one, span__startswith__lt=NOW).update(**lunch),
            lambda: make_absence(one, start, start + 9 * HOUR),
            lambda: Absence.objects.filter(technician=one).delete(),
        ]
        self.dice.choice(steps)()

    def alter_a_person(self) -> None:
        if self.dice.random() < 0.3:
            self.crew.append(make_technician(self.crew[0].outlet))
            return
        fields: dict[str, Any] = self.dice.choice(
            [
                {"is_active": False},
                {"is_active": True},
                {"home_lat": 31.4, "home_lon": 104.7},
                {"overtime_minutes": 45},
            ]
        )
        Technician.objects.filter(pk=self.dice.choice(self.crew).pk).update(**fields)


def test_whatever_is_written_is_seen_with_the_next_question() -> None:
    job, crew = a_job()
    hand = Hand(crew, 12)
    seen, before = 0, is_true(job)
    for _turn in range(100):
        hand.anything()
        after = is_true(job)
        seen, before = seen + (after != before), after
    assert seen > 40


def test_what_another_one_writes_is_seen_when_he_ends_and_not_before() -> None:
    job, crew = a_job()
    before = is_true(job)
    with somebody_else(lambda: make_absence(crew[0], NOW, NOW + HOUR)) as end:
        # A later change that ends earlier.
        make_absence(crew[1], NOW, NOW + HOUR)
        between = is_true(job)
        assert len(between["away"]) == len(before["away"]) + 1
        assert is_true(job) == between
        end()
        assert len(is_true(job)["away"]) == len(before["away"]) + 2


def test_what_is_taken_back_is_not_kept() -> None:
    job, crew = a_job()
    before = is_true(job)
    with transaction.atomic():
        make_absence(crew[0], NOW, NOW + HOUR)
        assert len(told(crew_of_job(job, WINDOW))["away"]) == len(before["away"]) + 1
        transaction.set_rollback(True)
    assert is_true(job) == before


def wait_for_older_writers() -> None:
    """Until no transaction is older than the last note, not even one of another database beside this one."""
    last = TimeChange.objects.order_by("xid").last()
    assert last is not None
    for _turn in range(600):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
            if cursor.fetchone()[0] > last.xid:
                return
        sleep(0.05)
    raise AssertionError("a transaction stays open")


def test_a_question_asks_only_for_what_changed(django_assert_num_queries: Any) -> None:
    job, crew = a_job()
    wait_for_older_writers()
    crew_of_job(job, WINDOW)
    with django_assert_num_queries(2):
        crew_of_job(job, WINDOW)
    make_absence(crew[0], NOW, NOW + HOUR)
    wait_for_older_writers()
    with django_assert_num_queries(6):
        crew_of_job(job, WINDOW)
    with django_assert_num_queries(2):
        crew_of_job(job, WINDOW)


def test_old_notes_are_forgotten_and_what_was_kept_so_long_is_read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    job, crew = a_job()
    crew_of_job(job, WINDOW)
    make_absence(crew[0], NOW, NOW + HOUR)
    assert TimeChange.objects.filter(technician_id=crew[0].pk).exists()
    later = clock.now() + REMEMBERED + HOUR
    noted = TimeChange.objects.count()
    assert forget_changes(clock.now()) == 0
    assert forget_changes(later) == noted
    assert not TimeChange.objects.exists()
    monkeypatch.setattr(seek_kept, "FRESH", timedelta(0))
    assert is_true(job)["away"]
