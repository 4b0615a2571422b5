"""From codes, days and sums to sentences in the language being spoken."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from servicedesk.people.wording import in_language
from servicedesk.templatetags.moments import local_text
from warranty.rules.codes import TABLES
from warranty.rules.edition import Edition
from warranty.rules.outcome import Change, Note, NoteValue
from warranty.wording.answers import CHANGES, ENTITLEMENTS, HEADLINES
from warranty.wording.names import CODE_NAMES, FAULT_GROUPS
from warranty.wording.sentences import EXCLUSIONS, FLAGS, LINES, Sentences

_SENTENCES: Mapping[str, Sentences] = {"line": LINES, "exclusion": EXCLUSIONS, "flag": FLAGS}
# What a customer chooses between; the others stand alone.
_CHOICES = ("refund", "exchange", "refund_less_depreciation", "no_reason_return", "repair", "promise_repair")


def note_words(note: Note, edition: Edition) -> str:
    """The sentence of a line, an exclusion or a flag; norms are named as `edition` names them."""
    kinds = TABLES[note.table][note.key]
    given = dict(note.values)
    words = {name: _value_words(name, kinds[name], value, edition) for name, value in given.items()}
    if "article" in given:
        words["cite"] = cite(str(given["norm"]), str(given["article"]), edition)
    return str(_SENTENCES[note.table][note.key]) % words


def cite(norm: str, article: str, edition: Edition) -> str:
    """Norm and article; only the norm where the article is not known."""
    name = norm_name(norm, edition)
    if not article:
        return name
    return _("%(norm)s, art. %(article)s") % {"norm": name, "article": article}


def norm_name(code: str, edition: Edition) -> str:
    """The name of a norm; its code where the edition does not name it (any more)."""
    norm = edition.norms.get(code)
    return in_language(norm.name_zh, norm.name_en) if norm else code


def days_words(days: int) -> str:
    """A number of days."""
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


def months_words(months: int) -> str:
    """A number of months."""
    return ngettext("%(n)d month", "%(n)d months", months) % {"n": months}


def money_words(amount: Decimal) -> str:
    """A sum in yuan."""
    return f"¥{amount:,.2f}"


def percent_words(rate: Decimal) -> str:
    """A rate without needless zeros."""
    return f"{rate.normalize():f} %"


def listed(codes: Iterable[str]) -> str:
    """Entitlements as one phrase: “refund, exchange or free repair”."""
    names = [str(ENTITLEMENTS[code]) for code in codes]
    if len(names) < 2:
        return "".join(names)
    values = {"others": _(", ").join(names[:-1]), "last": names[-1]}
    return _("%(others)s or %(last)s") % values


def headline_of(codes: Iterable[str], headline: str) -> str:
    """The answer in one line: what the customer chooses between where several remedies are open, else the answer."""
    open_ = [code for code in codes if code in _CHOICES]
    if len(open_) > 1:
        return _("The customer chooses: %(answer)s") % {"answer": listed(open_)}
    return str(HEADLINES[headline])


def change_words(change: Change) -> str:
    """What would change the answer, and into what."""
    values = {"on": local_text(change.on, "date") if change.on else "", "answer": listed(change.entitlements)}
    return str(CHANGES[change.code]) % values


def _value_words(name: str, kind: str, value: NoteValue, edition: Edition) -> str:
    """A value of a note as the sentences take it."""
    if kind == "code":
        return _code_words(name, str(value), edition)
    if isinstance(value, int):
        return _number_words(name, kind, value)
    if isinstance(value, date):
        return local_text(value, "date")
    if isinstance(value, Decimal):
        return percent_words(value) if kind == "percent" else money_words(value)
    return f" · {fault_words(value)}" if name == "symptom" and value else value


def _number_words(name: str, kind: str, value: int) -> str:
    if name == "months":
        return months_words(value)
    # The number of a day is no length: it stays a bare number.
    return days_words(value) if kind == "days" and name != "number" else str(value)


def fault_words(group: str) -> str:
    """The name of a fault's group; a group somebody added is shown by its code."""
    return str(FAULT_GROUPS.get(group, group))


def _code_words(name: str, code: str, edition: Edition) -> str:
    """The name of a code; the code itself where an older decision carries one that is not named any more."""
    if name == "norm":
        return norm_name(code, edition)
    return str(CODE_NAMES[name].get(code, code))


def promise_length(
    months: int | None, main_part_months: int | None, percent: Decimal | None, *, from_production: bool
) -> str:
    """How much a promise beside the law gives: its terms, its share of the charge for use, and from when."""
    parts = [months_words(months)] if months else []
    if main_part_months:
        parts.append(_("main parts %(length)s") % {"length": months_words(main_part_months)})
    if percent is not None:
        parts.append(percent_words(percent))
    if from_production:
        parts.append(_("from the month after production"))
    return " · ".join(parts)
