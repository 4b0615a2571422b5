"""Why a customer is called, in the reader's language: the rules of sampling and the value that met each."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from servicedesk.templatetags.moments import fen_text
from visits.aftercare import sampling


@dataclass(frozen=True)
class RuleWords:
    """A rule as the settings show it: its name, what it looks for, and what its own figure is, where it has one."""

    name: str | Promise
    help: str | Promise
    threshold: str | Promise = ""


RULES: Mapping[str, RuleWords] = {
    sampling.CHARGE: RuleWords(
        pgettext_lazy("sampling", "High charge"),
        gettext_lazy("The customer paid more than the amount."),
        pgettext_lazy("sampling", "Yuan"),
    ),
    sampling.PARTS: RuleWords(
        pgettext_lazy("sampling", "Part without a photo"),
        gettext_lazy("A part was charged or given, and no photo of the visit shows the old one."),
    ),
    sampling.FEE: RuleWords(
        pgettext_lazy("sampling", "Fee waived"),
        gettext_lazy("A line of the price list was set free, or an exception waived the fee."),
    ),
    sampling.CONDUCT: RuleWords(
        pgettext_lazy("sampling", "Norm not kept"),
        gettext_lazy("The technician himself answered an item of the checklist with no."),
    ),
    sampling.REPEAT: RuleWords(
        pgettext_lazy("sampling", "Repeat repair"),
        gettext_lazy("The same appliance was worked on before, at most so many days ago."),
        pgettext_lazy("sampling", "Days"),
    ),
    sampling.NEW_TECHNICIAN: RuleWords(
        pgettext_lazy("sampling", "New technician"),
        gettext_lazy("His first visit was at most so many days ago."),
        pgettext_lazy("sampling", "Days"),
    ),
    sampling.CONTRADICTIONS: RuleWords(
        pgettext_lazy("sampling", "Contradictions lately"),
        gettext_lazy("The technician had at least so many mismatches in the last 30 days that nothing explained."),
        pgettext_lazy("sampling", "Mismatches"),
    ),
    sampling.NO_FAULT: RuleWords(
        pgettext_lazy("sampling", "No fault found"),
        gettext_lazy("The visit ended without a fault."),
    ),
    sampling.RANDOM: RuleWords(
        pgettext_lazy("sampling", "By chance"),
        gettext_lazy("A share of all closed tickets, whatever happened."),
    ),
}


def _conduct(value: Any) -> str:
    return _("norm not kept: %(items)s") % {"items": value}


def _repeat(value: Any) -> str:
    return ngettext("repaired %(n)s day before", "repaired %(n)s days before", int(value)) % {"n": value}


def _new(value: Any) -> str:
    return ngettext("technician for %(n)s day", "technician for %(n)s days", int(value)) % {"n": value}


def _contradictions(value: Any) -> str:
    words = ngettext(
        "%(n)s mismatch of this technician lately", "%(n)s mismatches of this technician lately", int(value)
    )
    return words % {"n": value}


WORDS: Mapping[str, Callable[[Any], str]] = {
    sampling.CHARGE: lambda value: _("paid %(amount)s") % {"amount": fen_text(int(value))},
    sampling.PARTS: lambda _value: _("part without a photo of the old one"),
    sampling.FEE: lambda _value: _("a fee was waived"),
    sampling.CONDUCT: _conduct,
    sampling.REPEAT: _repeat,
    sampling.NEW_TECHNICIAN: _new,
    sampling.CONTRADICTIONS: _contradictions,
    sampling.NO_FAULT: lambda _value: _("no fault was found"),
    sampling.RANDOM: lambda _value: _("drawn by chance"),
    sampling.BY_HAND: lambda _value: _("chosen by hand"),
}


def reason_words(reasons: Iterable[Mapping[str, Any]]) -> list[str]:
    """Each reason in words; a code without words is shown as it is."""
    found = []
    for reason in reasons:
        code = str(reason.get("code", ""))
        words = WORDS.get(code)
        found.append(words(reason.get("value", 0)) if words is not None else code)
    return found
