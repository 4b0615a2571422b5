"""The compensation guide in words: every code of `warranty/rules/claims` has one here, in plain language."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from servicedesk.templatetags.moments import local_text
from warranty.rules.claims.answer import Step, Value
from warranty.rules.edition import Edition
from warranty.wording.answers import Look
from warranty.wording.names import Names
from warranty.wording.sentences import Sentences
from warranty.wording.speak import cite, money_words

TOPICS: Names = {
    "fraud": pgettext_lazy("claim", "The trader deceived the customer about goods or a service"),
    "injury": pgettext_lazy("claim", "Somebody was hurt"),
    "dignity": pgettext_lazy("claim", "Somebody was insulted, searched or held"),
    "lost_work": pgettext_lazy("claim", "The customer lost pay or working time"),
    "distance_return": pgettext_lazy("claim", "Goods bought at a distance are to go back without a reason"),
    "delay": pgettext_lazy("claim", "The trader keeps putting a demand off"),
    "routes": pgettext_lazy("claim", "Where to turn with a dispute"),
}
EVENT_DAYS: Names = {
    "fraud": _("When did the trader do it?"),
    "injury": _("When did it happen?"),
    "dignity": _("When did it happen?"),
    "lost_work": _("When was the time lost?"),
    "distance_return": _("When did the customer receive the goods?"),
    "delay": _("When did the customer demand it?"),
    "routes": _("When did the dispute begin?"),
}
ACTS: Names = {
    "fake_goods": pgettext_lazy("act", "sold fake or shoddy goods as good ones"),
    "used_as_new": pgettext_lazy("act", "sold used or repaired goods as new"),
    "false_price": pgettext_lazy("act", "told a false price or discount"),
    "false_claim": pgettext_lazy("act", "told false things about quality or origin"),
    "part_swap": pgettext_lazy("act", "charged for a part that was swapped or never fitted"),
    "invented_work": pgettext_lazy("act", "charged for a fault or work that was invented"),
    "padded_hours": pgettext_lazy("act", "charged for more hours than were worked"),
    "opened_box": pgettext_lazy("act", "nothing of the kind: a defect was found on opening the box"),
    "other": pgettext_lazy("act", "something else"),
}
HARMS: Names = {
    "none": pgettext_lazy("harm", "nobody was hurt"),
    "injured": pgettext_lazy("harm", "hurt, and getting well"),
    "disabled": pgettext_lazy("harm", "disabled"),
    "dead": pgettext_lazy("harm", "died"),
}
WRONGS: Names = {
    "nothing": pgettext_lazy("wrong", "none of these: rude or slow service"),
    "insult": pgettext_lazy("wrong", "insulted or slandered"),
    "search": pgettext_lazy("wrong", "body or belongings searched"),
    "liberty": pgettext_lazy("wrong", "held against the will"),
}
DUES: Names = {
    "damages": pgettext_lazy("due", "damages for fraud"),
    "treatment": pgettext_lazy("due", "treatment"),
    "care": pgettext_lazy("due", "care"),
    "lost_income": pgettext_lazy("due", "lost income"),
    "lost_work": pgettext_lazy("due", "lost work"),
    "stop": pgettext_lazy("due", "stop it at once"),
    "restore": pgettext_lazy("due", "restore the good name"),
    "undo": pgettext_lazy("due", "undo the effects"),
    "apologise": pgettext_lazy("due", "apologise"),
    "moral_damages": pgettext_lazy("due", "compensate the harm, moral damages too"),
    "no_reason_return": pgettext_lazy("due", "the goods go back, the price is paid back"),
    "counts_as_refusal": pgettext_lazy("due", "the delay counts as a refusal"),
    "review": pgettext_lazy("due", "a person decides"),
    "contract": pgettext_lazy("due", "the contract between the businesses holds"),
    "nothing": pgettext_lazy("due", "nothing is due by this rule"),
}
LOOKS: Mapping[str, Look] = {
    "review": Look("user-question", "warn"),
    "contract": Look("file-text", "neutral"),
    "nothing": Look("shield-off", "neutral"),
    "no_reason_return": Look("receipt-refund", "info"),
}
OTHER_LOOK = Look("scale", "info")
STEPS: Sentences = {
    "law_chosen": _("Event of %(event_on)s: the law is %(cite)s."),
    "act_recognised": _("A recognised act of fraud: %(act)s (%(cite)s)."),
    "act_not_listed": _("Not on the list of recognised acts: %(act)s. A person decides."),
    "opened_box": _("A defect found on opening the box is no fraud; the guarantee answers for it."),
    "fraud_not_proven": _("The fraud is not proven yet: collect the evidence, then a person decides."),
    "beside_the_price": _("That is due beside the price or fee itself, which is paid back."),
    "counted_from_fee": _("Counted from the fee of the service, not from the price of the appliance."),
    "multiplied": _("%(price)s × %(multiple)s = %(product)s."),
    "at_least": _("At least %(minimum)s, so %(amount)s is due."),
    "sum_of_injury": _("Treatment, care and lost income that are known come to %(sum)s."),
    "grave_injury": _("After a death or a disability more is owed; a person and counsel work it out."),
    "no_bodily_injury": _("Nobody was hurt, so nothing is owed for an injury."),
    "no_harm_to_person": _("Moral damages are owed only where dignity or liberty was harmed."),
    "amount_by_a_person": _("The law names no sum for moral damages; a person decides it."),
    "service_time": _("Time that a service ordinarily takes is not paid; lost work needs a bodily injury."),
    "repair_in_shandong": _("Local law adds: work lost by a repair is paid (%(cite)s)."),
    "not_intact": _("The goods are no longer intact, so they cannot go back without a reason (%(cite)s)."),
    "delay_counted": _(
        "Demanded on %(demanded_on)s, by %(until)s %(days)s days; more than %(limit)s count as a refusal."
    ),
    "delay_within": _("Not too late yet: the last day is %(last_day)s."),
    "no_figure_yet": _("On %(event_on)s no number of days was in force."),
    "before_first_day": _("Event of %(event_on)s; the rules begin on %(first_day)s."),
    "contract_holds": _("Bought by a business: the contract holds, not the consumer law (%(cite)s)."),
    "living_use": _("Bought by a business for people to live with: a person decides (%(cite)s)."),
}
EVIDENCE: Names = {
    "invoice": pgettext_lazy("evidence", "invoice or receipt"),
    "advert": pgettext_lazy("evidence", "advertisement, price tag or promise"),
    "goods_kept": pgettext_lazy("evidence", "the goods themselves, kept as they are"),
    "expert": pgettext_lazy("evidence", "report of an expert or a testing body"),
    "messages": pgettext_lazy("evidence", "messages and records of calls"),
    "service_sheet": pgettext_lazy("evidence", "signed service sheet with lines and hours"),
    "old_part": pgettext_lazy("evidence", "the old part"),
    "photos": pgettext_lazy("evidence", "photos with their day"),
    "medical": pgettext_lazy("evidence", "medical records"),
    "bills": pgettext_lazy("evidence", "bills of treatment and care"),
    "income": pgettext_lazy("evidence", "proof of income"),
    "witnesses": pgettext_lazy("evidence", "names of witnesses"),
    "recording": pgettext_lazy("evidence", "video or sound"),
    "police": pgettext_lazy("evidence", "record of the police"),
    "employer": pgettext_lazy("evidence", "letter of the employer about the hours"),
    "order": pgettext_lazy("evidence", "the order with its day"),
    "state_of_goods": pgettext_lazy("evidence", "photos of the state of the goods"),
    "demand": pgettext_lazy("evidence", "the demand in writing"),
    "delivery_proof": pgettext_lazy("evidence", "proof of the day of delivery"),
}
ROUTES: Names = {
    "settle": pgettext_lazy("route", "settle it between trader and customer"),
    "mediate": pgettext_lazy("route", "ask the consumers' association or another body to mediate"),
    "complain": pgettext_lazy("route", "complain to the authority (12315)"),
    "arbitrate": pgettext_lazy("route", "arbitrate, where both have agreed to it"),
    "sue": pgettext_lazy("route", "sue in court"),
}
MISSING: Names = {
    "price": _("the price, or the fee of the service"),
    "sums": _("sums for treatment, care and lost income"),
    "asked_on": _("the day on which the customer asked for the return"),
}
PROBLEMS: Names = {
    "event_in_the_future": _("This day lies in the future."),
    "day_in_the_future": _("This day lies in the future."),
    "day_before_event": _("This day lies before the event."),
    "sold_in_the_future": _("This day lies in the future."),
    "price_not_positive": _("A price lies above zero. Leave it empty where it is not known."),
    "price_too_large": _("This sum is too large."),
    "sum_negative": _("A sum cannot be negative."),
    "product_unknown": _("The rules do not know this product."),
}


def step_words(step: Step, edition: Edition) -> str:
    """The sentence of a step."""
    given = dict(step.values)
    words = {name: _value_words(name, value) for name, value in given.items()}
    if "article" in given:
        words["cite"] = cite(str(given["norm"]), str(given["article"]), edition)
    return str(STEPS[step.key]) % words


def _value_words(name: str, value: Value) -> str:
    if isinstance(value, date):
        return local_text(value, "date")
    if isinstance(value, Decimal):
        return money_words(value)
    return str(ACTS[str(value)]) if name == "act" else str(value)
