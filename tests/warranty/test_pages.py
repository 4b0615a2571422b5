"""Card, panel and pages: what they say, what they ask for, who may do what, and bad input."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from servicedesk import clock
from servicedesk.catalogue.models import Appliance
from servicedesk.people.models import Role, User
from servicedesk.tickets.models import Ticket, TicketEvent
from tests.make import NOW, make_category, make_customer, make_handed_over, make_outlet, make_ticket, make_user
from tests.make_warranty import make_repair, make_sold
from warranty.models import Decision
from warranty.rules.codes import ENTITLEMENTS
from warranty.selectors import reading_of
from warranty.services import decide_for
from warranty.wording.answers import HEADLINES

pytestmark = pytest.mark.usefixtures("in_english")
LONG_AGO = date(2010, 1, 4)
# The day of NOW in Shanghai.
TODAY = date(2026, 3, 10)


@pytest.fixture(autouse=True)
def _at_a_set_instant() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture
def appliance() -> Appliance:
    return make_sold(invoice_date=TODAY, delivery_date=TODAY, install_date=TODAY)


@pytest.fixture
def old() -> Appliance:
    return make_sold(invoice_date=LONG_AGO, delivery_date=LONG_AGO, install_date=LONG_AGO)


def signed_in(user: User | None = None, language: str = "en") -> Client:
    client = Client()
    client.force_login(user or make_user(Role.AGENT))
    client.cookies["django_language"] = language
    return client


def card_of(appliance: Appliance, client: Client | None = None, **asked: Any) -> str:
    answer = (client or signed_in()).get(reverse("warranty_appliance_card", args=[appliance.pk]), asked)
    return str(answer.content.decode())


def record(client: Client, appliance: Appliance, *, htmx: bool = False, **data: Any) -> Any:
    headers = {"HX-Request": "true"} if htmx else {}
    return client.post(reverse("verdict_record", args=[appliance.pk]), data, headers=headers)


class TestCard:
    def test_a_new_appliance_has_the_customers_choice(self, appliance: Appliance) -> None:
        card = card_of(appliance)

        assert "The customer chooses: refund, exchange or free repair" in card
        assert "Whole unit" in card
        assert "in term" in card
        assert "Check with counsel" in card

    def test_an_old_appliance_is_repaired_for_money(self, old: Appliance) -> None:
        card = card_of(old)

        assert "The repair is paid" in card
        assert "out of term" in card

    def test_every_step_stands_in_the_card(self, old: Appliance) -> None:
        assert "Whole unit: 12 months from 2010-01-04, to 2011-01-04." in card_of(old)

    def test_what_is_missing_is_asked_for_with_a_way_to_enter_it(self) -> None:
        bare = make_sold(invoice_date=None, delivery_date=None, install_date=None, invoice_status="unknown")

        card = card_of(bare)

        assert "A person decides" in card
        assert "whether there is an invoice · day of the invoice" in card
        assert reverse("appliance_edit", args=[bare.pk]) in card

    def test_a_product_outside_the_rules_is_for_a_person(self) -> None:
        card = card_of(make_sold(category=make_category("robot")))

        assert "A person decides" in card
        assert "The rules do not know this product: robot." in card

    def test_contradicting_days_are_named(self) -> None:
        wrong = make_sold(install_date=LONG_AGO)

        assert "the installation lies before the sale" in card_of(wrong)

    def test_it_speaks_chinese(self, old: Appliance, in_chinese: None) -> None:
        card = card_of(old, signed_in(language="zh-hans"))

        assert "收费修理" in card
        assert "请向法务核实" in card

    def test_a_fault_day_and_a_main_part_are_taken_into_account(self, appliance: Appliance) -> None:
        sold = date(2025, 1, 2)
        Appliance.objects.filter(pk=appliance.pk).update(invoice_date=sold, delivery_date=sold, install_date=sold)

        assert "The repair is paid" in card_of(appliance)
        assert "The repair is free" in card_of(appliance, fault_on="2025-06-02")
        with_motor = card_of(appliance, main_part="motor")
        assert "The repair is free" in with_motor
        assert "For the question asked below." in with_motor

    def test_one_more_failed_repair_is_shown_as_a_supposition_without_a_button_to_record_it(
        self, appliance: Appliance
    ) -> None:
        card = card_of(appliance, one_more_failed="on")

        assert "A supposition, not what is on record." in card
        assert reverse("verdict_record", args=[appliance.pk]) not in card

    @pytest.mark.parametrize(
        ("asked", "message"),
        [
            ({"fault_on": "2999-01-01"}, "This day lies in the future."),
            ({"fault_on": "yesterday"}, "Enter a valid date."),
            ({"main_part": "wheel"}, "wheel is not one of the available choices."),
            ({"fault_type": "fraud"}, ""),
        ],
    )
    def test_a_question_that_cannot_be_is_refused_beside_its_field_and_the_record_is_read(
        self, appliance: Appliance, asked: dict[str, str], message: str
    ) -> None:
        answer = signed_in().get(reverse("warranty_appliance_card", args=[appliance.pk]), asked)

        assert answer.status_code == 422
        assert message in answer.content.decode()
        assert "The customer chooses" in answer.content.decode()

    def test_who_only_reads_gets_neither_what_if_nor_a_button(self, appliance: Appliance) -> None:
        outlet = make_outlet()
        make_handed_over(outlet, customer=appliance.customer)
        reader = signed_in(make_user(Role.DISPATCHER, outlet))

        card = card_of(appliance, reader, one_more_failed="on")

        assert "What if" not in card
        assert "A supposition" not in card
        assert "Record this verdict" not in card

    def test_few_queries(self, appliance: Appliance, django_assert_max_num_queries: Any) -> None:
        for month in range(1, 6):
            make_repair(appliance, date(2026, month, 1), kind="paid")
        client = signed_in()
        card_of(appliance, client)

        with django_assert_max_num_queries(12):
            card_of(appliance, client)

    def test_what_the_appliance_cannot_tell_is_asked_for_in_the_card_itself(self) -> None:
        sold = make_sold()
        assert 'name="same_model"' not in card_of(sold)
        make_repair(sold, date(2025, 12, 1), date(2026, 1, 20))
        make_repair(sold, date(2026, 2, 1))

        card = card_of(sold)

        assert "whether the same model can be had" in card
        assert 'name="same_model"' in card
        assert 'name="scope"' in card
        assert reverse("appliance_edit", args=[sold.pk]) not in card

    def test_a_local_law_that_is_chosen_is_applied(self) -> None:
        sold = make_sold()
        make_repair(sold, date(2025, 12, 1), date(2026, 1, 20))

        assert "refund" in card_of(sold, scope="CN-ZJ")
        assert "Days in repair altogether: 50 days; the limit is 35 days" in card_of(sold, scope="CN-ZJ")


class TestPanel:
    def panel(self, ticket: Ticket, client: Client | None = None) -> str:
        answer = (client or signed_in()).get(reverse("warranty_panel", args=[ticket.number]))
        assert answer.status_code == 200
        return str(answer.content.decode())

    def test_it_shows_the_verdict_of_the_tickets_appliance(self, appliance: Appliance) -> None:
        assert "The customer chooses" in self.panel(make_ticket(customer=appliance.customer))

    def test_without_an_appliance_it_says_so_and_leads_to_the_form(self) -> None:
        ticket = make_ticket(customer=make_customer(), appliance=None, category=make_category())

        panel = self.panel(ticket)

        assert "No appliance on this ticket" in panel
        assert reverse("ticket_edit", args=[ticket.number]) in panel

    def test_a_reader_without_an_appliance_is_led_nowhere(self) -> None:
        ticket = make_ticket(customer=make_customer(), appliance=None, category=make_category())

        panel = self.panel(ticket, signed_in(make_user(Role.AUDITOR)))

        assert "Choose the appliance" not in panel

    def test_it_tells_what_was_recorded_and_that_the_answer_is_another_one_now(self, old: Appliance) -> None:
        ticket = make_ticket(customer=old.customer)
        decision = decide_for(old.pk, ticket=ticket, actor=None, now=ticket.received_at)
        assert reverse("warranty_decision", args=[decision.pk]) in self.panel(ticket)
        assert "another one now" not in self.panel(ticket)
        Appliance.objects.filter(pk=old.pk).update(invoice_date=TODAY, delivery_date=TODAY, install_date=TODAY)

        assert "The answer is another one now." in self.panel(ticket)

    def test_a_verdict_that_stands_recorded_as_it_is_is_not_offered_again(self, old: Appliance) -> None:
        ticket = make_ticket(customer=old.customer)
        assert "Record this verdict" in self.panel(ticket)

        decide_for(old.pk, ticket=ticket, actor=None, now=NOW)

        assert "Record this verdict" not in self.panel(ticket)

    def test_few_queries(self, appliance: Appliance, django_assert_max_num_queries: Any) -> None:
        ticket = make_ticket(customer=appliance.customer)
        client = signed_in()
        self.panel(ticket, client)

        with django_assert_max_num_queries(15):
            self.panel(ticket, client)


class TestRecord:
    def test_it_stores_the_verdict_and_leads_to_its_page(self, old: Appliance) -> None:
        answer = record(signed_in(), old)

        decision = Decision.objects.get()
        assert (answer.status_code, answer.headers["Location"]) == (
            303,
            reverse("warranty_decision", args=[decision.pk]),
        )
        assert decision.headline == "paid_repair"

    def test_a_double_click_stores_one(self, old: Appliance) -> None:
        client = signed_in()

        first, second = record(client, old), record(client, old)

        assert first.headers["Location"] == second.headers["Location"]
        assert Decision.objects.count() == 1

    def test_in_the_card_it_answers_with_the_card(self, old: Appliance) -> None:
        ticket = make_ticket(customer=old.customer)

        answer = record(signed_in(), old, htmx=True, ticket=ticket.number)

        assert answer.status_code == 200
        assert "The verdict is recorded." in answer.content.decode()
        assert reverse("warranty_decision", args=[Decision.objects.get().pk]) in answer.content.decode()
        assert TicketEvent.objects.filter(ticket=ticket, action="record_verdict").count() == 1

    def test_in_the_card_of_an_appliance_the_recorded_verdict_is_linked_in_words(self, old: Appliance) -> None:
        answer = record(signed_in(), old, htmx=True)

        url = reverse("warranty_decision", args=[Decision.objects.get().pk])
        assert f'<a href="{url}">The repair is paid</a>' in answer.content.decode()

    def test_the_question_that_was_shown_is_the_one_that_is_recorded(self, old: Appliance) -> None:
        record(signed_in(), old, fault_on="2010-06-01")

        decision = Decision.objects.get()
        assert decision.facts["occurred_on"] == "2010-06-01"
        assert decision.headline == "repair"

    def test_a_verdict_that_changed_meanwhile_is_shown_again_and_not_recorded(self, old: Appliance) -> None:
        client = signed_in()
        for htmx, status in ((False, 409), (True, 422)):
            answer = record(client, old, htmx=htmx, shown="0123456789abcdef")

            assert answer.status_code == status
            assert "The verdict has changed since it was shown." in answer.content.decode()
        assert not Decision.objects.exists()

    def test_a_supposition_is_refused(self, old: Appliance) -> None:
        answer = record(signed_in(), old, one_more_failed="on")

        assert answer.status_code == 422
        assert "A supposition is never recorded." in answer.content.decode()
        assert not Decision.objects.exists()

    def test_a_wrong_day_is_refused_and_what_was_typed_stays(self, old: Appliance) -> None:
        answer = record(signed_in(), old, fault_on="2999-01-01")

        assert answer.status_code == 422
        assert 'value="2999-01-01"' in answer.content.decode()
        assert not Decision.objects.exists()

    def test_the_ticket_of_another_appliance_is_refused(self, old: Appliance) -> None:
        answer = record(signed_in(), old, ticket=make_ticket().number)

        assert answer.status_code == 409
        assert not Decision.objects.exists()

    def test_looking_at_the_address_records_nothing(self, old: Appliance) -> None:
        assert signed_in().get(reverse("verdict_record", args=[old.pk])).status_code == 405


class TestAppliancePage:
    def page(self, appliance: Appliance, client: Client | None = None, **asked: Any) -> str:
        answer = (client or signed_in()).get(reverse("warranty_appliance", args=[appliance.pk]), asked)
        return str(answer.content.decode())

    def test_it_shows_arithmetic_rights_facts_and_what_would_change(self) -> None:
        sold = date(2026, 1, 5)
        appliance = make_sold(invoice_date=sold, delivery_date=sold, install_date=sold)
        make_repair(appliance, date(2026, 2, 2), work="Belt renewed")
        make_repair(appliance, date(2026, 2, 20))

        page = self.page(appliance, same_model="yes", fault_on="2026-03-02")

        assert "Guarantee repairs that count: 2; needed for an exchange: 2." in page
        assert "Charge for use: ¥2,999.00 × 0.05 % ×" in page
        assert "What would change the answer" in page
        assert "Belt renewed" in page
        assert "Provisions on repair, exchange and refund of certain goods (1995), art. 11" in page

    def test_the_form_stands_on_what_nobody_chose(self, old: Appliance) -> None:
        page = self.page(old)

        assert page.index('<option value="repair">') < page.index('<option value="refund">')
        assert page.index('<option value="performance">') < page.index('<option value="no_fault">')

    def test_empty_logs_say_why(self, old: Appliance) -> None:
        page = self.page(old)

        assert "No repair yet. Completed visits write this log." in page
        assert "No verdict was recorded for this appliance." in page

    def test_recorded_verdicts_are_listed(self, old: Appliance) -> None:
        client = signed_in()
        record(client, old)

        assert reverse("warranty_decision", args=[Decision.objects.get().pk]) in self.page(old, client)

    def test_an_organisation_may_say_that_people_live_with_it(self) -> None:
        theirs = make_sold(make_customer(kind="organisation"))

        assert "Bought for people to live with" in self.page(theirs)
        assert "Bought for people to live with" not in self.page(make_sold())

    def test_a_technician_has_no_way_to_the_customer(self, old: Appliance) -> None:
        page = self.page(old, signed_in(make_user(Role.TECHNICIAN)))

        assert reverse("customer_detail", args=[old.customer_id]) not in page


class TestDecisionPage:
    def page(self, decision: Decision, client: Client | None = None) -> str:
        answer = (client or signed_in()).get(reverse("warranty_decision", args=[decision.pk]))
        assert answer.status_code == 200
        return str(answer.content.decode())

    def test_it_shows_the_verdict_as_it_was_given_whatever_is_on_record_now(self, old: Appliance) -> None:
        decision = decide_for(old.pk, actor=make_user(name="Li Na"), now=NOW)
        Appliance.objects.filter(pk=old.pk).update(invoice_date=TODAY, delivery_date=TODAY, install_date=TODAY)

        page = self.page(decision)

        assert "The repair is paid" in page
        assert "2010-01-04" in page
        assert "Li Na" in page

    def test_a_later_verdict_is_pointed_at(self, old: Appliance) -> None:
        now = NOW
        first = decide_for(old.pk, actor=None, now=now)
        Appliance.objects.filter(pk=old.pk).update(price=100)
        second = decide_for(old.pk, actor=None, now=now)

        assert reverse("warranty_decision", args=[second.pk]) in self.page(first)

    def test_an_outcome_whose_words_are_gone_is_still_opened(self, old: Appliance) -> None:
        now = NOW
        verdict = decide_for(old.pk, actor=None, now=now)
        outcome = {**verdict.outcome, "lines": [{"table": "line", "key": "forgotten", "values": {}}]}
        odd = Decision.objects.create(
            appliance=old, as_of=verdict.as_of, edition="1999-01", facts={}, outcome=outcome, headline="repair"
        )

        assert "whose words are no longer known" in self.page(odd)

    def test_an_unknown_number_is_not_found(self) -> None:
        assert signed_in().get(reverse("warranty_decision", args=[987654])).status_code == 404


class TestScope:
    def test_an_outlet_sees_the_appliances_of_its_own_tickets_only(self, old: Appliance) -> None:
        ours, theirs = make_outlet(), make_outlet()
        make_handed_over(ours, customer=old.customer)
        url = reverse("warranty_appliance_card", args=[old.pk])

        assert signed_in(make_user(Role.DISPATCHER, ours)).get(url).status_code == 200
        assert signed_in(make_user(Role.DISPATCHER, theirs)).get(url).status_code == 404

    def test_a_technician_sees_the_appliance_of_his_ticket_and_not_the_rest_of_the_household(
        self, old: Appliance
    ) -> None:
        other = make_sold(old.customer)
        technician = make_user(Role.TECHNICIAN)
        ticket = make_ticket(customer=old.customer, appliance=old)
        ticket.parties.create(user=technician, part="technician", since=ticket.received_at)
        client = signed_in(technician)

        assert client.get(reverse("warranty_appliance_card", args=[old.pk])).status_code == 200
        assert client.get(reverse("warranty_appliance_card", args=[other.pk])).status_code == 404

    def test_an_administrator_has_no_part_in_verdicts(self, old: Appliance) -> None:
        url = reverse("warranty_appliance_card", args=[old.pk])

        assert signed_in(make_user(Role.ADMIN)).get(url).status_code == 403

    def test_a_ticket_out_of_scope_is_not_named_in_a_question(self, old: Appliance) -> None:
        ours = make_outlet()
        make_handed_over(ours, customer=old.customer, appliance=old)
        foreign = make_handed_over(make_outlet(), customer=old.customer, appliance=old)
        client = signed_in(make_user(Role.DISPATCHER, ours))

        answer = client.get(reverse("warranty_appliance_card", args=[old.pk]), {"ticket": foreign.number})

        assert answer.status_code == 404


@pytest.mark.parametrize("headline", ENTITLEMENTS)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_each_headline_is_drawn_on_the_page_of_a_decision(
    headline: str, language: str, old: Appliance, request: pytest.FixtureRequest
) -> None:
    """A row is written with the headline alone open, as the rules would have given it."""
    if language == "zh-hans":
        request.getfixturevalue("in_chinese")
    verdict = decide_for(old.pk, actor=None, now=NOW)
    alone = {**verdict.outcome["entitlements"][0], "code": headline}
    row = Decision.objects.create(
        appliance=old,
        as_of=verdict.as_of,
        edition=verdict.edition,
        facts=verdict.facts,
        outcome={**verdict.outcome, "headline": headline, "entitlements": [alone]},
        headline=headline,
    )

    page = signed_in(language=language).get(reverse("warranty_decision", args=[row.pk]))

    assert page.status_code == 200
    assert str(HEADLINES[headline]).replace("'", "&#x27;") in page.content.decode()


def test_the_mark_of_the_card_is_that_of_the_reading(old: Appliance) -> None:
    card = card_of(old)

    assert f'value="{reading_of(old, now=NOW).mark}"' in card
