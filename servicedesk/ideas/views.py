"""The list of ideas with their figures, one idea with its steps, and the form that begins one."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from servicedesk import clock
from servicedesk.access import base_of, idea_or_404, roles_allowed, staff_of, ticket_or_404
from servicedesk.errors import INVALID, ActionError
from servicedesk.ideas import services
from servicedesk.ideas.forms import (
    AnswerForm,
    CustomerAnswerForm,
    DeclineForm,
    IdeaForm,
    LinkForm,
    RouteForm,
    ShipForm,
    StepForm,
)
from servicedesk.ideas.models import IdeaState, ImprovementIdea
from servicedesk.ideas.selectors import (
    counts_by_state,
    figures,
    ideas_page,
    may_read_answers,
    owed_answers,
    steps_of,
    visible_tickets,
)
from servicedesk.ideas.transitions import DECIDERS, PROPOSERS
from servicedesk.ideas.wording import STEP_LABELS
from servicedesk.people.models import Role, User
from servicedesk.ports import findings_of
from servicedesk.tickets.transitions import fits, require_role, row_of


@require_GET
def idea_list(request: HttpRequest) -> HttpResponse:
    """All ideas by state; those who decide see the figures of the last 28 days above them."""
    user, now = staff_of(request), clock.now()
    state = request.GET.get("state", "")
    counts = counts_by_state()
    tabs = [{"url": "?", "label": _("All"), "count": sum(counts.values()), "active": state not in IdeaState.values}]
    tabs += [
        {"url": f"?state={value}", "label": label, "count": counts[value], "active": value == state}
        for value, label in IdeaState.choices
    ]
    context = {
        "now": now,
        "base_template": base_of(user),
        "active_page": "k",
        "ideas": ideas_page(state),
        "tabs": tabs,
        "figures": figures(now) if user.role in {*DECIDERS, Role.AUDITOR} else None,
        "narrowed": state in IdeaState.values,
    }
    return render(request, "ideas/idea_list.html", context)


@require_http_methods(["GET", "POST"])
@roles_allowed(*PROPOSERS)
def idea_propose(request: HttpRequest, number: str) -> HttpResponse:
    """The form that makes an idea out of a ticket, beginning with the technician's own words."""
    user, now = staff_of(request), clock.now()
    ticket = ticket_or_404(user, number)
    found = findings_of(ticket)
    form = IdeaForm(request.POST or None, ticket=ticket, initial={"finding": found.finding})
    status, refusal = 200, None
    if request.method == "POST":
        status = INVALID
        if form.is_valid():
            given = form.cleaned_data
            said = services.Finding(given["title"], given["finding"], given["proposal"], list(given.get("models", ())))
            try:
                idea = services.propose_idea(ticket.pk, said, actor=user, now=now)
            except ActionError as error:
                refusal, status = error, error.status
            else:
                messages.success(request, _("Thank you. The idea is on its way; you will hear what comes of it."))
                return redirect("idea_detail", idea_id=idea.pk)
    context = {
        "ticket": ticket,
        "form": form,
        "refusal": refusal.message if refusal else "",
        "base_template": base_of(user),
    }
    return render(request, "ideas/idea_form.html", context, status=status)


@require_GET
def idea_detail(request: HttpRequest, idea_id: int) -> HttpResponse:
    """The idea: finding, proposal, tickets, steps, answers, and what this person may do next."""
    user = staff_of(request)
    return _page(request, idea_or_404(idea_id), user)


Run = Callable[[ImprovementIdea, dict[str, Any], User, datetime], object]


def _link(idea: ImprovementIdea, given: dict[str, Any], user: User, now: datetime) -> object:
    ticket = ticket_or_404(user, given["number"].strip())
    return services.link_idea(idea.pk, ticket.pk, actor=user, now=now)


def _answer_customer(idea: ImprovementIdea, given: dict[str, Any], user: User, now: datetime) -> object:
    ticket = ticket_or_404(user, given["number"])
    return services.answer_customer(idea.pk, ticket.pk, given["text"], given["channel"], actor=user, now=now)


# step in the address → action of the table, form, what it calls
STEPS: dict[str, tuple[str, type[forms.Form], Run]] = {
    "route": (
        "route_idea",
        RouteForm,
        lambda idea, given, user, now: services.route_idea(
            idea.pk, given["department"], reason=given["reason"], actor=user, now=now
        ),
    ),
    "accept": (
        "accept_idea",
        StepForm,
        lambda idea, given, user, now: services.accept_idea(idea.pk, reason=given["reason"], actor=user, now=now),
    ),
    "decline": (
        "decline_idea",
        DeclineForm,
        lambda idea, given, user, now: services.decline_idea(idea.pk, given["reason"], actor=user, now=now),
    ),
    "ship": (
        "ship_idea",
        ShipForm,
        lambda idea, given, user, now: services.ship_idea(idea.pk, given["result"], actor=user, now=now),
    ),
    "answer": (
        "answer_idea",
        AnswerForm,
        lambda idea, given, user, now: services.answer_proposer(idea.pk, given["text"], actor=user, now=now),
    ),
    "answer_customer": ("answer_idea", CustomerAnswerForm, _answer_customer),
    "link": ("link_idea", LinkForm, _link),
}


@require_POST
def idea_step(request: HttpRequest, idea_id: int, step: str) -> HttpResponse:
    """One step of an idea; a refusal keeps what was typed and says why."""
    user, now = staff_of(request), clock.now()
    idea = idea_or_404(idea_id)
    action, _form, run = STEPS[step]
    require_role(action, user)
    form = _form_of(step, idea, user, request.POST)
    if not form.is_valid():
        return _page(request, idea, user, sent=(step, form), status=INVALID)
    try:
        run(idea, form.cleaned_data, user, now)
    except ActionError as error:
        if error.field in form.fields:
            form.add_error(error.field, str(error.message))
        else:
            form.add_error(None, str(error.message))
        idea.refresh_from_db()
        return _page(request, idea, user, sent=(step, form), status=error.status)
    messages.success(request, _("Saved."))
    return redirect("idea_detail", idea_id=idea.pk)


def _form_of(step: str, idea: ImprovementIdea, user: User, data: Any = None) -> forms.Form:
    form = STEPS[step][1]
    if step == "answer_customer":
        waiting = {ticket.pk for ticket in owed_answers(idea).tickets}
        numbers = [ticket.number for ticket in visible_tickets(idea, user) if ticket.pk in waiting]
        return CustomerAnswerForm(data, prefix=step, numbers=numbers)
    return form(data, prefix=step)


def _offers(idea: ImprovementIdea, user: User, sent: tuple[str, forms.Form] | None) -> list[dict[str, Any]]:
    """The steps open to this person now, each with its form; the one that was refused with what was typed."""
    owed = owed_answers(idea)
    waiting = {ticket.pk for ticket in owed.tickets} & {ticket.pk for ticket in visible_tickets(idea, user)}
    open_now = {"answer": owed.proposer, "answer_customer": bool(waiting)}
    offers = []
    for step, (action, _form, _run) in STEPS.items():
        if not fits(action, user, idea.state) or not open_now.get(step, True):
            continue
        refused = sent is not None and sent[0] == step
        form = sent[1] if sent is not None and refused else _form_of(step, idea, user)
        offers.append({"step": step, "label": _label(step), "form": form, "open": refused, "url": f"idea_{step}"})
    return offers


def _label(step: str) -> str:
    if step == "answer":
        return _("Answer the proposer")
    return _("Answer a customer") if step == "answer_customer" else str(row_of(STEPS[step][0]).label)


def _page(
    request: HttpRequest,
    idea: ImprovementIdea,
    user: User,
    *,
    sent: tuple[str, forms.Form] | None = None,
    status: int = 200,
) -> HttpResponse:
    tickets = visible_tickets(idea, user)
    offers = _offers(idea, user, sent)
    refused = [form for step, form in [sent] if step not in {one["step"] for one in offers}] if sent else []
    context = {
        "now": clock.now(),
        "base_template": base_of(user),
        "active_page": "k",
        "idea": idea,
        "models": list(idea.product_models.all()),
        "tickets": tickets,
        "hidden_tickets": idea.tickets.count() - len(tickets),
        "steps": [(event, STEP_LABELS.get(event.action, event.action)) for event in steps_of(idea)],
        "answers": list(idea.answers.select_related("by", "ticket")),
        "owed": owed_answers(idea),
        "sees_answers": may_read_answers(idea, user),
        "offers": offers,
        "refused": refused[0] if refused else None,
    }
    return render(request, "ideas/idea_detail.html", context, status=status)
