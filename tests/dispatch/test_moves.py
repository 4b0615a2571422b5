"""The ledger of moves, the step back, and the version that keeps two dispatchers apart."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import InternalError, transaction

from dispatch.models import Assignment, AssignmentMove
from dispatch.selectors.moves import moves_of
from dispatch.services import Why, accept_assignment, reassign_technician, refuse_assignment, undo_move
from servicedesk.errors import ActionError
from servicedesk.people.models import Role
from servicedesk.sla.models import SlaClock
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.services import cancel_ticket
from tests.defaults import load_defaults
from tests.dispatch.snapshots import snapshot
from tests.make import NOW, make_outlet, make_user
from tests.make_dispatch import make_assignment, make_technician
from visits.models import Visit

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=20)
NOON = NOW + timedelta(hours=2)
HOUR = timedelta(hours=1)


def moved(ticket: Ticket, technician: Any, start: datetime, **why: Any) -> Any:
    given = Why(why.pop("reason", "换人"), why.pop("override", "客户同意"), **why)
    return reassign_technician(ticket.pk, technician, start, start + HOUR, given, actor=None, now=LATER)


def lines(ticket: Ticket) -> list[tuple[Any, ...]]:
    return [
        (one.source and one.source.technician_id, one.target and one.target.technician_id, one.moved_by)
        for one in moves_of(ticket).lines
    ]


def refused(move: AssignmentMove | int, now: datetime = LATER, actor: Any = None) -> str:
    before = snapshot()
    with pytest.raises(ActionError) as caught:
        undo_move(move if isinstance(move, int) else move.pk, actor=actor, now=now)
    assert snapshot() == before
    return caught.value.code


def test_every_step_stands_in_the_ledger_with_who_why_and_how_long() -> None:
    outlet = make_outlet()
    first, second = make_technician(outlet), make_technician(outlet)
    dispatcher = make_user(Role.DISPATCHER, outlet)
    job = make_assignment(first, NOON, actor=dispatcher)
    moved(job.ticket, second, NOON)
    refuse_assignment(Assignment.objects.latest("pk").pk, "生病", actor=None, now=LATER + HOUR)
    assert lines(job.ticket) == [
        (None, first.pk, "kept"),
        (first.pk, second.pk, "kept"),
        (second.pk, None, "kept"),
    ]
    start, change, end = moves_of(job.ticket).lines
    assert (start.by, start.minutes_held, change.reason, change.minutes_held) == (dispatcher, 0, "换人", 17)
    assert (end.reason, end.minutes_held) == ("生病", 60)


def test_a_promise_that_moves_names_for_whom() -> None:
    technician = make_technician()
    ticket = make_assignment(technician, NOON).ticket
    moved(ticket, technician, NOON + 3 * HOUR, moved_by="customer")
    moved(ticket, technician, NOON + 3 * HOUR + timedelta(minutes=30), moved_by="technician")
    assert [one.moved_by for one in moves_of(ticket).lines] == ["kept", "customer", "kept"]
    assert moves_of(ticket).appointments_moved == 1
    step = moves_of(ticket).lines[1]
    assert step.promise_before is not None
    assert step.promise_after is not None
    assert (step.promise_before.lower, step.promise_after.lower) == (NOON, NOON + 3 * HOUR)


def test_an_unknown_mover_is_refused() -> None:
    technician = make_technician()
    ticket = make_assignment(technician, NOON).ticket
    with pytest.raises(ActionError) as caught:
        moved(ticket, technician, NOON + HOUR, moved_by="kept")
    assert (caught.value.code, caught.value.field) == ("mover_unknown", "moved_by")


def test_a_ticket_that_comes_back_to_the_same_hands_went_to_and_fro() -> None:
    outlet = make_outlet()
    first, second = make_technician(outlet), make_technician(outlet)
    ticket = make_assignment(first, NOON).ticket
    for technician in (second, first, second):
        moved(ticket, technician, NOON)
    assert moves_of(ticket).to_and_fro == 2


def test_a_cancelled_ticket_closes_its_ledger() -> None:
    technician = make_technician()
    job = make_assignment(technician, NOON)
    cancel_ticket(job.ticket_id, "customer_wish", actor=make_user(Role.MANAGER), now=LATER)
    assert lines(job.ticket)[-1] == (technician.pk, None, "kept")


def test_the_ledger_cannot_be_changed() -> None:
    make_assignment(make_technician(), NOON)
    with pytest.raises(InternalError), transaction.atomic():
        AssignmentMove.objects.update(reason="x")
    with pytest.raises(InternalError), transaction.atomic():
        AssignmentMove.objects.all().delete()


def test_a_move_of_a_job_somebody_moved_already_is_refused_and_says_where_it_is() -> None:
    outlet = make_outlet()
    first, second = make_technician(outlet), make_technician(outlet, name="赵敏")
    job = make_assignment(first, NOON)
    moved(job.ticket, second, NOON, version=job.row_version)
    before = snapshot()
    with pytest.raises(ActionError) as caught:
        moved(job.ticket, first, NOON + HOUR, version=job.row_version)
    assert snapshot() == before
    assert (caught.value.code, caught.value.status) == ("stale_assignment", 409)
    current = caught.value.detail["current"]
    assert (current["technician"], current["name"], current["start"]) == (second.pk, "赵敏", NOON.isoformat())
    moved(job.ticket, first, NOON + HOUR, version=current["version"])


def test_a_first_assignment_is_taken_back_as_if_it_had_not_been() -> None:
    load_defaults()
    technician = make_technician()
    job = make_assignment(technician, NOON)
    clock = SlaClock.objects.get(ticket=job.ticket, kind="dispatch")
    line = undo_move(moves_of(job.ticket).lines[-1].pk, actor=None, now=LATER - timedelta(minutes=10))
    job.refresh_from_db()
    job.ticket.refresh_from_db()
    assert (job.state, job.ticket.state, job.ticket.promised_from) == ("released", "open", None)
    assert (line.source, line.target, line.undoes) == (job, None, moves_of(job.ticket).lines[0])
    again = SlaClock.objects.get(ticket=job.ticket, kind="dispatch", cycle=clock.cycle + 1)
    assert (again.stopped_at, again.started_at, again.due_at) == (None, clock.started_at, clock.due_at)


def test_a_move_is_taken_back_to_the_technician_and_the_promise_before() -> None:
    outlet = make_outlet()
    first, second = make_technician(outlet), make_technician(outlet)
    job = make_assignment(first, NOON)
    accept_assignment(job.pk, actor=first.user, now=LATER)
    moved(job.ticket, second, NOON + 3 * HOUR)
    undo_move(moves_of(job.ticket).lines[-1].pk, actor=None, now=LATER)
    job.ticket.refresh_from_db()
    again = Assignment.objects.filter(ticket=job.ticket).latest("pk")
    assert (again.technician, again.state, again.span.lower) == (first, "accepted", NOON)
    assert job.ticket.promised_from == NOON
    assert Visit.objects.filter(assignment=again, state="planned").count() == 1
    assert again.row_version > job.row_version


def test_what_has_been_acted_on_is_not_taken_back() -> None:
    outlet = make_outlet()
    first, second = make_technician(outlet), make_technician(outlet)
    job = make_assignment(first, NOON)
    step = moves_of(job.ticket).lines[-1]
    assert refused(step, LATER + HOUR) == "undo_too_late"
    assert refused(step, actor=first.user) == "role_not_allowed"
    assert refused(0) == "ticket_not_found"
    accept_assignment(job.pk, actor=first.user, now=LATER)
    assert refused(step) == "undo_too_late"
    moved(job.ticket, second, NOON)
    assert refused(step) == "undo_not_last"


def test_a_step_back_is_not_taken_back() -> None:
    outlet = make_outlet()
    job = make_assignment(make_technician(outlet), NOON)
    moved(job.ticket, make_technician(outlet), NOON)
    back = undo_move(moves_of(job.ticket).lines[-1].pk, actor=None, now=LATER)
    assert refused(back) == "undo_not_last"


def test_a_time_that_was_given_away_meanwhile_cannot_be_taken_back() -> None:
    outlet = make_outlet()
    first, second = make_technician(outlet), make_technician(outlet)
    job = make_assignment(first, NOON)
    moved(job.ticket, second, NOON)
    make_assignment(first, NOON)
    assert refused(moves_of(job.ticket).lines[-1]) == "double_booked"
