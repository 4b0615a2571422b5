"""From rows to facts: what the record says, what is asked for, and that nothing is assumed."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from servicedesk.catalogue.models import Appliance
from servicedesk.people.models import Address, Membership
from servicedesk.sla.services import pause_clocks, resume_clocks
from servicedesk.tickets.models import Ticket, TicketFacts
from servicedesk.tickets.services import reopen_ticket
from tests.defaults import load_defaults
from tests.make import NOW, make_appliance, make_category, make_customer, make_fault, make_ticket
from tests.make_warranty import SOLD, make_repair, make_sold
from warranty.facts_builder import Known, Question, known_facts
from warranty.models import RepairRecord
from warranty.places import scope_of
from warranty.rules.facts import Buyer, Channel, FaultType, MembershipCard, Proof, Wait
from warranty.selectors import reading_of

DAY = timedelta(days=1)


def known(appliance: Appliance, ticket: Ticket | None = None, **asked: Any) -> Known:
    return known_facts(appliance, Question(**asked), ticket=ticket, now=NOW)


def test_the_purchase_becomes_facts() -> None:
    facts = known(make_sold(sales_channel="online")).facts

    assert (facts.product, facts.price, facts.proof) == ("washing_machine", Decimal("2999.00"), Proof.PRESENT)
    assert (facts.invoice_on, facts.delivered_on, facts.installed_on) == (SOLD, SOLD, SOLD)
    assert (facts.channel, facts.buyer) == (Channel.ONLINE, Buyer.CONSUMER)


def test_an_event_is_no_sale_at_a_distance() -> None:
    assert known(make_sold(sales_channel="event")).facts.channel is Channel.STORE


@pytest.mark.parametrize(
    ("status", "proof", "asked"),
    [
        ("present", Proof.PRESENT, False),
        ("other_proof", Proof.OTHER_PROOF, False),
        ("missing", Proof.NONE, False),
        ("unknown", Proof.OTHER_PROOF, True),
    ],
)
def test_an_invoice_nobody_asked_for_is_asked_for_and_never_taken_for_granted(
    status: str, proof: Proof, asked: bool
) -> None:
    found = known(make_sold(invoice_status=status))

    assert found.facts.proof is proof
    assert ("invoice_status" in found.missing) is asked


@pytest.mark.parametrize(("produced", "asked"), [(None, True), (date(2025, 6, 1), False)])
def test_without_any_proof_the_month_of_production_is_asked_for_until_it_is_on_record(
    produced: date | None, asked: bool
) -> None:
    unproven = make_sold(invoice_status="missing", produced_month=produced)

    assert ("production_month" in reading_of(unproven, now=NOW).missing) is asked


def test_the_day_of_decision_is_the_day_in_shanghai() -> None:
    late = NOW.replace(hour=17)

    found = known_facts(make_sold(), Question(), ticket=None, now=late)

    assert found.as_of == found.facts.reported_on == date(2026, 3, 11)


def test_on_a_ticket_the_fault_is_reported_on_the_day_the_call_came_in() -> None:
    appliance = make_sold()
    ticket = make_ticket(customer=appliance.customer, fault=make_fault(group="noise"), now=NOW - 3 * DAY)

    facts = known(appliance, ticket).facts

    assert (facts.reported_on, facts.symptom) == (date(2026, 3, 7), "noise")


def test_what_is_asked_beside_the_record_becomes_facts() -> None:
    facts = known(make_sold(), fault_on=date(2026, 3, 1), main_part="motor", same_model_in_stock=False).facts

    assert (facts.occurred_on, facts.main_part, facts.same_model_in_stock) == (date(2026, 3, 1), "motor", False)


def test_an_organisation_is_a_business_and_its_living_use_is_told_by_somebody() -> None:
    appliance = make_sold(make_customer(kind="organisation"))

    assert known(appliance).facts.buyer is Buyer.BUSINESS
    assert known(appliance, living_use=True).facts.buyer is Buyer.BUSINESS_LIVING_USE


class TestPlaces:
    @pytest.mark.parametrize(
        ("province", "city", "scope"),
        [
            ("浙江省", "", "CN-ZJ"),
            ("浙江", "杭州市", "CN-ZJ"),
            ("", "杭州市", "CN-ZJ"),
            ("", "济南", "CN-SD"),
            ("", "绵阳市", "CN"),
            ("", "北京市", "CN"),
            ("", "绵城市", None),
            ("", "", None),
        ],
    )
    def test_local_law_follows_the_province_written_or_that_of_the_city(
        self, province: str, city: str, scope: str | None
    ) -> None:
        assert scope_of(Address(province=province, city=city)) == scope

    def test_without_an_address_the_province_is_asked_for_and_national_law_is_read(self) -> None:
        found = known(make_sold())

        assert (found.facts.jurisdiction, "province" in found.missing) == ("CN", True)

    def test_the_place_of_service_stands_in_for_the_address_of_the_appliance(self) -> None:
        appliance = make_sold()
        place = Address.objects.create(customer=appliance.customer, province="浙江省", detail="西湖路1号")
        ticket = make_ticket(customer=appliance.customer, address=place)

        assert known(appliance, ticket).facts.jurisdiction == "CN-ZJ"


class TestRepairs:
    def test_the_repair_log_becomes_facts(self) -> None:
        appliance = make_sold()
        make_repair(appliance, date(2026, 1, 5), date(2026, 1, 8), fault_group="noise")

        (repair,) = known(appliance).facts.repairs

        assert (repair.handed_on, repair.returned_on, repair.symptom) == (date(2026, 1, 5), date(2026, 1, 8), "noise")

    def test_a_repair_of_this_ticket_counts_only_once_the_ticket_is_open_again(self) -> None:
        appliance = make_sold()
        ticket = make_ticket(customer=appliance.customer)
        make_repair(appliance, date(2026, 3, 9), date(2026, 3, 10), ticket=ticket)
        Ticket.objects.filter(pk=ticket.pk).update(state="awaiting_callback")
        ticket.refresh_from_db()

        assert known(appliance, ticket).facts.repairs == ()

        reopen_ticket(ticket.pk, "still noisy", actor=None, now=NOW)
        ticket.refresh_from_db()

        assert [repair.returned_on for repair in known(appliance, ticket).facts.repairs] == [date(2026, 3, 10)]

    def test_a_job_that_was_begun_runs_since_the_accepted_request(self) -> None:
        appliance = make_sold()
        ticket = make_ticket(customer=appliance.customer, now=NOW - 5 * DAY)
        assert known(appliance, ticket).facts.repairs == ()
        TicketFacts.objects.filter(ticket=ticket).update(first_arrival_at=NOW - 4 * DAY)

        (repair,) = known(appliance, ticket).facts.repairs

        assert (repair.handed_on, repair.returned_on) == (date(2026, 3, 5), None)

    def test_the_fault_of_a_unit_still_with_a_repairer_was_reported_when_it_was_handed_over(self) -> None:
        appliance = make_sold()
        RepairRecord.objects.create(appliance=appliance, kind="warranty", handed_over_on=date(2026, 1, 5))

        assert known(appliance).facts.reported_on == date(2026, 1, 5)

    def test_one_more_failed_repair_is_only_supposed(self) -> None:
        question = Question(more_failed_repairs=1)

        assert question.is_what_if
        assert len(known(make_sold(), more_failed_repairs=1).facts.repairs) == 1


class TestWaits:
    @pytest.fixture
    def ticket(self) -> Ticket:
        load_defaults()
        return make_ticket(customer=make_sold().customer, now=NOW - 20 * DAY)

    def test_days_without_parts_come_from_the_ledger_of_the_clocks(self, ticket: Ticket) -> None:
        pause_clocks(ticket, "waiting_for_parts", at=NOW - 15 * DAY, actor=None)
        resume_clocks(ticket, at=NOW - 10 * DAY, actor=None)
        assert ticket.appliance is not None

        assert known(ticket.appliance).facts.parts_waits == (Wait(first=date(2026, 2, 23), last=date(2026, 2, 28)),)

    def test_a_wait_that_goes_on_is_open(self, ticket: Ticket) -> None:
        pause_clocks(ticket, "waiting_for_parts", at=NOW - 15 * DAY, actor=None)
        assert ticket.appliance is not None

        assert known(ticket.appliance).facts.parts_waits == (Wait(first=date(2026, 2, 23)),)

    def test_waiting_for_the_customer_is_no_wait_for_parts(self, ticket: Ticket) -> None:
        pause_clocks(ticket, "waiting_for_customer", at=NOW - 15 * DAY, actor=None)
        assert ticket.appliance is not None

        assert known(ticket.appliance).facts.parts_waits == ()


class TestExchanges:
    def test_a_unit_given_in_exchange_keeps_the_first_sale_and_its_own_repairs(self) -> None:
        first = make_sold()
        make_repair(first, date(2025, 10, 1))
        second = make_appliance(first.customer, replaces=first, delivery_date=date(2025, 11, 1))

        found = known(second)

        assert (found.facts.invoice_on, found.facts.price) == (SOLD, Decimal("2999.00"))
        assert (found.facts.exchanged_on, found.facts.repairs) == (date(2025, 11, 1), ())
        assert "exchanged_on" not in found.missing

    def test_an_exchange_without_a_day_asks_for_it(self) -> None:
        first = make_sold()
        found = known(make_appliance(first.customer, replaces=first))

        assert found.facts.exchanged_on is None
        assert "exchanged_on" in found.missing


class TestMaintenance:
    def test_a_maintenance_ticket_asks_about_the_free_visit(self) -> None:
        appliance = make_sold()
        Membership.objects.create(
            customer=appliance.customer, kind="club", card_no="C1", valid_from=SOLD, valid_until=date(2026, 12, 31)
        )
        ticket = make_ticket(customer=appliance.customer, kind="maintenance")

        facts = known(appliance, ticket).facts

        assert (facts.fault_type, facts.membership) == (FaultType.MAINTENANCE, MembershipCard.CLUB)
        assert facts.maintenance_visits == ()

    def test_a_visit_already_made_is_counted(self) -> None:
        appliance = make_sold()
        earlier = make_ticket(customer=appliance.customer, kind="maintenance", now=NOW - 30 * DAY)
        TicketFacts.objects.filter(ticket=earlier).update(completed_at=NOW - 29 * DAY)

        facts = known(appliance, fault_type=FaultType.MAINTENANCE).facts

        assert facts.maintenance_visits == (date(2026, 2, 9),)

    @pytest.mark.parametrize(
        ("kind", "until", "card"),
        [
            ("gift", date(2026, 3, 10), MembershipCard.GOLD_VALID),
            ("gift", date(2026, 3, 9), MembershipCard.GOLD_EXPIRED),
            ("club", date(2026, 3, 9), MembershipCard.GOLD_EXPIRED),
        ],
    )
    def test_a_card_holds_to_its_last_day(self, kind: str, until: date, card: MembershipCard) -> None:
        appliance = make_sold()
        Membership.objects.create(
            customer=appliance.customer, kind=kind, card_no="C1", valid_from=SOLD, valid_until=until
        )

        assert known(appliance, fault_type=FaultType.MAINTENANCE).facts.membership is card


def test_a_product_the_rules_do_not_know_is_handed_on_as_it_is() -> None:
    assert known(make_sold(category=make_category("robot"))).facts.product == "robot"
