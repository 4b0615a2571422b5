"""Which remedies a ground opens and what they are worth (R458 art. 13): the one place where depreciation arises."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from warranty.rules.case import Case, cite, least_sure
from warranty.rules.depreciation import Depreciation, depreciate, to_fen
from warranty.rules.edition import Figure
from warranty.rules.facts import PromiseKind, Proof
from warranty.rules.grounds import Ground
from warranty.rules.outcome import Entitlement, Finding, Note, flag, line


@dataclass(frozen=True)
class _Refund:
    """A refund to be given: under which ground and figure, and whether it is the whole price."""

    ground: Ground
    figure: Figure
    whole: bool


def remedies(case: Case, grounds: tuple[Ground, ...], start: date) -> Finding:
    """Return exchange and refund as opened by the grounds found, best ground first; nothing without a ground.

    No same model → refund of the price. Same model there → exchange, or refund less depreciation counted from `start`
    to the day of decision, unless the ground or local law gives the price back whole.
    """
    if not grounds:
        return Finding()
    best = grounds[0]
    in_stock = case.facts.same_model_in_stock is not False
    found = Finding()
    if case.facts.same_model_in_stock is None:
        found += Finding(missing=("same_model_in_stock",))
    if in_stock:
        exchange = case.entitle("exchange", best.code, best.figure, last_day=best.last_day)
        found += Finding(entitlements=(exchange,))
    else:
        found += Finding(lines=(line("same_model_missing"),))
    refusal = case.figure("refund_without_invoice")
    if case.facts.proof is Proof.OTHER_PROOF and not refusal.value:
        found += Finding(lines=(line("no_refund_without_invoice", **cite(refusal)),))
        review = () if in_stock else (case.entitle("review", "person_decides", refusal),)
        return found + Finding(entitlements=review)
    refund, lines = _choose_refund(case, grounds, in_stock=in_stock)
    found += Finding(lines=lines)
    if refund is None:
        return found
    return found + (_whole(case, refund) if refund.whole else _reduced(case, refund, start))


def whole_price(case: Case, entitlement: Entitlement) -> Finding:
    """Return an entitlement to the price as it was paid, with its line; asks for the price when it is not known."""
    price = case.price()
    if price is None:
        return Finding(entitlements=(entitlement,), missing=("price",))
    sum_ = to_fen(price)
    lines = (*_paid_line(case), line("refund_sum", price=sum_, depreciation=Decimal("0.00"), refund=sum_))
    return Finding(entitlements=(replace(entitlement, amount=sum_),), lines=lines)


def _choose_refund(
    case: Case, grounds: tuple[Ground, ...], *, in_stock: bool
) -> tuple[_Refund | None, tuple[Note, ...]]:
    rule, best = case.figure("refund_rule"), grounds[0]
    whole = next((ground for ground in grounds if ground.full_refund), None)
    if whole:
        return _Refund(whole, whole.figure, whole=True), ()
    if not in_stock:
        figure = replace(rule, confidence=least_sure(rule.confidence, best.figure.confidence))
        return _Refund(best, figure, whole=True), ()
    local = case.overlay("no_depreciation")
    if local and local.value:
        return _Refund(best, local, whole=True), (line("overlay_no_depreciation", **cite(local)),)
    if best.code == "fifteen_days" and len(grounds) == 1:
        window = case.figure("window_refund_less_depreciation")
        return (_Refund(best, window, whole=False) if window.value else None), ()
    figure = replace(rule, confidence=least_sure(rule.confidence, best.figure.confidence))
    return _Refund(best, figure, whole=False), ()


def _whole(case: Case, refund: _Refund) -> Finding:
    entitlement = case.entitle("refund", refund.ground.code, refund.figure, last_day=refund.ground.last_day)
    return whole_price(case, entitlement)


def _reduced(case: Case, refund: _Refund, start: date) -> Finding:
    rate, price = case.product.depreciation_percent, case.price()
    if rate is None:
        unknown = flag("unverified_figure", figure="depreciation_percent", product=case.product.code)
        review = case.entitle("review", "person_decides", refund.figure)
        return Finding(entitlements=(review,), flags=(unknown,))
    ground = refund.ground
    entitlement = case.entitle("refund_less_depreciation", ground.code, refund.figure, last_day=ground.last_day)
    contested = case.figure("depreciation_contested")
    if contested.value:
        entitlement = replace(entitlement, confidence=contested.confidence)
    if price is None:
        return Finding(entitlements=(entitlement,), missing=("price",))
    excluded = sum(stretch.days for stretch in case.excluded(start))
    sum_ = depreciate(price, rate, (start, case.as_of), excluded, _promised_percent(case))
    found = Finding(
        entitlements=(replace(entitlement, amount=sum_.refund),),
        lines=(*_paid_line(case), *_arithmetic(sum_)),
        depreciation=(sum_,),
    )
    if contested.value:
        both = flag("depreciation_contested", full=to_fen(price), reduced=sum_.refund, **cite(contested))
        found += Finding(flags=(both,))
    return found


def _arithmetic(sum_: Depreciation) -> tuple[Note, ...]:
    lines = [
        line(
            "depreciation_days",
            start=sum_.start,
            returned=sum_.returned,
            elapsed=sum_.elapsed_days,
            excluded=sum_.excluded_days,
            days=sum_.days,
        ),
        line(
            "depreciation_sum",
            price=sum_.price,
            rate=sum_.rate_percent,
            days=sum_.days,
            sum=sum_.uncapped,
        ),
    ]
    if sum_.uncapped > to_fen(sum_.price):
        lines.append(line("depreciation_capped", sum=sum_.uncapped, amount=to_fen(sum_.price)))
    if sum_.promised_percent is not None:
        lines.append(line("depreciation_promise", percent=sum_.promised_percent, amount=sum_.amount))
    lines.append(line("refund_sum", price=to_fen(sum_.price), depreciation=sum_.amount, refund=sum_.refund))
    return tuple(lines)


def _paid_line(case: Case) -> tuple[Note, ...]:
    invoice, used = case.facts.price, case.price()
    if invoice is None or used is None or invoice == used:
        return ()
    return (line("sum_really_paid", invoice=invoice, paid=used, **cite(case.figure("refund_base"))),)


def _promised_percent(case: Case) -> Decimal | None:
    shares = [
        promise.percent
        for promise in case.facts.promises
        if promise.kind is PromiseKind.DEPRECIATION and promise.percent is not None
    ]
    return min(shares, default=None)
