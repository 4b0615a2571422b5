"""The forms of the actions: good ways, refusals that keep what was typed, two people at once, and lost sign-ins."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from servicedesk import clock
from servicedesk.people.models import Address, Role, ServiceZone
from servicedesk.tickets.models import Ticket, TicketEvent
from servicedesk.tickets.services import add_note, close_ticket, edit_ticket, send_to_outlet
from tests.defaults import load_defaults
from tests.make import (
    make_appliance,
    make_category,
    make_customer,
    make_fault,
    make_handed_over,
    make_outlet,
    make_ticket,
    make_user,
)
from tests.make_desk import browser_of

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _defaults() -> None:
    load_defaults()


@pytest.fixture
def agent() -> Client:
    return browser_of(make_user(Role.AGENT))


def state_of(ticket: Ticket) -> tuple[Any, ...]:
    """What a refused action must leave as it was."""
    fresh = Ticket.objects.filter(pk=ticket.pk).values().get()
    clocks = sorted(ticket.clocks.values_list("kind", "state", "stopped_at", "due_at"), key=str)
    return (fresh, clocks, TicketEvent.objects.filter(ticket=ticket).count(), list(ticket.handovers.values()))


def refused(client: Client, ticket: Ticket, path: str, fields: dict[str, Any], status: int = 422) -> str:
    before = state_of(ticket)
    answer = client.post(f"/tickets/{ticket.number}/{path}/", fields)
    assert answer.status_code == status, answer.content.decode()[:500]
    assert state_of(ticket) == before
    return answer.content.decode()


def done(client: Client, ticket: Ticket, path: str, fields: dict[str, Any]) -> Ticket:
    answer = client.post(f"/tickets/{ticket.number}/{path}/", fields)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    ticket.refresh_from_db()
    return ticket


def last(ticket: Ticket) -> TicketEvent:
    return TicketEvent.objects.filter(ticket=ticket).latest("id")


def test_a_note_a_call_a_praise_and_a_pause_are_kept(agent: Client) -> None:
    ticket = make_ticket(now=clock.now())
    done(agent, ticket, "note", {"note": "下午在家"})
    assert last(ticket).note == "下午在家"
    done(agent, ticket, "contact", {"reached": "yes", "note": "已确认"})
    assert last(ticket).data == {"reached": True}
    done(agent, ticket, "praise", {"text": "师傅很好", "channel": "phone"})
    assert ticket.praises.get().text == "师傅很好"
    done(agent, ticket, "pause", {"reason": "waiting_for_customer", "note": "客户外出", "proof": "通话录音"})
    assert ticket.clocks.filter(state="paused").exists()
    done(agent, ticket, "resume", {"note": ""})
    assert not ticket.clocks.filter(state="paused").exists()


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("note", {"note": "  "}),
        ("contact", {"note": "没有选"}),
        ("praise", {"text": "", "channel": "phone"}),
        ("praise", {"text": "很好", "channel": "x"}),
        ("pause", {"reason": "x"}),
        ("cancel", {"reason": ""}),
        ("send", {"outlet": ""}),
        ("send", {"outlet": "999999"}),
    ],
)
def test_what_is_missing_is_named_and_nothing_changes(agent: Client, path: str, fields: dict[str, str]) -> None:
    page = refused(agent, make_ticket(now=clock.now()), path, fields)
    assert "error-summary" in page


def test_a_pause_that_ends_in_the_past_is_refused_at_its_field(agent: Client) -> None:
    fields = {"reason": "waiting_for_customer", "expected_end_at": "2020-01-01T10:00", "note": "出差", "proof": "短信"}
    page = refused(agent, make_ticket(now=clock.now()), "pause", fields)
    assert 'id="id_expected_end_at_error"' in page
    assert "出差" in page


def test_a_pause_says_what_shows_it(agent: Client) -> None:
    fields = {"reason": "waiting_for_customer", "note": "出差"}
    page = refused(agent, make_ticket(now=clock.now()), "pause", fields)
    assert 'id="id_proof_error"' in page
    assert "出差" in page


def test_only_the_reasons_that_pause_a_running_clock_are_offered(agent: Client) -> None:
    ticket = make_ticket(now=clock.now())
    form = agent.get(f"/tickets/{ticket.number}/pause/").context["form"]
    assert {value for value, _label in form.fields["reason"].choices} == {"waiting_for_customer", "waiting_for_parts"}


def test_resuming_what_never_stood_still_is_refused_with_words(agent: Client) -> None:
    page = refused(agent, make_ticket(now=clock.now()), "resume", {"note": "x"}, status=409)
    assert "error-summary" in page


def test_the_outlet_of_the_district_is_proposed_with_its_reason(agent: Client) -> None:
    ticket = make_ticket(now=clock.now())
    outlet = make_outlet(name_zh="涪东网点")
    make_outlet()
    url = f"/tickets/{ticket.number}/send/"
    assert agent.get(url).context["form"].proposed is None
    ServiceZone.objects.create(outlet=outlet, district="涪东区")
    answer = agent.get(url)
    assert answer.context["form"].initial["outlet"] == outlet.pk
    assert "涪东网点" in answer.context["form"].reason
    assert "涪东区" in answer.context["form"].reason


def test_a_hand_over_is_sent_refused_sent_on_and_accepted(agent: Client) -> None:
    first, second = make_outlet(), make_outlet()
    ticket = make_ticket(now=clock.now())
    done(agent, ticket, "send", {"outlet": first.pk, "note": ""})
    one, two = browser_of(make_user(Role.DISPATCHER, first)), browser_of(make_user(Role.DISPATCHER, second))
    refused(one, ticket, "refuse", {"reason": " "})
    answer = one.post(f"/tickets/{ticket.number}/refuse/", {"reason": "人手不足"})
    # He no longer sees the ticket, so he is led to his own start.
    assert answer.headers["Location"] == "/"
    done(agent, ticket, "send", {"outlet": second.pk, "note": ""})
    done(two, ticket, "accept", {})
    assert [handover.state for handover in ticket.handovers.all()] == ["refused", "accepted"]
    refused(two, ticket, "accept", {}, status=409)


def test_the_same_outlet_twice_is_refused_with_words(agent: Client) -> None:
    outlet = make_outlet()
    ticket = make_ticket(now=clock.now())
    send_to_outlet(ticket.pk, outlet, actor=None, now=clock.now())
    assert "error-summary" in refused(agent, ticket, "send", {"outlet": outlet.pk, "note": "再送一次"}, status=409)


def test_closing_too_early_names_every_blocker(agent: Client) -> None:
    ticket = make_ticket(now=clock.now())
    assert agent.get(f"/tickets/{ticket.number}/close/").context["blockers"]
    refused(agent, ticket, "close", {"note": "想关闭"}, status=409)


def test_a_consultation_is_closed_and_reopened_with_a_reason(agent: Client) -> None:
    ticket = make_ticket(kind="consultation", now=clock.now())
    assert done(agent, ticket, "close", {"note": ""}).state == "closed"
    refused(agent, ticket, "reopen", {"reason": ""})
    assert done(agent, ticket, "reopen", {"reason": "还有问题"}).state == "open"


def test_a_cancelled_ticket_takes_nothing_but_words(agent: Client) -> None:
    ticket = make_ticket(now=clock.now())
    done(agent, ticket, "cancel", {"reason": "duplicate", "note": ""})
    fields = {"outlet": make_outlet().pk, "reached": "yes", "reason": "waiting_for_customer", "note": "x"}
    for path in ("send", "contact", "pause", "cancel"):
        more = {"reason": "duplicate"} if path == "cancel" else {}
        refused(agent, ticket, path, {**fields, **more}, status=422 if path == "pause" else 409)
    done(agent, ticket, "note", {"note": "客户来电确认"})


@pytest.mark.parametrize(
    ("role", "paths"),
    [
        (Role.AGENT, ("accept", "refuse", "exception")),
        (Role.AUDITOR, ("note", "edit", "contact", "send", "close", "cancel", "praise")),
        (Role.ADMIN, ("note", "edit", "send")),
    ],
)
def test_actions_of_other_roles_are_forbidden(role: str, paths: tuple[str, ...]) -> None:
    client, ticket = browser_of(make_user(role)), make_ticket(now=clock.now())
    for path in paths:
        before = state_of(ticket)
        assert client.get(f"/tickets/{ticket.number}/{path}/").status_code == 403
        assert client.post(f"/tickets/{ticket.number}/{path}/", {"note": "x"}).status_code == 403
        assert state_of(ticket) == before


def test_a_supervisor_grants_an_exception_with_its_reason() -> None:
    outlet = make_outlet()
    client = browser_of(make_user(Role.SUPERVISOR, outlet))
    ticket = make_handed_over(outlet, now=clock.now())
    refused(client, ticket, "exception", {"rule": "fee_waived", "reason": ""})
    done(client, ticket, "exception", {"rule": "fee_waived", "reason": "等待过久"})
    assert ticket.exceptions.get().reason == "等待过久"


def test_a_dialog_gets_a_fragment_and_is_sent_on_afterwards(agent: Client) -> None:
    ticket = make_ticket(now=clock.now())
    page = agent.get(f"/tickets/{ticket.number}/note/", headers=HX).content.decode()
    assert "<html" not in page
    assert 'hx-post="' in page
    answer = agent.post(f"/tickets/{ticket.number}/note/", {"note": "好"}, headers=HX)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, f"/tickets/{ticket.number}/")


# -- editing ---------------------------------------------------------------------------------------------------


def typed_in(client: Client, ticket: Ticket, **changes: Any) -> dict[str, Any]:
    """What a browser sends that shows the edit form now and has `changes` typed into it."""
    form = client.get(f"/tickets/{ticket.number}/edit/").context["form"]
    fields: dict[str, Any] = {}
    for bound in form:
        value = bound.value()
        shown = bound.field.widget.format_value(value) if not hasattr(bound.field, "queryset") else value
        fields[bound.html_name] = "" if shown is None else shown
        if bound.field.show_hidden_initial:
            fields[bound.html_initial_name] = fields[bound.html_name]
    return {**fields, **changes}


def test_an_edit_changes_what_was_changed_and_tells_which(agent: Client) -> None:
    fault = make_fault(code="odd")
    ticket = make_ticket(now=clock.now())
    done(agent, ticket, "edit", typed_in(agent, ticket, description="漏水", fault=fault.pk))
    assert (ticket.description, ticket.fault) == ("漏水", fault)
    assert last(ticket).data == {"fields": ["description", "fault"]}


def test_saving_without_a_change_writes_nothing(agent: Client) -> None:
    ticket = make_ticket(
        now=clock.now(),
        requested_from=clock.now() + timedelta(hours=1),
        requested_until=clock.now() + timedelta(hours=3),
    )
    before = state_of(ticket)
    done(agent, ticket, "edit", typed_in(agent, ticket))
    assert state_of(ticket) == before


def test_two_people_in_different_fields_both_get_their_way(agent: Client) -> None:
    ticket = make_ticket(now=clock.now())
    mine = typed_in(agent, ticket, description="漏水")
    edit_ticket(ticket.pk, {"contact_name": "李强"}, expected_version=1, actor=None, now=clock.now())
    done(agent, ticket, "edit", mine)
    assert (ticket.description, ticket.contact_name) == ("漏水", "李强")


def test_two_people_in_the_same_field_see_both_values_and_lose_nothing(agent: Client) -> None:
    ticket = make_ticket(now=clock.now())
    mine = typed_in(agent, ticket, description="我的说法", contact_name="王小芳")
    edit_ticket(ticket.pk, {"description": "别人的说法"}, expected_version=1, actor=None, now=clock.now())
    before = state_of(ticket)
    answer = agent.post(f"/tickets/{ticket.number}/edit/", mine)
    assert (answer.status_code, state_of(ticket)) == (409, before)
    rows = {str(row["yours"]): row["theirs"] for row in answer.context["differences"]}
    assert rows["我的说法"] == "别人的说法"
    form = answer.context["form"]
    assert form["description"].value() == "我的说法"
    # Sent once more with both values in sight, mine takes the place of the other.
    again = {bound.html_name: bound.value() for bound in form}
    again |= {bound.html_initial_name: form.data[bound.html_initial_name] for bound in form if bound.name != "version"}
    done(agent, ticket, "edit", {key: "" if value is None else value for key, value in again.items()})
    assert (ticket.description, ticket.contact_name) == ("我的说法", "王小芳")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"requested_from": "2020-01-01T10:00", "requested_until": "2020-01-01T12:00"}, "requested_until"),
        ({"requested_from": "2099-01-01T12:00", "requested_until": "2099-01-01T10:00"}, "requested_until"),
        ({"requested_from": "2099-01-01T12:00"}, "requested_until"),
        ({"requested_from": "heute"}, "requested_from"),
    ],
)
def test_a_bad_window_is_refused_at_its_field(agent: Client, changes: dict[str, str], field: str) -> None:
    ticket = make_ticket(now=clock.now())
    page = refused(agent, ticket, "edit", typed_in(agent, ticket, description="保留这句", **changes))
    assert f'id="id_{field}_error"' in page
    assert "保留这句" in page


def test_belongings_of_another_customer_cannot_be_chosen(agent: Client) -> None:
    ticket, other = make_ticket(now=clock.now()), make_customer(name="李强")
    foreign = make_appliance(other)
    refused(agent, ticket, "edit", typed_in(agent, ticket, appliance=foreign.pk))
    refused(agent, ticket, "edit", typed_in(agent, ticket, address=Address.objects.get(customer=other).pk))
    washer_fault = make_fault(category=make_category("dishwasher", name_zh="洗碗机", name_en="Dishwasher"))
    refused(agent, ticket, "edit", typed_in(agent, ticket, fault=washer_fault.pk))


def test_an_unreadable_number_may_be_typed_in_an_edit_too(agent: Client) -> None:
    ticket = make_ticket(now=clock.now())
    done(agent, ticket, "edit", typed_in(agent, ticket, contact_phone_raw="内线 203"))
    assert (ticket.contact_phone_raw, str(ticket.contact_phone)) == ("内线 203", "")


# -- lost sign-in, double click ------------------------------------------------------------------------------------


def test_a_note_sent_after_the_sign_in_ran_out_is_there_again() -> None:
    user, ticket = make_user(Role.AGENT), make_ticket(now=clock.now())
    client = Client()
    before = state_of(ticket)
    url = f"/tickets/{ticket.number}/note/"
    answer = client.post(url, {"note": "说到一半", "form_user": user.pk})
    assert (answer.headers["Location"], state_of(ticket)) == (f"/login/?next={url}", before)
    client.force_login(user)
    assert "说到一半" in client.get(url).content.decode()


@pytest.mark.parametrize(
    ("path", "fields"), [("accept", {}), ("cancel", {"reason": "duplicate", "note": ""}), ("close", {"note": ""})]
)
def test_a_second_click_changes_nothing_more(path: str, fields: dict[str, str]) -> None:
    manager, outlet = browser_of(make_user(Role.MANAGER)), make_outlet()
    ticket = make_ticket(now=clock.now(), kind="consultation" if path == "close" else "repair")
    if path == "accept":
        send_to_outlet(ticket.pk, outlet, actor=None, now=clock.now())
    done(manager, ticket, path, fields)
    refused(manager, ticket, path, fields, status=409)


def test_an_action_on_a_ticket_that_ended_meanwhile_says_so(agent: Client) -> None:
    ticket = make_ticket(kind="consultation", now=clock.now())
    fields = typed_in(agent, ticket, description="晚了一步")
    close_ticket(ticket.pk, actor=None, now=clock.now())
    page = refused(agent, ticket, "edit", fields, status=409)
    assert "晚了一步" in page


def test_each_action_page_opens(agent: Client) -> None:
    ticket = make_ticket(now=clock.now())
    add_note(ticket.pk, "x", actor=None, now=clock.now())
    for path in ("edit", "contact", "send", "pause", "resume", "close", "reopen", "cancel", "note", "praise"):
        assert agent.get(f"/tickets/{ticket.number}/{path}/").status_code == 200, path
