"""The page that shows why a clock is due when it is; also a fragment for a dialog."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from servicedesk import clock
from servicedesk.access import staff_of, ticket_or_404
from servicedesk.people.models import Role
from servicedesk.sla.escalation.models import Escalation
from servicedesk.sla.escalation.told import told_of
from servicedesk.sla.explain import Why, clock_of_ticket, explain
from servicedesk.sla.models import ClockState, SlaTarget
from servicedesk.sla.selectors import chip_of
from servicedesk.sla.strip import strip_context
from servicedesk.sla.wording import (
    clock_label,
    criterion_text,
    hours_text,
    reason_label,
)

# For whom the name of a policy leads to its page (docs/promises.md).
POLICY_READERS = frozenset({Role.SUPERVISOR, Role.MANAGER, Role.ADMIN, Role.AUDITOR})
_LIVING = {ClockState.RUNNING, ClockState.PAUSED}


@require_GET
def clock_explain(request: HttpRequest, number: str, clock_id: int) -> HttpResponse:
    """Why this clock is due when it is: policy, strip, pauses, arithmetic. 404 outside the reader's scope."""
    user, now = staff_of(request), clock.now()
    ticket = ticket_or_404(user, number)
    found = clock_of_ticket(ticket, clock_id)
    if found is None:
        raise Http404
    why = explain(found, now)
    marks = {"warn": found.warn_at, "now": now if found.state_at(now) in _LIVING else None}
    context = {
        "base": "base_phone.html" if user.role == Role.TECHNICIAN else "base.html",
        "ticket": ticket,
        "now": now,
        "label": clock_label(found.kind),
        "chip": chip_of(found, now),
        "why": why,
        "reads_policies": user.role in POLICY_READERS,
        **_policy(why, ticket),
        **strip_context(why.explanation, why.days, marks),
        "told": told_of(found),
        "escalation": Escalation.objects.filter(clock=found).select_related("ladder", "acknowledged_by").first(),
        "pauses": [(reason_label(pause.reason), pause) for pause in why.pauses],
    }
    fragment = request.headers.get("HX-Request") == "true"
    return render(request, "sla/_clock_explain.html" if fragment else "sla/clock_explain.html", context)


def _policy(why: Why, ticket: Any) -> dict[str, Any]:
    traits = {"kind": ticket.get_kind_display(), "channel": ticket.get_channel_display()}
    return {
        "criteria": [criterion_text(why.policy, name, traits) for name in why.criteria],
        "target_text": hours_text(why.clock.target_minutes),
        "used_text": hours_text(why.clock.elapsed_minutes),
        "next_day": why.target.rule == SlaTarget.Rule.NEXT_DAY_END,
        "pausable": [reason_label(reason) for reason in why.target.pausable_by],
    }
