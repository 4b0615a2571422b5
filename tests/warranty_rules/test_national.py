"""Listed goods: the clock, the windows, failed and stalled repairs, exchange, 30 days after a repair."""

from datetime import date
from decimal import Decimal

import pytest

from tests.warranty_rules.makers import codes, day, decided, keys, repair
from warranty.rules.facts import Proof, Remedy, Wait

TWO_REPAIRS = (repair("2022-05-09", "2022-05-13"), repair("2022-07-04", "2022-07-08"))
AIR_CONDITIONER = {"product": "air_conditioner", "price": Decimal("3299.00")}


def test_day_seven_gives_the_price_back_and_day_eight_no_longer() -> None:
    assert codes("2022-03-21") == {"refund", "exchange", "repair"}
    assert codes("2022-03-22") == {"exchange", "refund_less_depreciation", "repair"}
    assert codes("2022-03-29") == {"exchange", "refund_less_depreciation", "repair"}
    assert codes("2022-03-30") == {"repair"}


def test_a_window_that_ends_on_a_rest_day_runs_to_the_next_working_day() -> None:
    sold_on_a_saturday = {"invoice_on": "2022-03-12", "delivered_on": "2022-03-12"}

    answer = decided("2022-03-21", **sold_on_a_saturday)

    assert "refund" in answer.codes
    assert "window_moved" in keys(answer.lines)
    assert "refund" not in codes("2022-03-22", **sold_on_a_saturday)


@pytest.mark.parametrize(
    ("sold", "point", "last"),
    [
        (
            {"invoice_on": "2024-06-28", "delivered_on": "2024-07-02", "installed_on": "2024-07-08"},
            "invoice",
            "2025-06-30",
        ),
        ({"invoice_on": "2024-07-01", "delivered_on": "2024-07-02"}, "delivery", "2025-07-02"),
        (
            {"invoice_on": "2024-07-01", "delivered_on": "2024-07-02", "installed_on": "2024-07-08"},
            "installation",
            "2025-07-08",
        ),
    ],
)
def test_the_clock_start_moved_on_the_first_of_july_2024(sold: dict[str, str], point: str, last: str) -> None:
    term = decided("2024-09-02", **AIR_CONDITIONER, **sold).terms[0]

    assert (term.point, term.last_day) == (point, day(last))


def test_an_installed_product_without_its_installation_day_asks_for_it() -> None:
    answer = decided("2024-09-02", **AIR_CONDITIONER, invoice_on="2024-07-01", delivered_on="2024-07-02")

    assert "installed_on" in answer.missing
    assert "start_assumed" in keys(answer.flags)


def test_a_flat_panel_set_counts_from_installation_since_2011() -> None:
    answer = decided(
        "2012-03-12", product="flat_tv", invoice_on="2011-03-07", delivered_on="2011-03-08", installed_on="2011-03-11"
    )

    assert (answer.last_day("unit"), answer.codes) == (day("2012-03-12"), ("repair",))


@pytest.mark.parametrize(
    ("part", "answer"),
    [("motor", {"repair"}), ("drain_hose", {"paid_repair"}), ("tube", {"paid_repair"}), ("gizmo", {"review"})],
)
def test_after_the_unit_term_only_a_main_part_of_this_product_is_free(part: str, answer: set[str]) -> None:
    assert codes("2024-03-04", main_part=part) == answer


def test_two_failed_guarantee_repairs_open_the_exchange() -> None:
    answer = decided("2022-08-08", repairs=TWO_REPAIRS, symptom="noise")

    assert set(answer.codes) == {"exchange", "refund_less_depreciation", "repair"}
    assert answer.entitlements[0].ground == "failed_repairs"
    assert (answer.entitlements[0].article, answer.entitlements[0].confidence) == ("11", "high")


@pytest.mark.parametrize("kind", ["paid", "nofault"])
def test_paid_and_no_fault_visits_do_not_count(kind: str) -> None:
    repairs = (TWO_REPAIRS[0], repair("2022-07-04", "2022-07-08", kind))

    answer = decided("2022-08-08", repairs=repairs, symptom="noise")

    assert set(answer.codes) == {"repair"}
    assert [note.value("reason") for note in answer.lines if note.key == "repair_not_counted"] == [kind]


def test_counting_repairs_of_another_fault_is_a_reading_of_low_confidence() -> None:
    answer = decided("2022-08-08", repairs=TWO_REPAIRS, symptom="leak")

    assert "exchange" in answer.codes
    assert {"other_faults_counted", "low_confidence"} <= keys(answer.flags)


def test_a_repair_still_open_is_no_failed_repair() -> None:
    assert codes("2022-07-08", repairs=(TWO_REPAIRS[0], repair("2022-07-04")), symptom="noise") == {"repair"}


@pytest.mark.parametrize(
    ("product", "delay", "last", "first"),
    [
        ("washing_machine", "parts_waits", "2022-08-07", "2022-08-08"),
        ("mobile_phone", "parts_waits", "2022-07-08", "2022-07-09"),
        ("pc", "parts_waits", "2022-07-08", "2022-07-09"),
        ("washing_machine", "repairer_delays", "2022-06-08", "2022-06-09"),
    ],
)
def test_an_open_job_opens_the_exchange_the_day_after_its_limit(
    product: str, delay: str, last: str, first: str
) -> None:
    facts = {"product": product, "reported_on": "2022-05-09", "repairs": (repair("2022-05-09"),)}
    facts[delay] = (Wait(first=day("2022-05-09")),)

    assert codes(last, **facts) == {"repair"}
    assert codes(first, **facts) == {"exchange", "refund_less_depreciation", "repair"}


def test_a_long_open_job_without_a_cause_asks_for_it() -> None:
    answer = decided("2022-06-09", reported_on="2022-05-09", repairs=(repair("2022-05-09"),))

    assert answer.codes == ("repair",)
    assert answer.missing == ("delay_cause",)


def test_no_same_model_gives_the_whole_price_back() -> None:
    answer = decided("2022-08-08", repairs=TWO_REPAIRS, symptom="noise", same_model_in_stock=False)

    assert set(answer.codes) == {"refund", "repair"}
    assert answer.entitlements[0].amount == Decimal("2999.00")


def test_depreciation_leaves_out_repair_days_and_shows_its_arithmetic() -> None:
    answer = decided("2022-08-08", repairs=TWO_REPAIRS, symptom="noise", asked=Remedy.REFUND)

    assert answer.headline == "refund_less_depreciation"
    assert answer.depreciation is not None
    # 147 days from 14 March to 8 August less 8 repair days; 2999.00 x 0.05 % x 139 = 208.4305
    assert (answer.depreciation.days, answer.depreciation.amount) == (139, Decimal("208.43"))
    assert {"depreciation_days", "depreciation_sum", "refund_sum"} <= keys(answer.lines)


def test_unknown_stock_and_price_are_asked_for() -> None:
    answer = decided("2022-08-08", repairs=TWO_REPAIRS, symptom="noise", same_model_in_stock=None, price=None)

    assert answer.missing == ("same_model_in_stock", "price")


def test_depreciation_since_2024_is_flagged_with_both_readings() -> None:
    repairs = (repair("2025-05-12", "2025-05-14"), repair("2025-06-09", "2025-06-11"))

    answer = decided("2025-08-08", invoice_on="2025-03-10", delivered_on="2025-03-10", repairs=repairs)

    contested = next(note for note in answer.flags if note.key == "depreciation_contested")
    reduced = answer.entitlement("refund_less_depreciation")
    assert reduced is not None
    assert (contested.value("full"), contested.value("reduced")) == (Decimal("2999.00"), reduced.amount)


def test_before_july_2024_an_exchange_does_not_restart_the_exchange_window() -> None:
    assert codes("2022-07-22", invoice_on="2022-07-04", delivered_on="2022-07-04", exchanged_on="2022-07-11") == {
        "repair"
    }


def test_since_july_2024_an_exchange_restarts_the_exchange_window_and_never_the_refund_window() -> None:
    sold = {"invoice_on": "2024-07-01", "delivered_on": "2024-07-01", "exchanged_on": "2024-08-07"}

    assert codes("2024-08-08", **sold) == {"exchange", "refund_less_depreciation", "repair"}
    assert codes("2024-08-22", **sold) == {"exchange", "refund_less_depreciation", "repair"}
    assert codes("2024-08-23", **sold) == {"repair"}


def test_an_exchange_restarts_terms_count_and_depreciation() -> None:
    answer = decided("2022-11-14", exchanged_on="2022-10-10", repairs=TWO_REPAIRS, symptom="noise")

    assert answer.codes == ("repair",)
    assert answer.last_day("unit") == day("2023-10-10")
    assert answer.last_day("main_part") == day("2025-10-10")


def test_the_same_fault_is_free_for_thirty_days_after_any_repair() -> None:
    paid = (repair("2024-05-06", "2024-05-08", "paid"),)

    assert codes("2024-06-07", repairs=paid, symptom="noise") == {"repair"}
    assert codes("2024-06-08", repairs=paid, symptom="noise") == {"paid_repair"}
    assert codes("2024-06-07", repairs=paid, symptom="leak") == {"paid_repair"}
    assert codes("2024-06-07", repairs=(repair("2024-05-06", "2024-05-08", "paid", "other"),), symptom="other") == {
        "paid_repair"
    }


def test_repairs_in_the_term_lengthen_it() -> None:
    answer = decided("2022-09-05", repairs=TWO_REPAIRS)

    assert answer.terms[0].excluded_days == 8
    assert answer.last_day("unit") == day("2023-03-22")


def test_a_half_year_term_of_a_low_confidence_row_is_counted_and_flagged() -> None:
    answer = decided("2023-02-28", product="radio_cassette", invoice_on="2022-08-31", delivered_on="2022-08-31")

    assert (answer.codes, answer.last_day("unit")) == (("repair",), day("2023-02-28"))
    assert "low_confidence" in keys(answer.flags)


@pytest.mark.parametrize("product", ["sewing_machine", "clock_watch", "motorcycle"])
def test_an_unverified_term_is_for_a_person(product: str) -> None:
    answer = decided("2022-09-05", product=product)

    assert answer.codes == ("review",)
    assert "unverified_figure" in keys(answer.flags)


def test_an_unverified_rate_leaves_the_refund_to_a_person_and_the_exchange_open() -> None:
    answer = decided("2022-08-08", product="av_amplifier", repairs=TWO_REPAIRS, symptom="noise")

    assert set(answer.codes) == {"exchange", "repair", "review"}


def test_an_unverified_main_part_term_is_for_a_person_only_when_it_decides() -> None:
    keyboard = {"product": "electronic_keyboard"}

    assert codes("2022-09-05", **keyboard) == {"repair"}
    assert codes("2023-09-04", **keyboard) == {"paid_repair"}
    assert codes("2023-09-04", **keyboard, main_part="keyboard") == {"review"}


def test_a_phone_battery_has_its_own_shorter_term() -> None:
    phone = {"product": "mobile_phone", "main_part": "battery"}

    assert codes("2022-09-14", **phone) == {"repair"}
    assert codes("2022-09-15", **phone) == {"paid_repair"}
    assert codes("2022-09-15", product="mobile_phone") == {"repair"}


def test_a_computer_without_invoice_has_no_refund_and_a_washing_machine_has() -> None:
    assert codes("2022-03-16", product="pc", proof=Proof.OTHER_PROOF) == {"exchange", "repair"}
    assert codes("2022-03-16", product="pc", proof=Proof.OTHER_PROOF, same_model_in_stock=False) == {
        "repair",
        "review",
    }
    assert codes("2022-03-16", proof=Proof.OTHER_PROOF) == {"refund", "exchange", "repair"}


@pytest.mark.parametrize(
    ("product", "sold", "party"),
    [
        ("washing_machine", "2005-03-07", "operator"),
        ("fan", "2005-03-07", "consumer"),
        ("fan", "2022-03-14", "operator"),
    ],
)
def test_transport_is_for_large_goods_at_first_and_for_all_since_2014(product: str, sold: str, party: str) -> None:
    as_of = date(int(sold[:4]), 6, 1).isoformat()

    assert decided(as_of, product=product, invoice_on=sold, delivered_on=sold).transport_by == party


def test_a_term_that_ends_in_an_unloaded_year_is_marked_provisional() -> None:
    answer = decided("2026-01-12", invoice_on="2026-01-05", delivered_on="2026-01-05")

    marked = {note.value("what"): note.value("day") for note in answer.flags if note.key == "provisional_day"}
    assert marked == {"unit": day("2027-01-05"), "main_part": day("2029-01-05")}


def test_a_flat_panel_set_without_installation_counts_from_the_invoice_before_july_2024() -> None:
    answer = decided("2012-03-12", product="flat_tv", invoice_on="2011-03-07", delivered_on="2011-03-08")

    assert answer.terms[0].start == day("2011-03-07")
    assert "installed_on" in answer.missing


def test_since_july_2024_an_unknown_delivery_is_asked_for() -> None:
    answer = decided("2024-09-02", invoice_on="2024-07-01", delivered_on=None)

    assert (answer.terms[0].point, answer.missing) == ("invoice", ("delivered_on",))


def test_a_guarantee_repair_after_the_term_does_not_count_and_an_open_paid_job_opens_nothing() -> None:
    after = (repair("2023-04-03", "2023-04-04"), repair("2023-04-10", "2023-04-11"))

    answer = decided("2024-03-04", main_part="motor", repairs=after, symptom="noise")

    assert answer.codes == ("repair",)
    assert codes("2022-06-20", reported_on="2022-05-09", repairs=(repair("2022-05-09", kind="paid"),)) == {"repair"}


def test_repairs_handed_over_after_the_term_do_not_open_an_exchange_for_a_fault_within_it() -> None:
    late = (repair("2023-03-20", "2023-03-21"), repair("2023-03-27", "2023-03-28"))

    answer = decided("2023-04-03", reported_on="2023-03-14", repairs=late, symptom="noise")

    assert answer.codes == ("repair",)
    assert {note.value("reason") for note in answer.lines if note.key == "repair_not_counted"} == {"after_term"}
