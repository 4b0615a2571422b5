"""Around the national rule: exclusions, proof, promises, local law, consumer law, businesses, steward, bad input."""

from decimal import Decimal
from typing import Any

import pytest

from tests.warranty_rules.makers import codes, day, decided, keys, repair
from warranty.rules.cells import promises_of
from warranty.rules.facts import (
    Buyer,
    Channel,
    FaultType,
    MembershipCard,
    NoReturnClass,
    Promise,
    PromiseKind,
    Proof,
    Remedy,
    Wait,
)

YEAR_PROMISE = Promise(kind=PromiseKind.WHOLE_UNIT, months=12)
TWO_REPAIRS = (repair("2022-05-09", "2022-05-13"), repair("2022-07-04", "2022-07-08"))
HEATER = {"product": "electric_water_heater", "price": Decimal("1599.00")}


@pytest.mark.parametrize(
    ("facts", "key", "article"),
    [
        ({"fault_type": FaultType.MISUSE}, "misuse", "17(1)"),
        ({"misuse": True}, "misuse", "17(1)"),
        ({"fault_type": FaultType.UNAUTHORISED}, "unauthorised", "17(2)"),
        ({"proof": Proof.NONE}, "no_proof", "17(3)"),
        ({"fault_type": FaultType.VOUCHER_MISMATCH}, "voucher_mismatch", "17(4)"),
        ({"fault_type": FaultType.FORCE_MAJEURE}, "force_majeure", "17(5)"),
    ],
)
def test_an_exclusion_leaves_the_paid_repair_and_cites_its_item(facts: dict[str, Any], key: str, article: str) -> None:
    answer = decided("2022-09-13", **facts)

    assert answer.codes == ("paid_repair",)
    assert [(note.key, note.value("article")) for note in answer.exclusions] == [(key, article)]


def test_a_disputed_cause_is_the_traders_to_prove_for_six_months() -> None:
    last, later = (decided(on, cause_disputed=True) for on in ("2022-09-14", "2022-09-15"))

    assert (last.codes, last.burden_of_proof) == (("repair",), "operator")
    assert (later.codes, later.burden_of_proof) == (("review",), "consumer")


def test_a_disputed_misuse_is_for_a_person() -> None:
    assert codes("2022-04-14", cause_disputed=True, misuse=True) == {"review"}


def test_a_disputed_cause_before_2014_is_for_a_person() -> None:
    assert codes("2005-04-14", invoice_on="2005-04-04", delivered_on="2005-04-04", cause_disputed=True) == {"review"}


def test_zhejiang_puts_the_burden_on_the_trader_for_the_whole_term() -> None:
    answer = decided("2023-03-13", jurisdiction="CN-ZJ", cause_disputed=True)

    assert (answer.codes, answer.burden_of_proof) == (("repair",), "operator")


def test_zhejiang_knows_no_depreciation() -> None:
    answer = decided("2022-08-08", jurisdiction="CN-ZJ", repairs=TWO_REPAIRS, asked=Remedy.REFUND)

    assert set(answer.codes) == {"refund", "exchange", "repair"}
    assert answer.entitlements[0].norm == "ZJ2017"


def test_zhejiang_counts_the_windows_from_delivery_and_never_from_an_earlier_day() -> None:
    later = {"invoice_on": "2022-03-14", "delivered_on": "2022-03-18"}
    earlier = {"invoice_on": "2022-03-14", "delivered_on": "2022-03-10"}

    assert "refund" in codes("2022-03-25", jurisdiction="CN-ZJ", **later)
    assert "refund" not in codes("2022-03-25", **later)
    assert "refund" in codes("2022-03-21", jurisdiction="CN-ZJ", **earlier)


@pytest.mark.parametrize(("province", "limit"), [("CN-ZJ", 35), ("CN-SD", 30)])
def test_too_many_repair_days_in_all_give_the_price_back_by_local_law(province: str, limit: int) -> None:
    within = (repair("2022-05-01", f"2022-05-{1 + limit - 10}"), repair("2022-07-01", "2022-07-11", symptom=""))
    over = (within[0], repair("2022-07-01", "2022-07-12", "paid"))

    assert codes("2022-08-08", jurisdiction=province, repairs=within[:1]) == {"repair"}
    answer = decided("2022-08-08", jurisdiction=province, repairs=over)
    assert set(answer.codes) == {"refund", "exchange", "repair"}
    assert answer.entitlements[0].ground == "long_repair"
    assert codes("2022-08-08", repairs=over) == {"repair"}


def test_shandong_pays_lost_work_beside_a_long_repair() -> None:
    answer = decided("2022-08-08", jurisdiction="CN-SD", repairs=(repair("2022-05-01", "2022-06-01"),))

    assert "overlay_lost_work" in keys(answer.lines)


def test_local_law_holds_for_sales_since_may_2017_only() -> None:
    sold = {"invoice_on": "2017-04-28", "delivered_on": "2017-04-28"}
    repairs = (repair("2017-06-01", "2017-07-17"),)

    assert codes("2017-08-08", jurisdiction="CN-ZJ", repairs=repairs, **sold) == {"repair"}


def test_outside_every_list_the_promise_was_all_there_was_before_2014() -> None:
    sold = {"invoice_on": "2005-03-07", "delivered_on": "2005-03-07"}

    assert codes("2005-03-09", **HEATER, **sold, promises=(YEAR_PROMISE,)) == {"promise_repair"}
    assert codes("2006-03-07", **HEATER, **sold, promises=(YEAR_PROMISE,)) == {"promise_repair"}
    assert codes("2006-03-08", **HEATER, **sold, promises=(YEAR_PROMISE,)) == {"paid_repair"}


def test_two_failed_repairs_in_a_promised_term_opened_exchange_or_refund_by_the_law_of_1993() -> None:
    sold = {"invoice_on": "2005-03-07", "delivered_on": "2005-03-07", "promises": (YEAR_PROMISE,)}
    repairs = (repair("2005-05-09", "2005-05-13"), repair("2005-07-04", "2005-07-08"))

    assert codes("2005-08-08", **HEATER, **sold, repairs=repairs) == {"refund", "exchange", "promise_repair"}
    assert codes("2005-08-08", **HEATER, **sold, repairs=repairs[:1]) == {"promise_repair"}


def test_outside_every_list_since_2014_seven_days_refund_and_later_only_by_a_person() -> None:
    assert codes("2022-03-21", **HEATER) == {"refund", "exchange", "repair"}
    later = decided("2022-03-22", **HEATER, asked=Remedy.REFUND)
    assert set(later.codes) == {"exchange", "repair", "review"}
    assert later.headline == "review"
    over = decided("2023-03-15", **HEATER, promises=(YEAR_PROMISE,))
    assert set(over.codes) == {"exchange", "repair", "review"}
    assert "promise_has_ended" in keys(over.flags)


def test_goods_listed_later_stood_outside_every_list_before() -> None:
    sold = {"invoice_on": "2001-11-14", "delivered_on": "2001-11-14"}

    assert codes("2001-11-16", product="mobile_phone", **sold, promises=(YEAR_PROMISE,)) == {"promise_repair"}


def test_a_promise_adds_after_the_terms_and_a_repaired_part_counts_from_its_return() -> None:
    longer = Promise(kind=PromiseKind.WHOLE_UNIT, months=24, main_part_months=60)
    part = Promise(kind=PromiseKind.REPAIRED_PART, months=12)
    mended = (repair("2023-03-10", "2023-03-14"),)

    assert codes("2024-03-14", promises=(longer,)) == {"promise_repair"}
    assert codes("2024-03-15", promises=(longer,)) == {"paid_repair"}
    assert codes("2027-03-12", promises=(longer,), main_part="motor") == {"promise_repair"}
    assert codes("2024-03-14", promises=(part,), repairs=mended, symptom="noise") == {"promise_repair"}
    assert codes("2024-03-15", promises=(part,), repairs=mended, symptom="noise") == {"paid_repair"}
    assert codes("2024-03-14", promises=(part,), repairs=mended, symptom="leak") == {"paid_repair"}


def test_a_promise_for_main_parts_alone_covers_nothing_else() -> None:
    parts = promises_of("main parts 60 months")

    assert codes("2026-03-13", promises=parts, main_part="motor") == {"promise_repair"}
    assert codes("2026-03-13", promises=parts) == {"paid_repair"}


def test_without_proof_only_a_promise_from_the_production_month_or_a_fresh_repair_helps() -> None:
    made = Promise(kind=PromiseKind.WHOLE_UNIT, months=12, production_month=day("2021-12-01"))
    unproven = {"proof": Proof.NONE, "invoice_on": None, "delivered_on": None}

    assert codes("2023-01-01", **unproven, promises=(made,)) == {"promise_repair"}
    assert codes("2023-01-02", **unproven, promises=(made,)) == {"paid_repair"}
    assert codes("2022-09-13", **unproven, promises=(YEAR_PROMISE,)) == {"paid_repair"}
    fresh = (repair("2022-09-01", "2022-09-02", "paid"),)
    assert codes("2022-09-13", **unproven, repairs=fresh, symptom="noise") == {"repair"}


def test_a_promised_share_lowers_the_depreciation() -> None:
    half = Promise(kind=PromiseKind.DEPRECIATION, percent=Decimal(50))

    answer = decided("2022-08-08", repairs=TWO_REPAIRS, promises=(half,))

    assert answer.depreciation is not None
    assert answer.depreciation.amount == Decimal("104.22")
    assert "depreciation_promise" in keys(answer.lines)


def test_a_business_has_the_promise_and_public_use_shortens_it() -> None:
    public = Promise(kind=PromiseKind.PUBLIC_USE, months=3)
    business = {"buyer": Buyer.BUSINESS}

    assert codes("2023-03-14", **business, promises=(YEAR_PROMISE,)) == {"promise_repair"}
    assert codes("2022-06-14", **business, promises=(YEAR_PROMISE, public)) == {"promise_repair"}
    assert codes("2022-06-15", **business, promises=(YEAR_PROMISE, public)) == {"paid_repair"}
    assert codes("2023-04-14", promises=(public,)) == {"paid_repair"}


@pytest.mark.parametrize("fault_type", [FaultType.PERFORMANCE, FaultType.NO_FAULT, FaultType.FRAUD])
def test_living_use_in_a_business_is_for_a_person(fault_type: FaultType) -> None:
    assert codes("2022-03-16", buyer=Buyer.BUSINESS_LIVING_USE, fault_type=fault_type) == {"review"}


def test_a_distance_sale_goes_back_without_a_reason_to_day_seven_at_the_buyers_freight() -> None:
    online = {"channel": Channel.ONLINE, "fault_type": FaultType.NO_FAULT, "asked": Remedy.REFUND}

    answer = decided("2022-03-21", **online)

    assert (answer.codes, answer.transport_by) == (("no_reason_return",), "consumer")
    assert answer.entitlements[0].amount == Decimal("2999.00")
    assert codes("2022-03-22", **online) == {"none"}
    assert codes("2022-03-16", **online, buyer=Buyer.BUSINESS) == {"none"}
    assert codes("2022-03-16", fault_type=FaultType.NO_FAULT) == {"none"}


def test_goods_that_are_no_longer_intact_do_not_go_back_without_a_reason() -> None:
    answer = decided("2022-03-16", channel=Channel.ONLINE, fault_type=FaultType.NO_FAULT, misuse=True)

    assert (answer.codes, keys(answer.exclusions)) == (("none",), {"no_fault_found", "not_intact"})


@pytest.mark.parametrize("kind", list(NoReturnClass))
def test_some_goods_do_not_go_back_without_a_reason(kind: NoReturnClass) -> None:
    answer = decided("2022-03-16", channel=Channel.ONLINE, fault_type=FaultType.NO_FAULT, no_return_class=kind)

    assert answer.codes == ("none",)
    assert "class_not_returnable" in keys(answer.exclusions)


@pytest.mark.parametrize(
    ("conduct", "price", "damages"),
    [("2014-03-14", "3000.00", "3000.00"), ("2014-03-15", "3000.00", "9000.00"), ("2014-03-15", "99.00", "500.00")],
)
def test_fraud_is_paid_by_the_law_of_the_day_of_the_conduct(conduct: str, price: str, damages: str) -> None:
    sold = {"invoice_on": "2014-03-03", "delivered_on": "2014-03-03"}

    answer = decided("2014-05-05", **sold, fault_type=FaultType.FRAUD, conduct_on=conduct, price=Decimal(price))

    assert answer.codes == ("punitive_damages",)
    assert answer.entitlements[0].amount == Decimal(damages)


def test_fraud_without_a_price_asks_for_it() -> None:
    assert decided("2022-05-05", fault_type=FaultType.FRAUD, price=None).missing == ("price",)


@pytest.mark.parametrize(("sold", "sum_"), [("2024-06-28", "2999.00"), ("2024-07-01", "2500.00")])
def test_the_sum_really_paid_is_refunded_since_july_2024(sold: str, sum_: str) -> None:
    answer = decided(sold, invoice_on=sold, delivered_on=sold, price_paid=Decimal("2500.00"))

    assert answer.entitlements[0].amount == Decimal(sum_)
    assert ("sum_really_paid" in keys(answer.lines)) is (sum_ == "2500.00")


@pytest.mark.parametrize(
    ("facts", "as_of", "answer"),
    [
        ({"membership": MembershipCard.CLUB}, "2024-06-03", "maintenance_free"),
        (
            {"membership": MembershipCard.CLUB, "maintenance_visits": (day("2024-02-05"),)},
            "2024-06-03",
            "maintenance_paid",
        ),
        (
            {"membership": MembershipCard.CLUB, "maintenance_visits": (day("2023-12-31"),)},
            "2024-06-03",
            "maintenance_free",
        ),
        ({"membership": MembershipCard.CLUB, "product": "microwave"}, "2024-06-03", "review"),
        ({"membership": MembershipCard.GOLD_EXPIRED}, "2024-06-03", "maintenance_paid"),
        ({}, "2023-03-14", "review"),
        ({}, "2023-03-15", "maintenance_paid"),
        ({"invoice_on": None, "delivered_on": None}, "2023-03-14", "review"),
        ({"product": "electric_water_heater"}, "2022-03-16", "maintenance_paid"),
        ({"product": "electric_water_heater", "promises": (YEAR_PROMISE,)}, "2022-03-16", "review"),
    ],
)
def test_the_steward_visit_is_free_once_a_year_for_a_card(facts: dict[str, Any], as_of: str, answer: str) -> None:
    assert codes(as_of, fault_type=FaultType.MAINTENANCE, asked=Remedy.MAINTENANCE, **facts) == {answer}


@pytest.mark.parametrize(
    ("facts", "problem"),
    [
        ({"invoice_on": "2022-09-20", "delivered_on": None}, "sold_in_the_future"),
        ({"reported_on": "2022-03-01"}, "fault_before_sale"),
        ({"reported_on": "2022-09-20"}, "fault_in_the_future"),
        ({"exchanged_on": "2022-03-01"}, "exchange_before_sale"),
        ({"exchanged_on": "2022-09-20"}, "exchange_in_the_future"),
        ({"installed_on": "2022-03-01"}, "installed_before_sale"),
        ({"repairs": (repair("2022-05-09", "2022-05-08"),)}, "returned_before_handed"),
        ({"repairs": (repair("2022-05-09", "2022-09-20"),)}, "repair_in_the_future"),
        ({"parts_waits": (Wait(first=day("2022-09-20")),)}, "wait_in_the_future"),
        ({"price": Decimal(0)}, "price_not_positive"),
    ],
)
def test_contradictory_facts_are_named_and_go_to_a_person(facts: dict[str, Any], problem: str) -> None:
    answer = decided("2022-09-13", **facts)

    assert answer.codes == ("review",)
    assert problem in [note.value("problem") for note in answer.flags]


def test_what_the_rules_do_not_know_goes_to_a_person_with_the_reason() -> None:
    assert keys(decided("2022-09-13", product="spaceship").flags) == {"unknown_product"}
    assert keys(decided("1995-09-13", invoice_on="1995-08-24", delivered_on=None).flags) == {"before_first_day"}
    assert "no_rule_for_services" in keys(decided("2022-09-13", product="repair_service").flags)
    assert decided("2022-09-13", invoice_on=None, delivered_on=None).missing == ("invoice_on",)


def test_before_any_report_the_day_of_decision_stands_in_and_the_report_day_is_asked_for() -> None:
    answer = decided("2022-03-21", reported_on=None)

    assert "refund" in answer.codes
    assert answer.missing == ("reported_on",)


def test_a_fault_that_was_handed_in_comes_back_on_the_day_of_its_new_report() -> None:
    given: dict[str, Any] = {
        "symptom": "noise",
        "invoice_on": "2020-03-16",
        "delivered_on": "2020-03-16",
        "occurred_on": "2022-06-06",
    }
    repairs = (repair("2022-06-06", "2022-06-08", "paid"),)

    on_day_30 = decided("2022-07-08", repairs=repairs, **given)
    on_day_31 = decided("2022-07-09", repairs=repairs, **given)

    assert (on_day_30.codes, on_day_31.codes) == (("repair",), ("paid_repair",))
    came_back = next(note for note in on_day_30.lines if note.key == "after_repair")
    assert dict(came_back.values)["number"] == 30
