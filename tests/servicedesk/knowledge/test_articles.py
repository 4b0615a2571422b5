"""Articles: from a repair that held to a known issue at the next intake."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from servicedesk.catalogue.models import FaultCode
from servicedesk.errors import ActionError
from servicedesk.knowledge.models import ArticleState, ArticleStep
from servicedesk.knowledge.selectors import is_offered, known_issues, search_articles
from servicedesk.knowledge.services import Words, edit_article, publish_article, withdraw_article
from servicedesk.people.models import Role
from tests.defaults import load_defaults
from tests.make import NOW, make_customer, make_ticket, make_user
from tests.make_desk import browser_of, known_caller
from tests.make_learning import HOUR, WORDS, make_article, make_cured

pytestmark = pytest.mark.django_db
LATER = NOW + 6 * HOUR


@pytest.fixture
def fault(db: None) -> FaultCode:
    load_defaults()
    return FaultCode.objects.get(category__code="washing_machine", code="noise")


def code_of(action: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(ActionError) as caught:
        action(*args, **kwargs)
    return caught.value.code


def test_a_repair_that_held_becomes_a_known_issue_of_its_symptom_only(fault: FaultCode) -> None:
    ticket = make_cured(fault=fault)
    article = make_article(ticket)
    assert known_issues(fault, None, LATER) == []
    publish_article(article.pk, actor=None, now=LATER)
    assert [one.title for one in known_issues(fault, None, LATER)] == [WORDS.title]
    assert known_issues(fault, None, LATER - HOUR) == []
    other = FaultCode.objects.get(category__code="washing_machine", code="leak")
    assert known_issues(other, None, LATER) == []
    withdraw_article(article.pk, "有误", actor=None, now=LATER + HOUR)
    assert known_issues(fault, None, LATER + 2 * HOUR) == []


def test_a_repair_still_open_or_come_back_is_no_article(fault: FaultCode) -> None:
    assert code_of(make_article, make_ticket(fault=fault)) == "repair_did_not_hold"
    ticket = make_cured(fault=fault)
    back = ticket.received_at + timedelta(days=400)
    make_ticket(fault=fault, customer=ticket.customer, appliance=ticket.appliance, now=back)
    assert code_of(make_article, ticket) == "repair_did_not_hold"
    assert code_of(make_article, make_cured()) == "fault_missing"


def test_only_the_hard_case_is_offered(fault: FaultCode) -> None:
    first = make_cured(fault=fault)
    assert not is_offered(first)
    again = NOW + timedelta(hours=6)
    second = make_cured(fault=fault, customer=first.customer, appliance=first.appliance, now=again)
    assert is_offered(second)
    make_article(second, now=again + 5 * HOUR)
    assert not is_offered(second)


def test_every_version_is_kept_and_a_lost_update_is_refused(fault: FaultCode) -> None:
    author = make_user(Role.AGENT)
    article = make_article(make_cured(fault=fault), author)
    better = Words(WORDS.title, WORDS.cause, "先拆后盖")
    edit_article(article.pk, better, actor=author, now=LATER, expected_version=1)
    assert code_of(edit_article, article.pk, WORDS, actor=author, now=LATER, expected_version=1) == "edited_meanwhile"
    texts = list(ArticleStep.objects.filter(article=article).values_list("version", "remedy"))
    assert texts == [(1, WORDS.remedy), (2, "先拆后盖")]
    publish_article(article.pk, actor=None, now=LATER)
    assert code_of(edit_article, article.pk, WORDS, actor=author, now=LATER) == "not_the_author"
    assert code_of(publish_article, article.pk, actor=None, now=LATER) == "wrong_state"
    assert code_of(withdraw_article, article.pk, " ", actor=None, now=LATER) == "reason_missing"


def test_the_search_finds_words_of_text_and_symptom(fault: FaultCode) -> None:
    article = make_article(make_cured(fault=fault))
    assert search_articles("支架 噪音", ArticleState.DRAFT) == [article]
    assert search_articles("支架 冰箱", ArticleState.DRAFT) == []
    assert search_articles("支架", ArticleState.PUBLISHED) == []


def test_the_intake_shows_the_known_issue_beside_the_symptom(fault: FaultCode) -> None:
    ticket = make_cured(fault=fault)
    publish_article(make_article(ticket).pk, actor=None, now=LATER)
    agent = make_user(Role.AGENT)
    customer = make_customer()
    make_ticket(customer=customer, actor=agent)
    beside = browser_of(agent).post(reverse("intake_beside"), known_caller(customer, fault=fault.code))
    assert WORDS.title in beside.content.decode()
    other = browser_of(agent).post(reverse("intake_beside"), known_caller(customer, fault="leak"))
    assert WORDS.title not in other.content.decode()


def test_pages_carry_an_article_from_ticket_to_library(fault: FaultCode) -> None:
    manager = browser_of(make_user(Role.MANAGER))
    ticket = make_cured(fault=fault)
    form = reverse("article_propose", args=[ticket.number])
    assert "更换排水泵" in manager.get(form).content.decode()
    assert manager.post(form, {"title": "x", "cause": "", "remedy": "y"}).status_code == 422
    made = manager.post(form, {"title": "漏水管", "cause": "老化", "remedy": "更换"})
    assert made.status_code == 302
    url = made.headers["Location"]
    assert manager.post(f"{url}publish/").status_code == 302
    assert manager.post(f"{url}publish/").status_code == 409
    assert "漏水管" in manager.get(reverse("article_list"), {"text": "老化"}).content.decode()
    edit = {"title": "漏水管", "cause": "老化", "remedy": "换新", "version": 1}
    assert manager.post(f"{url}edit/", edit).status_code == 302
    assert manager.post(f"{url}edit/", {**edit, "remedy": "别的"}).status_code == 409
    assert manager.post(f"{url}withdraw/", {"reason": ""}).status_code == 422
    assert manager.post(f"{url}withdraw/", {"reason": "重复"}).status_code == 302
