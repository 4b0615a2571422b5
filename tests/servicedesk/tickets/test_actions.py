"""The actions of a ticket: what each changes, what it refuses, and that a refusal leaves everything as it was."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from servicedesk.errors import ActionError
from servicedesk.notify.models import Notification
from servicedesk.people.models import Role, User
from servicedesk.sla.models import SlaClock
from servicedesk.tickets.models import Handover, Praise, Ticket, TicketEvent, TicketFacts, TicketParty, TicketState
from servicedesk.tickets.services import (
    Intake,
    accept_handover,
    add_note,
    cancel_ticket,
    close_ticket,
    edit_ticket,
    grant_exception,
    open_ticket,
    pause_clock,
    record_contact,
    record_praise,
    refuse_handover,
    reopen_ticket,
    resume_clock,
    send_to_outlet,
)
from tests.defaults import load_defaults
from tests.make import (
    NOW,
    make_appliance,
    make_customer,
    make_fault,
    make_handed_over,
    make_outlet,
    make_ticket,
    make_user,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def master_data(db: None) -> None:
    load_defaults()


def states(ticket: Ticket) -> dict[str, str]:
    return dict(SlaClock.objects.filter(ticket=ticket).order_by("cycle").values_list("kind", "state"))


def everything() -> list[Any]:
    """All that an action may change, to be compared before and after a refusal."""
    models = (Ticket, TicketEvent, TicketFacts, TicketParty, Handover, SlaClock, Notification, Praise)
    return [list(model.objects.order_by("pk").values()) for model in models]


def refused(act: Callable[[], Any]) -> ActionError:
    """The refusal of `act`, which must have changed nothing."""
    before = everything()
    with pytest.raises(ActionError) as caught:
        act()
    assert everything() == before
    return caught.value


def set_state(ticket: Ticket, state: str) -> None:
    closed_at = NOW if state == TicketState.CLOSED else None
    Ticket.objects.filter(pk=ticket.pk).update(state=state, closed_at=closed_at)


# --- opening -----------------------------------------------------------------------------------------------------


def test_a_call_has_been_contact_from_its_first_second() -> None:
    ticket = make_ticket(channel="phone")
    found = states(ticket)
    assert found["contact"] == "met"
    assert {kind for kind, state in found.items() if state == "running"} == {
        "outlet_sent",
        "outlet_accept",
        "dispatch",
        "technician_contact",
        "arrival",
        "fix",
    }


def test_numbers_count_within_the_local_day_of_receipt() -> None:
    late = NOW.replace(hour=15, minute=59)
    numbers = [make_ticket(now=late).number, make_ticket(now=late).number, make_ticket(now=late + 2 * HOUR).number]
    assert numbers == ["260310-0001", "260310-0002", "260311-0001"]


def test_the_same_submission_makes_one_ticket() -> None:
    submission, agent, customer = uuid4(), make_user(), make_customer()
    first = make_ticket(actor=agent, customer=customer, submission=submission)
    again = make_ticket(actor=agent, customer=customer, submission=submission)
    assert first.pk == again.pk
    assert Ticket.objects.count() == 1


def test_the_symptom_brings_its_priority() -> None:
    assert make_ticket(fault=make_fault(priority=1)).priority == 1
    assert make_ticket(kind="consultation", description="怎么用").priority == 3


def test_a_phone_that_cannot_be_read_is_kept_as_it_was_said() -> None:
    ticket = make_ticket(contact_phone="分机 8 找王师傅")
    assert (ticket.contact_phone_raw, str(ticket.contact_phone)) == ("分机 8 找王师傅", "")
    foreign = make_ticket(contact_phone="0044 20 7946 0958")
    assert (foreign.contact_phone_raw, str(foreign.contact_phone)) == ("0044 20 7946 0958", "+442079460958")


@pytest.mark.parametrize(
    ("wrong", "field", "code"),
    [
        ({"kind": "party"}, "kind", "kind_unknown"),
        ({"channel": "pigeon"}, "channel", "channel_unknown"),
        ({"description": " "}, "description", "symptom_missing"),
        ({"appliance": None, "category": None}, "category", "category_missing"),
        ({"received_at": NOW + HOUR}, "received_at", "received_in_future"),
        ({"requested_from": NOW + HOUR}, "requested_until", "window_incomplete"),
        ({"requested_until": NOW + HOUR}, "requested_from", "window_incomplete"),
        ({"requested_from": NOW + 2 * HOUR, "requested_until": NOW + HOUR}, "requested_until", "window_upside_down"),
        ({"requested_from": NOW - 2 * HOUR, "requested_until": NOW}, "requested_until", "window_in_past"),
    ],
)
def test_an_intake_that_cannot_be_meant_is_refused_by_its_field(wrong: dict[str, Any], field: str, code: str) -> None:
    customer = make_customer()
    make_appliance(customer)
    agent = make_user()
    error = refused(lambda: make_ticket(customer=customer, actor=agent, **wrong))
    assert (error.status, error.field, error.code) == (422, field, code)


def test_what_belongs_to_somebody_else_is_refused() -> None:
    customer, other, agent = make_customer(), make_customer(), make_user()
    theirs = make_appliance(other)
    error = refused(lambda: make_ticket(customer=customer, actor=agent, appliance=theirs))
    assert (error.field, error.code) == ("appliance", "appliance_of_other_customer")
    error = refused(
        lambda: make_ticket(
            customer=customer, actor=agent, appliance=None, category=theirs.category, address=other.addresses.first()
        )
    )
    assert (error.field, error.code) == ("address", "address_of_other_customer")


def test_a_technician_may_not_open_tickets() -> None:
    technician = make_user(Role.TECHNICIAN)
    intake = Intake(kind="consultation", channel="phone", customer=make_customer())
    error = refused(lambda: open_ticket(intake, actor=technician, now=NOW))
    assert (error.status, error.code) == (403, "role_not_allowed")


# --- editing -----------------------------------------------------------------------------------------------------


def test_two_editors_are_shown_both_values() -> None:
    ticket, agent = make_ticket(), make_user()
    edit_ticket(ticket.pk, {"description": "漏水"}, expected_version=1, actor=agent, now=NOW)
    error = refused(lambda: edit_ticket(ticket.pk, {"description": "噪音"}, expected_version=1, actor=agent, now=NOW))
    assert (error.status, error.code, error.detail["theirs"]) == (409, "edited_meanwhile", {"description": "漏水"})


def test_saving_what_the_other_has_saved_too_is_no_conflict() -> None:
    ticket, agent = make_ticket(), make_user()
    edit_ticket(ticket.pk, {"description": "漏水"}, expected_version=1, actor=agent, now=NOW)
    same = edit_ticket(ticket.pk, {"description": "漏水"}, expected_version=1, actor=agent, now=NOW)
    assert same.row_version == 2


def test_a_later_window_moves_the_arrival() -> None:
    ticket, agent = make_ticket(), make_user()
    window = {"requested_from": NOW + 30 * HOUR, "requested_until": NOW + 32 * HOUR}
    edit_ticket(ticket.pk, window, expected_version=1, actor=agent, now=NOW)
    assert SlaClock.objects.get(ticket=ticket, kind="arrival").due_at == NOW + 32 * HOUR


# --- hand-over ---------------------------------------------------------------------------------------------------


def test_a_refused_hand_over_goes_back_to_the_desk_and_its_owner_hears_of_it() -> None:
    outlet, agent = make_outlet(), make_user()
    dispatcher = make_user(Role.DISPATCHER, outlet)
    ticket = make_ticket(actor=agent)
    send_to_outlet(ticket.pk, outlet, actor=agent, now=NOW)
    assert Notification.objects.get(recipient=dispatcher).kind == "handover_sent"
    refuse_handover(ticket.pk, "人手不足", actor=dispatcher, now=NOW + HOUR)
    ticket.refresh_from_db()
    assert ticket.outlet is None
    assert Notification.objects.get(recipient=agent).kind == "handover_refused"
    assert states(ticket)["outlet_accept"] == "running"
    second = send_to_outlet(ticket.pk, make_outlet(), actor=agent, now=NOW + 2 * HOUR)
    assert second.state == Handover.State.SENT


def test_hand_overs_are_refused_with_their_reason() -> None:
    outlet, agent = make_outlet(), make_user()
    ticket = make_handed_over(outlet, actor=agent)
    error = refused(lambda: send_to_outlet(ticket.pk, outlet, actor=agent, now=NOW + HOUR))
    assert error.code == "outlet_has_it"
    closed = make_outlet(is_active=False)
    assert refused(lambda: send_to_outlet(ticket.pk, closed, actor=agent, now=NOW)).code == "outlet_inactive"
    question = make_ticket(kind="consultation", actor=agent)
    assert refused(lambda: send_to_outlet(question.pk, outlet, actor=agent, now=NOW)).code == "no_visit_wanted"
    assert refused(lambda: accept_handover(ticket.pk, actor=None, now=NOW)).code == "wrong_state"
    assert refused(lambda: accept_handover(question.pk, actor=None, now=NOW)).code == "handover_not_found"
    fresh = make_ticket(actor=agent)
    send_to_outlet(fresh.pk, outlet, actor=agent, now=NOW)
    assert refused(lambda: refuse_handover(fresh.pk, " ", actor=None, now=NOW)).field == "reason"


def test_another_outlets_dispatcher_does_not_know_the_ticket() -> None:
    ticket = make_handed_over(make_outlet())
    stranger = make_user(Role.DISPATCHER, make_outlet())
    error = refused(lambda: add_note(ticket.pk, "?", actor=stranger, now=NOW))
    assert (error.status, error.code) == (404, "ticket_not_found")


def test_an_owner_sees_his_ticket_wherever_it_is() -> None:
    dispatcher = make_user(Role.DISPATCHER, make_outlet())
    ticket = make_ticket(actor=dispatcher)
    send_to_outlet(ticket.pk, make_outlet(), actor=dispatcher, now=NOW)
    assert ticket in Ticket.objects.visible_to(dispatcher)


# --- pauses ------------------------------------------------------------------------------------------------------


def test_only_clocks_that_may_pause_do() -> None:
    ticket, agent = make_ticket(), make_user()
    paused = pause_clock(ticket.pk, "waiting_for_parts", actor=agent, now=NOW + HOUR)
    assert {clock.kind for clock in paused} == {"fix"}
    resumed = resume_clock(ticket.pk, actor=agent, now=NOW + 3 * HOUR)
    assert {clock.kind for clock in resumed} == {"fix"}
    fix = SlaClock.objects.get(ticket=ticket, kind="fix")
    assert fix.due_at == NOW + 24 * HOUR + 2 * HOUR


def test_pauses_are_refused_where_nothing_fits() -> None:
    ticket, agent = make_ticket(), make_user()
    assert refused(lambda: pause_clock(ticket.pk, "tea", actor=agent, now=NOW)).code == "reason_unknown"
    assert refused(lambda: resume_clock(ticket.pk, actor=agent, now=NOW)).code == "nothing_to_resume"
    over = NOW - HOUR
    error = refused(lambda: pause_clock(ticket.pk, "waiting_for_customer", actor=agent, now=NOW, expected_end_at=over))
    assert error.code == "end_in_past"
    praise = make_ticket(kind="praise", actor=agent)
    assert (
        refused(lambda: pause_clock(praise.pk, "waiting_for_parts", actor=agent, now=NOW)).code == "nothing_to_pause"
    )


# --- ending ------------------------------------------------------------------------------------------------------


def test_a_repair_does_not_close_without_its_visit() -> None:
    ticket, agent = make_ticket(), make_user()
    error = refused(lambda: close_ticket(ticket.pk, actor=agent, now=NOW))
    assert (error.status, error.code, error.detail) == (409, "visit_expected", {"blockers": ["visit_expected"]})


def test_a_question_closes_at_once_and_its_answer_is_judged() -> None:
    agent = make_user()
    ticket = make_ticket(kind="consultation", channel="email", actor=agent)
    close_ticket(ticket.pk, actor=agent, now=NOW + HOUR / 2)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.closed_at) == ("closed", NOW + HOUR / 2)
    assert states(ticket) == {"first_answer": "met", "contact": "met"}
    assert not ticket.parties.filter(until=None).exists()


def test_a_complaint_is_answered_by_the_call_and_decided_by_closing() -> None:
    agent = make_user()
    ticket = make_ticket(kind="complaint", actor=agent)
    record_contact(ticket.pk, reached=True, actor=agent, now=NOW + HOUR)
    assert states(ticket)["complaint_answer"] == "met"
    close_ticket(ticket.pk, actor=agent, now=NOW + 2 * HOUR)
    assert states(ticket)["complaint_decision"] == "met"


def test_not_reaching_anybody_stops_no_clock() -> None:
    ticket, agent = make_ticket(channel="email"), make_user()
    record_contact(ticket.pk, reached=False, actor=agent, now=NOW + HOUR)
    assert states(ticket)["contact"] == "running"


def test_a_cancelled_ticket_promises_nothing_more() -> None:
    outlet, agent = make_outlet(), make_user()
    ticket = make_handed_over(outlet, actor=agent)
    cancel_ticket(ticket.pk, "solved_by_phone", actor=agent, now=NOW + HOUR)
    assert set(states(ticket).values()) == {"met", "void"}
    assert ticket.handovers.get().state == "withdrawn"
    assert refused(lambda: cancel_ticket(ticket.pk, "duplicate", actor=agent, now=NOW)).code == "wrong_state"
    fresh = make_ticket()
    assert refused(lambda: cancel_ticket(fresh.pk, "why not", actor=None, now=NOW)).field == "reason"


def test_reopening_starts_a_new_fix_and_leaves_what_was_met() -> None:
    ticket, agent = make_ticket(), make_user()
    set_state(ticket, TicketState.AWAITING_CALLBACK)
    reopen_ticket(ticket.pk, "还是不转", actor=agent, now=NOW + 5 * HOUR)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.facts.reopened) == ("open", 1)
    cycles = list(
        SlaClock.objects.filter(ticket=ticket, kind="fix").order_by("cycle").values_list("cycle", "started_at")
    )
    assert cycles == [(1, NOW), (2, NOW + 5 * HOUR)]
    assert states(ticket)["contact"] == "met"
    assert refused(lambda: reopen_ticket(ticket.pk, "again", actor=agent, now=NOW)).code == "wrong_state"
    set_state(ticket, TicketState.CLOSED)
    assert refused(lambda: reopen_ticket(ticket.pk, " ", actor=agent, now=NOW)).field == "reason"


# --- remarks -----------------------------------------------------------------------------------------------------


def test_praise_is_linked_and_its_owner_told() -> None:
    agent: User = make_user()
    ticket = make_ticket(actor=agent)
    set_state(ticket, TicketState.CLOSED)
    record_praise(ticket.pk, "服务周到", "email", actor=agent, now=NOW)
    assert ticket.praises.get().text == "服务周到"
    assert Notification.objects.get(recipient=agent).kind == "praise"
    assert refused(lambda: record_praise(ticket.pk, " ", "email", actor=agent, now=NOW)).field == "text"
    assert refused(lambda: record_praise(ticket.pk, "好", "pigeon", actor=agent, now=NOW)).field == "channel"


def test_an_exception_has_a_reason_and_a_supervisor() -> None:
    ticket, supervisor = make_ticket(), make_user(Role.SUPERVISOR)
    granted = grant_exception(ticket.pk, "home_pickup", "客户卧床", actor=supervisor, now=NOW)
    assert granted.granted_by == supervisor
    assert refused(lambda: grant_exception(ticket.pk, "any", "x", actor=supervisor, now=NOW)).field == "rule"
    assert refused(lambda: grant_exception(ticket.pk, "other", " ", actor=supervisor, now=NOW)).field == "reason"
    agent = make_user()
    assert refused(lambda: grant_exception(ticket.pk, "other", "x", actor=agent, now=NOW)).status == 403


def test_an_empty_note_is_refused() -> None:
    ticket = make_ticket()
    assert refused(lambda: add_note(ticket.pk, "  ", actor=None, now=NOW)).field == "note"


def test_nobody_rewrites_the_story() -> None:
    ticket = make_ticket()
    event = ticket.events.get()
    for change in (lambda: TicketEvent.objects.filter(pk=event.pk).update(note="x"), event.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
