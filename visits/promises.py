"""What the customer has been told before: parts promised, appointments agreed on, exceptions made, notes of calls."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from servicedesk.templatetags.moments import local_text, stretch_text
from servicedesk.tickets.models import Ticket, TicketEvent, TicketException
from visits.models import Visit
from warranty.models import PartsWait

SHOWN = 6
CALLED = "record_contact"


@dataclass(frozen=True)
class Promise:
    """Something the customer relies on: since when, of what kind, in words."""

    made_at: datetime
    label: str
    text: str


@dataclass(frozen=True)
class Told:
    """By ticket: what is promised, the newest first and no more than six; and every call, the newest last."""

    promises: dict[int, list[Promise]]
    calls: dict[int, list[TicketEvent]]

    def last_call(self, ticket: int, caller: int | None) -> TicketEvent | None:
        """The last call to the customer of that ticket by that person."""
        return next((call for call in reversed(self.calls.get(ticket, [])) if call.actor_id == caller), None)


def told_of(tickets: Collection[Ticket]) -> Told:
    """What the customers of these tickets have been told; four queries."""
    ids = [ticket.pk for ticket in tickets]
    calls: dict[int, list[TicketEvent]] = defaultdict(list)
    for call in TicketEvent.objects.filter(ticket__in=ids, action=CALLED).order_by("at", "id"):
        calls[call.ticket_id].append(call)
    found: dict[int, list[Promise]] = defaultdict(list)
    for ticket, promise in chain(_parts(ids), _agreed(ids), _exceptions(ids), _noted(calls)):
        found[ticket].append(promise)
    newest = {ticket: sorted(made, key=lambda one: one.made_at, reverse=True) for ticket, made in found.items()}
    return Told({ticket: made[:SHOWN] for ticket, made in newest.items()}, calls)


Found = list[tuple[int, Promise]]


def _parts(ids: list[int]) -> Found:
    waits = PartsWait.objects.filter(ticket__in=ids, promised_on__isnull=False, ended_on=None)
    rows: Found = []
    for wait in waits:
        day = local_text(wait.promised_on, "day")
        words = _("%(part)s for %(day)s") % {"part": wait.part, "day": day} if wait.part else day
        rows.append((wait.ticket_id or 0, Promise(wait.opened_at, _("Part promised"), words)))
    return rows


def _agreed(ids: list[int]) -> Found:
    visits = Visit.objects.filter(ticket__in=ids, next_from__isnull=False, ended_at__isnull=False)
    rows = []
    for visit in visits:
        if visit.ended_at and visit.next_from and visit.next_until:
            times = stretch_text(visit.next_from, visit.next_until)
            rows.append((visit.ticket_id, Promise(visit.ended_at, _("Next appointment"), times)))
    return rows


def _exceptions(ids: list[int]) -> Found:
    rows = TicketException.objects.filter(ticket__in=ids)
    return [(one.ticket_id, Promise(one.granted_at, str(one.get_rule_display()), one.reason)) for one in rows]


def _noted(calls: Mapping[int, list[TicketEvent]]) -> Found:
    noted = [call for found in calls.values() for call in found if call.note]
    return [(call.ticket_id, Promise(call.at, pgettext("promise", "Call"), call.note)) for call in noted]
