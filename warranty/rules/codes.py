"""Every code and line key a decision may carry, with the names and kinds of its values, for the page to word.

Kinds: `day` (date), `days` and `count` (int), `money` (Decimal, yuan), `percent` (Decimal), `code` (a word of
CODES, the facts, the catalogue or a norm, worded by the page), `text` (shown as it is: an article, a fault's name).
"""

from collections.abc import Mapping

# In the order in which they are shown; the first ones are worth most to the customer.
ENTITLEMENTS = (
    "refund",
    "exchange",
    "refund_less_depreciation",
    "no_reason_return",
    "punitive_damages",
    "repair",
    "promise_repair",
    "maintenance_free",
    "review",
    "maintenance_paid",
    "paid_repair",
    "none",
)

# Why an entitlement is open.
GROUNDS = (
    "seven_days",
    "fifteen_days",
    "failed_repairs",
    "parts_wait",
    "repairer_delay",
    "long_repair",
    "unit_term",
    "main_part_term",
    "accessory_term",
    "after_repair",
    "unlisted_goods",
    "promise_failed_repairs",
    "promise",
    "no_reason",
    "fraud",
    "free_visit",
    "paid",
    "person_decides",
    "nothing_due",
)

_TERMS = ("unit", "main_part", "accessory")
_PROMISES = ("promise", "promise_main_part", "promise_repaired_part")
_WINDOWS = ("refund", "exchange", "no_reason", "unlisted")

CONTRADICTIONS = (
    "sold_in_the_future", "fault_before_sale", "fault_in_the_future", "exchange_before_sale",
    "exchange_in_the_future", "installed_before_sale", "returned_before_handed", "repair_in_the_future",
    "price_not_positive", "delivered_in_the_future", "installed_in_the_future", "installed_before_delivery",
    "fault_after_report", "conduct_in_the_future", "visit_in_the_future", "repair_before_sale", "wait_before_sale",
    "wait_ended_before_begun", "wait_in_the_future", "price_too_large", "price_not_in_fen", "promise_too_long",
    "percent_missing", "production_in_the_future", "production_after_sale", "day_out_of_range",
)  # fmt: skip

# What a value of kind `code` may say, by the value's name; `norm`, `product` and `part` come from the edition.
CODES: Mapping[str, tuple[str, ...]] = {
    "point": ("invoice", "delivery", "installation", "exchange"),
    "term": _TERMS,
    "window": _WINDOWS,
    "what": _TERMS + _WINDOWS,
    "promise": _PROMISES,
    "cause": ("parts_wait", "repairer_delay"),
    "party": ("operator", "consumer"),
    "reason": ("paid", "nofault", "before_exchange", "open", "after_term", "other_fault"),
    "figure": ("unit_months", "main_parts", "depreciation_percent"),
    "card": ("club", "gold_card_valid", "gold_card_expired", "none"),
    "class": ("custom", "perishable", "digital_opened", "newspaper", "agreed"),
    "problem": CONTRADICTIONS,
    "confidence": ("high", "medium", "low"),
}

_TERM = {"term": "code", "start": "day", "last_day": "day"}
_WINDOW = {
    "window": "code",
    "start": "day",
    "days": "days",
    "last_day": "day",
    "fault_on": "day",
    "number": "days",
}
_NORM = {"norm": "code", "article": "text"}

# The steps of the reasoning, in the order in which they were taken.
LINES: Mapping[str, Mapping[str, str]] = {
    "norm_chosen": {"sold_on": "day", "norm": "code"},
    "consumer_law_chosen": {"sold_on": "day", **_NORM},
    "conduct_law_chosen": {"conduct_on": "day", **_NORM},
    "unlisted_goods": {"product": "code"},
    "clock_start": {"day": "day", "point": "code", **_NORM},
    "term": {**_TERM, "months": "count"},
    "term_extended": {"term": "code", "days": "days", "from": "day", "last_day": "day"},
    "last_day_moved": {"term": "code", "from": "day", "last_day": "day"},
    "excluded_stretch": {"first": "day", "last": "day", "days": "days"},
    "term_running": {"term": "code", "fault_on": "day", "last_day": "day"},
    "term_over": {"term": "code", "fault_on": "day", "last_day": "day"},
    "window_open": {**_WINDOW},
    "window_closed": {**_WINDOW},
    "window_moved": {"window": "code", "from": "day", "last_day": "day"},
    "part_not_main": {"part": "code"},
    "repair_counted": {"handed_on": "day", "returned_on": "day", "symptom": "text"},
    "repair_not_counted": {"handed_on": "day", "reason": "code"},
    "failed_repairs": {"count": "count", "needed": "count"},
    "open_job": {"cause": "code", "since": "day", "days": "days", "limit": "days"},
    "long_repair": {"days": "days", "limit": "days", **_NORM},
    "overlay_window": {"start": "day", **_NORM},
    "overlay_no_depreciation": {**_NORM},
    "overlay_repair_or_loan": {"days": "days", **_NORM},
    "overlay_lost_work": {**_NORM},
    "same_model_missing": {},
    "no_refund_without_invoice": {**_NORM},
    "depreciation_days": {
        "start": "day", "returned": "day", "elapsed": "days", "excluded": "days", "days": "days",
    },
    "depreciation_sum": {"price": "money", "rate": "percent", "days": "days", "sum": "money"},
    "depreciation_capped": {"sum": "money", "amount": "money"},
    "depreciation_promise": {"percent": "percent", "amount": "money"},
    "refund_sum": {"price": "money", "depreciation": "money", "refund": "money"},
    "sum_really_paid": {"invoice": "money", "paid": "money", **_NORM},
    "damages": {"price": "money", "multiple": "count", "minimum": "money", "amount": "money"},
    "after_repair": {"returned_on": "day", "number": "days", "days": "days", "last_day": "day"},
    "promise_running": {"promise": "code", "start": "day", "months": "count", "last_day": "day"},
    "promise_over": {"promise": "code", "start": "day", "months": "count", "last_day": "day"},
    "burden_of_proof": {"party": "code", "last_day": "day", **_NORM},
    "free_visits": {"visits": "count", "made": "count", "year": "count"},
    "membership": {"card": "code"},
    "exchanged": {"day": "day"},
}  # fmt: skip

# Why something is not open: R458 art. 17, the limits of the consumer law, missing proof.
EXCLUSIONS: Mapping[str, Mapping[str, str]] = {
    "misuse": {**_NORM},
    "unauthorised": {**_NORM},
    "no_proof": {**_NORM},
    "voucher_mismatch": {**_NORM},
    "force_majeure": {**_NORM},
    "not_a_consumer": {**_NORM},
    "no_fault_found": {},
    "sold_in_a_shop": {},
    "no_law_yet": {"sold_on": "day"},
    "class_not_returnable": {"class": "code", **_NORM},
    "not_intact": {**_NORM},
    "window_over": {"window": "code", "last_day": "day"},
}

# What a reader must know beside the answer.
FLAGS: Mapping[str, Mapping[str, str]] = {
    "provisional_day": {"what": "code", "day": "day"},
    "depreciation_contested": {"full": "money", "reduced": "money", **_NORM},
    "low_confidence": {"confidence": "code", **_NORM},
    "unverified_figure": {"figure": "code", "product": "code"},
    "unknown_product": {"product": "text"},
    "unknown_part": {"part": "text"},
    "before_first_day": {"sold_on": "day", "first_day": "day"},
    "contradiction": {"problem": "code"},
    "living_use": {**_NORM},
    "cause_disputed": {"party": "code"},
    "no_rule_for_services": {},
    "open_job_without_cause": {"since": "day", "days": "days"},
    "refund_needs_a_person": {**_NORM},
    "no_main_part_exchange": {},
    "accessory_only": {"part": "code"},
    "start_assumed": {"point": "code", "day": "day"},
    "other_faults_counted": {**_NORM},
    "not_in_table": {"product": "code"},
    "card_missing_in_guarantee": {"last_day": "day"},
    "promise_has_ended": {**_NORM},
    "repairs_overlap": {"first": "day", "last": "day"},
    "two_open_repairs": {"first": "day", "second": "day"},
}

# Facts worth asking for; names of the fields of the facts.
MISSING = (
    "invoice_on", "delivered_on", "installed_on", "price", "same_model_in_stock", "delay_cause", "reported_on",
    "production_month",
)  # fmt: skip

# What the forecast speaks of.
CHANGES = ("next_day", "previous_day", "one_more_failed_repair", "same_model_gone", "same_model_found")

TABLES: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "line": LINES,
    "exclusion": EXCLUSIONS,
    "flag": FLAGS,
}
