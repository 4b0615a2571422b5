"""Recording verdicts and repairs: what is stored, what is refused, and that nothing stored can be changed."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import Error, transaction

from servicedesk.catalogue.models import Appliance
from servicedesk.errors import ActionError
from servicedesk.people.models import Role, User
from servicedesk.tickets.models import Ticket, TicketEvent
from servicedesk.tickets.wording import sentence
from tests.make import NOW, make_handed_over, make_outlet, make_ticket, make_user
from tests.make_warranty import SOLD, make_repair, make_sold
from warranty.facts_builder import Question
from warranty.models import Decision, RepairRecord
from warranty.rules.storage import decision_from_json, facts_from_json
from warranty.selectors import codes_of, latest_decision, latest_of_ticket, reading_of, repairs_of
from warranty.services import decide_for, record_repair


@pytest.fixture
def appliance() -> Appliance:
    return make_sold()


@pytest.fixture
def ticket(appliance: Appliance) -> Ticket:
    return make_ticket(customer=appliance.customer)


class TestDecideFor:
    def test_a_verdict_is_stored_with_its_facts_edition_and_reasons(self, appliance: Appliance) -> None:
        agent = make_user(Role.AGENT)

        decision = decide_for(appliance.pk, actor=agent, now=NOW)

        verdict, facts = decision_from_json(decision.outcome), facts_from_json(decision.facts)
        assert (decision.headline, decision.as_of, decision.decided_by) == ("repair", date(2026, 3, 10), agent)
        assert (decision.edition, verdict.codes) == (verdict.edition, ("repair",))
        assert facts.invoice_on == SOLD
        assert any(line.key == "term_running" for line in verdict.lines)
        assert latest_decision(appliance) == decision

    def test_on_a_ticket_the_story_gets_a_line(self, ticket: Ticket, in_english: None) -> None:
        assert ticket.appliance_id is not None
        decision = decide_for(ticket.appliance_id, ticket=ticket, actor=make_user(Role.AGENT), now=NOW)

        event = TicketEvent.objects.get(ticket=ticket, action="record_verdict")

        assert event.data == {"decision": decision.pk, "headline": "repair", "codes": ["repair"]}
        assert sentence(event) == "Guarantee verdict: The repair is free"
        assert latest_of_ticket(ticket) == decision

    def test_the_same_verdict_asked_for_twice_is_one_row_and_one_line(self, ticket: Ticket) -> None:
        assert ticket.appliance_id is not None
        first = decide_for(ticket.appliance_id, ticket=ticket, actor=None, now=NOW)
        again = decide_for(ticket.appliance_id, ticket=ticket, actor=None, now=NOW + timedelta(seconds=1))

        assert again == first
        assert TicketEvent.objects.filter(action="record_verdict").count() == 1

    def test_another_fact_makes_a_new_row_beside_the_old_one(self, appliance: Appliance) -> None:
        first = decide_for(appliance.pk, actor=None, now=NOW)
        second = decide_for(appliance.pk, Question(main_part="motor"), actor=None, now=NOW)

        assert second != first
        assert Decision.objects.count() == 2
        assert latest_decision(appliance) == second

    def test_a_supposition_is_never_stored(self, appliance: Appliance) -> None:
        with pytest.raises(ActionError) as refusal:
            decide_for(appliance.pk, Question(more_failed_repairs=1), actor=None, now=NOW)

        assert (refusal.value.code, refusal.value.status) == ("what_if_not_recorded", 422)
        assert not Decision.objects.exists()

    def test_a_verdict_that_has_changed_since_it_was_read_is_refused(self, appliance: Appliance) -> None:
        shown = reading_of(appliance, now=NOW).mark
        Appliance.objects.filter(pk=appliance.pk).update(invoice_date=date(2024, 1, 2))

        with pytest.raises(ActionError) as refusal:
            decide_for(appliance.pk, actor=None, now=NOW, shown=shown)

        assert (refusal.value.code, refusal.value.status) == ("verdict_changed", 409)
        assert not Decision.objects.exists()

    def test_the_verdict_that_was_read_is_the_one_that_is_stored(self, appliance: Appliance) -> None:
        shown = reading_of(appliance, now=NOW).mark

        assert decide_for(appliance.pk, actor=None, now=NOW, shown=shown).headline == "repair"

    def test_a_ticket_about_another_appliance_is_refused(self, ticket: Ticket) -> None:
        with pytest.raises(ActionError) as refusal:
            decide_for(make_sold().pk, ticket=ticket, actor=None, now=NOW)

        assert refusal.value.code == "appliance_of_other_ticket"

    @pytest.mark.parametrize("role", [Role.DISPATCHER, Role.TECHNICIAN, Role.AUDITOR, Role.ADMIN])
    def test_who_only_reads_records_nothing(self, role: str, appliance: Appliance) -> None:
        with pytest.raises(ActionError) as refusal:
            decide_for(appliance.pk, actor=make_user(role), now=NOW)

        assert refusal.value.status == 403

    def test_another_outlets_supervisor_finds_neither_ticket_nor_appliance(self, appliance: Appliance) -> None:
        ticket = make_handed_over(make_outlet(), customer=appliance.customer)
        stranger: User = make_user(Role.SUPERVISOR, make_outlet())

        for about in (ticket, None):
            with pytest.raises(ActionError) as refusal:
                decide_for(appliance.pk, ticket=about, actor=stranger, now=NOW)
            assert refusal.value.status == 404

    def test_a_stored_verdict_can_be_neither_changed_nor_deleted(self, appliance: Appliance) -> None:
        decision = decide_for(appliance.pk, actor=None, now=NOW)

        with pytest.raises(Error, match="Cannot update or delete"), transaction.atomic():
            Decision.objects.filter(pk=decision.pk).update(headline="exchange")
        with pytest.raises(Error, match="Cannot update or delete"), transaction.atomic():
            decision.delete()


class TestReading:
    def test_nothing_is_stored_by_looking(self, appliance: Appliance) -> None:
        reading_of(appliance, now=NOW)

        assert not Decision.objects.exists()

    def test_two_failed_guarantee_repairs_open_exchange_and_refund(self, appliance: Appliance) -> None:
        make_repair(appliance, date(2026, 1, 5))
        make_repair(appliance, date(2026, 2, 5))

        reading = reading_of(appliance, Question(same_model_in_stock=True), now=NOW)

        assert reading.verdict.codes == ("exchange", "refund_less_depreciation", "repair")
        assert reading.verdict.depreciation is not None

    def test_the_stock_is_asked_for_where_the_answer_hangs_on_it(self, appliance: Appliance) -> None:
        make_repair(appliance, date(2026, 1, 5))
        make_repair(appliance, date(2026, 2, 5))

        assert "same_model_in_stock" in reading_of(appliance, now=NOW).missing

    def test_one_more_failed_repair_is_answered(self, appliance: Appliance) -> None:
        make_repair(appliance, date(2026, 1, 5))

        assert reading_of(appliance, now=NOW).verdict.codes == ("repair",)
        assert "exchange" in reading_of(appliance, Question(more_failed_repairs=1), now=NOW).verdict.codes

    def test_without_any_day_a_person_decides_and_the_day_is_asked_for(self) -> None:
        reading = reading_of(
            make_sold(invoice_date=None, delivery_date=None, install_date=None, invoice_status="unknown"), now=NOW
        )

        assert reading.verdict.codes == ("review",)
        assert set(reading.missing) >= {"invoice_status", "invoice_on"}

    def test_the_province_is_asked_for_only_where_local_law_would_answer_otherwise(self, appliance: Appliance) -> None:
        assert "province" not in reading_of(appliance, now=NOW).missing
        make_repair(appliance, date(2025, 12, 1), date(2026, 1, 20))

        assert "province" in reading_of(appliance, now=NOW).missing

    def test_a_product_the_rules_do_not_know_goes_to_a_person(self, appliance: Appliance) -> None:
        appliance.category.code = "robot"

        reading = reading_of(appliance, now=NOW)

        assert reading.verdict.codes == ("review",)
        assert [flag.key for flag in reading.verdict.flags] == ["unknown_product"]

    def test_the_codes_of_a_stored_verdict_are_those_that_were_read(self, appliance: Appliance) -> None:
        decision = decide_for(appliance.pk, actor=None, now=NOW)
        decision.refresh_from_db()

        assert codes_of(decision) == reading_of(appliance, now=NOW).verdict.codes


class TestRecordRepair:
    def test_a_repair_is_a_line_of_the_log(self, appliance: Appliance, ticket: Ticket) -> None:
        record = record_repair(
            appliance,
            ticket=ticket,
            kind="warranty",
            handed_over_on=date(2026, 3, 1),
            returned_on=date(2026, 3, 2),
            fault_group="noise",
            work="Bearing renewed",
        )

        assert repairs_of(appliance) == [record]
        assert (record.ticket, record.fault_group, record.work) == (ticket, "noise", "Bearing renewed")

    @pytest.mark.parametrize(
        ("wrong", "code"),
        [
            ({"kind": "gift"}, "repair_kind_unknown"),
            ({"returned_on": date(2025, 8, 31)}, "returned_before_handed"),
            ({"work": "x" * 501}, "work_too_long"),
        ],
    )
    def test_what_cannot_be_is_refused_and_nothing_is_written(
        self, appliance: Appliance, wrong: dict[str, Any], code: str
    ) -> None:
        fields = {"ticket": None, "kind": "paid", "handed_over_on": SOLD, "returned_on": SOLD, **wrong}

        with pytest.raises(ActionError) as refusal:
            record_repair(appliance, **fields)

        assert (refusal.value.code, refusal.value.status) == (code, 422)
        assert not RepairRecord.objects.exists()

    def test_the_ticket_of_another_appliance_is_refused(self, ticket: Ticket) -> None:
        with pytest.raises(ActionError) as refusal:
            make_repair(make_sold(), date(2026, 3, 1), ticket=ticket)

        assert refusal.value.code == "appliance_of_other_ticket"

    def test_a_closed_repair_is_frozen(self, appliance: Appliance) -> None:
        record = make_repair(appliance, date(2026, 3, 1))

        with pytest.raises(Error, match="Cannot update or delete"), transaction.atomic():
            RepairRecord.objects.filter(pk=record.pk).update(kind="paid")
        with pytest.raises(Error, match="Cannot update or delete"), transaction.atomic():
            record.delete()

    def test_an_open_repair_can_still_be_closed(self, appliance: Appliance) -> None:
        record = record_repair(
            appliance, ticket=None, kind="warranty", handed_over_on=date(2026, 3, 1), returned_on=None
        )
        RepairRecord.objects.filter(pk=record.pk).update(returned_on=date(2026, 3, 2))

        record.refresh_from_db()
        assert record.returned_on == date(2026, 3, 2)
