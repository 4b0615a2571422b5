"""Why facts cannot be decided on, in sentences that stand beside a field; by the code of `warranty.checking`."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from warranty.wording.names import CODE_NAMES

PROBLEMS: Mapping[str, str | Promise] = {
    "product_unknown": _("The rules do not know this product."),
    "price_not_positive": _("A price lies above zero. Leave it empty where it is not known."),
    "sold_in_the_future": _("The sale lies after the day of the decision."),
    "delivered_in_the_future": _("The delivery lies after the day of the decision."),
    "installed_before_sale": _("The installation lies before the sale."),
    "installed_in_the_future": _("The installation lies after the day of the decision."),
    "exchange_before_sale": _("The exchange lies before the sale."),
    "exchange_in_the_future": _("The exchange lies after the day of the decision."),
    "conduct_in_the_future": _("The conduct lies after the day of the decision."),
    "conduct_before_first_day": _("The rules begin later than this day."),
    "fault_before_sale": _("The fault lies before the sale."),
    "fault_in_the_future": _("The fault lies after the day of the decision."),
    "fault_after_report": _("The fault cannot appear after it was reported."),
    "report_in_the_future": _("The report lies after the day of the decision."),
    "repair_before_sale": _("The repair lies before the sale."),
    "repair_in_the_future": _("The repair lies after the day of the decision."),
    "returned_before_handed": _("The return lies before the hand-over."),
    "repairs_overlap": _("Two repairs overlap: an appliance is in one repair at a time."),
    "wait_before_sale": _("The waiting lies before the sale."),
    "wait_in_the_future": _("The waiting lies after the day of the decision."),
    "wait_ended_before_begun": _("The waiting ends before it begins."),
    "promise_without_months": _("Say for how many months the promise holds."),
    "percent_missing": _("Say which share of the charge is taken, from 0 to 100 percent."),
    "production_month_missing": _(
        "Without proof of the purchase a promise counts from the month of production: read it from the serial number. "
        "Where there is no serial number, leave the promise out."
    ),
    "production_in_the_future": _("The month of production lies after the day of the decision."),
    "production_after_sale": _("The month of production lies after the sale."),
    "visit_in_the_future": _("The visit lies after the day of the decision."),
}


def problem_words(code: str) -> str:
    """The sentence for a mistake; a contradiction that has no sentence of its own is told as the rules tell it."""
    return str(PROBLEMS.get(code) or CODE_NAMES["problem"][code])
