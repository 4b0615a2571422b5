"""The list and the page of a ticket: what each role sees, what may be done, and that it stays cheap."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.template.loader import render_to_string

from servicedesk import clock
from servicedesk.people.models import Role
from servicedesk.sla.selectors import Chip, standing_still
from servicedesk.tickets.models import Ticket, TicketParty
from servicedesk.tickets.services import add_note, cancel_ticket, pause_clock, send_to_outlet
from tests.defaults import load_defaults
from tests.make import make_appliance, make_customer, make_handed_over, make_outlet, make_ticket, make_user
from tests.make_desk import browser_of
from tests.make_dispatch import make_technician
from tests.make_visits import make_visit

pytestmark = pytest.mark.django_db
QueryLimit = Callable[[int], AbstractContextManager[Any]]


@pytest.fixture(autouse=True)
def _defaults() -> None:
    load_defaults()


def actions(answer: Any) -> set[str]:
    return {button.action for button in [*answer.context["front"], *answer.context["more"]]}


def give_to(ticket: Ticket, technician: Any) -> None:
    TicketParty.objects.create(ticket=ticket, user=technician, part="technician", since=clock.now())


def test_the_list_shows_rows_counts_and_clocks() -> None:
    ticket = make_handed_over(make_outlet(name_zh="涪东网点"), now=clock.now() - timedelta(minutes=5))
    technician = make_user(Role.TECHNICIAN, name="李师傅")
    give_to(ticket, technician)
    answer = browser_of(make_user(Role.AGENT)).get("/tickets/?view=all")
    page = answer.content.decode()
    for words in (ticket.number, "涪东网点", "李师傅", "sla-chip", "洗衣机"):
        assert words in page
    assert "13800" not in page


def test_an_agent_starts_with_his_own_and_an_outlet_with_what_lives() -> None:
    outlet = make_outlet()
    assert browser_of(make_user(Role.AGENT)).get("/tickets/").context["filters"].view == "mine"
    assert browser_of(make_user(Role.DISPATCHER, outlet)).get("/tickets/").context["filters"].view == "open"


def test_filters_of_the_address_stay_in_the_form() -> None:
    outlet = make_outlet()
    make_outlet()
    answer = browser_of(make_user(Role.AGENT)).get(
        f"/tickets/?view=all&state=open&kind=repair&outlet={outlet.pk}&priority=2&text=王"
    )
    page = answer.content.decode()
    assert 'value="王"' in page
    assert page.count(" selected") == 4
    assert answer.context["narrowed"]


@pytest.mark.parametrize(
    "query", ["view=x", "outlet=x", "outlet=99999999999999999999", "priority=9", "after=x", "state=%00"]
)
def test_a_spoilt_address_of_the_list_is_no_fault(query: str) -> None:
    make_ticket()
    assert browser_of(make_user(Role.AGENT)).get(f"/tickets/?{query}").status_code == 200


def test_empty_lists_say_why() -> None:
    client = browser_of(make_user(Role.AGENT))
    assert "empty__title" in client.get("/tickets/?view=callback").content.decode()
    assert "?view=all" in client.get("/tickets/?view=all&text=x").content.decode()


def test_the_list_asks_few_queries_however_many_rows(django_assert_max_num_queries: QueryLimit) -> None:
    client, outlet = browser_of(make_user(Role.AGENT)), make_outlet()
    for number in range(12):
        customer = make_customer()
        make_appliance(customer)
        ticket = make_handed_over(outlet, customer=customer, now=clock.now() - timedelta(minutes=number))
        give_to(ticket, make_user(Role.TECHNICIAN))
    for query in ("view=all", "view=risk", "view=all&text=wf", f"view=open&outlet={outlet.pk}"):
        with django_assert_max_num_queries(12):
            assert len(client.get(f"/tickets/?{query}").context["rows"]) >= (0 if "risk" in query else 12)


def test_the_page_shows_facts_promises_story_clocks_and_panels() -> None:
    agent = make_user(Role.AGENT, name="林坐席")
    ticket = make_ticket(actor=agent, now=clock.now(), contact_phone="13812345678")
    add_note(ticket.pk, "下午四点后在家", actor=agent, now=clock.now())
    answer = browser_of(agent).get(f"/tickets/{ticket.number}/")
    page = answer.content.decode()
    for words in ("林坐席", "桃园路8号3单元", "138****5678", "下午四点后在家", f"/t/{ticket.token}/", "sla-chip"):
        assert words in page, words
    assert "13812345678" not in page
    for panel in answer.context["panels"]:
        assert panel["url"] in page


def test_the_page_asks_few_queries(django_assert_max_num_queries: QueryLimit) -> None:
    agent, outlet = make_user(Role.AGENT), make_outlet()
    ticket = make_handed_over(outlet, actor=agent, now=clock.now())
    for number in range(20):
        add_note(ticket.pk, f"{number}", actor=make_user(Role.AGENT), now=clock.now())
    client = browser_of(agent)
    with django_assert_max_num_queries(15):
        assert client.get(f"/tickets/{ticket.number}/").status_code == 200


def test_buttons_follow_state_and_role() -> None:
    outlet = make_outlet()
    agent, dispatcher = make_user(Role.AGENT), make_user(Role.DISPATCHER, outlet)
    ticket = make_ticket(actor=agent, now=clock.now())
    url = f"/tickets/{ticket.number}/"
    fresh = actions(browser_of(agent).get(url))
    assert {"send_to_outlet", "add_note", "edit_ticket", "pause_clock", "cancel_ticket", "close_ticket"} <= fresh
    assert not {"resume_clock", "reopen_ticket", "accept_handover", "grant_exception"} & fresh
    send_to_outlet(ticket.pk, outlet, actor=agent, now=clock.now())
    assert {"accept_handover", "refuse_handover"} <= actions(browser_of(dispatcher).get(url))
    assert not {"accept_handover", "close_ticket"} & actions(browser_of(dispatcher).get(url)) - {"accept_handover"}
    pause_clock(ticket.pk, "waiting_for_customer", actor=agent, now=clock.now())
    assert "resume_clock" in actions(browser_of(agent).get(url))
    cancel_ticket(ticket.pk, "duplicate", actor=agent, now=clock.now())
    assert actions(browser_of(agent).get(url)) == {"add_note", "record_praise"}


def test_an_auditor_reads_without_buttons_and_with_masked_data() -> None:
    ticket = make_ticket(now=clock.now(), contact_phone="13812345678")
    answer = browser_of(make_user(Role.AUDITOR)).get(f"/tickets/{ticket.number}/")
    page = answer.content.decode()
    assert actions(answer) == set()
    assert "桃园路8号" not in page
    assert "138****5678" in page
    assert f"/tickets/{ticket.number}/phone/" not in page
    assert f"/t/{ticket.token}/" not in page


def test_a_technician_reads_his_own_ticket_and_may_only_note_and_call() -> None:
    technician = make_user(Role.TECHNICIAN)
    ticket, other = make_ticket(now=clock.now()), make_ticket(now=clock.now())
    give_to(ticket, technician)
    client = browser_of(technician)
    answer = client.get(f"/tickets/{ticket.number}/")
    assert actions(answer) & {"edit_ticket", "send_to_outlet", "pause_clock", "close_ticket", "cancel_ticket"} == set()
    assert {"add_note", "record_contact"} <= actions(answer)
    assert "桃园路8号" in answer.content.decode()
    assert client.get(f"/tickets/{other.number}/").status_code == 404


def test_a_ticket_of_another_outlet_does_not_exist() -> None:
    ticket = make_handed_over(make_outlet(), now=clock.now())
    client = browser_of(make_user(Role.DISPATCHER, make_outlet()))
    for path in ("", "live/", "edit/", "note/", "accept/", "contact/"):
        assert client.get(f"/tickets/{ticket.number}/{path}").status_code == 404


def test_the_story_can_be_narrowed_and_an_unknown_kind_shows_everything() -> None:
    agent = make_user(Role.AGENT)
    ticket = make_ticket(actor=agent, now=clock.now())
    client = browser_of(agent)
    assert client.get(f"/tickets/{ticket.number}/?story=calls").context["story"] == []
    assert len(client.get(f"/tickets/{ticket.number}/?story=x").context["story"]) == 1


def test_the_live_parts_are_marked_for_their_places() -> None:
    agent = make_user(Role.AGENT)
    ticket = make_ticket(actor=agent, now=clock.now())
    page = browser_of(agent).get(f"/tickets/{ticket.number}/live/").content.decode()
    for place in ("ticket-head", "ticket-facts", "ticket-story"):
        assert f'id="{place}"' in page
    assert page.count('hx-swap-oob="true"') == 3


def test_the_full_number_is_shown_on_request_and_the_look_is_written_down() -> None:
    agent = make_user(Role.AGENT)
    ticket = make_ticket(actor=agent, now=clock.now(), contact_phone="13812345678")
    answer = browser_of(agent).post(f"/tickets/{ticket.number}/phone/")
    assert "+8613812345678" in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"
    line = ticket.events.get(action="reveal_phone")
    assert (line.actor, line.data) == (agent, {})


def test_the_number_of_an_ended_ticket_is_not_shown_to_the_desk() -> None:
    agent = make_user(Role.AGENT)
    ticket = make_ticket(actor=agent, now=clock.now(), contact_phone="13812345678")
    cancel_ticket(ticket.pk, "duplicate", actor=agent, now=clock.now())
    answer = browser_of(agent).post(f"/tickets/{ticket.number}/phone/")
    assert answer.status_code == 409
    assert "13812345678" not in answer.content.decode()
    assert not ticket.events.filter(action="reveal_phone").exists()
    assert browser_of(make_user(Role.MANAGER)).post(f"/tickets/{ticket.number}/phone/").status_code == 200


def test_an_auditor_may_not_see_the_full_number() -> None:
    ticket = make_ticket(now=clock.now(), contact_phone="13812345678")
    assert browser_of(make_user(Role.AUDITOR)).post(f"/tickets/{ticket.number}/phone/").status_code == 403


def test_a_ticket_whose_clocks_all_stand_still_says_so_and_why() -> None:
    waiting = Chip("fix", "Fix", "paused", None, None, None, 30.0, 480.0, "waiting_for_parts", 1, 450.0)
    kept = replace(waiting, kind="contact", state="met", stopped_at=clock.now(), paused_reason="")
    assert standing_still([kept, waiting]) == waiting
    assert standing_still([kept]) is None
    assert (waiting.paused_words, kept.paused_words) == ("等待配件", "")
    row = {"ticket": make_ticket(), "chip": waiting, "workers": ()}
    page = render_to_string("tickets/_ticket_rows.html", {"rows": [row], "now": clock.now(), "page": {}})
    assert "等待配件" in page
    assert 'data-state="paused"' in page


def test_a_line_of_the_story_names_its_actor_once() -> None:
    agent = make_user(Role.AGENT, name="陈静")
    technician = make_technician(make_outlet(), name="李师傅")
    visit = make_visit(technician, "working", now=clock.now() - timedelta(hours=2))
    page = browser_of(agent).get(f"/tickets/{visit.ticket.number}/").content.decode()
    story = page[page.index('id="ticket-story"') :]
    line = next(part for part in story.split("timeline__line") if "已到达" in part)
    assert line.count("李师傅") == 1
    # Whoever is not named by the sentence stands beside it.
    assert '<span class="muted">' in story
