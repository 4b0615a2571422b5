"""The panel “care”, its forms, the notes on request, and the pages of stories."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from servicedesk import clock
from servicedesk.care.services import give_consent, record_care_note
from servicedesk.desk.kept import SLOT
from servicedesk.people.models import Role, User
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.services import grant_exception
from tests.make import make_handed_over, make_outlet, make_ticket, make_user
from tests.make_care import SEEN, make_carried_in
from visits.custody.services import record_pickup
from visits.models import DelightStory
from visits.stories.services import Telling, approve_story, propose_story, publish_story

pytestmark = pytest.mark.django_db
SECRET = "摔伤卧床等待手术"
TOLD = Telling("一次破例", "用户无法出门，网点上门取机，第二天送回。", "送修产品上门取送")


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client


def panel(ticket: Ticket, user: User) -> str:
    answer = browser(user).get(reverse("care_panel", args=[ticket.number]))
    assert answer.status_code == 200
    return answer.content.decode()


def noted() -> Ticket:
    ticket = make_handed_over(make_outlet(), now=clock.now() - timedelta(hours=1))
    give_consent(ticket.pk, "health", "phone", actor=None, now=clock.now())
    record_care_note(ticket.pk, "surgery", SECRET, actor=None, now=clock.now())
    return ticket


def test_a_care_note_sent_after_the_sign_in_ran_out_is_kept_nowhere() -> None:
    ticket, user, stranger = noted(), make_user(Role.AGENT), Client()
    for path, stays in (("note", True), ("care/note", False)):
        url = f"/tickets/{ticket.number}/{path}/"
        typed = {"note": "说到一半", "kind": "surgery", "text": SECRET, "form_user": user.pk}
        assert stranger.post(url, typed).headers["Location"] == f"/login/?next={url}"
        assert (SLOT in stranger.session) == stays, path
        stranger.session.flush()
    stranger.force_login(user)
    page = stranger.get(f"/tickets/{ticket.number}/care/note/").content.decode()
    assert SECRET not in page
    # With a script the sign-in is asked about first, so that nothing typed is lost.
    assert "data-asks-first" in page


def test_the_panel_says_since_when_a_unit_is_with_us_and_why_it_may_not_be_fetched() -> None:
    ticket, manager = make_carried_in(), make_user(Role.MANAGER)
    assert "needs an exception" in panel(ticket, manager)
    assert reverse("ticket_pickup", args=[ticket.number]) not in panel(ticket, manager)
    grant_exception(ticket.pk, "home_pickup", "客户卧床", actor=None, now=clock.now())
    assert reverse("ticket_pickup", args=[ticket.number]) in panel(ticket, manager)
    record_pickup(ticket.pk, SEEN, actor=manager, now=clock.now())
    shown = panel(ticket, manager)
    assert "The unit is with us since" in shown
    assert reverse("ticket_return", args=[ticket.number]) in shown


@pytest.mark.parametrize(("role", "told"), [("agent", True), ("manager", True), ("auditor", False), ("admin", False)])
def test_that_there_is_a_note_is_told_only_to_those_who_may_read_it(role: str, told: bool) -> None:
    shown = panel(noted(), make_user(role))
    assert ("Show 1 care note" in shown) == told
    assert SECRET not in shown


def test_the_notes_are_shown_on_request_and_the_look_is_recorded() -> None:
    ticket, agent = noted(), make_user(Role.AGENT)
    url = reverse("care_notes", args=[ticket.number])
    assert browser(agent).get(url).status_code == 405
    answer = browser(agent).post(url)
    assert SECRET in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    assert ticket.events.get(action="read_care_notes").actor == agent
    other = browser(make_user(Role.TECHNICIAN)).post(url)
    assert other.status_code in {403, 404}


def test_no_other_page_of_the_desk_shows_the_note() -> None:
    ticket, agent = noted(), make_user(Role.AGENT)
    for url in (
        reverse("ticket_detail", args=[ticket.number]),
        reverse("ticket_live", args=[ticket.number]),
        reverse("customer_detail", args=[ticket.customer_id]),
        reverse("search") + "?q=摔伤",
        reverse("customer_ticket", args=[ticket.token]),
    ):
        answer = browser(agent).get(url)
        assert answer.status_code == 200, url
        page = answer.content.decode()
        assert SECRET not in page, url


Posting = tuple[str, dict[str, str], Callable[[Ticket], bool]]
FORMS: list[Posting] = [
    ("ticket_pickup", {"condition": "完好"}, lambda ticket: ticket.custodies.get().state == "with_us"),
    ("ticket_consent", {"purpose": "story", "how": "phone"}, lambda ticket: ticket.customer.consents.count() == 1),
    ("ticket_care_event", {"kind": "gift", "note": "送水果"}, lambda ticket: ticket.care_events.count() == 1),
    (
        "ticket_story",
        {"title": TOLD.title, "text": TOLD.text, "beyond": TOLD.beyond},
        lambda ticket: ticket.stories.get().state == "draft",
    ),
]


@pytest.mark.parametrize(("name", "data", "holds"), FORMS, ids=[row[0] for row in FORMS])
def test_a_form_does_what_its_action_says(name: str, data: dict[str, str], holds: Callable[[Ticket], bool]) -> None:
    ticket = make_handed_over(make_outlet(), now=clock.now() - timedelta(hours=1))
    manager = browser(make_user(Role.MANAGER))
    url = reverse(name, args=[ticket.number])
    assert manager.get(url).status_code == 200
    assert manager.post(url, {}).status_code == 422
    assert manager.post(url, data).status_code == 302
    assert holds(ticket)


def test_a_note_without_consent_is_refused_in_words_and_what_was_typed_stays() -> None:
    ticket = make_ticket()
    url = reverse("ticket_care_note", args=[ticket.number])
    answer = browser(make_user(Role.AGENT)).post(url, {"kind": "health", "text": SECRET})
    assert answer.status_code == 409
    assert "only with the customer&#x27;s consent" in answer.content.decode()
    assert SECRET in answer.content.decode()


def test_withdrawing_offers_only_what_was_agreed_to() -> None:
    ticket = noted()
    agent = browser(make_user(Role.AGENT))
    url = reverse("ticket_consent_withdraw", args=[ticket.number])
    assert 'value="story"' not in agent.get(url).content.decode()
    assert agent.post(url, {"purpose": "story"}).status_code == 422
    assert agent.post(url, {"purpose": "health"}).status_code == 302
    assert not ticket.care_notes.exists()


def test_a_story_that_names_the_customer_comes_back_with_the_field() -> None:
    ticket = make_ticket()
    data = {"title": "王芳的手机", "text": "x", "beyond": "x"}
    answer = browser(make_user(Role.AGENT)).post(reverse("ticket_story", args=[ticket.number]), data)
    assert answer.status_code == 422
    assert "title" in answer.context["form"].errors


def test_everybody_reads_published_stories_and_only_managers_those_that_wait() -> None:
    ticket, manager, author = make_ticket(), make_user(Role.MANAGER), make_user(Role.AGENT)
    give_consent(ticket.pk, "story", "phone", actor=None, now=clock.now())
    story = propose_story(ticket.pk, TOLD, actor=author, now=clock.now())
    technician = browser(make_user(Role.TECHNICIAN))
    detail = reverse("story_detail", args=[story.pk])
    assert "No story has been published yet" in technician.get(reverse("story_list")).content.decode()
    assert technician.get(detail).status_code == 404
    assert browser(author).get(detail).status_code == 200
    boss = browser(manager)
    assert TOLD.title in boss.get(reverse("story_list"), {"view": "waiting"}).content.decode()
    assert boss.post(reverse("story_publish", args=[story.pk])).status_code == 409
    assert boss.post(reverse("story_approve", args=[story.pk])).status_code == 303
    assert boss.post(reverse("story_publish", args=[story.pk])).status_code == 303
    assert "No story waits" in boss.get(reverse("story_list"), {"view": "waiting"}).content.decode()
    shown = technician.get(detail).content.decode()
    assert TOLD.text in shown
    assert ticket.number not in shown
    assert ticket.number in boss.get(detail).content.decode()


def test_the_list_of_stories_asks_no_more_for_more_rows(django_assert_max_num_queries: Any) -> None:
    manager = make_user(Role.MANAGER)
    for _story in range(3):
        ticket = make_ticket()
        give_consent(ticket.pk, "story", "phone", actor=None, now=clock.now())
        story = propose_story(ticket.pk, TOLD, actor=None, now=clock.now())
        approve_story(story.pk, actor=manager, now=clock.now())
        publish_story(story.pk, actor=manager, now=clock.now())
    assert DelightStory.objects.filter(state="published").count() == 3
    client = browser(manager)
    with django_assert_max_num_queries(14):
        client.get(reverse("story_list"))
