"""The figures of the rules in words: what each is called, under which topic it stands, and its value with its unit."""

from collections.abc import Mapping
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from warranty.rules.edition import FigureValue
from warranty.wording.names import Names
from warranty.wording.speak import days_words, money_words, months_words

# Every figure under one topic, in the order in which the questions are asked of a case.
TOPICS: Mapping[str, tuple[str | Promise, tuple[str, ...]]] = {
    "terms": (
        pgettext_lazy("topic of the rules", "Terms"),
        (
            "consumers_only",
            "term_start",
            "free_repair",
            "paid_repair_extends_term",
            "exchange_restarts_term",
            "after_repair_days",
        ),
    ),
    "windows": (
        pgettext_lazy("topic of the rules", "Windows"),
        (
            "refund_window_days",
            "exchange_window_days",
            "window_start",
            "windows_end_on_working_day",
            "exchange_restarts_window",
            "no_reason_days",
            "unlisted_refund_days",
        ),
    ),
    "repairs": (
        pgettext_lazy("topic of the rules", "Failed and long repairs"),
        (
            "failed_repairs",
            "same_fault_required",
            "promise_failed_repairs",
            "parts_wait_days",
            "repairer_delay_days",
            "long_repair_days",
            "repair_or_loan_days",
        ),
    ),
    "refund": (
        pgettext_lazy("topic of the rules", "Refund and costs"),
        (
            "refund_rule",
            "refund_base",
            "window_refund_less_depreciation",
            "no_depreciation",
            "depreciation_contested",
            "refund_without_invoice",
            "transport",
            "lost_work_paid",
        ),
    ),
    "proof": (
        pgettext_lazy("topic of the rules", "Proof, exclusions, fraud"),
        ("exclusions", "burden_months", "burden_whole_term", "fraud_multiple", "fraud_minimum"),
    ),
    "compensation": (
        pgettext_lazy("topic of the rules", "Compensation and disputes"),
        (
            "act_fake_goods",
            "act_used_as_new",
            "act_false_price",
            "act_false_claim",
            "act_part_swap",
            "act_invented_work",
            "act_padded_hours",
            "refusal_delay_days",
            "injury_paid",
            "dignity_redress",
            "dispute_routes",
        ),
    ),
}

FIGURES: Names = {
    "act_fake_goods": gettext_lazy("Fraud: fake or shoddy goods sold as good ones"),
    "act_used_as_new": gettext_lazy("Fraud: used or repaired goods sold as new"),
    "act_false_price": gettext_lazy("Fraud: a false price or discount"),
    "act_false_claim": gettext_lazy("Fraud: false claims about quality or origin"),
    "act_part_swap": gettext_lazy("Fraud on the fee: parts swapped or not fitted"),
    "act_invented_work": gettext_lazy("Fraud on the fee: invented faults or work"),
    "act_padded_hours": gettext_lazy("Fraud on the fee: padded hours"),
    "refusal_delay_days": gettext_lazy("A delay counts as a refusal after more than"),
    "injury_paid": gettext_lazy("Treatment, care and lost income are paid after an injury"),
    "dignity_redress": gettext_lazy("Harm to dignity or liberty is made good"),
    "dispute_routes": gettext_lazy("A dispute has five ways: settle, mediate, complain, arbitrate, sue"),
    "after_repair_days": gettext_lazy("The same fault is repaired free again for"),
    "burden_months": gettext_lazy("The trader proves a disputed cause for"),
    "burden_whole_term": gettext_lazy("The trader proves a disputed cause for the whole term"),
    "consumers_only": gettext_lazy("Only consumers have these rights"),
    "depreciation_contested": gettext_lazy("Taking off depreciation is contested"),
    "exchange_restarts_term": gettext_lazy("An exchange restarts the terms"),
    "exchange_restarts_window": gettext_lazy("An exchange restarts the window for an exchange"),
    "exchange_window_days": gettext_lazy("Exchange on demand for"),
    "exclusions": gettext_lazy("Misuse and the like exclude free repair"),
    "failed_repairs": gettext_lazy("Failed repairs that give an exchange or refund"),
    "fraud_minimum": gettext_lazy("Damages for fraud, at least"),
    "fraud_multiple": gettext_lazy("Damages for fraud, beside the price paid back"),
    "free_repair": gettext_lazy("A repair within the term is free"),
    "long_repair_days": gettext_lazy("An exchange or refund after more repair days in all than"),
    "lost_work_paid": gettext_lazy("The trader pays lost work"),
    "no_depreciation": gettext_lazy("No depreciation is taken off"),
    "no_reason_days": gettext_lazy("A distance sale goes back without a reason for"),
    "paid_repair_extends_term": gettext_lazy("Paid repairs lengthen the term too"),
    "parts_wait_days": gettext_lazy("An exchange or refund without parts for more than"),
    "promise_failed_repairs": gettext_lazy("Failed repairs within a maker's promise that give an exchange or refund"),
    "refund_base": gettext_lazy("A refund is counted from"),
    "refund_rule": gettext_lazy("A refund may take the place of an exchange"),
    "refund_window_days": gettext_lazy("Refund on demand for"),
    "refund_without_invoice": gettext_lazy("A refund is possible without the invoice"),
    "repair_or_loan_days": gettext_lazy("A repair, or a unit on loan, within"),
    "repairer_delay_days": gettext_lazy("An exchange or refund through the repairer's own delay of more than"),
    "same_fault_required": gettext_lazy("Failed repairs count only for the same fault"),
    "term_start": gettext_lazy("A term starts with"),
    "transport": gettext_lazy("The trader pays transport of"),
    "unlisted_refund_days": gettext_lazy("Goods outside every list: refund on demand for"),
    "window_refund_less_depreciation": gettext_lazy("A refund after the first window is less depreciation"),
    "window_start": gettext_lazy("A window starts with"),
    "windows_end_on_working_day": gettext_lazy("A window that ends on a rest day goes on to a working day"),
}

WORDS: Mapping[str, Names] = {
    "term_start": {
        "invoice": pgettext_lazy("figure", "the invoice"),
        "installation": pgettext_lazy("figure", "the installation"),
        "delivery_or_installation": pgettext_lazy("figure", "the delivery, or the end of the trader's installation"),
    },
    "window_start": {"delivery": pgettext_lazy("figure", "the delivery")},
    "refund_base": {
        "invoice": pgettext_lazy("figure", "the price of the invoice"),
        "paid": pgettext_lazy("figure", "the price paid"),
    },
    "transport": {
        "large_goods": pgettext_lazy("figure", "large goods"),
        "all": pgettext_lazy("figure", "all goods"),
    },
}


def figure_words(code: str, value: FigureValue) -> str:
    """A figure's value with its unit, in the language being spoken."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, str):
        return str(WORDS[code][value])
    return _number_words(code, value)


def _number_words(code: str, value: int) -> str:
    if code.endswith("_days"):
        return days_words(value)
    if code.endswith("_months"):
        return months_words(value)
    if code == "fraud_minimum":
        return money_words(Decimal(value)) if value else _("no least sum")
    if code == "fraud_multiple":
        return ngettext("the price once more", "%(n)d times the price", value) % {"n": value}
    return str(value)
