"""The script of a callback: few questions, from easy to hard, closed ones first, then room for a free opinion.

It asks about punctuality, the conduct norm, the charge and the repair itself (handbook/care-and-quality.md,
callbacks). A change of the questions is a new version; the answers of a call keep the version they belong to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from servicedesk.people.wording import in_language
from servicedesk.templatetags.moments import fen_text, local_text
from servicedesk.templatetags.ui import listed
from servicedesk.tickets.models import Outcome
from visits.completion import STATEMENT
from visits.models import Callback, Charge, PriceItem, Signature, Visit
from visits.selectors import Line

VERSION = "2"
CONTRADICTIONS = "contradicts"
# Asked in every call; of the other items of the norm a few, in turn, so that all are asked about in the long run.
ALWAYS = ("1.1", "2.1")
AT_THE_DOOR = (*ALWAYS, "5.2")
IN_TURN = 3
CLAIMS_TO_WORK = frozenset({Outcome.FIXED, Outcome.REPLACED, Outcome.NO_FAULT_FOUND})

OPTIONS: Mapping[str, str | Promise] = {
    "on_time": pgettext_lazy("callback answer", "On time"),
    "early": pgettext_lazy("callback answer", "Too early"),
    "late": pgettext_lazy("callback answer", "Too late"),
    "yes": pgettext_lazy("callback answer", "Yes"),
    "no": pgettext_lazy("callback answer", "No"),
    "partly": pgettext_lazy("callback answer", "Partly"),
    "as_recorded": pgettext_lazy("callback answer", "As recorded"),
    "more": pgettext_lazy("callback answer", "Paid more"),
    "less": pgettext_lazy("callback answer", "Paid less"),
    "unknown": pgettext_lazy("callback answer", "Does not know"),
}


@dataclass(frozen=True)
class Question:
    """A closed question, what the visit's record says about it, and the answers that contradict the record."""

    code: str
    text: str
    options: tuple[str, ...]
    record: str = ""
    contradicting: frozenset[str] = frozenset()

    @property
    def field(self) -> str:
        """The name of its form field."""
        return "q_" + self.code.replace(".", "_")

    @property
    def choices(self) -> list[tuple[str, str | Promise]]:
        """Values and words of its answers."""
        return [(option, OPTIONS[option]) for option in self.options]


def script_of(callback: Callback, visit: Visit | None, lines: Sequence[Line], paid_fen: int) -> list[Question]:
    """The questions of the call, in the order in which they are asked; none about a visit that did not take place."""
    if visit is None or visit.arrived_at is None:
        return []
    over = callback.kind != Callback.Kind.COURTESY
    questions = [_punctuality(visit)]
    questions += [_item(line) for line in _drawn(callback, lines, over=over)]
    if over:
        questions += _took(lines)
        if callback.kind == Callback.Kind.QUALITY:
            questions += [*_parts(visit), *_sheet(visit)]
        questions += [_fee(visit, paid_fen), _repair(visit)]
    return questions


def contradictions(script: Sequence[Question], answers: Mapping[str, str]) -> list[str]:
    """The codes of the questions whose answer contradicts the visit's record."""
    return [question.code for question in script if answers.get(question.code) in question.contradicting]


def _punctuality(visit: Visit) -> Question:
    ticket, arrived = visit.ticket, visit.arrived_at
    record = _("Arrived %(at)s") % {"at": local_text(arrived)}
    late = False
    if ticket.promised_from is not None and ticket.promised_until is not None:
        window = f"{local_text(ticket.promised_from)}–{local_text(ticket.promised_until, 'time')}"
        record = _("Arrived %(at)s, promised %(window)s") % {"at": local_text(arrived), "window": window}
        late = arrived is not None and arrived > ticket.promised_until
    return Question(
        "punctuality",
        _("Did the technician come at the agreed time?"),
        ("on_time", "early", "late", "unknown"),
        record,
        frozenset() if late else frozenset({"late"}),
    )


def _drawn(callback: Callback, lines: Sequence[Line], *, over: bool) -> list[Line]:
    """The items asked about: always the first two of the norm, and others in turn by the numbers of the tickets."""
    asked = [line for line in lines if line.item.proof != STATEMENT]
    if not over:
        return [line for line in asked if line.item.code in AT_THE_DOOR]
    others = [line for line in asked if line.item.code not in ALWAYS]
    start = (int(callback.ticket.number[-4:]) + Callback.Kind.values.index(callback.kind)) * IN_TURN
    turn = {others[(start + step) % len(others)].item.code for step in range(min(IN_TURN, len(others)))}
    return [line for line in asked if line.item.code in turn or line.item.code in ALWAYS]


def _item(line: Line) -> Question:
    item = line.item
    return Question(
        f"item.{item.code}",
        in_language(item.text_zh, item.text_en),
        ("yes", "no", "unknown"),
        _record_of(line.kept),
        frozenset({"no"}) if line.kept else frozenset(),
    )


def _record_of(kept: bool | None) -> str:
    if kept is None:
        return _("Checklist: not answered")
    return _("Checklist: done") if kept else _("Checklist: not done")


def _took(lines: Sequence[Line]) -> list[Question]:
    statements = [line for line in lines if line.item.proof == STATEMENT]
    if not statements:
        return []
    nothing = all(line.kept for line in statements)
    return [
        Question(
            "took",
            _("Did the technician take anything: a drink, cigarettes, a meal, a gift?"),
            ("no", "yes", "unknown"),
            _("Checklist: took nothing") if nothing else _("Checklist: not confirmed"),
            frozenset({"yes"}) if nothing else frozenset(),
        )
    ]


def _parts(visit: Visit) -> list[Question]:
    """Asked in a quality call where parts were charged: were they changed, was the old one shown?"""
    parts = Charge.objects.filter(visit=visit, item__kind=PriceItem.Kind.PART).select_related("item")
    names = listed([charge.item for charge in parts])
    if not names:
        return []
    record = _("Parts on the sheet: %(names)s") % {"names": names}
    return [
        Question("parts", _("Were these parts changed?"), ("yes", "no", "unknown"), record, frozenset({"no"})),
        Question("old_part", _("Was the old part shown or left with you?"), ("yes", "no", "unknown")),
    ]


def _sheet(visit: Visit) -> list[Question]:
    """Asked in a quality call where a sheet was signed: by the customer himself, after the work?"""
    signature = Signature.objects.filter(visit=visit).only("signed_at").first()
    if signature is None:
        return []
    record = _("Signed %(at)s") % {"at": local_text(signature.signed_at)}
    words = _("Did you sign the record sheet yourself, after the work?")
    return [Question("sheet", words, ("yes", "no", "unknown"), record, frozenset({"no"}))]


def _fee(visit: Visit, paid_fen: int) -> Question:
    if paid_fen:
        record = _("By the price list: %(amount)s") % {"amount": fen_text(paid_fen)}
    else:
        record = _("Nothing was to be paid")
    return Question(
        "fee",
        _("Was the charge as recorded?"),
        ("as_recorded", "more", "less", "unknown"),
        record,
        frozenset({"more", "less"}),
    )


def _repair(visit: Visit) -> Question:
    return Question(
        "repair",
        _("Does the appliance work well now?"),
        ("yes", "partly", "no"),
        str(Outcome(visit.outcome).label) if visit.outcome else "",
        frozenset({"no"}) if visit.outcome in CLAIMS_TO_WORK else frozenset(),
    )
