"""Health data: kept only with consent, shown to few and only while in hand, erased with the consent."""

from datetime import date, timedelta

import pytest

from servicedesk.care.models import CareNote, Consent
from servicedesk.care.services import give_consent, read_care_notes, record_care_note, withdraw_consent
from servicedesk.errors import ActionError
from servicedesk.people.models import Role
from servicedesk.tickets.models import Ticket
from tests.make import NOW, make_customer, make_handed_over, make_outlet, make_ticket, make_user
from tests.make_care import make_closed

pytestmark = pytest.mark.django_db
SECRET = "摔伤卧床等待手术"


def noted(ticket: Ticket) -> CareNote:
    give_consent(ticket.pk, "health", "phone", actor=None, now=NOW)
    return record_care_note(ticket.pk, "surgery", SECRET, actor=None, now=NOW, known_day=date(2026, 3, 20))


def test_a_note_without_a_living_consent_is_refused() -> None:
    ticket = make_ticket()
    give_consent(ticket.pk, "story", "phone", actor=None, now=NOW)
    with pytest.raises(ActionError) as refused:
        record_care_note(ticket.pk, "health", SECRET, actor=None, now=NOW)
    assert (refused.value.code, refused.value.status) == ("consent_missing", 409)
    noted(ticket)
    withdraw_consent(ticket.pk, "health", actor=None, now=NOW + timedelta(hours=1))
    with pytest.raises(ActionError, match="consent_missing"):
        record_care_note(ticket.pk, "health", SECRET, actor=None, now=NOW)


def test_withdrawing_erases_the_notes_of_every_ticket_of_that_customer_only() -> None:
    customer = make_customer()
    first, second, stranger = make_ticket(customer=customer), make_ticket(customer=customer), make_ticket()
    for ticket in (first, second, stranger):
        noted(ticket)
    withdraw_consent(first.pk, "health", actor=None, now=NOW + timedelta(hours=1))
    assert list(CareNote.objects.values_list("ticket", flat=True)) == [stranger.pk]
    assert first.events.get(action="withdraw_consent").data["erased"] == 2
    assert Consent.objects.filter(customer=customer, withdrawn_at=None).count() == 0


def test_consent_is_kept_once_and_given_anew_after_a_withdrawal() -> None:
    ticket = make_ticket()
    again = [give_consent(ticket.pk, "health", "phone", actor=None, now=NOW).pk for _time in range(2)]
    assert len(set(again)) == 1
    withdraw_consent(ticket.pk, "health", actor=None, now=NOW)
    with pytest.raises(ActionError, match="consent_missing"):
        withdraw_consent(ticket.pk, "health", actor=None, now=NOW)
    assert give_consent(ticket.pk, "health", "written", actor=None, now=NOW).pk not in again
    assert list(ticket.events.filter(action="give_consent").values_list("data__purpose", flat=True)) == ["health"] * 2


@pytest.mark.parametrize("role", [Role.AGENT, Role.SUPERVISOR, Role.MANAGER])
def test_each_look_of_those_who_need_it_is_a_line_of_the_story(role: str) -> None:
    ticket = make_ticket()
    note = noted(ticket)
    reader = make_user(role)
    assert [one.text for one in read_care_notes(ticket.pk, actor=reader, now=NOW)] == [SECRET]
    line = ticket.events.get(action="read_care_notes")
    assert (line.actor, line.data) == (reader, {"care_notes": [note.pk]})


@pytest.mark.parametrize("role", [Role.DISPATCHER, Role.AUDITOR, Role.ADMIN])
def test_others_read_nothing_and_leave_no_line(role: str) -> None:
    outlet = make_outlet()
    ticket = make_handed_over(outlet)
    noted(ticket)
    with pytest.raises(ActionError) as refused:
        read_care_notes(ticket.pk, actor=make_user(role, outlet), now=NOW)
    assert refused.value.status == 403
    assert not ticket.events.filter(action="read_care_notes").exists()


def test_notes_of_an_ended_ticket_are_shown_no_more() -> None:
    ticket = make_closed()
    with pytest.raises(ActionError, match="no_ticket_in_hand"):
        read_care_notes(ticket.pk, actor=make_user(Role.MANAGER), now=NOW)


def test_no_line_of_the_story_says_what_the_note_says() -> None:
    ticket = make_ticket()
    noted(ticket)
    read_care_notes(ticket.pk, actor=make_user(Role.AGENT), now=NOW)
    told = "".join(f"{event.note}{event.data}" for event in ticket.events.all())
    assert SECRET not in told
    assert "2026-03-20" not in told


@pytest.mark.parametrize(
    ("kind", "text", "field"), [("gossip", "x", "kind"), ("health", "  ", "text"), ("health", "x" * 501, "text")]
)
def test_a_note_that_says_nothing_useful_names_its_field(kind: str, text: str, field: str) -> None:
    ticket = make_ticket()
    give_consent(ticket.pk, "health", "phone", actor=None, now=NOW)
    with pytest.raises(ActionError) as refused:
        record_care_note(ticket.pk, kind, text, actor=None, now=NOW)
    assert (refused.value.status, refused.value.field) == (422, field)
