"""The words of a mismatch: what it is about and what each side says, in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from servicedesk.people.wording import in_language
from servicedesk.templatetags.moments import NOTHING, fen_text, local_text
from servicedesk.tickets.models import Outcome
from visits.aftercare.script import OPTIONS
from visits.fees import OVERCHARGED, PADDED, PART_TWICE, PART_UNNEEDED, WAIVED
from visits.models import ChecklistItem, Mismatch, PriceItem
from warranty.wording.answers import ENTITLEMENTS

ITEM = "item."
SUBJECTS: Mapping[str, str | Promise] = {
    "punctuality": pgettext_lazy("mismatch", "Punctuality"),
    "took": pgettext_lazy("mismatch", "Drinks, meals, gifts"),
    "fee": pgettext_lazy("mismatch", "Charge"),
    "repair": pgettext_lazy("mismatch", "Repair"),
    "parts": pgettext_lazy("mismatch", "Parts"),
    "sheet": pgettext_lazy("mismatch", "Signature"),
    OVERCHARGED: gettext_lazy("Charged though it is free"),
    WAIVED: gettext_lazy("Not charged though it is paid"),
    PART_TWICE: gettext_lazy("The same part once more"),
    PART_UNNEEDED: gettext_lazy("A part without a fault"),
    PADDED: gettext_lazy("More labour than was worked"),
    "sheet.outcome": pgettext_lazy("mismatch", "Outcome after the signature"),
    "sheet.charges": pgettext_lazy("mismatch", "Charges after the signature"),
    "sheet.parts": pgettext_lazy("mismatch", "Parts after the signature"),
}
WORDS: Mapping[str, str | Promise] = {
    "done": gettext_lazy("Done"),
    "nothing": gettext_lazy("Took nothing"),
    "signed": gettext_lazy("Signed"),
    "unsigned": gettext_lazy("Nothing was signed"),
}
GUARDED = frozenset({OVERCHARGED, WAIVED, PART_TWICE, PART_UNNEEDED, PADDED})
AMOUNTS = frozenset({"fee", "sheet.charges"})
PARTS = frozenset({"parts", "sheet.parts"})
NAMES_PARTS = PARTS | {PART_TWICE, PART_UNNEEDED}
OUTCOMES = frozenset({"repair", "sheet.outcome"})


@dataclass(frozen=True)
class Sides:
    """A mismatch in words: its subject and the three records, a dash where one says nothing of it."""

    subject: str
    checklist: str
    callback: str
    sheet: str


@dataclass(frozen=True)
class Names:
    """The names behind the codes: items of the norm and parts of the price lists."""

    items: Mapping[str, str]
    parts: Mapping[str, str]


def names_for(mismatches: list[Mismatch]) -> Names:
    """The names the mismatches need, by two queries at most."""
    codes = {one.code.removeprefix(ITEM) for one in mismatches if one.code.startswith(ITEM)}
    items: dict[str, str] = {}
    if codes:
        newest_last = ChecklistItem.objects.filter(code__in=codes, version__template__code="on_site").order_by("id")
        items = {item.code: in_language(item.text_zh, item.text_en) for item in newest_last}
    parts: dict[str, str] = {}
    if any(one.code in NAMES_PARTS for one in mismatches):
        newest_first = PriceItem.objects.filter(kind=PriceItem.Kind.PART).order_by("price_list__effective_from", "id")
        parts = {item.code: str(item) for item in newest_first}
    return Names(items, parts)


def subject_of(code: str, names: Names | None = None) -> str:
    """What a mismatch is about; an item of the norm by its name where it is known, else by its number."""
    if code.startswith(ITEM):
        number = code.removeprefix(ITEM)
        name = names.items.get(number, "") if names is not None else ""
        return f"{number} {name}".strip() if name else _("Norm %(number)s") % {"number": number}
    return str(SUBJECTS.get(code, code))


def sides_of(mismatch: Mismatch, names: Names) -> Sides:
    """The mismatch in words."""
    code, sides = mismatch.code, mismatch.sides
    checklist = _side(code, sides.get("checklist"), names)
    if code == "punctuality" and sides.get("promised"):
        values = {"at": _moment(sides["checklist"]), "until": _moment(sides["promised"])}
        checklist = _("Arrived %(at)s, promised until %(until)s") % values
    answer = sides.get("callback")
    if code in GUARDED:
        checklist = _guarded(code, sides, names)
    return Sides(
        subject=subject_of(code, names),
        checklist=checklist,
        callback=str(OPTIONS.get(str(answer), answer)) if answer is not None else NOTHING,
        sheet=_side(code, sides.get("sheet"), names),
    )


def _guarded(code: str, sides: Mapping[str, Any], names: Names) -> str:
    """What the fee guard found, in a sentence."""
    if code in {OVERCHARGED, WAIVED}:
        values = {"fen": fen_text(sides["checklist"]), "expected": fen_text(sides["expected"])}
        said = _("Charged %(fen)s, expected %(expected)s") % values
        law = f"{sides['norm']} {sides['article']}".strip()
        return f"{said} · {ENTITLEMENTS[sides['answer']]}" + (f" ({law})" if law else "")
    if code == PADDED:
        return _("%(checklist)s units of labour in %(worked)s minutes; usual for one: %(usual)s minutes") % sides
    parts = " · ".join(names.parts.get(part, part) for part in sides["checklist"].split())
    if code == PART_TWICE:
        return _("%(parts)s, also within the last %(days)s days") % {"parts": parts, "days": sides["days"]}
    return _("%(parts)s, and no fault was found") % {"parts": parts}


def _side(code: str, value: Any, names: Names) -> str:
    if value is None:
        return NOTHING
    if isinstance(value, int) and code in AMOUNTS:
        return fen_text(value)
    if value in WORDS:
        return str(WORDS[value])
    if code in OUTCOMES:
        return str(Outcome(value).label) if value in Outcome.values else NOTHING
    if code in PARTS:
        return " · ".join(names.parts.get(part, part) for part in str(value).split()) or _("No part")
    return _moment(str(value)) if code == "punctuality" else str(value)


def _moment(text: str) -> str:
    try:
        return local_text(datetime.fromisoformat(text))
    except ValueError:
        return NOTHING
