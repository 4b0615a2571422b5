"""The guarantee beside the appliance, its page with all the arithmetic, and the verdicts as they were given."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from servicedesk import clock
from servicedesk.access import roles_allowed, staff_of, ticket_or_404
from servicedesk.catalogue.models import Appliance
from servicedesk.errors import ActionError
from servicedesk.people.models import Role, User
from servicedesk.people.services import KEEPERS
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.transitions import fits, may
from warranty.access import READERS, RECORDERS, appliance_or_404, decision_or_404
from warranty.calculator_forms import query_of
from warranty.facts_builder import Question, local_day
from warranty.forms import QuestionForm
from warranty.models import Decision
from warranty.presenting import facts_words, show, show_stored
from warranty.remedies.overriding import OVERRIDE, override_of
from warranty.selectors import (
    codes_of,
    decisions_of,
    is_same,
    latest_of_ticket,
    reading_of,
    repairs_of,
    the_edition,
    waits_of,
)
from warranty.services import decide_for
from warranty.wait_list import of_appliance
from warranty.wording import headline_of

SEE_OTHER = 303
UNPROCESSABLE = 422


@require_GET
@roles_allowed(*READERS)
def warranty_appliance_card(request: HttpRequest, appliance_id: int) -> HttpResponse:
    """The verdict in a few lines, for the place beside the appliance; the query is the what-if question."""
    user, now = staff_of(request), clock.now()
    appliance = appliance_or_404(user, appliance_id)
    ticket = _ticket_of(request.GET.get("ticket", ""), appliance, user)
    context = _reading_context(request, appliance, user, now=now, ticket=ticket)
    return render(request, "warranty/_card.html", context, status=context["status"])


@require_GET
@roles_allowed(*READERS)
def warranty_panel(request: HttpRequest, number: str) -> HttpResponse:
    """The verdict beside a ticket, with the one recorded last on it."""
    user, now = staff_of(request), clock.now()
    ticket = ticket_or_404(user, number)
    if ticket.appliance is None:
        context = {"ticket": ticket, "may_edit": fits("edit_ticket", user, ticket.state)}
        return render(request, "warranty/_no_appliance.html", context)
    context = _reading_context(request, ticket.appliance, user, now=now, ticket=ticket)
    return render(request, "warranty/_card.html", context)


@require_GET
@roles_allowed(*READERS)
def warranty_appliance(request: HttpRequest, appliance_id: int) -> HttpResponse:
    """Everything about the guarantee of an appliance: verdict, arithmetic, what-if, repair log, verdicts given."""
    user, now = staff_of(request), clock.now()
    appliance = appliance_or_404(user, appliance_id)
    ticket = _ticket_of(request.GET.get("ticket", ""), appliance, user)
    return _appliance_page(request, appliance, user, now=now, ticket=ticket)


@require_POST
@roles_allowed(*RECORDERS)
def verdict_record(request: HttpRequest, appliance_id: int) -> HttpResponse:
    """Records the verdict that was read; answers with its page, or with the card again."""
    user, now = staff_of(request), clock.now()
    appliance = appliance_or_404(user, appliance_id)
    ticket = _ticket_of(request.POST.get("ticket", ""), appliance, user)
    form = _form(request.POST, appliance, now)
    if not form.is_valid():
        return _again(request, appliance, user, now=now, ticket=ticket)
    shown = request.POST.get("shown", "")
    try:
        decision = decide_for(appliance.pk, form.question(), ticket=ticket, actor=user, now=now, shown=shown)
    except ActionError as refusal:
        return _again(request, appliance, user, now=now, ticket=ticket, refusal=refusal)
    if request.headers.get("HX-Request") == "true":
        context = _reading_context(request, appliance, user, now=now, ticket=ticket, recorded=decision)
        return render(request, "warranty/_card.html", context)
    messages.success(request, _("The verdict is recorded."))
    where = reverse("warranty_decision", args=[decision.pk])
    return HttpResponse(status=SEE_OTHER, headers={"Location": where})


@require_GET
@roles_allowed(*READERS)
def warranty_decision(request: HttpRequest, decision_id: int) -> HttpResponse:
    """A verdict as it was given, with the facts it rests on and every step."""
    user = staff_of(request)
    decision = decision_or_404(user, decision_id)
    stored = show_stored(decision, the_edition())
    newer = Decision.objects.filter(appliance=decision.appliance_id, pk__gt=decision.pk).order_by("-pk").first()
    context = {
        "now": clock.now(),
        "decision": decision,
        "appliance": decision.appliance,
        "shown": stored[0] if stored else None,
        "facts": stored[1] if stored else [],
        "newer": newer,
        "override": override_of(decision),
        "may_guide": user.role in RECORDERS,
        "may_override": newer is None and may(OVERRIDE, user),
        "same_edition": decision.edition == the_edition().code,
        "ticket_visible": decision.ticket_id is not None and _sees(user, decision.ticket),
    }
    return render(request, "warranty/decision_detail.html", context)


def _sees(user: User, ticket: Ticket | None) -> bool:
    return ticket is not None and Ticket.objects.visible_to(user).filter(pk=ticket.pk).exists()


def _ticket_of(number: str, appliance: Appliance, user: User) -> Ticket | None:
    """The ticket the question belongs to; 404 for one out of scope, 409 for one about another appliance."""
    if not number:
        return None
    ticket = ticket_or_404(user, number)
    if ticket.appliance_id != appliance.pk:
        raise ActionError("appliance_of_other_ticket", _("This ticket is about another appliance."))
    return ticket


def _form(data: Any, appliance: Appliance, now: datetime) -> QuestionForm:
    return QuestionForm(
        data,
        appliance=appliance,
        edition=the_edition(),
        today=local_day(now),
        auto_id=f"guarantee-{appliance.pk}-%s",
    )


def _reading_context(
    request: HttpRequest,
    appliance: Appliance,
    user: User,
    *,
    now: datetime,
    ticket: Ticket | None,
    recorded: Decision | None = None,
) -> dict[str, Any]:
    """What card and page show: the reading for the question in the request, or for the record where it is wrong."""
    form = _form(request.POST if request.method == "POST" else request.GET, appliance, now)
    # Only they ask anything beside the record (docs/roles.md).
    asks, valid = user.role in RECORDERS, form.is_valid()
    question = form.question() if asks and valid else Question()
    reading = reading_of(appliance, question, ticket=ticket, now=now)
    decision = recorded or (latest_of_ticket(ticket) if ticket else None)
    return {
        "now": now,
        "appliance": appliance,
        "ticket": ticket,
        "form": form,
        "reading": reading,
        "shown": show(reading.verdict, reading.facts, the_edition(), reading.missing),
        "given": [(name, form.data[name]) for name in form.fields if valid and form.data.get(name)],
        "recorded": recorded is not None,
        "decision": decision,
        "override": override_of(decision) if decision is not None else None,
        "on_record": decision is not None and is_same(decision, reading),
        "decision_words": headline_of(codes_of(decision), decision.headline) if decision else "",
        "decision_differs": decision is not None and codes_of(decision) != reading.verdict.codes,
        "asks": asks,
        "asked": question != Question(),
        "may_edit": user.role in KEEPERS,
        "waiting": of_appliance(appliance, local_day(now)),
        "status": 200 if valid or not asks else UNPROCESSABLE,
    }


def _appliance_page(
    request: HttpRequest,
    appliance: Appliance,
    user: User,
    *,
    now: datetime,
    ticket: Ticket | None,
    refusal: ActionError | None = None,
) -> HttpResponse:
    context = _reading_context(request, appliance, user, now=now, ticket=ticket)
    facts = context["reading"].facts
    context |= {
        "facts": facts_words(facts),
        "calculator_query": query_of(facts, context["reading"].verdict.as_of),
        "repairs": repairs_of(appliance),
        "waits": list(waits_of(appliance)),
        "writes_waits": may("open_wait", user),
        "decisions": [(row, headline_of(codes_of(row), row.headline)) for row in decisions_of(appliance)],
        "refusal": refusal,
        "opens_customer": user.role != Role.TECHNICIAN,
        "on_page": True,
    }
    status = refusal.status if refusal else context["status"]
    return render(request, "warranty/appliance_verdict.html", context, status=status)


def _again(
    request: HttpRequest,
    appliance: Appliance,
    user: User,
    *,
    now: datetime,
    ticket: Ticket | None,
    refusal: ActionError | None = None,
) -> HttpResponse:
    """Card or page once more with what was asked and why it was refused. A fragment is swapped in only with 422."""
    if request.headers.get("HX-Request") != "true":
        return _appliance_page(request, appliance, user, now=now, ticket=ticket, refusal=refusal)
    context = _reading_context(request, appliance, user, now=now, ticket=ticket)
    return render(request, "warranty/_card.html", {**context, "refusal": refusal}, status=UNPROCESSABLE)
