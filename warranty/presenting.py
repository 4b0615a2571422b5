"""A verdict as a page shows it: everything in words, in the order in which a person asks for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from servicedesk.templatetags.moments import local_text
from warranty.models import Decision as Row
from warranty.models import MakerPromise
from warranty.rules.edition import Edition
from warranty.rules.facts import Facts, Promise
from warranty.rules.outcome import Decision as Verdict
from warranty.rules.outcome import Entitlement, Term
from warranty.rules.storage import StorageError, decision_from_json, facts_from_json
from warranty.wording import (
    change_words,
    cite,
    fault_words,
    headline_of,
    money_words,
    months_words,
    note_words,
    promise_length,
)
from warranty.wording.answers import (
    BUYERS,
    CHANNELS,
    ENTITLEMENTS,
    FAULT_TYPES,
    GROUNDS,
    LOOKS,
    MISSING,
    ON_APPLIANCE,
    PROOFS,
    REPAIR_KINDS,
    SCOPES,
)
from warranty.wording.names import CODE_NAMES, PARTS, PRODUCTS

# Flags that say the answer itself is in doubt, not only a detail of it.
_GRAVE = frozenset({"contradiction", "unknown_product", "unknown_part", "before_first_day", "cause_disputed"})

# Said in a word beside the term; the sentence stands with the reasons.
_SIDE = "provisional_day"
# The field of the what-if form in which a missing fact is answered.
_FIELDS = {"same_model_in_stock": "same_model", "province": "scope"}


@dataclass(frozen=True)
class OpenRight:
    """One thing open to the customer."""

    name: str
    icon: str
    tone: str
    ground: str
    norm: str
    sure: str
    span: str
    amount: str


@dataclass(frozen=True)
class ShownTerm:
    """A guarantee term in one line."""

    name: str
    part: str
    length: str
    start: str
    last_day: str
    provisional: bool
    running: bool


@dataclass(frozen=True)
class Remark:
    """Something to know beside the answer; `danger` where it puts the answer itself in doubt."""

    tone: str
    text: str


@dataclass(frozen=True)
class Asked:
    """What has to be asked for; whether some of it is entered with the appliance; fields of the form for the rest."""

    texts: list[str]
    on_appliance: bool
    fields: list[str]


@dataclass(frozen=True)
class Shown:
    """All of it."""

    headline: str
    icon: str
    tone: str
    as_of: date
    rights: list[OpenRight]
    terms: list[ShownTerm]
    lines: list[str]
    exclusions: list[str]
    flags: list[Remark]
    side_remarks: list[str]
    missing: Asked
    changes: list[str]
    burden: str
    transport: str
    edition: str
    calendar: str

    @property
    def is_grave(self) -> bool:
        """Whether a remark puts the answer itself in doubt."""
        return any(remark.tone == "danger" for remark in self.flags)


def show(verdict: Verdict, facts: Facts, edition: Edition, missing: tuple[str, ...]) -> Shown:
    """The verdict in the language being spoken."""
    look = LOOKS[verdict.headline]
    fault_on = facts.fault_on(verdict.as_of)
    return Shown(
        headline=headline_of(verdict.codes, verdict.headline),
        icon=look.icon,
        tone=look.tone,
        as_of=verdict.as_of,
        rights=[_right(item, edition) for item in verdict.entitlements],
        terms=[_term(item, fault_on) for item in verdict.terms],
        lines=[note_words(note, edition) for note in verdict.lines],
        exclusions=[note_words(note, edition) for note in verdict.exclusions],
        flags=[
            Remark("danger" if note.key in _GRAVE else "warn", note_words(note, edition))
            for note in verdict.flags
            if note.key != _SIDE
        ],
        side_remarks=[note_words(note, edition) for note in verdict.flags if note.key == _SIDE],
        missing=_asked(missing),
        changes=[change_words(change) for change in verdict.what_would_change],
        burden=_party(verdict.burden_of_proof),
        transport=_party(verdict.transport_by),
        edition=verdict.edition,
        calendar=verdict.calendar,
    )


def show_stored(row: Row, edition: Edition) -> tuple[Shown, list[tuple[str, str]]] | None:
    """A stored verdict and its facts in words; None where they were written with codes nobody knows any more."""
    try:
        verdict, facts = decision_from_json(row.outcome), facts_from_json(row.facts)
        return show(verdict, facts, edition, verdict.missing), facts_words(facts)
    except (StorageError, KeyError):
        return None


def _asked(missing: tuple[str, ...]) -> Asked:
    return Asked(
        texts=[str(MISSING[name]) for name in missing],
        on_appliance=any(name in ON_APPLIANCE for name in missing),
        fields=[_FIELDS[name] for name in missing if name in _FIELDS],
    )


def _right(item: Entitlement, edition: Edition) -> OpenRight:
    look = LOOKS[item.code]
    return OpenRight(
        name=str(ENTITLEMENTS[item.code]),
        icon=look.icon,
        tone=look.tone,
        ground=str(GROUNDS[item.ground]),
        norm=cite(item.norm, item.article, edition),
        sure=str(CODE_NAMES["confidence"][item.confidence]),
        span=_span(item.first_day, item.last_day),
        amount=money_words(item.amount) if item.amount is not None else "",
    )


def _span(first: date | None, last: date | None) -> str:
    if last is None:
        return ""
    if first is None:
        return _("to %(last)s") % {"last": local_text(last, "date")}
    return _("%(first)s to %(last)s") % {"first": local_text(first, "date"), "last": local_text(last, "date")}


def _term(item: Term, fault_on: date) -> ShownTerm:
    return ShownTerm(
        name=str(CODE_NAMES["term"][item.kind]),
        part=str(PARTS.get(item.part, item.part)),
        length=months_words(item.months),
        start=local_text(item.start, "date"),
        last_day=local_text(item.last_day, "date"),
        provisional=item.provisional,
        running=fault_on <= item.last_day,
    )


def _party(code: str) -> str:
    return str(CODE_NAMES["party"][code]) if code else ""


def facts_words(facts: Facts) -> list[tuple[str, str]]:
    """What a verdict rests on, as label and value; what is not known is left out."""
    return [(label, value) for label, value in _all_facts(facts) if value]


def _all_facts(facts: Facts) -> Iterator[tuple[str, str]]:
    yield _("Product"), str(PRODUCTS.get(facts.product, facts.product))
    yield _("Question"), str(FAULT_TYPES[facts.fault_type])
    yield _("Invoice"), _day(facts.invoice_on)
    yield _("Delivery"), _day(facts.delivered_on)
    yield _("Installation"), _day(facts.installed_on)
    yield _("Exchanged"), _day(facts.exchanged_on)
    yield _("Proof of purchase"), str(PROOFS[facts.proof])
    yield _("Price"), money_words(facts.price) if facts.price is not None else ""
    yield _("Bought"), str(CHANNELS[facts.channel])
    yield _("Buyer"), str(BUYERS[facts.buyer])
    yield _("Local law"), str(SCOPES[facts.jurisdiction])
    yield _("Fault appeared"), _day(facts.occurred_on)
    yield _("Reported"), _day(facts.reported_on)
    yield _("Faulty part"), str(PARTS.get(facts.main_part, facts.main_part))
    yield _("Fault group"), fault_words(facts.symptom)
    yield _("Cause disputed"), _("yes") if facts.cause_disputed else ""
    if facts.same_model_in_stock is not None:
        yield _("Same model"), _("can be had") if facts.same_model_in_stock else _("cannot be had")
    for promise in facts.promises:
        yield _("Promise"), promise_words(promise)
    for repair in facts.repairs:
        span = f"{_day(repair.handed_on)} – {_day(repair.returned_on)}"
        yield _("Repair"), f"{span} · {REPAIR_KINDS[repair.kind]}"
    for wait in facts.parts_waits:
        yield _("Waiting for parts"), f"{_day(wait.first)} – {_day(wait.last)}"
    for delay in facts.repairer_delays:
        yield _("The repairer's own delay"), f"{_day(delay.first)} – {_day(delay.last)}"


def promise_words(promise: Promise) -> str:
    """A promise beside the law as the rules read it."""
    kind = str(dict(MakerPromise.Kind.choices)[promise.kind.value])
    counted = promise.production_month is not None
    length = promise_length(promise.months, promise.main_part_months, promise.percent, from_production=counted)
    return f"{kind} · {length}" if length else kind


def _day(day: date | None) -> str:
    return local_text(day, "date") if day else ""
