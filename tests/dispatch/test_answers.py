"""The technician's answer, and how assignments end."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from dispatch.models import Assignment
from dispatch.services import accept_assignment, assignment_done, refuse_assignment, release_assignment
from dispatch.signals import assignment_accepted, assignment_released
from servicedesk.errors import ActionError
from servicedesk.people.models import Role
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.services import cancel_ticket
from tests.dispatch.snapshots import snapshot
from tests.make import NOW, make_outlet, make_user
from tests.make_dispatch import make_assignment, make_technician

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=20)
NOON = NOW + timedelta(hours=2)
HOUR = timedelta(hours=1)


def refused(action: Any, *args: Any, actor: Any = None) -> ActionError:
    before = snapshot()
    with pytest.raises(ActionError) as caught:
        action(*args, actor=actor, now=LATER)
    assert snapshot() == before
    return caught.value


def test_accepting_tells_the_apps_above_and_the_story() -> None:
    technician = make_technician()
    offered = make_assignment(technician)
    heard: list[Any] = []

    def listen(sender: Any, *, ticket: Any, assignment: Any, actor: Any, now: Any, **kwargs: Any) -> None:
        heard.append((ticket, assignment, assignment.state, actor, now))

    assignment_accepted.connect(listen)
    try:
        accepted = accept_assignment(offered.pk, actor=technician.user, now=LATER)
    finally:
        assignment_accepted.disconnect(listen)
    assert (accepted.state, accepted.answered_at) == ("accepted", LATER)
    assert heard == [(offered.ticket, accepted, "accepted", technician.user, LATER)]
    assert offered.ticket.events.get(action="accept_assignment").actor == technician.user


def test_a_receivers_refusal_undoes_the_answer() -> None:
    technician = make_technician()
    offered = make_assignment(technician)

    def refuse(sender: Any, **kwargs: Any) -> None:
        raise ActionError("not_now", "")

    assignment_accepted.connect(refuse)
    try:
        assert refused(accept_assignment, offered.pk, actor=technician.user).code == "not_now"
    finally:
        assignment_accepted.disconnect(refuse)


def test_refusing_opens_the_ticket_again_and_tells_the_dispatchers() -> None:
    technician = make_technician()
    dispatcher = make_user(Role.DISPATCHER, technician.outlet)
    offered = make_assignment(technician, NOON)
    refuse_assignment(offered.pk, " 车坏了 ", actor=technician.user, now=LATER)
    offered.refresh_from_db()
    ticket = offered.ticket
    ticket.refresh_from_db()
    assert (offered.state, offered.reason, offered.ended_at) == ("refused", "车坏了", LATER)
    assert (ticket.state, ticket.promised_from) == ("open", NOON)
    assert ticket.facts.technician is None
    assert not ticket.parties.filter(part="technician", until=None).exists()
    assert dispatcher.notifications.filter(kind="assignment_refused").count() == 1
    assert not technician.user.notifications.filter(kind="assignment_released").exists()


def test_after_a_refusal_another_technician_can_be_assigned() -> None:
    outlet = make_outlet()
    offered = make_assignment(make_technician(outlet))
    refuse_assignment(offered.pk, "生病", actor=None, now=LATER)
    assert make_assignment(make_technician(outlet), ticket=offered.ticket).state == "offered"


def test_a_refusal_needs_a_reason() -> None:
    offered = make_assignment(make_technician())
    assert refused(refuse_assignment, offered.pk, "  ").code == "reason_missing"
    assert refused(refuse_assignment, offered.pk, "长" * 301).code == "reason_too_long"


def test_an_answer_is_given_once() -> None:
    technician = make_technician()
    offered = make_assignment(technician)
    accept_assignment(offered.pk, actor=technician.user, now=LATER)
    assert refused(accept_assignment, offered.pk, actor=technician.user).code == "wrong_state"
    assert refused(refuse_assignment, offered.pk, "x", actor=technician.user).code == "wrong_state"


def test_a_colleagues_job_does_not_exist_for_a_technician() -> None:
    outlet = make_outlet()
    first, second = make_technician(outlet), make_technician(outlet)
    offered = make_assignment(first)
    assert refused(accept_assignment, offered.pk, actor=second.user).status == 404
    refuse_assignment(offered.pk, "x", actor=first.user, now=LATER)
    again = make_assignment(second, NOON, ticket=offered.ticket)
    # The first technician still sees the ticket for a day (counted by the database's clock), yet not the other's job.
    first.user.parts.update(until=timezone.now())
    assert refused(accept_assignment, again.pk, actor=first.user).code == "assignment_not_found"


def test_an_assignment_that_does_not_exist_is_not_found() -> None:
    assert refused(accept_assignment, 0).code == "ticket_not_found"


def test_the_dispatcher_may_write_the_answer_down_and_the_agent_may_not() -> None:
    technician = make_technician()
    offered = make_assignment(technician)
    assert refused(accept_assignment, offered.pk, actor=make_user(Role.AGENT)).status == 403
    assert refused(accept_assignment, offered.pk, actor=make_user(Role.SUPERVISOR)).code == "not_your_outlet"
    dispatcher = make_user(Role.DISPATCHER, technician.outlet)
    assert accept_assignment(offered.pk, actor=dispatcher, now=LATER).state == "accepted"


def test_a_cancelled_ticket_releases_its_technician() -> None:
    technician = make_technician()
    offered = make_assignment(technician, NOON)
    heard: list[int] = []

    def listen(sender: Any, *, assignment: Any, **kwargs: Any) -> None:
        heard.append(assignment.pk)

    assignment_released.connect(listen)
    try:
        cancel_ticket(offered.ticket_id, "customer_wish", actor=None, now=LATER)
    finally:
        assignment_released.disconnect(listen)
    offered.refresh_from_db()
    assert (offered.state, offered.reason, heard) == ("released", "customer_wish", [offered.pk])
    assert make_assignment(technician, NOON).state == "offered"


def test_work_that_ends_early_gives_the_rest_of_the_time_back() -> None:
    technician = make_technician()
    job = accept_assignment(make_assignment(technician, NOON, 120).pk, actor=None, now=LATER)
    done = assignment_done(job, NOON + HOUR)
    done.refresh_from_db()
    assert (done.state, done.span.lower, done.span.upper) == ("done", NOON, NOON + HOUR)
    assert done.ticket.parties.get(part="technician").until == NOON + HOUR


@pytest.mark.parametrize(
    ("ended", "upper"), [(NOON + 3 * HOUR, NOON + HOUR), (NOON - HOUR, NOON + timedelta(minutes=1))]
)
def test_the_span_of_done_work_is_never_longer_than_planned_and_never_empty(ended: Any, upper: Any) -> None:
    job = accept_assignment(make_assignment(make_technician(), NOON).pk, actor=None, now=LATER)
    assignment_done(job, ended)
    assert Assignment.objects.get(pk=job.pk).span.upper == upper


def test_only_an_accepted_job_can_be_done() -> None:
    with pytest.raises(ActionError) as caught:
        assignment_done(make_assignment(make_technician()), NOON)
    assert caught.value.code == "wrong_state"


def test_releasing_leaves_the_ticket_to_the_caller() -> None:
    job = accept_assignment(make_assignment(make_technician()).pk, actor=None, now=LATER)
    release_assignment(job, "nobody_home", actor=None, now=LATER)
    job.refresh_from_db()
    assert (job.state, job.reason) == ("released", "nobody_home")
    assert Ticket.objects.get(pk=job.ticket_id).state == "scheduled"
    assert refused(release_assignment, job, "again").code == "wrong_state"


def test_an_owner_who_is_also_the_technician_stays_owner() -> None:
    technician = make_technician()
    offered = make_assignment(technician, owner=technician.user)
    refuse_assignment(offered.pk, "x", actor=technician.user, now=LATER)
    assert offered.ticket.parties.get(part="owner").until is None
