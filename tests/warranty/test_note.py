"""The note of a verdict: all it rests on, in either language or both, and of the customer what the role may see."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from servicedesk import clock
from servicedesk.people.models import Address, Role
from servicedesk.tickets.models import Ticket
from tests.make import make_ticket, make_user
from tests.make_warranty import make_sold
from warranty.facts_builder import local_day
from warranty.models import Decision
from warranty.services import decide_for

pytestmark = pytest.mark.django_db


def browser(role: Role, language: str = "en") -> Client:
    client = Client()
    client.cookies["django_language"] = language
    client.force_login(make_user(role))
    return client


def decided(**overrides: Any) -> Decision:
    """The verdict on a machine sold a hundred days ago."""
    sold = local_day(clock.now()) - timedelta(days=100)
    days: dict[str, Any] = dict.fromkeys(("invoice_date", "delivery_date", "install_date"), sold)
    return decide_for(make_sold(serial="SN-1", **days, **overrides).pk, actor=None, now=clock.now())


def note(client: Client, decision: Decision, language: str = "") -> str:
    answer = client.get(f"/guarantee/decisions/{decision.pk}/note/", {"lang": language} if language else {})
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_note_has_customer_serial_rights_articles_sums_and_lines_to_sign() -> None:
    decision = decided()
    text = note(browser(Role.AGENT), decision)
    for part in (
        decision.appliance.customer.name,
        "SN-1",
        f"Verdict no. {decision.pk}",
        "The repair is free",
        "art. 15",
        "What would change the answer",
        "Transport paid by",
        "Proof of the cause",
        decision.edition,
        "Check with counsel",
        "Customer (signature, date)",
        "Evidence on record",
    ):
        assert part in text, part


def test_the_language_of_a_note_is_chosen_and_both_stand_on_sheets_of_their_own(in_chinese: None) -> None:
    decision, client = decided(), browser(Role.AGENT, "zh-hans")
    assert 'class="panel note" lang="zh-hans"' in note(client, decision)
    english = note(client, decision, "en")
    assert 'class="panel note" lang="en"' in english
    assert "The repair is free" in english
    both = note(client, decision, "both")
    assert both.count('class="panel note"') == 2
    assert "The repair is free" in both
    assert note(client, decision, "fr").count('class="panel note" lang="zh-hans"') == 1


def test_an_auditor_sees_the_district_only() -> None:
    appliance = make_sold()
    appliance.address = Address.objects.create(
        customer=appliance.customer, district="西湖区", detail="文三路 88 号 3 单元"
    )
    appliance.save(update_fields=["address"])
    decision = decide_for(appliance.pk, actor=None, now=clock.now())
    assert "文三路" in note(browser(Role.AGENT), decision)
    masked = note(browser(Role.AUDITOR), decision)
    assert "文三路" not in masked
    assert "西湖区 ***" in masked


def test_an_answer_that_was_only_read_says_so_and_takes_its_question_along() -> None:
    appliance, client = make_sold(), browser(Role.AGENT)
    answer = client.get(f"/guarantee/appliances/{appliance.pk}/note/", {"asked": "refund", "lang": "en"})
    text = answer.content.decode()
    assert "Read, not recorded" in text
    assert '<input type="hidden" name="asked" value="refund">' in text
    assert not Decision.objects.exists()


def test_a_note_about_the_ticket_of_another_appliance_is_refused() -> None:
    ticket: Ticket = make_ticket()
    answer = browser(Role.AGENT).get(f"/guarantee/appliances/{make_sold().pk}/note/", {"ticket": ticket.number})
    assert answer.status_code == 409


def test_a_verdict_in_words_nobody_knows_any_more_has_no_note() -> None:
    decision = decided()
    Decision(
        appliance=decision.appliance,
        as_of=decision.as_of,
        edition="old",
        facts=decision.facts,
        outcome={"codes": ["gone"]},
        headline="gone",
        decided_at=decision.decided_at,
    ).save()
    old = Decision.objects.latest("pk")
    assert browser(Role.AGENT).get(f"/guarantee/decisions/{old.pk}/note/").status_code == 409


def test_the_verdict_and_the_appliance_lead_to_the_note() -> None:
    decision, client = decided(), browser(Role.AGENT)
    assert (
        f"/guarantee/decisions/{decision.pk}/note/"
        in client.get(f"/guarantee/decisions/{decision.pk}/").content.decode()
    )
    page = client.get(f"/guarantee/appliances/{decision.appliance_id}/?asked=refund").content.decode()
    assert f"/guarantee/appliances/{decision.appliance_id}/note/?asked=refund" in page
