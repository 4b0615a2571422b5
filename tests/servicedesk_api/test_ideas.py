"""Ideas over the API: from the finding to the answers; who may, what is refused, and what stays out of sight."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from servicedesk import clock
from servicedesk.catalogue.models import ProductModel
from servicedesk.ideas.models import IdeaEvent, ImprovementIdea
from servicedesk.ideas.services import accept_idea, decline_idea, route_idea, ship_idea
from servicedesk.people.models import Role
from tests.defaults import load_defaults
from tests.make import make_category, make_outlet, make_ticket, make_user
from tests.make_api import ApiClient
from tests.make_learning import make_idea

pytestmark = pytest.mark.django_db
FINDING = {"title": "进水慢", "finding": "晚间水压低", "proposal": "延长进水时间"}


@pytest.fixture(autouse=True)
def _defaults(db: None) -> None:
    load_defaults()


@pytest.fixture
def agent() -> ApiClient:
    return ApiClient(make_user(Role.AGENT))


@pytest.fixture
def manager() -> ApiClient:
    return ApiClient(make_user(Role.MANAGER))


def code_of(answer: Any) -> tuple[int, str, str]:
    return answer.status_code, answer.json()["code"], answer.json()["field"]


def test_an_idea_goes_its_whole_way(agent: ApiClient, manager: ApiClient) -> None:
    ticket, second = make_ticket(), make_ticket()
    made = agent.make(f"/tickets/{ticket.number}/propose_idea", FINDING)
    assert (made.status_code, made.json()["state"], made.json()["tickets"]) == (201, "proposed", [ticket.number])
    at = made.headers["Location"].removeprefix("/api/v1")
    linked = agent.post(f"{at}/link_idea", {"ticket": second.number}).json()
    assert linked["tickets"] == [ticket.number, second.number]
    routed = manager.post(f"{at}/route_idea", {"department": "product"}).json()
    assert (routed["state"], routed["department"]) == ("routed", "product")
    assert manager.post(f"{at}/accept_idea").json()["state"] == "accepted"
    shipped = manager.post(f"{at}/ship_idea", {"result": "新程序随水压调整"}).json()
    assert (shipped["state"], shipped["owed"]) == ("shipped", {"proposer": True, "customers": 2})
    manager.post(f"{at}/answer_proposer", {"text": "谢谢"})
    told = {"text": "已改进", "channel": "phone"}
    agent.post(f"{at}/answer_customer", {**told, "ticket": ticket.number})
    done = agent.post(f"{at}/answer_customer", {**told, "ticket": second.number}).json()
    assert (done["state"], done["owed"]) == ("answered", {"proposer": False, "customers": 0})
    assert [(one["audience"], one["ticket"]) for one in done["answers"]] == [
        ("proposer", None), ("customer", ticket.number), ("customer", second.number),
    ]  # fmt: skip
    assert [step["action"] for step in done["steps"]][-3:] == ["route_idea", "link_idea", "propose_idea"]


def test_a_repeated_proposal_is_made_once_and_one_without_a_key_not_at_all(agent: ApiClient) -> None:
    ticket = make_ticket()
    at = f"/tickets/{ticket.number}/propose_idea"
    assert code_of(agent.post(at, FINDING)) == (400, "idempotency_key_missing", "")
    first, again = (agent.make(at, FINDING, "one") for _ in range(2))
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["Location"] == first.headers["Location"]
    assert ImprovementIdea.objects.count() == 1
    ticket.refresh_from_db()
    assert ticket.row_version == 1


def test_the_models_of_an_idea_are_named_by_brand_and_code(agent: ApiClient) -> None:
    ticket = make_ticket()
    categories = [make_category(), make_category("refrigerator")]
    made = [ProductModel.objects.create(category=one, brand="Haier", code=f"X-{one.code}") for one in categories]
    at = f"/tickets/{ticket.number}/propose_idea"
    named = [{"brand": model.brand, "code": model.code} for model in made]
    assert agent.make(at, {**FINDING, "models": named[:1]}).json()["models"] == named[:1]
    other = agent.make(at, {**FINDING, "models": named})
    assert code_of(other) == (422, "model_of_other_category", "models")
    unknown = agent.make(at, {**FINDING, "models": [{"brand": "Haier", "code": "X-3"}]})
    assert code_of(unknown) == (422, "models_unknown", "models")


def test_an_action_repeated_under_its_key_is_answered_and_without_one_refused(manager: ApiClient) -> None:
    at = f"/ideas/{make_idea(make_ticket()).pk}"
    manager.post(f"{at}/route_idea", {"department": "parts"})
    answers = [manager.post(f"{at}/accept_idea", {}, **{"Idempotency-Key": "one"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert IdeaEvent.objects.filter(action="accept_idea").count() == 1
    assert code_of(manager.post(f"{at}/accept_idea")) == (409, "wrong_state", "")


@pytest.mark.parametrize(
    ("step", "body", "refusal"),
    [
        ("link_idea", {"ticket": "260101-9999"}, (422, "ticket_unknown", "ticket")),
        ("link_idea", {}, (422, "required", "ticket")),
        ("route_idea", {"department": "nonsense"}, (422, "invalid_choice", "department")),
        ("accept_idea", {}, (409, "wrong_state", "")),
        ("decline_idea", {"reason": "太贵"}, (409, "wrong_state", "")),
        ("decline_idea", {"reason": " "}, (422, "blank", "reason")),
        ("ship_idea", {"result": "好"}, (409, "wrong_state", "")),
        ("ship_idea", {}, (422, "required", "result")),
        ("answer_proposer", {"text": "好"}, (409, "wrong_state", "")),
        ("answer_proposer", {"text": "好" * 2001}, (422, "max_length", "text")),
        ("answer_proposer", {"text": "好", "extra": 1}, (422, "unknown_field", "extra")),
    ],
)
def test_a_step_that_does_not_fit_is_refused(step: str, body: Any, refusal: Any, manager: ApiClient) -> None:
    idea = make_idea(make_ticket())
    assert code_of(manager.post(f"/ideas/{idea.pk}/{step}", body)) == refusal
    idea.refresh_from_db()
    assert idea.state == "proposed"


def test_answers_are_given_once_and_to_customers_of_the_idea_only(agent: ApiClient, manager: ApiClient) -> None:
    ticket, stranger, now = make_ticket(), make_ticket(), clock.now()
    idea = make_idea(ticket, make_user(Role.AGENT))
    route_idea(idea.pk, "quality", actor=None, now=now)
    decline_idea(idea.pk, "成本过高", actor=None, now=now)
    at, told = f"/ideas/{idea.pk}/answer_customer", {"text": "已说明", "channel": "phone"}
    assert code_of(agent.post(at, {**told, "ticket": stranger.number})) == (422, "ticket_not_linked", "ticket")
    wrong = agent.post(at, {**told, "ticket": ticket.number, "channel": "drum"})
    assert code_of(wrong) == (422, "invalid_choice", "channel")
    assert agent.post(at, {**told, "ticket": ticket.number}).status_code == 200
    assert code_of(agent.post(at, {**told, "ticket": ticket.number})) == (409, "already_answered", "")
    assert manager.post(f"/ideas/{idea.pk}/answer_proposer", {"text": "谢谢"}).json()["state"] == "answered"


def test_each_step_is_for_its_roles_and_its_scope() -> None:
    idea = make_idea(make_ticket())
    technician = ApiClient(make_user(Role.TECHNICIAN))
    for step in ("route_idea", "accept_idea", "decline_idea", "ship_idea", "answer_proposer", "answer_customer"):
        assert code_of(technician.post(f"/ideas/{idea.pk}/{step}")) == (403, "role_not_allowed", "")
    reader = ApiClient(make_user(Role.MANAGER), "ideas:read")
    assert reader.get(f"/ideas/{idea.pk}").status_code == 200
    assert code_of(reader.post(f"/ideas/{idea.pk}/route_idea", {"department": "parts"}))[1] == "scope_missing"
    other = ApiClient(make_user(Role.MANAGER), "tickets:read")
    assert code_of(other.get("/ideas"))[1] == "scope_missing"
    assert code_of(reader.get("/ideas/987654321")) == (404, "not_found", "")


def test_who_is_out_of_scope_reads_the_idea_without_its_tickets_and_words_to_customers(agent: ApiClient) -> None:
    ticket, second, now = make_ticket(), make_ticket(), clock.now()
    proposer = make_user(Role.AGENT)
    idea = make_idea(ticket, proposer)
    agent.post(f"/ideas/{idea.pk}/link_idea", {"ticket": second.number})
    route_idea(idea.pk, "product", actor=None, now=now)
    accept_idea(idea.pk, actor=None, now=now)
    ship_idea(idea.pk, "已改", actor=None, now=now)
    told = {"text": "电话已告知", "channel": "phone", "ticket": ticket.number}
    agent.post(f"/ideas/{idea.pk}/answer_customer", told)
    stranger = ApiClient(make_user(Role.DISPATCHER, make_outlet()))
    answer = stranger.get(f"/ideas/{idea.pk}")
    shown = answer.json()
    assert (shown["tickets"], shown["hidden_tickets"]) == ([], 2)
    assert (shown["answers"][0]["text"], shown["answers"][0]["ticket"]) == (None, None)
    for hidden in (ticket.number, second.number, "电话已告知"):
        assert hidden not in answer.content.decode()
    assert ApiClient(proposer).get(f"/ideas/{idea.pk}").json()["answers"][0]["text"] == "电话已告知"
    own = stranger.make(f"/tickets/{ticket.number}/propose_idea", FINDING)
    assert own.status_code == 404
    linked = stranger.post(f"/ideas/{idea.pk}/link_idea", {"ticket": ticket.number})
    assert code_of(linked) == (422, "ticket_unknown", "ticket")


def test_the_list_is_walked_by_keys_and_keeps_its_state(agent: ApiClient) -> None:
    ticket = make_ticket()
    made = [make_idea(ticket, title=f"建议{number}") for number in range(5)]
    route_idea(made[0].pk, "parts", actor=None, now=clock.now())
    seen, question = [], {"limit": "2"}
    while True:
        page = agent.get("/ideas", question).json()
        seen += [one["id"] for one in page["items"]]
        make_idea(ticket, now=clock.now())
        if page["next"] is None:
            break
        question = {"limit": "2", "cursor": page["next"]}
    assert seen == [idea.pk for idea in reversed(made)]
    assert [one["id"] for one in agent.get("/ideas", {"state": "routed"}).json()["items"]] == [made[0].pk]
    foreign = agent.get("/ideas", {"state": "routed", "cursor": question["cursor"]})
    assert code_of(foreign) == (422, "cursor_invalid", "cursor")
    assert code_of(agent.get("/ideas", {"cursor": " " * 601})) == (422, "max_length", "cursor")
    assert code_of(agent.get("/ideas", {"state": "nonsense"})) == (422, "invalid_choice", "state")


def test_a_list_asks_the_database_the_same_however_long_it_is(agent: ApiClient) -> None:
    ticket = make_ticket()
    asked = []
    for more in (1, 5):
        for _ in range(more):
            make_idea(ticket)
        with CaptureQueriesContext(connection) as queries:
            assert agent.get("/ideas").status_code == 200
        asked.append(len(queries))
    assert asked == [asked[0]] * 2
    assert asked[0] < 8
