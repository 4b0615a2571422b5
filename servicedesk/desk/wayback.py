"""Which steps on a ticket can be taken back, and how: only where the reverse leads to the very state before."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from servicedesk.clock import LOCAL
from servicedesk.desk.buttons import PAGES
from servicedesk.desk.forms.intake import STAMP
from servicedesk.people.models import User
from servicedesk.sla import ledger
from servicedesk.sla.models import SlaClock, SlaSegment
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.transitions import reverse_of
from servicedesk.undo import UNDOING, Undo


def way_back(action: str, ticket: Ticket, user: User, now: datetime) -> Undo | None:
    """The undo of `action`, asked before it is done; None where the table knows no reverse or it would be untrue."""
    back = reverse_of(action, user, ticket.state)
    if not back:
        return None
    fields = _resumed(ticket) if action == "pause_clock" else _paused_again(ticket, now)
    if fields is None:
        return None
    return Undo(reverse(PAGES[back], args=[ticket.number]), {**fields, UNDOING: "1"})


def _open_clocks(ticket: Ticket) -> list[SlaClock]:
    return list(SlaClock.objects.filter(ticket=ticket, stopped_at=None).select_related("target"))


def _resumed(ticket: Ticket) -> dict[str, str] | None:
    """Resuming ends every pause, so it takes back only the first one."""
    return None if any(clock.state == "paused" for clock in _open_clocks(ticket)) else {}


def _paused_again(ticket: Ticket, now: datetime) -> dict[str, str] | None:
    """Pausing anew takes a resume back where all clocks stood still for one reason, and no other clock would stop."""
    clocks = _open_clocks(ticket)
    lines: dict[int, list[SlaSegment]] = {clock.pk: [] for clock in clocks}
    for line in SlaSegment.objects.filter(clock__in=clocks).order_by("at", "id"):
        lines[line.clock_id].append(line)
    reasons = {clock.pk: tuple(ledger.open_reasons(lines[clock.pk])) for clock in clocks}
    standing = {pk for pk, found in reasons.items() if found}
    found = {reason for each in reasons.values() for reason in each}
    if len(found) != 1:
        return None
    reason = found.pop()
    if standing != {clock.pk for clock in clocks if reason in clock.target.pausable_by}:
        return None
    last: Any = [line for pk in standing for line in lines[pk] if line.kind == SlaSegment.Kind.PAUSED][-1]
    end = last.expected_end_at
    return {
        "reason": reason,
        "note": last.note,
        "proof": last.proof,
        "expected_end_at": end.astimezone(LOCAL).strftime(STAMP) if end and end > now else "",
    }
