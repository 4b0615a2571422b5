"""A sentence for every step of the reasoning, every exclusion and every flag, by its key.

Days, sums and codes come in as words already (`warranty.wording.speak`); `cite` is norm and article.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Sentences = Mapping[str, str | Promise]

LINES: Sentences = {
    "norm_chosen": _("Sold on %(sold_on)s: the law is %(norm)s."),
    "consumer_law_chosen": _("Sold on %(sold_on)s: the law is %(cite)s."),
    "conduct_law_chosen": _("Conduct of %(conduct_on)s: the law is %(cite)s."),
    "unlisted_goods": _("In no list of the three guarantees: %(product)s."),
    "clock_start": _("Counted from %(day)s, the day of %(point)s (%(cite)s)."),
    "term": _("%(term)s: %(months)s from %(start)s, to %(last_day)s."),
    "term_extended": _("%(term)s: longer by %(days)s, from %(from)s to %(last_day)s."),
    "last_day_moved": _("%(term)s: %(from)s is a rest day, so the last day is %(last_day)s."),
    "excluded_stretch": _("Repair or waiting from %(first)s to %(last)s: %(days)s that do not count."),
    "term_running": _("%(term)s: runs to %(last_day)s; the fault of %(fault_on)s is inside."),
    "term_over": _("%(term)s: ended on %(last_day)s; the fault of %(fault_on)s came later."),
    "window_open": _("%(window)s: %(days)s from %(start)s, to %(last_day)s; %(fault_on)s is day %(number)s: open."),
    "window_closed": _(
        "%(window)s: %(days)s from %(start)s, to %(last_day)s; %(fault_on)s is day %(number)s: closed."
    ),
    "window_moved": _("%(window)s: %(from)s is a rest day, so the last day is %(last_day)s."),
    "part_not_main": _("Not a main part of this product: %(part)s."),
    "repair_counted": _("Counts: guarantee repair from %(handed_on)s to %(returned_on)s%(symptom)s."),
    "repair_not_counted": _("Does not count: repair of %(handed_on)s, %(reason)s."),
    "failed_repairs": _("Guarantee repairs that count: %(count)s; needed for an exchange: %(needed)s."),
    "open_job": _("Open since %(since)s, that is %(days)s; an exchange is due after %(limit)s (%(cause)s)."),
    "long_repair": _("Days in repair altogether: %(days)s; the limit is %(limit)s (%(cite)s)."),
    "overlay_window": _("Local law: the windows count from delivery on %(start)s (%(cite)s)."),
    "overlay_no_depreciation": _("Local law: nothing is taken off for use (%(cite)s)."),
    "overlay_repair_or_loan": _("Local law: repair within %(days)s or a loan unit (%(cite)s)."),
    "overlay_lost_work": _("Local law: lost work is paid too (%(cite)s)."),
    "same_model_missing": _("The same model cannot be had, so the price is given back."),
    "no_refund_without_invoice": _("Without an invoice there is repair and exchange, but no refund (%(cite)s)."),
    "depreciation_days": _("Days of use: %(start)s to %(returned)s is %(elapsed)s, less %(excluded)s: %(days)s."),
    "depreciation_sum": _("Charge for use: %(price)s × %(rate)s × %(days)s = %(sum)s."),
    "depreciation_capped": _("At most the price: %(amount)s instead of %(sum)s."),
    "depreciation_promise": _("By the maker's promise only %(percent)s of the charge: %(amount)s."),
    "refund_sum": _("Refund: %(price)s − %(depreciation)s = %(refund)s."),
    "sum_really_paid": _("Really paid: %(paid)s; the invoice says %(invoice)s (%(cite)s)."),
    "damages": _("Damages: %(price)s × %(multiple)s, at least %(minimum)s, makes %(amount)s."),
    "after_repair": _(
        "Returned on %(returned_on)s; the same fault came back on day %(number)s. Free for %(days)s, to %(last_day)s."
    ),
    "promise_running": _("%(promise)s: %(months)s from %(start)s, to %(last_day)s: running."),
    "promise_over": _("%(promise)s: %(months)s from %(start)s, to %(last_day)s: over."),
    "burden_of_proof": _(
        "To %(last_day)s the trader has to prove the cause of a fault; for this one it is %(party)s (%(cite)s)."
    ),
    "free_visits": _("Free visits in %(year)s: %(visits)s; already made: %(made)s."),
    "membership": _("Card of the customer: %(card)s."),
    "exchanged": _("The unit was exchanged on %(day)s; its terms began anew."),
}

EXCLUSIONS: Sentences = {
    "misuse": _("Damage by wrong use, care or storage (%(cite)s)."),
    "unauthorised": _("Opened or repaired by somebody who was not appointed (%(cite)s)."),
    "no_proof": _("Neither invoice nor voucher nor any other proof of the purchase (%(cite)s)."),
    "voucher_mismatch": _("The voucher was altered or does not fit the product (%(cite)s)."),
    "force_majeure": _("Damage by force majeure (%(cite)s)."),
    "not_a_consumer": _("Bought by a business: the contract holds, not the consumer law (%(cite)s)."),
    "no_fault_found": _("No fault was found."),
    "sold_in_a_shop": _("Bought in a shop: there is no return without a reason."),
    "no_law_yet": _("Sold on %(sold_on)s, when no law gave a return without a reason."),
    "class_not_returnable": _("Cannot be returned without a reason: %(class)s (%(cite)s)."),
    "not_intact": _("Cannot be returned without a reason, as the goods are no longer intact (%(cite)s)."),
    "window_over": _("%(window)s: ended on %(last_day)s."),
}

FLAGS: Sentences = {
    "provisional_day": _("%(what)s: %(day)s is provisional, as the public holidays of that year are not loaded."),
    "depreciation_contested": _(
        "It is disputed whether a charge for use may still be taken: %(full)s or %(reduced)s (%(cite)s)."
    ),
    "low_confidence": _("Rests on a reading of the law that is not sure (%(cite)s)."),
    "unverified_figure": _("A figure is not verified: %(figure)s (%(product)s)."),
    "unknown_product": _("The rules do not know this product: %(product)s."),
    "unknown_part": _("The rules do not know this part: %(part)s."),
    "before_first_day": _("Sold on %(sold_on)s; the rules begin on %(first_day)s."),
    "contradiction": _("The record contradicts itself: %(problem)s."),
    "living_use": _("Bought by a business for people to live with: a person decides (%(cite)s)."),
    "cause_disputed": _("The cause is disputed; the proof is up to %(party)s."),
    "no_rule_for_services": _("There is no rule for a service."),
    "open_job_without_cause": _("The repair is open since %(since)s, that is %(days)s, and no cause is recorded."),
    "refund_needs_a_person": _("A refund needs the decision of a person (%(cite)s)."),
    "no_main_part_exchange": _("Only the main part is free; the whole unit is not exchanged in these years."),
    "accessory_only": _("Holds for this accessory only: %(part)s."),
    "start_assumed": _("Counted from %(day)s (%(point)s), as a later day is not known."),
    "other_faults_counted": _("Repairs of different faults are counted together; that is not sure (%(cite)s)."),
    "not_in_table": _("Not in the table of free maintenance: %(product)s."),
    "card_missing_in_guarantee": _("No valid card, but the guarantee runs to %(last_day)s."),
    "repairs_overlap": _(
        "Two repairs lie over each other from %(first)s to %(last)s; these days count once. "
        "Please check the repair log."
    ),
    "two_open_repairs": _(
        "Two repairs are open at once, of %(first)s and of %(second)s. Please check the repair log."
    ),
    "promise_has_ended": _("The promised term is over; whether the fault lay in the goods is not sure (%(cite)s)."),
}
