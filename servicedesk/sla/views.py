"""The page that shows why a clock is due when it is; also a fragment for a dialog."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from servicedesk import clock
from servicedesk.access import staff_of, ticket_or_404
from servicedesk.people.models import Role
from servicedesk.sla.explain import Why, clock_of_ticket, explain
from servicedesk.sla.models import ClockState, SlaClock, SlaTarget
from servicedesk.sla.selectors import chip_of
from servicedesk.sla.wording import (
    FLAGS,
    clock_label,
    criterion_text,
    hours_text,
    line_text,
    reason_label,
    segment_label,
)

# The strip is drawn this wide and scaled by the browser.
WIDTH = 1000.0
_LIVING = {ClockState.RUNNING, ClockState.PAUSED}


@dataclass(frozen=True)
class Piece:
    """A piece of the strip with its place in the drawing."""

    x: float
    width: float
    kind: str
    label: str
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Mark:
    """An instant marked on the strip."""

    x: float
    name: str


@require_GET
def clock_explain(request: HttpRequest, number: str, clock_id: int) -> HttpResponse:
    """Why this clock is due when it is: policy, strip, pauses, arithmetic. 404 outside the reader's scope."""
    user, now = staff_of(request), clock.now()
    ticket = ticket_or_404(user, number)
    found = clock_of_ticket(ticket, clock_id)
    if found is None:
        raise Http404
    why = explain(found, now)
    context = {
        "base": "base_phone.html" if user.role == Role.TECHNICIAN else "base.html",
        "ticket": ticket,
        "now": now,
        "label": clock_label(found.kind),
        "chip": chip_of(found, now),
        "why": why,
        **_policy(why, ticket),
        **_strip(why, found, now),
        "pauses": [(reason_label(pause.reason), pause) for pause in why.pauses],
        "lines": [line_text(line) for line in why.explanation.lines],
        "flags": [FLAGS[flag] for flag in why.explanation.reading.flags],
    }
    fragment = request.headers.get("HX-Request") == "true"
    return render(request, "sla/_clock_explain.html" if fragment else "sla/clock_explain.html", context)


def _policy(why: Why, ticket: Any) -> dict[str, Any]:
    return {
        "criteria": [criterion_text(why.policy, name, ticket.get_kind_display()) for name in why.criteria],
        "target_text": hours_text(why.clock.target_minutes),
        "used_text": hours_text(why.clock.elapsed_minutes),
        "next_day": why.target.rule == SlaTarget.Rule.NEXT_DAY_END,
        "pausable": [reason_label(reason) for reason in why.target.pausable_by],
    }


def _strip(why: Why, found: SlaClock, now: datetime) -> dict[str, Any]:
    segments = why.explanation.strip
    if not segments:
        return {"pieces": [], "marks": [], "totals": []}
    start, end = segments[0].start, segments[-1].end
    speaks_chinese = (get_language() or "zh").startswith("zh")
    pieces = [
        Piece(
            x=_place(segment.start, start, end),
            width=_place(segment.end, start, end) - _place(segment.start, start, end),
            kind=segment.kind.value,
            label=segment_label(segment, why.days, speaks_chinese),
            start=segment.start,
            end=segment.end,
        )
        for segment in segments
    ]
    return {"pieces": pieces, "marks": _marks(found, now, start, end), "totals": _totals(pieces)}


def _marks(found: SlaClock, now: datetime, start: datetime, end: datetime) -> list[Mark]:
    moments = {"warn": found.warn_at, "now": now if found.state_at(now) in _LIVING else None}
    return [
        Mark(_place(moment, start, end), name)
        for name, moment in moments.items()
        if moment is not None and start <= moment <= end
    ]


def _totals(pieces: Sequence[Piece]) -> list[tuple[str, str, float]]:
    """Kind, label and minutes of what the strip consists of, in the order of its first appearance."""
    sums: dict[tuple[str, str], float] = {}
    for piece in pieces:
        key = (piece.kind, piece.label)
        sums[key] = sums.get(key, 0.0) + (piece.end - piece.start).total_seconds() / 60
    return [(kind, label, minutes) for (kind, label), minutes in sums.items()]


def _place(moment: datetime, start: datetime, end: datetime) -> float:
    whole = (end - start).total_seconds()
    return round((moment - start).total_seconds() / whole * WIDTH, 2) if whole else 0.0
