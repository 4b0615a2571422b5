"""A sheet in words of one language: the same lines for the page, the print, the PDF and the customer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from servicedesk.catalogue.models import Appliance
from servicedesk.people.wording import in_language
from servicedesk.templatetags.moments import NOTHING, fen_text, local_text, masked_phone
from servicedesk.templatetags.ui import colon
from servicedesk.tickets.models import Outcome, TicketKind
from visits.aftercare.status import title_of
from visits.inspection import CHECKS
from visits.models import ChecklistGroup
from visits.models.sheets import ServiceRecord
from visits.sheets.content import Content
from visits.sheets.readers import Reader

Reason = ServiceRecord.Reason
MARKS: Mapping[bool | None, tuple[str, str | Promise]] = {
    True: ("√", pgettext_lazy("norm", "kept")),
    False: ("×", pgettext_lazy("norm", "not kept")),
    None: ("–", pgettext_lazy("task", "open")),
}
CLASSES: Mapping[str, str | Promise] = {
    "guarantee": gettext_lazy("Under the three guarantees"),
    "promise": gettext_lazy("By the maker's promise"),
    "goodwill": gettext_lazy("Goodwill"),
    "paid": gettext_lazy("Outside the guarantee, paid"),
}
PARTS: Mapping[str, str | Promise] = {
    "appliance": gettext_lazy("appliance"),
    "fault": gettext_lazy("fault"),
    "work": gettext_lazy("work"),
    "charges": gettext_lazy("charges"),
    "guarantee": gettext_lazy("guarantee after repair"),
    "next": gettext_lazy("next appointment"),
    "inspection": gettext_lazy("inspection"),
    "checks": gettext_lazy("checks"),
}
STEPS: Mapping[str, str | Promise] = {
    "departed_at": pgettext_lazy("record sheet", "Departed"),
    "arrived_at": pgettext_lazy("record sheet", "Arrived"),
    "started_at": pgettext_lazy("record sheet", "Started"),
    "ended_at": pgettext_lazy("record sheet", "Ended"),
}


@dataclass(frozen=True)
class Row:
    """A label and what stands beside it."""

    label: str
    value: str


@dataclass(frozen=True)
class Section:
    """Rows under a heading; `wide` where long words stand in them."""

    title: str
    rows: list[Row]
    wide: bool = False


@dataclass(frozen=True)
class BillLine:
    """A line of the bill: what, how many, its list price, what is to be paid, and why."""

    name: str
    quantity: int
    listed: str
    pay: str
    why: str


@dataclass(frozen=True)
class CheckLine:
    """A check: mark, its word for those who cannot see it, the sentence, and what was measured or shown."""

    mark: str
    word: str
    text: str
    told: str


@dataclass(frozen=True)
class Group:
    """Checks of one meaning."""

    title: str
    lines: list[CheckLine]


@dataclass(frozen=True)
class Shown:
    """A sheet as somebody reads it."""

    number: str
    made_at: str
    sections: list[Section]
    bill: list[BillLine]
    bill_note: str
    payable: str
    groups: list[Group]
    score: str
    opinion: str
    signer: str
    signed_at: str
    marks: list[str]
    standing: str


def show(content: Content, reader: Reader, *, replaced_by: str = "") -> Shown:
    """The content in the language being spoken, with of the person no more than `reader` may see."""
    signature = content["signature"] or {}
    own = content.get("sheet")
    return Shown(
        number=own["number"] if own else content["ticket"]["number"],
        made_at=_moment(own["made_at"]) if own else "",
        sections=[section for section in _sections(content, reader) if section.rows],
        bill=[_bill_line(line, content["charges"]) for line in content["charges"]["lines"]],
        bill_note=_bill_note(content["charges"]),
        payable=fen_text(content["charges"]["payable_fen"]),
        groups=[*_groups(content), *_inspection(content["inspection"])],
        score=_score(content["checks"]),
        opinion=signature.get("opinion", ""),
        signer=signature.get("typed_name", ""),
        signed_at=_moment(signature.get("signed_at")) if signature else "",
        marks=_marks(content),
        standing=_standing(own, replaced_by),
    )


def _name(names: Mapping[str, str] | None) -> str:
    return in_language(names["zh"], names["en"]) if names else ""


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _moment(text: str | None) -> str:
    return local_text(datetime.fromisoformat(text), "long") if text else ""


def _day(text: str | None) -> str:
    return local_text(date.fromisoformat(text), "date") if text else ""


def _rows(*pairs: tuple[str, str]) -> list[Row]:
    return [Row(label, value) for label, value in pairs if value and value != NOTHING]


def _sections(content: Content, reader: Reader) -> Iterator[Section]:
    ticket, work, fault = content["ticket"], content["work"], content["fault"]
    kind = TicketKind(ticket["kind"]).label if ticket["kind"] in TicketKind.values else ticket["kind"]
    yield Section(
        _("Ticket and customer"),
        _rows(
            (_("Ticket"), f"{ticket['number']} · {kind}"),
            (pgettext("record sheet", "Received"), _moment(ticket["received_at"])),
            *_person(content["customer"], reader),
            *_outlet_rows(content["outlet"]),
        ),
    )
    yield Section(_("Appliance"), _appliance_rows(content["appliance"]))
    outcome = Outcome(work["outcome"]).label if work["outcome"] in Outcome.values else work["outcome"]
    yield Section(
        _("Fault and work"),
        _rows(
            (
                pgettext("record sheet", "Reported"),
                _joined(_name(fault["reported"]), fault["in_words"]),
            ),
            (_("Confirmed fault"), _name(fault["confirmed"])),
            (_("What was found"), work["finding"]),
            (_("What was done"), work["work"]),
            (_("Outcome"), str(outcome)),
            (_("Remark"), work["remark"]),
            (_("Guaranteed until"), _guaranteed(content["guarantee"])),
            (_("Next appointment"), _next(content["next"])),
        ),
        wide=True,
    )
    yield Section(_("Times and technician"), _time_rows(content, reader))


def _person(customer: Content, reader: Reader) -> list[tuple[str, str]]:
    contact = customer["contact"] if customer["contact"] != customer["name"] else ""
    return [
        (_("Customer"), customer["name"]),
        (_("Contact person"), contact),
        (_("Phone"), customer["phone"] if reader.full else masked_phone(customer["phone"])),
        (_("Address"), customer["address"] if reader.full else customer["place"]),
    ]


def _outlet_rows(outlet: Content | None) -> list[tuple[str, str]]:
    if outlet is None:
        return []
    return [(_("Served by"), _joined(_name(outlet["name"]), outlet["phone"]))]


def _appliance_rows(one: Content) -> list[Row]:
    if not one["known"]:
        return _rows((_("Product"), _name(one["category"])))
    channels = dict(Appliance._meta.get_field("sales_channel").flatchoices)
    invoices = dict(Appliance.Invoice.choices)
    price = f"¥{one['price']}" if one["price"] is not None else ""
    return _rows(
        (_("Product"), " ".join(part for part in (_name(one["category"]), one["model"]) if part)),
        (_("Serial number"), one["serial"]),
        (_("Bought at"), _joined(str(channels.get(one["channel"], "")), price)),
        (
            _("Invoice"),
            _joined(_day(one["invoice_date"]), str(invoices[one["invoice"]])),
        ),
        (_("Delivered"), _day(one["delivery_date"])),
        (_("Installed"), _day(one["install_date"])),
    )


def _guaranteed(found: Content | None) -> str:
    if found is None:
        return ""
    values = {"until": _day(found["until"]), "days": found["days"], "rule": _name(found["rule"])}
    return _("%(until)s (%(days)s days for the same fault; %(rule)s)") % values


def _next(found: Content | None) -> str:
    if found is None:
        return ""
    start, end = _moment(found["from"]), local_text(datetime.fromisoformat(found["until"]), "time")
    return _("%(start)s–%(end)s, to be confirmed by the office") % {"start": start, "end": end}


def _time_rows(content: Content, reader: Reader) -> list[Row]:
    technician = content["technician"]
    name = technician["name"] if reader.names_technician else title_of(technician["name"])
    photos = str(content["photos"]) if content["photos"] else ""
    return _rows(
        *((str(label), _moment(content["times"][step])) for step, label in STEPS.items()),
        (_("Technician"), name),
        (_("Star service certificate"), technician["certificate"]),
        (_("Photos taken"), photos),
    )


def _bill_line(line: Content, charges: Content) -> BillLine:
    why = str(CLASSES[line["class"]])
    if line["class"] in {"guarantee", "promise"} and charges["rule"]:
        why = _("Free under %(rule)s") % {"rule": _name(charges["rule"])}
    if line["free_reason"]:
        why = f"{why} · {line['free_reason']}"
    return BillLine(_name(line["name"]), line["quantity"], fen_text(line["listed_fen"]), fen_text(line["fen"]), why)


def _bill_note(charges: Content) -> str:
    words = [_("Price list %(version)s") % {"version": charges["price_list"]}] if charges["price_list"] else []
    if not charges["lines"]:
        words.append(_("Nothing was charged"))
        if charges["rule"]:
            words.append(_("Free under %(rule)s") % {"rule": _name(charges["rule"])})
    return " · ".join(words)


def _groups(content: Content) -> Iterator[Group]:
    labels = dict(ChecklistGroup.choices)
    for group, items in groupby(content["checks"]["items"], key=lambda item: item["group"]):
        lines = [CheckLine(*_mark(one["kept"]), _name(one["text"]), _name(one["told"])) for one in items]
        yield Group(str(labels.get(group, group)), lines)


def _mark(kept: bool | None) -> tuple[str, str]:
    mark, word = MARKS[kept]
    return mark, str(word)


def _inspection(found: Content | None) -> Iterator[Group]:
    if found is None:
        return
    lines = []
    for one in found["checks"]:
        check = CHECKS.get(one["code"])
        told = f"{one['reading']} {check.reading if check else ''}".strip() if one["reading"] else ""
        lines.append(CheckLine(*_mark(one["ok"]), str(check.label if check else one["code"]), told))
    if found["remark"]:
        lines.append(CheckLine("·", "", found["remark"], ""))
    asked = _("Asked about the other appliances")
    yield Group(_("One-stop inspection"), [*lines, CheckLine("·", "", asked, "")] if found["others_asked"] else lines)


def _score(checks: Content) -> str:
    if not checks["counted"]:
        return ""
    values = {"kept": checks["kept"], "counted": checks["counted"]}
    if checks["failing"]:
        return _("Quality failed: %(kept)s of %(counted)s kept") % values
    return _("%(kept)s of %(counted)s kept") % values


def _marks(content: Content) -> list[str]:
    """What a reader has to know before he believes the sheet."""
    own = content.get("sheet")
    if own is None:
        return [_("Preview: this is what would be written down now.")]
    found = []
    if own["reason"] != Reason.SIGNED:
        found.append(_("Not signed by the customer"))
    if own["replaces"]:
        values = {"number": own["replaces"]["number"], "why": reason_words(own)}
        found.append(_("Takes the place of %(number)s: %(why)s") % values)
    elif own["reason"] != Reason.SIGNED:
        found.append(reason_words(own))
    return found


def reason_words(own: Content) -> str:
    """Why a sheet was written: its reason, the parts that differ, and what was said about it."""
    words = str(Reason(own["reason"]).label)
    if own["parts"]:
        parts = pgettext("list", ", ").join(str(PARTS[part]) for part in own["parts"])
        words = f"{words} ({parts})"
    return f"{words}{colon()}{own['note']}" if own["note"] else words


def _standing(own: Content | None, replaced_by: str) -> str:
    if own is None or not replaced_by:
        return ""
    return _("No longer in force: replaced by %(number)s") % {"number": replaced_by}
