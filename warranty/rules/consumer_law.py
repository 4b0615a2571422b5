"""Consumer law around the guarantees: goods outside every list, return without a reason, fraud, business buyers."""

from dataclasses import replace
from datetime import date

from warranty.rules.after_repair import free_after_repair
from warranty.rules.case import Case, cite
from warranty.rules.depreciation import to_fen
from warranty.rules.edition import Figure
from warranty.rules.exclusions import paid_repair
from warranty.rules.facts import Buyer, Channel
from warranty.rules.national import after_term, transport
from warranty.rules.outcome import Entitlement, Finding, Note, NoteValue, exclusion, flag, line
from warranty.rules.promises import failed_promise, has_expired, promise_repair
from warranty.rules.remedies import whole_price
from warranty.rules.stalled_repair import long_repair
from warranty.rules.windows import describe_window


def unlisted_goods(case: Case) -> Finding:
    """Return the answer for goods outside every list.

    Before 2014-03-15 the maker's promise only. Since then to day 7 from receipt refund, exchange or repair; later
    exchange or repair, and a refund only by a person (CPL13 art. 24). A promise that is over takes nothing away; the
    answer then carries a flag. Too many repair days by local law give the price back, as for listed goods.
    """
    found = Finding(lines=(line("unlisted_goods", product=case.product.code),))
    figure = case.find("unlisted_refund_days")
    if figure is None:
        return found + failed_promise(case) + after_term(case)
    start = _received(case)
    last = case.window(start, figure.number)
    found += _law_line(case, figure) + describe_window(case, "unlisted", start, figure.number, last)
    found += free_after_repair(case) + replace(promise_repair(case), entitlements=())
    found += _exchange_or_repair(case, figure) + transport(case)
    if case.fault_on <= last.day:
        return found + whole_price(case, case.entitle("refund", "unlisted_goods", figure, last_day=last.day))
    if has_expired(case):
        found += Finding(flags=(flag("promise_has_ended", **cite(figure)),))
    long, in_all = long_repair(case, case.facts.exchanged_on or start)
    found += in_all
    if long:
        return found + whole_price(case, case.entitle("refund", "long_repair", long[0].figure))
    needs = flag("refund_needs_a_person", **cite(figure))
    return found + Finding(entitlements=(case.entitle("review", "unlisted_goods", figure),), flags=(needs,))


def _received(case: Case) -> date:
    """Return the day of receipt; where the law counts from the trader's installation, that later day."""
    by_law = case.figure("term_start").value != "invoice"
    installed = case.facts.installed_on if by_law else None
    return installed or case.facts.received_on or case.sold_on


def _exchange_or_repair(case: Case, figure: Figure) -> Finding:
    open_ = [case.entitle("repair", "unlisted_goods", figure)]
    if case.facts.same_model_in_stock is not False:
        open_.append(case.entitle("exchange", "unlisted_goods", figure))
    return Finding(entitlements=tuple(open_))


def no_reason_return(case: Case) -> Finding:
    """Return the answer where no fault was found: the distance buyer's 7 days (CPL13 art. 25), else nothing due.

    Days count from the day after receipt, so that receipt is day 0; the goods are intact; the buyer pays the freight.
    """
    found, law = Finding(exclusions=(exclusion("no_fault_found"),)), case.figure("consumers_only")
    if case.facts.buyer is not Buyer.CONSUMER:
        return found + business_limits(case, law)
    if case.facts.channel is not Channel.ONLINE:
        return found + _nothing(case, law, exclusion("sold_in_a_shop"))
    figure = case.find("no_reason_days")
    if figure is None:
        return found + _nothing(case, law, exclusion("no_law_yet", sold_on=case.sold_on))
    reason = _not_returnable(case, figure)
    if reason:
        return found + _nothing(case, figure, reason)
    start = case.facts.received_on or case.sold_on
    last = case.window(start, figure.number)
    asked = replace(case, fault_on=case.facts.reported_on or case.as_of)
    found += describe_window(asked, "no_reason", start, figure.number, last)
    if asked.fault_on > last.day:
        over = exclusion("window_over", window="no_reason", last_day=last.day)
        return found + _nothing(case, figure, over)
    entitlement = case.entitle("no_reason_return", "no_reason", figure, last_day=last.day)
    return found + whole_price(case, entitlement) + Finding(transport_by="consumer")


def _not_returnable(case: Case, figure: Figure) -> Note | None:
    """Return why goods do not go back without a reason: their class, or that they are no longer intact."""
    kind = case.facts.no_return_class
    if kind:
        return exclusion("class_not_returnable", **{"class": kind.value}, **cite(figure))
    return exclusion("not_intact", **cite(figure)) if case.facts.misuse else None


def fraud(case: Case, conduct_on: date) -> Finding:
    """Return the damages for a fraud that is proven, by the law in force on the day of the conduct.

    The price so many times, at least the minimum; the base is the sum really paid where it is known.
    """
    law = case.figure("consumers_only", on=conduct_on)
    if case.facts.buyer is not Buyer.CONSUMER:
        return business_limits(case, law)
    multiple = case.figure("fraud_multiple", on=conduct_on)
    minimum = case.figure("fraud_minimum", on=conduct_on)
    found = Finding(lines=(line("conduct_law_chosen", conduct_on=conduct_on, **cite(multiple)),))
    entitlement = _sure(case.entitle("punitive_damages", "fraud", multiple), multiple)
    price = case.facts.price_paid or case.facts.price
    if price is None:
        return found + Finding(entitlements=(entitlement,), missing=("price",))
    amount = max(to_fen(price * multiple.number), to_fen(minimum.amount))
    values: dict[str, NoteValue] = {
        "price": price,
        "multiple": multiple.number,
        "minimum": minimum.amount,
        "amount": amount,
    }
    return found + Finding(entitlements=(replace(entitlement, amount=amount),), lines=(line("damages", **values),))


def business_limits(case: Case, law: Figure) -> Finding:
    """Return that the consumer law does not hold for a business; living use of natural persons goes to a person."""
    if case.facts.buyer is Buyer.BUSINESS_LIVING_USE:
        review = _sure(case.entitle("review", "person_decides", law), law)
        return Finding(entitlements=(review,), flags=(flag("living_use", **cite(law)),))
    return _nothing(case, law, exclusion("not_a_consumer", **cite(law)))


def business_contract(case: Case) -> Finding:
    """Return what a business buyer has: the promise while it runs, then the paid repair."""
    law = case.figure("consumers_only")
    found = Finding(exclusions=(exclusion("not_a_consumer", **cite(law)),)) + promise_repair(case)
    return found if found.entitlements else found + paid_repair(case)


def _nothing(case: Case, figure: Figure, reason: Note) -> Finding:
    nothing = _sure(case.entitle("none", "nothing_due", figure), figure)
    return Finding(entitlements=(nothing,), exclusions=(reason,))


def _sure(entitlement: Entitlement, figure: Figure) -> Entitlement:
    """Return the entitlement with the figure's own confidence, where the catalogue row plays no part."""
    return replace(entitlement, confidence=figure.confidence)


def _law_line(case: Case, figure: Figure) -> Finding:
    return Finding(lines=(line("consumer_law_chosen", sold_on=case.sold_on, **cite(figure)),))
