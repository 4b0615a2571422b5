"""The compensation guide: short steps kept in the address, an answer with articles, a line of a story."""

import re
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from django.test import Client

from servicedesk import clock
from servicedesk.errors import ActionError
from servicedesk.people.models import Role
from servicedesk.tickets.models import Ticket, TicketEvent
from tests.make import make_customer, make_ticket, make_user
from tests.make_warranty import make_sold
from warranty.compensation import known_of, record_compensation_answer
from warranty.registration import answer_recorded
from warranty.rules.claims.answer import DUES, EVIDENCE, MISSING, ROUTES, STEPS
from warranty.rules.claims.claim import Act, Claim, Harm, Topic, Wrong
from warranty.wording import claims as words

pytestmark = pytest.mark.django_db
PAGE = "/guarantee/compensation/"
SWAP = {
    "topic": "fraud",
    "buyer": "consumer",
    "jurisdiction": "CN",
    "event_on": "2026-03-01",
    "act": "part_swap",
    "proven": "yes",
    "price": "180",
}
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture
def agent() -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(make_user(Role.AGENT))
    return client


def about(appliance: Any) -> Ticket:
    return make_ticket(customer=appliance.customer, appliance=appliance)


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def pressed(answer: Any, **typed: str) -> dict[str, str]:
    """What the browser sends when the form of the page is filled in and sent."""
    html = text_of(answer).partition('<form class="panel"')[2].partition("</form>")[0]
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html))
    return {**hidden, **typed}


def test_the_guide_leads_step_by_step_to_an_answer_and_loses_nothing(agent: Client) -> None:
    first = agent.get(PAGE)
    assert first.status_code == 200
    second = agent.get(PAGE, pressed(first, topic="fraud"))
    assert "When did the trader do it?" in text_of(second)
    told = {"buyer": "consumer", "jurisdiction": "CN", "event_on": "2026-03-01"}
    third = agent.get(PAGE, pressed(second, **told))
    last = agent.get(PAGE, pressed(third, act="part_swap", proven="yes", price="180"))
    text = text_of(last)
    assert last.status_code == 200
    for part in ("damages for fraud", "¥540.00", "art. 55", "sue in court", "the old part", "Check with counsel"):
        assert part in text, part
    assert "¥180.00 × 3 = ¥540.00." in text


def test_the_way_back_holds_every_answer(agent: Client) -> None:
    text = text_of(agent.get(PAGE, {**SWAP, "step": "4"}))
    back = re.findall(rf'href="({PAGE}\?[^"]*step=3[^"]*)"', text)
    assert back
    given = dict(parse_qsl(urlsplit(back[0].replace("&amp;", "&")).query))
    assert SWAP.items() <= given.items()
    details = text_of(agent.get(back[0].replace("&amp;", "&")))
    assert re.search(r'value="part_swap"[^>]*checked', details)
    assert 'value="180"' in details


WRONG: list[tuple[dict[str, str], str]] = [
    ({"topic": ""}, "topic"),
    ({"topic": "astrology"}, "topic"),
    ({"buyer": ""}, "buyer"),
    ({"event_on": "2023-02-29"}, "event_on"),
    ({"event_on": "2099-01-01"}, "event_on"),
    ({"event_on": ""}, "event_on"),
    ({"act": ""}, "act"),
    ({"proven": "perhaps"}, "proven"),
    ({"price": "0"}, "price"),
    ({"price": "viel"}, "price"),
]


def test_each_wrong_answer_leads_back_to_its_step_and_stays_as_typed(agent: Client) -> None:
    for given, field in WRONG:
        answer = agent.get(PAGE, {**SWAP, **given, "step": "4"})
        assert answer.status_code == 422, given
        assert list(answer.context["form"].errors) == [field]
        typed = given[field]
        if typed and field in {"event_on", "price"}:
            assert f'value="{typed}"' in text_of(answer)


def test_steps_can_be_opened_by_their_address_and_nonsense_begins_at_the_first(agent: Client) -> None:
    assert agent.get(PAGE, {"step": "9"}).context["guide"].step == 1
    assert agent.get(PAGE, {**SWAP, "step": "3"}).context["guide"].step == 3
    assert agent.get(PAGE, {"topic": "routes", "step": "4"}).status_code == 422


TOLD: list[tuple[dict[str, str], str]] = [
    ({"topic": "injury", "harm": "disabled", "treatment": "100"}, "pass it to a supervisor or manager"),
    ({"topic": "dignity", "wrong": "insult"}, "restore the good name"),
    ({"topic": "lost_work", "harm": "none", "from_repair": "yes", "jurisdiction": "CN-SD"}, "lost work"),
    ({"topic": "delay"}, "Demanded on 2026-03-01"),
    ({"topic": "routes"}, "complain to the authority"),
    (
        {
            "topic": "distance_return",
            "product": "vacuum",
            "asked_on": "2026-03-05",
            "at_a_distance": "yes",
            "intact": "yes",
            "price": "899",
        },
        "Freight paid by",
    ),
    ({"topic": "fraud", "buyer": "business"}, "the contract between the businesses holds"),
]


def test_every_topic_has_an_answer(agent: Client) -> None:
    for given, said in TOLD:
        answer = agent.get(PAGE, {**SWAP, **given, "step": "4"})
        assert answer.status_code == 200, given
        assert said in text_of(answer), given


def test_a_ticket_brings_along_what_it_knows(agent: Client) -> None:
    appliance = make_sold(sales_channel="online")
    ticket = about(appliance)
    known = known_of(ticket)
    assert known["buyer"] == "consumer"
    assert known["product"] == appliance.category.code
    assert known["at_a_distance"] == "yes"
    page = agent.get(PAGE, {"ticket": ticket.number, "topic": "fraud", "step": "2"})
    assert f'value="{known["event_on"]}"' in text_of(page)
    assert known_of(None) == {}
    business = make_ticket(customer=make_customer(kind="organisation"), category=make_sold().category)
    assert known_of(business)["buyer"] == "business"
    assert "product" not in known_of(business)


def test_the_answer_becomes_one_line_of_the_story(agent: Client) -> None:
    ticket = about(make_sold())
    shown = text_of(agent.get(PAGE, {**SWAP, "step": "4", "ticket": ticket.number}))
    assert "Add to the story of the ticket" in shown
    sent = {**SWAP, "ticket": ticket.number}
    for _again in range(2):
        answer = agent.post(f"{PAGE}record/", sent)
        assert answer.status_code == 303
        assert answer["Location"] == f"/tickets/{ticket.number}/"
    event = TicketEvent.objects.get(ticket=ticket, action="record_compensation_answer")
    assert event.data["codes"] == ["damages"]
    assert event.data["amount"] == "540.00"
    assert event.data["told"]["act"] == "part_swap"
    assert "¥540.00" in answer_recorded(event)
    story = text_of(agent.get(f"/tickets/{ticket.number}/"))
    assert "Compensation guide:" in story


def test_an_answer_that_cannot_be_given_is_not_recorded(agent: Client) -> None:
    ticket = about(make_sold())
    answer = agent.post(f"{PAGE}record/", {**SWAP, "price": "0", "ticket": ticket.number})
    assert answer.status_code == 422
    assert not TicketEvent.objects.filter(action="record_compensation_answer").exists()


def test_a_ticket_out_of_scope_does_not_exist(agent: Client) -> None:
    assert agent.get(PAGE, {"ticket": "260101-9999"}).status_code == 404
    assert agent.post(f"{PAGE}record/", {**SWAP}).status_code == 404


def test_a_role_that_asks_nothing_records_nothing() -> None:
    ticket, claim = about(make_sold()), Claim(topic=Topic.ROUTES, event_on=date(2026, 3, 1))
    with pytest.raises(ActionError) as refused:
        record_compensation_answer(ticket.pk, claim, actor=make_user(Role.AUDITOR), now=clock.now())
    assert refused.value.code == "role_not_allowed"
    event = record_compensation_answer(ticket.pk, claim, actor=None, now=clock.now())
    assert event.data["codes"] == []
    assert answer_recorded(event)


def test_every_code_of_the_guide_has_words_in_both_languages(in_chinese: None) -> None:
    tables: dict[str, Any] = {
        "TOPICS": list(Topic),
        "EVENT_DAYS": list(Topic),
        "ACTS": list(Act),
        "HARMS": list(Harm),
        "WRONGS": list(Wrong),
        "DUES": DUES,
        "STEPS": STEPS,
        "EVIDENCE": EVIDENCE,
        "ROUTES": ROUTES,
        "MISSING": MISSING,
    }
    for name, codes in tables.items():
        table = getattr(words, name)
        assert set(table) == set(codes), name
        # Arithmetic has no words.
        assert [code for code, text in table.items() if not CHINESE.search(str(text)) and code != "multiplied"] == []


def test_the_address_can_be_passed_on(agent: Client) -> None:
    address = f"{PAGE}?{urlencode({**SWAP, 'step': '4'})}"
    assert text_of(agent.get(address)).count("¥540.00") >= 2
