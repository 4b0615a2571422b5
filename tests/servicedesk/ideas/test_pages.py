"""Pages of ideas: the form from a ticket, the list, and the steps with their refusals."""

import pytest
from django.urls import reverse

from servicedesk.ideas.models import ImprovementIdea
from servicedesk.people.models import Role
from tests.defaults import load_defaults
from tests.make import make_ticket, make_user
from tests.make_desk import browser_of
from tests.make_learning import make_idea

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def defaults(db: None) -> None:
    load_defaults()


def test_the_form_on_a_ticket_makes_an_idea_and_shows_it() -> None:
    agent = make_user(Role.AGENT)
    ticket = make_ticket(actor=agent)
    browser = browser_of(agent)
    url = reverse("idea_propose", args=[ticket.number])
    assert browser.get(url).status_code == 200
    refused = browser.post(url, {"title": "", "finding": "水压低", "proposal": "延长"})
    assert refused.status_code == 422
    assert "水压低" in refused.content.decode()
    done = browser.post(url, {"title": "进水", "finding": "水压低", "proposal": "延长"}, follow=True)
    assert "水压低" in done.content.decode()
    idea = ImprovementIdea.objects.get()
    assert f"/ideas/{idea.pk}/" in browser.get(reverse("idea_list")).content.decode()
    assert "进水" in browser.get(reverse("knowledge_panel", args=[ticket.number])).content.decode()


def test_a_step_is_taken_and_a_second_click_is_told() -> None:
    manager = make_user(Role.MANAGER)
    idea = make_idea(make_ticket())
    browser = browser_of(manager)
    route = reverse("idea_route", args=[idea.pk])
    assert browser.post(route, {"route-department": "nowhere"}).status_code == 422
    assert browser.post(route, {"route-department": "product"}).status_code == 302
    assert browser.post(reverse("idea_accept", args=[idea.pk])).status_code == 302
    again = browser.post(reverse("idea_accept", args=[idea.pk]))
    assert again.status_code == 409
    assert 'role="alert"' in again.content.decode()


def test_a_customer_is_answered_from_the_page() -> None:
    manager = make_user(Role.MANAGER)
    ticket = make_ticket()
    idea = make_idea(ticket)
    browser = browser_of(manager)
    browser.post(reverse("idea_route", args=[idea.pk]), {"route-department": "product"})
    browser.post(reverse("idea_decline", args=[idea.pk]), {"decline-reason": "成本"})
    answer = {
        "answer_customer-number": ticket.number,
        "answer_customer-channel": "phone",
        "answer_customer-text": "已说明",
    }
    assert browser.post(reverse("idea_answer_customer", args=[idea.pk]), answer).status_code == 302
    idea.refresh_from_db()
    assert idea.state == "answered"


def test_an_empty_list_and_an_unknown_idea_are_said_in_words() -> None:
    auditor = browser_of(make_user(Role.AUDITOR))
    page = auditor.get(reverse("idea_list"))
    assert page.status_code == 200
    assert "empty" in page.content.decode()
    assert auditor.get(reverse("idea_list"), {"state": "shipped"}).status_code == 200
    assert auditor.get(reverse("idea_detail", args=[12345])).status_code == 404
