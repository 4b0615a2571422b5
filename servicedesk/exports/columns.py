"""The columns of an exported list: what the database is asked for, and how a person reads it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from servicedesk.clock import LOCAL
from servicedesk.people.wording import in_language
from servicedesk.sla.models import ClockKind, ClockState, SlaClock
from servicedesk.templatetags.moments import masked_phone
from servicedesk.tickets.models import IntakeChannel, Outcome, TicketKind, TicketParty, TicketState

Value = str | int | float | None
Read = Callable[..., Value]


@dataclass(frozen=True)
class Column:
    """A column: its head, the fields of the ticket it is made from, how it is read, its width in XLSX."""

    title: str | Promise
    fields: tuple[str, ...]
    read: Read
    width: int = 14


def plain(value: Any) -> Value:
    """Text and numbers as they are; nothing is an empty cell."""
    return None if value == "" else value


def moment(at: datetime | None) -> Value:
    """An instant in the product's zone as `2026-03-10 10:00:00`."""
    return None if at is None else at.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M:%S")


def named(chinese: str | None, english: str | None) -> Value:
    """The name of a row of master data in the reader's language."""
    return in_language(chinese or "", english or "") or None


def either_named(zh: str | None, en: str | None, other_zh: str | None, other_en: str | None) -> Value:
    """The first pair of names, or the second where the first is empty."""
    return named(zh, en) or named(other_zh, other_en)


def word_of(choices: type[Any]) -> Read:
    """Reads a stored value as its word; one that is no longer known stays as it is."""
    words = dict(choices.choices)

    def read(value: str | None) -> Value:
        return str(words.get(value, value)) if value else None

    return read


def masked(number: Any, raw: str | None) -> Value:
    """A phone number that can be recognised but not dialled."""
    given = str(number or "") or raw
    return masked_phone(given) if given else None


def full(number: Any, raw: str | None) -> Value:
    """A whole phone number; a Chinese one as it is dialled at home."""
    return (str(number or "") or raw or "").removeprefix("+86") or None


def joined(first: str | None, second: str | None) -> Value:
    """Two words with a blank between them."""
    return " ".join(word for word in (first, second) if word) or None


def yuan(fen: int | None) -> Value:
    """An amount in yuan."""
    return None if fen is None else fen / 100


MASKED_PHONE = Column(_("Phone"), ("contact_phone", "contact_phone_raw"), masked, 15)
FULL_PHONE = Column(_("Phone"), ("contact_phone", "contact_phone_raw"), full, 15)

BEFORE_PHONE = (
    Column(_("Number"), ("number",), plain, 13),
    Column(_("Kind"), ("kind",), word_of(TicketKind)),
    Column(_("State"), ("state",), word_of(TicketState)),
    Column(_("Priority"), ("priority",), plain, 8),
    Column(_("Channel"), ("channel",), word_of(IntakeChannel), 10),
    Column(_("Customer"), ("customer__name",), plain),
)
AFTER_PHONE = (
    Column(_("District"), ("address__district",), plain),
    Column(
        _("Product"),
        (
            "appliance__category__name_zh",
            "appliance__category__name_en",
            "category__name_zh",
            "category__name_en",
        ),
        either_named,
    ),
    Column(_("Model"), ("appliance__model__brand", "appliance__model__code"), joined, 18),
    Column(_("Symptom"), ("fault__name_zh", "fault__name_en"), named, 18),
    Column(_("Outlet"), ("outlet__name_zh", "outlet__name_en"), named, 18),
    Column(_("Technician"), ("export_workers",), plain),
    Column(_("Owner"), ("owner__name",), plain),
    Column(pgettext_lazy("column", "Received"), ("received_at",), moment, 19),
    Column(_("Promised from"), ("promised_from",), moment, 19),
    Column(_("Promised until"), ("promised_until",), moment, 19),
    Column(_("Next clock"), ("export_clock",), word_of(ClockKind)),
    Column(_("Due"), ("export_due",), moment, 19),
    Column(_("First arrival"), ("facts__first_arrival_at",), moment, 19),
    Column(_("Work completed"), ("facts__completed_at",), moment, 19),
    Column(pgettext_lazy("column", "Closed"), ("closed_at",), moment, 19),
    Column(_("Outcome"), ("facts__outcome",), word_of(Outcome)),
    Column(_("Visits"), ("facts__visits",), plain, 8),
    Column(_("Satisfaction"), ("facts__satisfaction",), plain, 10),
    Column(_("Charges in yuan"), ("facts__charges_fen",), yuan, 12),
)


def columns_for(*, full_numbers: bool) -> tuple[Column, ...]:
    """The columns of a list of tickets, with phones whole or masked."""
    return (*BEFORE_PHONE, FULL_PHONE if full_numbers else MASKED_PHONE, *AFTER_PHONE)


def with_columns(rows: QuerySet[Any], path: str) -> QuerySet[Any]:
    """`rows` with what is reckoned per ticket; `path` leads from a row to its ticket and ends in `__`, or is empty.

    Everything is asked in the one query of the rows: an export is one snapshot and one query, whatever its size.
    """
    ticket = OuterRef(f"{path}pk")
    parts = TicketParty.objects.filter(ticket=ticket, part=TicketParty.Part.TECHNICIAN, until=None)
    names = parts.order_by().values("ticket").annotate(names=StringAgg("user__name", delimiter="、", order_by="id"))
    clocks = SlaClock.objects.filter(ticket=ticket, stopped_at=None, due_at__isnull=False)
    soonest = clocks.exclude(state__in=[ClockState.PAUSED, ClockState.VOID]).order_by("due_at", "id")
    found: QuerySet[Any] = rows.annotate(
        export_workers=Subquery(names.values("names")),
        export_clock=Subquery(soonest.values("kind")[:1]),
        export_due=Subquery(soonest.values("due_at")[:1]),
    )
    return found


def asked_for(columns: Sequence[Column], path: str) -> list[str]:
    """The fields the query has to give, in the order of the columns."""
    return [
        field if field.startswith("export_") else f"{path}{field}" for column in columns for field in column.fields
    ]


def read_row(columns: Sequence[Column], values: Sequence[Any]) -> list[Value]:
    """One row of cells from the values of `asked_for`, in words of the active language."""
    cells, place = [], 0
    for column in columns:
        size = len(column.fields)
        cells.append(column.read(*values[place : place + size]))
        place += size
    return cells
