"""What the customer's page says of guarantee, exchange and refund, in plain words."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from servicedesk.people.models import Role
from servicedesk.tickets.models import Ticket
from tests.make import NOW, make_handed_over, make_outlet, make_user
from tests.make_remedies import make_entitled, make_remedy
from tests.make_warranty import make_sold
from visits.aftercare.guarantee_status import GuaranteeStatus, guarantee_of
from warranty.remedies.carrying_out import NewUnit, OldUnit, Payment, record_exchange, record_old_unit, record_refund
from warranty.remedies.choosing import refuse_remedy, withdraw_remedy
from warranty.remedies.overriding import Grant, override_verdict
from warranty.services import decide_for

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 10)


def remedy_words(ticket: Ticket) -> str:
    with translation.override("en"):
        return guarantee_of(ticket).remedy


def test_before_anybody_recorded_anything_it_says_nothing() -> None:
    assert guarantee_of(make_entitled()) == GuaranteeStatus()


def test_an_exchange_is_told_step_by_step() -> None:
    remedy = make_remedy()
    ticket = remedy.ticket
    assert remedy_words(ticket).startswith("You chose: Exchange for the same model.")
    refuse_remedy(remedy.pk, "The log is wrong", actor=make_user(Role.MANAGER), now=NOW)
    assert remedy_words(ticket).startswith("We could not agree")
    again = make_remedy(ticket, approved=True)
    assert remedy_words(ticket).startswith("Your exchange is approved.")
    record_exchange(again.pk, NewUnit("NEW-2", TODAY), actor=None, now=NOW)
    assert remedy_words(ticket).startswith("You have had your new unit since 2026-03-10")


def test_a_refund_is_told_with_its_sum_and_a_withdrawn_one_not_at_all() -> None:
    remedy = make_remedy(kind="refund_less_depreciation", approved=True)
    ticket = remedy.ticket
    assert "¥2,724.59" in remedy_words(ticket)
    record_old_unit(remedy.pk, OldUnit("OLD-1", TODAY, "fine"), actor=None, now=NOW)
    assert remedy_words(ticket) == "Your refund of ¥2,724.59 is approved and will be paid next."
    record_refund(remedy.pk, Payment(TODAY, "cash"), actor=None, now=NOW)
    assert remedy_words(ticket) == "We paid back ¥2,724.59 on 2026-03-10."
    other = make_remedy(make_entitled(appliance=make_sold(serial="OLD-7")))
    withdraw_remedy(other.pk, "by mistake", actor=None, now=NOW)
    assert remedy_words(other.ticket) == ""


def test_a_grant_is_told_beside_the_answer_on_his_page(client: Client) -> None:
    sold = make_sold(invoice_date=date(2019, 1, 7), delivery_date=None, install_date=None)
    ticket = make_handed_over(make_outlet(), customer=sold.customer, appliance=sold)
    decision = decide_for(sold.pk, ticket=ticket, actor=None, now=NOW)
    grant = Grant("repair", Decimal("120.00"), "Promised on the phone.", "Recording")
    override_verdict(decision.pk, grant, actor=make_user(Role.MANAGER), now=NOW + timedelta(minutes=1))
    client.cookies["django_language"] = "en"

    page = client.get(reverse("customer_ticket", args=[ticket.token])).content.decode()

    assert "Beyond that we grant you: Free repair" in page
    assert "Promised on the phone" not in page
