"""Reassigning: the old assignment is kept with its reason, the new one follows the same rules."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from dispatch.models import Assignment, Technician
from dispatch.services import Why, accept_assignment, reassign_technician
from dispatch.signals import assignment_released
from servicedesk.errors import ActionError
from servicedesk.people.models import Role
from servicedesk.tickets.models import Ticket
from tests.dispatch.snapshots import snapshot
from tests.make import NOW, make_handed_over, make_outlet, make_user
from tests.make_dispatch import make_assignment, make_technician

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=20)
NOON = NOW + timedelta(hours=2)
HOUR = timedelta(hours=1)


def moved(ticket: Ticket, technician: Technician, start: datetime = NOON, **overrides: Any) -> Assignment:
    fields: dict[str, Any] = {"reason": "路上堵车", "override_reason": "客户同意", "actor": None, "now": LATER}
    fields.update(overrides)
    why = Why(
        fields.pop("reason"),
        fields.pop("override_reason"),
        fields.pop("moved_by", "office"),
        fields.pop("version", None),
    )
    return reassign_technician(ticket.pk, technician, start, start + HOUR, why, **fields)


def refused(ticket: Ticket, technician: Technician, start: datetime = NOON, **overrides: Any) -> ActionError:
    before = snapshot()
    with pytest.raises(ActionError) as caught:
        moved(ticket, technician, start, **overrides)
    assert snapshot() == before
    return caught.value


def test_the_old_assignment_is_released_with_the_reason_and_kept() -> None:
    outlet = make_outlet()
    first, second = make_technician(outlet), make_technician(outlet)
    old = make_assignment(first)
    new = moved(old.ticket, second)
    old.refresh_from_db()
    assert (old.state, old.reason, old.ended_at) == ("released", "路上堵车", LATER)
    assert (new.state, new.technician) == ("offered", second)
    assert old.ticket.facts.technician == second.user
    assert [party.user for party in old.ticket.parties.filter(part="technician", until=None)] == [second.user]
    assert first.user.notifications.filter(kind="assignment_released").count() == 1


def test_the_old_technicians_time_is_free_again() -> None:
    outlet = make_outlet()
    first, second = make_technician(outlet), make_technician(outlet)
    old = make_assignment(first, NOON)
    moved(old.ticket, second)
    assert make_assignment(first, NOON).technician == first


def test_moving_by_a_quarter_hour_does_not_collide_with_itself() -> None:
    technician = make_technician()
    old = make_assignment(technician, NOON)
    new = moved(old.ticket, technician, NOON + timedelta(minutes=15))
    assert new.span.lower == NOON + timedelta(minutes=15)


def test_a_move_inside_the_promise_keeps_it_and_one_outside_renews_it() -> None:
    technician = make_technician()
    ticket = make_assignment(technician, NOON).ticket
    moved(ticket, technician, NOON + timedelta(minutes=30), override_reason="")
    ticket.refresh_from_db()
    assert ticket.promised_from == NOON
    refusal = refused(ticket, technician, NOON + 3 * HOUR, override_reason="")
    assert [one["code"] for one in refusal.detail["findings"]] == ["outside_promised_window"]
    moved(ticket, technician, NOON + 3 * HOUR)
    ticket.refresh_from_db()
    assert (ticket.promised_from, ticket.promised_until) == (NOON + 3 * HOUR, NOON + 4 * HOUR)


def test_an_accepted_job_that_is_moved_has_to_be_accepted_again() -> None:
    technician = make_technician()
    old = make_assignment(technician, NOON)
    accept_assignment(old.pk, actor=technician.user, now=LATER)
    assert moved(old.ticket, technician, NOON + HOUR).state == "offered"


def test_the_apps_above_hear_of_the_release_inside_the_transaction() -> None:
    outlet = make_outlet()
    old = make_assignment(make_technician(outlet))
    heard: list[tuple[Any, ...]] = []

    def listen(sender: Any, *, ticket: Any, assignment: Any, actor: Any, now: Any, **kwargs: Any) -> None:
        heard.append((ticket, assignment, actor, now))

    assignment_released.connect(listen)
    try:
        moved(old.ticket, make_technician(outlet))
    finally:
        assignment_released.disconnect(listen)
    assert heard == [(old.ticket, old, None, LATER)]


def test_an_overlap_is_refused_and_leaves_the_old_assignment() -> None:
    outlet = make_outlet()
    busy = make_technician(outlet)
    other = make_assignment(busy, NOON)
    refusal = refused(make_assignment(make_technician(outlet)).ticket, busy)
    assert (refusal.code, refusal.detail["number"]) == ("double_booked", other.ticket.number)


def test_other_refusals() -> None:
    technician = make_technician()
    old = make_assignment(technician, NOON)
    assert refused(old.ticket, technician, reason=" ").code == "reason_missing"
    assert refused(old.ticket, technician).code == "nothing_changed"
    assert refused(old.ticket, technician, NOW - 2 * HOUR).code == "span_in_past"
    assert refused(old.ticket, technician, actor=technician.user).code == "role_not_allowed"
    assert refused(make_handed_over(technician.outlet), technician).code == "wrong_state"


def test_a_scheduled_ticket_nobody_is_assigned_to_says_so() -> None:
    technician = make_technician()
    ticket = make_handed_over(technician.outlet)
    Ticket.objects.filter(pk=ticket.pk).update(state="scheduled")
    assert refused(ticket, technician).code == "not_assigned"


def test_the_story_tells_the_reason_and_both_assignments() -> None:
    outlet = make_outlet()
    old = make_assignment(make_technician(outlet))
    new = moved(old.ticket, make_technician(outlet), override_reason="")
    event = old.ticket.events.get(action="reassign_technician")
    assert (event.note, event.data["assignment"], event.data["released"]) == ("路上堵车", new.pk, old.pk)


def test_an_agent_may_not_reassign() -> None:
    technician = make_technician()
    ticket = make_assignment(technician).ticket
    assert refused(ticket, technician, actor=make_user(Role.AGENT)).status == 403
