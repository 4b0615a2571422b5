"""Exchange and refund: chosen, approved by amount, carried out, and never forgotten."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from servicedesk.catalogue.models import Appliance
from servicedesk.errors import ActionError
from servicedesk.notify.models import Notification
from servicedesk.people.models import Role
from servicedesk.sla.models import ClockKind
from servicedesk.tickets.models import Ticket, TicketState
from servicedesk.tickets.services import cancel_ticket, close_ticket, pause_clock
from servicedesk.tickets.wording import sentence
from tests.make import NOW, make_handed_over, make_outlet, make_user
from tests.make_remedies import REDUCED, make_entitled, make_remedy
from tests.make_sla import clock_of
from tests.make_warranty import make_sold
from visits.models import Callback
from warranty.models import ApprovalRule, Decision, PartsWait, RemedyCase
from warranty.remedies.approvals import needed_for, set_limits
from warranty.remedies.carrying_out import NewUnit, OldUnit, Payment, record_exchange, record_old_unit, record_refund
from warranty.remedies.choosing import Choice, approve_remedy, choose_remedy, refuse_remedy, withdraw_remedy
from warranty.remedies.overriding import Grant, override_verdict
from warranty.selectors import reading_of
from warranty.services import decide_for

TODAY = date(2026, 3, 10)
LATER = NOW + timedelta(days=2)
GRANT = Grant("repair", Decimal("300.00"), "The outlet had promised it on the phone.", "Recording of the call.")


def code_of(refusal: pytest.ExceptionInfo[ActionError]) -> tuple[str, int]:
    return refusal.value.code, refusal.value.status


def choose(ticket: Ticket, kind: str = "exchange", **given: Any) -> RemedyCase:
    actor = given.pop("actor", None) or make_user(Role.AGENT)
    return choose_remedy(ticket.pk, Choice(kind, "phone", **given), actor=actor, now=NOW)


class TestChoosing:
    def test_the_choice_rests_on_a_recorded_verdict_and_waits_for_approval(self) -> None:
        ticket, manager = make_entitled(), make_user(Role.MANAGER)

        remedy = choose(ticket, words="再也不要修了")

        assert (remedy.state, remedy.worth, remedy.amount) == ("chosen", Decimal("2999.00"), None)
        assert remedy.decision == Decision.objects.get(ticket=ticket)
        assert Notification.objects.filter(recipient=manager, kind="remedy_chosen").exists()

    def test_a_refund_less_depreciation_takes_its_sum_from_the_verdict(self) -> None:
        assert choose(make_entitled(), "refund_less_depreciation").amount == Decimal(REDUCED)

    def test_without_the_same_model_the_whole_price_is_paid_back(self) -> None:
        assert choose(make_entitled(), "refund", same_model=False).amount == Decimal("2999.00")

    def test_what_the_verdict_does_not_open_is_refused_with_what_it_opens(self) -> None:
        ticket = make_handed_over(make_outlet(), customer=(sold := make_sold()).customer, appliance=sold)

        with pytest.raises(ActionError) as refusal:
            choose(ticket)

        assert code_of(refusal) == ("not_entitled", 409)
        assert refusal.value.detail == {"entitlements": ["repair"]}
        assert not Decision.objects.exists()

    def test_without_a_price_the_sum_is_asked_for(self) -> None:
        ticket = make_entitled(sold={"price": None})

        with pytest.raises(ActionError) as refusal:
            choose(ticket, "refund_less_depreciation")

        assert code_of(refusal) == ("price_missing", 422)

    def test_sent_twice_it_is_one_case_and_another_choice_needs_the_first_withdrawn(self) -> None:
        ticket = make_entitled()
        first = choose(ticket)

        assert choose(ticket) == first
        with pytest.raises(ActionError) as refusal:
            choose(ticket, "refund_less_depreciation")
        assert code_of(refusal) == ("remedy_open", 409)
        withdraw_remedy(first.pk, "Customer wants the money", actor=make_user(Role.AGENT), now=NOW)
        assert choose(ticket, "refund_less_depreciation") != first

    def test_a_ticket_that_waits_for_its_callback_is_reopened_first(self) -> None:
        ticket = make_entitled()
        Ticket.objects.filter(pk=ticket.pk).update(state=TicketState.AWAITING_CALLBACK)

        with pytest.raises(ActionError) as refusal:
            choose(ticket)

        assert code_of(refusal) == ("wrong_state", 409)

    @pytest.mark.parametrize("role", [Role.DISPATCHER, Role.TECHNICIAN, Role.AUDITOR])
    def test_others_do_not_choose_for_the_customer(self, role: str) -> None:
        ticket = make_entitled()

        with pytest.raises(ActionError) as refusal:
            choose(ticket, actor=make_user(role, *([ticket.outlet] if ticket.outlet else [])))

        assert refusal.value.status in {403, 404}


class TestApproving:
    def test_a_manager_approves_within_his_limit_and_the_owner_is_told(self) -> None:
        remedy = make_remedy(approved=True)

        assert remedy.state == "approved"
        assert Notification.objects.filter(recipient=remedy.ticket.owner, kind="remedy_approved").exists()

    def test_a_supervisor_approves_up_to_his_limit_only(self) -> None:
        remedy = make_remedy()
        supervisor = make_user(Role.SUPERVISOR, *([remedy.ticket.outlet] if remedy.ticket.outlet else []))

        with pytest.raises(ActionError) as refusal:
            approve_remedy(remedy.pk, actor=supervisor, now=NOW)

        assert code_of(refusal) == ("above_limit", 403)
        ApprovalRule.objects.create(
            effective_from=TODAY, supervisor_limit=Decimal("2999.00"), manager_limit=Decimal("9000.00"), set_at=NOW
        )
        assert approve_remedy(remedy.pk, actor=supervisor, now=NOW).state == "approved"

    def test_nobody_approves_what_he_recorded_himself(self) -> None:
        manager = make_user(Role.MANAGER)
        remedy = choose(make_entitled(), actor=manager)

        with pytest.raises(ActionError) as refusal:
            approve_remedy(remedy.pk, actor=manager, now=NOW)

        assert code_of(refusal) == ("own_choice", 403)

    def test_beyond_a_managers_limit_two_different_managers_decide(self) -> None:
        remedy = make_remedy()
        ApprovalRule.objects.create(
            effective_from=TODAY, supervisor_limit=Decimal(0), manager_limit=Decimal("2998.99"), set_at=NOW
        )
        first, second = make_user(Role.MANAGER), make_user(Role.MANAGER)

        assert approve_remedy(remedy.pk, actor=first, now=NOW).state == "chosen"
        with pytest.raises(ActionError) as refusal:
            approve_remedy(remedy.pk, actor=first, now=NOW)
        assert code_of(refusal) == ("answered_already", 409)
        assert approve_remedy(remedy.pk, actor=second, now=NOW).state == "approved"

    def test_a_refusal_needs_a_reason_and_tells_the_owner(self) -> None:
        remedy, manager = make_remedy(), make_user(Role.MANAGER)

        with pytest.raises(ActionError) as refusal:
            refuse_remedy(remedy.pk, "  ", actor=manager, now=NOW)

        assert code_of(refusal) == ("reason_missing", 422)
        assert refuse_remedy(remedy.pk, "The log is wrong", actor=manager, now=NOW).state == "refused"
        assert Notification.objects.filter(recipient=remedy.ticket.owner, kind="remedy_refused").exists()

    @pytest.mark.parametrize(
        ("worth", "roles", "people"),
        [
            ("1000.00", {Role.SUPERVISOR, Role.MANAGER}, 1),
            ("1000.01", {Role.MANAGER}, 1),
            ("20000.01", {Role.MANAGER}, 2),
        ],
    )
    def test_limits_hold_to_the_fen(self, worth: str, roles: set[str], people: int) -> None:
        make_entitled()
        needed = needed_for(Decimal(worth), TODAY)
        assert (set(needed.roles), needed.people) == (roles, people)

    @pytest.mark.parametrize(
        ("day", "supervisor", "manager", "code"),
        [
            (TODAY - timedelta(days=1), "1", "2", "day_in_past"),
            (TODAY, "-1", "2", "sum_out_of_range"),
            (TODAY, "3", "2", "limits_out_of_order"),
        ],
    )
    def test_limits_are_checked(self, day: date, supervisor: str, manager: str, code: str) -> None:
        with pytest.raises(ActionError) as refusal:
            set_limits(day, Decimal(supervisor), Decimal(manager), actor=make_user(Role.MANAGER), now=NOW)
        assert code_of(refusal) == (code, 422)

    def test_a_day_has_its_limits_once(self) -> None:
        set_limits(TODAY, Decimal(1), Decimal(2), actor=None, now=NOW)
        with pytest.raises(ActionError) as refusal:
            set_limits(TODAY, Decimal(1), Decimal(2), actor=None, now=NOW)
        assert code_of(refusal) == ("day_taken", 422)


class TestCarryingOut:
    def test_an_exchange_chains_both_units_and_restarts_terms_and_count(self) -> None:
        remedy, agent = make_remedy(approved=True), make_user(Role.AGENT)

        record_exchange(remedy.pk, NewUnit("new-2", TODAY), actor=agent, now=NOW)

        new = Appliance.objects.get(serial="NEW-2")
        assert (new.replaces_id, new.delivery_date) == (remedy.appliance_id, TODAY)
        verdict = reading_of(new, now=NOW + timedelta(days=30)).verdict
        assert verdict.codes == ("repair",)
        assert verdict.last_day("unit") == date(2027, 3, 10)

    def test_it_ends_when_both_sides_have_what_is_theirs_and_the_customer_is_called(self) -> None:
        remedy, agent = make_remedy(approved=True), make_user(Role.AGENT)

        record_old_unit(remedy.pk, OldUnit("OLD-1", TODAY, "scratched"), actor=agent, now=NOW)
        assert remedy.ticket.state == TicketState.OPEN
        record_exchange(remedy.pk, NewUnit("NEW-2", TODAY), actor=agent, now=NOW)

        ticket = Ticket.objects.get(pk=remedy.ticket_id)
        assert RemedyCase.objects.get().state == "done"
        assert (ticket.state, ticket.facts.outcome) == (TicketState.AWAITING_CALLBACK, "replaced")
        assert clock_of(ticket, ClockKind.FIX).stopped_at == NOW
        assert Callback.objects.get(ticket=ticket).kind == "completion"

    def test_what_the_old_unit_waited_for_is_waited_for_no_longer(self) -> None:
        remedy = make_remedy(approved=True)
        pause_clock(remedy.ticket_id, "waiting_for_parts", actor=None, now=NOW)
        assert PartsWait.objects.get().ended_on is None

        record_old_unit(remedy.pk, OldUnit("OLD-1", TODAY, "fine"), actor=None, now=NOW)
        record_exchange(remedy.pk, NewUnit("NEW-2", TODAY), actor=None, now=NOW)

        assert PartsWait.objects.get().ended_on == TODAY

    def test_a_reduced_refund_is_counted_to_the_day_of_the_return(self) -> None:
        remedy, agent = make_remedy(kind="refund_less_depreciation", approved=True), make_user(Role.AGENT)

        with pytest.raises(ActionError) as refusal:
            record_refund(remedy.pk, Payment(TODAY, "bank", "B-1"), actor=agent, now=NOW)
        assert code_of(refusal) == ("unit_not_back", 409)
        record_old_unit(remedy.pk, OldUnit("OLD-1", date(2026, 3, 12), "fine"), actor=agent, now=LATER)
        record_refund(remedy.pk, Payment(date(2026, 3, 12), "bank", "B-1"), actor=agent, now=LATER)

        done = RemedyCase.objects.get()
        # Two days more at 0.05 % of 2999 yuan: 185 days are 277.41.
        assert (done.state, done.amount) == ("done", Decimal("2721.59"))
        assert Ticket.objects.get(pk=remedy.ticket_id).facts.outcome == "refunded"

    def test_an_old_unit_may_stay_for_a_reason_only(self) -> None:
        remedy = make_remedy(approved=True)

        with pytest.raises(ActionError) as refusal:
            record_old_unit(remedy.pk, OldUnit(), actor=None, now=NOW)

        assert code_of(refusal) == ("day_or_reason_missing", 422)
        assert record_old_unit(remedy.pk, OldUnit(left_because="burnt"), actor=None, now=NOW).old_is_settled

    @pytest.mark.parametrize(
        ("unit", "code"),
        [
            (NewUnit("", TODAY), "serial_missing"),
            (NewUnit("old-1", TODAY), "serial_of_old_unit"),
            (NewUnit("KNOWN-9", TODAY), "serial_known"),
            (NewUnit("NEW-2", TODAY + timedelta(days=1)), "day_in_future"),
            (NewUnit("NEW-2", TODAY - timedelta(days=1)), "day_before_choice"),
        ],
    )
    def test_a_wrong_new_unit_is_refused_by_name(self, unit: NewUnit, code: str) -> None:
        remedy = make_remedy(approved=True)
        make_sold(serial="KNOWN-9")

        with pytest.raises(ActionError) as refusal:
            record_exchange(remedy.pk, unit, actor=None, now=NOW)

        assert code_of(refusal) == (code, 422)

    @pytest.mark.parametrize(
        ("unit", "code"),
        [
            (OldUnit("", TODAY, "fine"), "serial_missing"),
            (OldUnit("OTHER", TODAY, "fine"), "serial_differs"),
            (OldUnit("OLD-1", TODAY, " "), "condition_missing"),
            (OldUnit("OLD-1", TODAY + timedelta(days=1), "fine"), "day_in_future"),
        ],
    )
    def test_a_wrong_old_unit_is_refused_by_name(self, unit: OldUnit, code: str) -> None:
        remedy = make_remedy(approved=True)

        with pytest.raises(ActionError) as refusal:
            record_old_unit(remedy.pk, unit, actor=None, now=NOW)

        assert code_of(refusal) == (code, 422)

    def test_a_serial_number_nobody_had_read_is_kept_with_the_old_unit(self) -> None:
        sold = make_sold()
        remedy = make_remedy(make_entitled(appliance=sold), approved=True)

        record_old_unit(remedy.pk, OldUnit("read-7", TODAY, "fine"), actor=None, now=NOW)

        sold.refresh_from_db()
        assert sold.serial == "READ-7"

    def test_money_needs_a_reference_and_the_right_remedy(self) -> None:
        exchange = make_remedy(approved=True)

        with pytest.raises(ActionError) as no_reference:
            record_refund(exchange.pk, Payment(TODAY, "bank"), actor=None, now=NOW)
        with pytest.raises(ActionError) as wrong:
            record_refund(exchange.pk, Payment(TODAY, "cash"), actor=None, now=NOW)

        assert code_of(no_reference) == ("reference_missing", 422)
        assert code_of(wrong) == ("wrong_remedy", 409)

    def test_nothing_is_carried_out_before_it_is_approved(self) -> None:
        remedy = make_remedy()
        with pytest.raises(ActionError) as refusal:
            record_exchange(remedy.pk, NewUnit("NEW-2", TODAY), actor=None, now=NOW)
        assert code_of(refusal) == ("wrong_state", 409)

    def test_what_changed_hands_is_not_withdrawn(self) -> None:
        remedy = make_remedy(approved=True)
        record_exchange(remedy.pk, NewUnit("NEW-2", TODAY), actor=None, now=NOW)

        with pytest.raises(ActionError) as refusal:
            withdraw_remedy(remedy.pk, "changed his mind", actor=None, now=NOW)

        assert code_of(refusal) == ("already_given", 409)

    def test_the_ticket_is_neither_closed_nor_cancelled_while_it_is_on_its_way(self) -> None:
        remedy = make_remedy()

        with pytest.raises(ActionError) as cancelling:
            cancel_ticket(remedy.ticket_id, "customer_wish", actor=None, now=NOW)
        Ticket.objects.filter(pk=remedy.ticket_id).update(state=TicketState.AWAITING_CALLBACK)
        with pytest.raises(ActionError) as closing:
            close_ticket(remedy.ticket_id, actor=None, now=NOW)

        assert code_of(cancelling) == ("remedy_open", 409)
        assert code_of(closing) == ("remedy_open", 409)

    def test_the_story_tells_each_step(self, in_english: None) -> None:
        remedy = make_remedy(approved=True)
        record_exchange(remedy.pk, NewUnit("NEW-2", TODAY), actor=None, now=NOW)
        record_old_unit(remedy.pk, OldUnit("OLD-1", TODAY, "fine"), actor=None, now=NOW)

        told = [sentence(event) for event in remedy.ticket.events.order_by("id")]

        wanted = [
            "The customer chose: Exchange for the same model (¥2,999.00)",
            "Approved: Exchange for the same model (¥2,999.00)",
            "New unit handed over; its terms begin anew",
            "Old unit recorded",
            "Carried out: Exchange for the same model",
        ]
        assert [line for line in told if line in wanted] == wanted


class TestOverriding:
    def test_a_grant_stands_beside_the_verdict_and_is_told(self) -> None:
        sold = make_sold(invoice_date=date(2020, 1, 6), delivery_date=None, install_date=None)
        decision = decide_for(sold.pk, actor=None, now=NOW)
        make_entitled()
        supervisor = make_user(Role.SUPERVISOR)

        override = override_verdict(decision.pk, GRANT, actor=supervisor, now=NOW)

        assert override_verdict(decision.pk, GRANT, actor=supervisor, now=LATER) == override
        decision.refresh_from_db()
        assert decision.headline == "paid_repair"

    def test_it_never_takes_away_and_grants_nothing_twice(self) -> None:
        decision = decide_for(make_entitled().appliance_id or 0, actor=None, now=NOW)
        manager = make_user(Role.MANAGER)

        with pytest.raises(ActionError) as less:
            override_verdict(
                decision.pk, Grant("paid_repair", Decimal(0), GRANT.reason, GRANT.evidence), actor=manager, now=NOW
            )
        with pytest.raises(ActionError) as twice:
            override_verdict(decision.pk, GRANT, actor=manager, now=NOW)

        assert (code_of(less), code_of(twice)) == (("takes_away", 409), ("already_open", 409))

    def test_the_sum_decides_who_may_and_the_price_is_the_most(self) -> None:
        ticket = make_entitled()
        sold = make_sold(invoice_date=date(2020, 1, 6), delivery_date=None, install_date=None)
        decision = decide_for(sold.pk, actor=None, now=NOW)
        whole = Grant("refund", Decimal("2999.00"), GRANT.reason, GRANT.evidence)

        with pytest.raises(ActionError) as above:
            override_verdict(decision.pk, whole, actor=make_user(Role.SUPERVISOR), now=NOW)
        too_much = Grant("refund", Decimal("2999.01"), GRANT.reason, GRANT.evidence)
        with pytest.raises(ActionError) as more:
            override_verdict(decision.pk, too_much, actor=make_user(Role.MANAGER), now=NOW)

        assert (code_of(above), code_of(more)) == (("above_limit", 403), ("above_price", 422))
        assert ticket.outlet is not None

    @pytest.mark.parametrize(
        ("grant", "field"),
        [
            (Grant("castle", Decimal(1), GRANT.reason, GRANT.evidence), "grants"),
            (Grant("repair", Decimal(1), " ", GRANT.evidence), "reason"),
            (Grant("repair", Decimal(1), "short", GRANT.evidence), "reason"),
            (Grant("repair", Decimal(1), GRANT.reason, ""), "evidence"),
            (Grant("refund", Decimal(0), GRANT.reason, GRANT.evidence), "worth"),
        ],
    )
    def test_bad_grants_name_their_field(self, grant: Grant, field: str) -> None:
        decision = decide_for(make_sold().pk, actor=None, now=NOW)
        with pytest.raises(ActionError) as refusal:
            override_verdict(decision.pk, grant, actor=make_user(Role.MANAGER), now=NOW)
        assert (refusal.value.status, refusal.value.field) == (422, field)

    def test_only_the_newest_verdict_is_decided_about(self) -> None:
        sold = make_sold()
        old = decide_for(sold.pk, actor=None, now=NOW)
        decide_for(sold.pk, actor=None, now=LATER)

        with pytest.raises(ActionError) as refusal:
            override_verdict(
                old.pk,
                Grant("refund", Decimal(1), GRANT.reason, GRANT.evidence),
                actor=make_user(Role.MANAGER),
                now=LATER,
            )

        assert code_of(refusal) == ("verdict_superseded", 409)

    def test_a_granted_refund_can_be_chosen_with_its_sum(self) -> None:
        make_entitled()
        sold = make_sold(serial="OLD-9", invoice_date=date(2020, 1, 6), delivery_date=None, install_date=None)
        ticket = make_handed_over(make_outlet(), customer=sold.customer, appliance=sold)
        decision = decide_for(sold.pk, ticket=ticket, actor=None, now=NOW)
        grant = Grant("refund", Decimal("800.00"), GRANT.reason, GRANT.evidence)
        override = override_verdict(decision.pk, grant, actor=make_user(Role.SUPERVISOR), now=NOW)

        remedy = choose(ticket, "refund")

        assert (remedy.override, remedy.amount) == (override, Decimal("800.00"))


def test_the_database_lets_no_done_case_stand_without_its_steps() -> None:
    remedy = make_remedy(approved=True)

    with pytest.raises(Exception, match="done_remedy_is_carried_out"), connection.cursor() as cursor:
        cursor.execute("update warranty_remedycase set state = 'done', ended_at = now() where id = %s", [remedy.pk])
