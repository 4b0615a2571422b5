"""Articles over the API: proposed once, edited on the version that was read, found, published and taken back."""

from typing import Any

import pytest

from servicedesk.catalogue.models import FaultCode, ProductModel
from servicedesk.knowledge.models import Article
from servicedesk.knowledge.services import edit_article, publish_article
from servicedesk.people.models import Role, User
from tests.defaults import load_defaults
from tests.make import NOW, make_appliance, make_customer, make_outlet, make_ticket, make_user
from tests.make_api import ApiClient
from tests.make_learning import HOUR, WORDS, make_article, make_cured

pytestmark = pytest.mark.django_db
BODY = {"title": "脱水异响", "cause": "支架松动", "remedy": "紧固螺栓"}
LATER = NOW + 6 * HOUR
KNOWN = "/categories/washing_machine/symptoms/noise/known"


@pytest.fixture
def fault(db: None) -> FaultCode:
    load_defaults()
    return FaultCode.objects.get(category__code="washing_machine", code="noise")


@pytest.fixture
def author(fault: FaultCode) -> User:
    return make_user(Role.AGENT)


@pytest.fixture
def article(fault: FaultCode, author: User) -> Article:
    return make_article(make_cured(fault=fault), author)


def code_of(answer: Any) -> tuple[int, str, str]:
    return answer.status_code, answer.json()["code"], answer.json()["field"]


def match(answer: Any) -> dict[str, str]:
    return {"If-Match": answer.headers["ETag"]}


def test_a_repair_that_held_becomes_an_article_once(fault: FaultCode, author: User) -> None:
    ticket, client = make_cured(fault=fault), ApiClient(author)
    at = f"/tickets/{ticket.number}/propose_article"
    assert code_of(client.post(at, BODY)) == (400, "idempotency_key_missing", "")
    first, again = (client.make(at, BODY, "one") for _ in range(2))
    assert (first.status_code, again.json(), again.headers["ETag"]) == (201, first.json(), first.headers["ETag"])
    shown = first.json()
    assert (shown["state"], shown["version"], shown["tickets"]) == ("draft", 1, [ticket.number])
    assert (shown["category"], shown["symptom"], shown["steps"][0]["cause"]) == (
        "washing_machine", "noise", BODY["cause"],
    )  # fmt: skip
    assert Article.objects.count() == 1
    assert client.get(first.headers["Location"].removeprefix("/api/v1")).json()["id"] == shown["id"]


def test_what_is_no_article_is_refused(fault: FaultCode, author: User) -> None:
    client = ApiClient(author)
    at = f"/tickets/{make_ticket(fault=fault).number}/propose_article"
    assert code_of(client.make(at, BODY)) == (409, "repair_did_not_hold", "")
    assert code_of(client.make(at, {**BODY, "cause": ""})) == (422, "blank", "cause")
    assert code_of(client.make(at, {**BODY, "title": "长" * 121})) == (422, "max_length", "title")
    stranger = ApiClient(make_user(Role.DISPATCHER, make_outlet()))
    assert stranger.make(at, BODY).status_code == 404
    assert code_of(ApiClient(make_user(Role.AUDITOR)).make(at, BODY)) == (403, "role_not_allowed", "")


def test_an_article_may_be_about_the_model_or_about_all(fault: FaultCode, author: User) -> None:
    customer = make_customer()
    model = ProductModel.objects.create(category=fault.category, brand="Haier", code="X-1")
    ticket = make_cured(fault=fault, customer=customer, appliance=make_appliance(customer, model=model))
    at, client = f"/tickets/{ticket.number}/propose_article", ApiClient(author)
    assert client.make(at, BODY).json()["model"] == {"brand": "Haier", "code": "X-1"}
    assert client.make(at, {**BODY, "for_model": False}).json()["model"] is None


def test_a_text_is_changed_on_the_version_that_was_read(article: Article, author: User) -> None:
    client, at = ApiClient(author), f"/articles/{article.pk}"
    assert code_of(client.patch(at, {"cause": "轴承磨损"})) == (428, "version_missing", "")
    read = client.get(at)
    first = client.patch(at, {"cause": "轴承磨损"}, **match(read))
    assert (first.status_code, first.json()["version"], first.json()["title"]) == (200, 2, WORDS.title)
    late = client.patch(at, {"cause": "皮带打滑"}, **match(read))
    assert code_of(late) == (412, "edited_meanwhile", "")
    assert late.json()["detail"] == {
        "version": 2, "expected": 1, "yours": {"cause": "皮带打滑"}, "theirs": {"cause": "轴承磨损"},
    }  # fmt: skip
    assert client.patch(at, {"remedy": "更换轴承"}, **match(first)).json()["cause"] == "轴承磨损"
    assert [step["version"] for step in client.get(at).json()["steps"]] == [3, 2, 1]
    assert code_of(client.patch(at, {"title": " "}, **match(read))) == (422, "blank", "title")


def test_an_article_that_is_known_already_is_304(article: Article, author: User) -> None:
    client, at = ApiClient(author), f"/articles/{article.pk}"
    known = {"If-None-Match": client.get(at).headers["ETag"]}
    assert client.get(at, None, **known).status_code == 304
    publish_article(article.pk, actor=None, now=LATER)
    assert client.get(at, None, **known).status_code == 200


def test_only_its_author_and_reviewers_change_a_draft(article: Article) -> None:
    at = f"/articles/{article.pk}"
    other, boss = ApiClient(make_user(Role.AGENT)), ApiClient(make_user(Role.MANAGER))
    refused = other.patch(at, {"title": "别的"}, **match(other.get(at)))
    assert code_of(refused) == (403, "not_the_author", "")
    assert boss.patch(at, {"title": "更好"}, **match(boss.get(at))).json()["title"] == "更好"
    for step in ("publish_article", "withdraw_article"):
        assert code_of(other.post(f"{at}/{step}")) == (403, "role_not_allowed", "")
    reader = ApiClient(make_user(Role.MANAGER), "knowledge:read")
    assert code_of(reader.post(f"{at}/publish_article"))[1] == "scope_missing"
    assert code_of(boss.get("/articles/987654321")) == (404, "not_found", "")


def test_an_article_is_published_known_and_taken_back(article: Article) -> None:
    boss, at = ApiClient(make_user(Role.MANAGER)), f"/articles/{article.pk}"
    assert boss.get(KNOWN).json() == []
    assert boss.post(f"{at}/publish_article").json()["state"] == "published"
    assert code_of(boss.post(f"{at}/publish_article")) == (409, "wrong_state", "")
    found = boss.get(KNOWN).json()
    assert [(one["kind"], one["id"], one["remedy"]) for one in found] == [("article", article.pk, WORDS.remedy)]
    assert boss.get(KNOWN.replace("noise", "leak")).json() == []
    assert code_of(boss.post(f"{at}/withdraw_article")) == (422, "required", "reason")
    assert boss.post(f"{at}/withdraw_article", {"reason": "有误"}).json()["state"] == "withdrawn"
    assert boss.get(KNOWN).json() == []


def test_what_is_known_of_the_same_model_stands_first(fault: FaultCode) -> None:
    customer = make_customer()
    model = ProductModel.objects.create(category=fault.category, brand="Haier", code="X-1")
    special = make_article(make_cured(fault=fault, customer=customer, appliance=make_appliance(customer, model=model)))
    general = make_article(make_cured(fault=fault))
    for article in (special, general):
        publish_article(article.pk, actor=None, now=LATER)
    client = ApiClient(make_user(Role.TECHNICIAN))
    found = client.get(KNOWN, {"brand": "Haier", "model": "X-1"}).json()
    assert [(one["id"], one["same_model"]) for one in found] == [(special.pk, True), (general.pk, False)]
    assert code_of(client.get(KNOWN, {"model": "X-1"})) == (422, "required", "brand")
    assert code_of(client.get(KNOWN, {"brand": "Haier", "model": "Y"})) == (422, "model_unknown", "model")
    for wrong in ("/categories/nonsense/symptoms/noise/known", "/categories/washing_machine/symptoms/xx/known"):
        assert client.get(wrong).status_code == 404


def test_articles_are_searched_in_a_state_and_walked_by_keys(fault: FaultCode, author: User) -> None:
    ticket, client = make_cured(fault=fault), ApiClient(author)
    made = [make_article(ticket, author) for _ in range(3)]
    assert client.get("/articles").json() == {"items": [], "next": None}
    first = client.get("/articles", {"state": "draft", "limit": "2"}).json()
    rest = client.get("/articles", {"state": "draft", "limit": "2", "cursor": first["next"]}).json()
    assert [one["id"] for one in first["items"] + rest["items"]] == [one.pk for one in reversed(made)]
    assert rest["next"] is None
    edit_article(made[0].pk, type(WORDS)("门漏水", "密封圈老化", "更换"), actor=author, now=LATER)
    found = client.get("/articles", {"state": "draft", "text": "密封圈"}).json()["items"]
    assert [one["id"] for one in found] == [made[0].pk]
    assert client.get("/articles", {"state": "draft", "text": "冰箱"}).json()["items"] == []
    moved = client.get("/articles", {"state": "published", "cursor": first["next"]})
    assert code_of(moved) == (422, "cursor_invalid", "cursor")


def test_where_it_was_learned_is_shown_within_the_readers_scope_only(article: Article) -> None:
    shown = ApiClient(make_user(Role.DISPATCHER, make_outlet())).get(f"/articles/{article.pk}").json()
    assert (shown["tickets"], shown["hidden_tickets"]) == ([], 1)
