"""The library: search, one article, its forms; and the panel beside a ticket."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from servicedesk import clock
from servicedesk.access import article_or_404, base_of, roles_allowed, staff_of, ticket_or_404
from servicedesk.errors import INVALID, ActionError
from servicedesk.ideas.selectors import ideas_of
from servicedesk.knowledge import services
from servicedesk.knowledge.forms import ArticleForm, ProposeForm, WithdrawForm
from servicedesk.knowledge.models import Article, ArticleState
from servicedesk.knowledge.selectors import (
    articles_of,
    counts_by_state,
    is_offered,
    known_to,
    repair_held,
    search_articles,
    sources_of,
)
from servicedesk.knowledge.transitions import AUTHORS, REVIEWERS
from servicedesk.knowledge.wording import STEP_LABELS
from servicedesk.people.models import User
from servicedesk.ports import findings_of
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.transitions import fits, may


@require_GET
def article_list(request: HttpRequest) -> HttpResponse:
    """The articles of a state that hold the words asked for; the published ones to begin with."""
    user = staff_of(request)
    text = request.GET.get("text", "").strip()[:60]
    state = request.GET.get("state", ArticleState.PUBLISHED)
    state = state if state in ArticleState.values else ArticleState.PUBLISHED
    counts = counts_by_state()
    tabs = [
        {"url": f"?state={value}", "label": label, "count": counts[value], "active": value == state}
        for value, label in ArticleState.choices
    ]
    context = {
        "base_template": base_of(user),
        "articles": search_articles(text, state),
        "text": text,
        "state": state,
        "tabs": tabs,
    }
    return render(request, "knowledge/article_list.html", context)


@require_GET
def article_detail(request: HttpRequest, article_id: int) -> HttpResponse:
    """The article with where it was learned, its versions, and what this person may do."""
    user = staff_of(request)
    return _page(request, article_or_404(article_id), user, WithdrawForm())


def _page(
    request: HttpRequest, article: Article, user: User, form: WithdrawForm, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    sources = sources_of(article, user)
    steps = article.steps.select_related("actor").order_by("-at", "-id")
    context = {
        "now": clock.now(),
        "base_template": base_of(user),
        "article": article,
        "sources": sources,
        "hidden_sources": article.tickets.count() - len(sources),
        "steps": [(step, STEP_LABELS.get(step.action, step.action)) for step in steps],
        "may_edit": fits("edit_article", user, article.state) and services.may_edit(article, user),
        "may_publish": fits("publish_article", user, article.state),
        "may_withdraw": fits("withdraw_article", user, article.state),
        "form": form,
        "refusal": refusal,
    }
    return render(request, "knowledge/article_detail.html", context, status=status)


@require_http_methods(["GET", "POST"])
@roles_allowed(*AUTHORS)
def article_propose(request: HttpRequest, number: str) -> HttpResponse:
    """The form that makes an article out of a solved ticket, beginning with the technician's own words."""
    user, now = staff_of(request), clock.now()
    ticket = ticket_or_404(user, number)
    found = findings_of(ticket)
    initial = {"title": str(ticket.fault or ""), "cause": found.finding, "remedy": found.work}
    has_model = ticket.appliance is not None and ticket.appliance.model is not None
    form = ProposeForm(request.POST or None, initial=initial, has_model=has_model)
    status, refusal = 200, ""
    if request.method == "POST":
        status = INVALID
        if form.is_valid():
            for_model = bool(form.cleaned_data.get("for_model", True))
            try:
                article = services.propose_article(ticket.pk, _words(form), actor=user, now=now, for_model=for_model)
            except ActionError as error:
                refusal, status = str(error.message), error.status
            else:
                messages.success(request, _("The article waits for review."))
                return redirect("article_detail", article_id=article.pk)
    context = {
        "ticket": ticket,
        "form": form,
        "refusal": refusal,
        "held": repair_held(ticket),
        "base_template": base_of(user),
    }
    return render(request, "knowledge/article_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
@roles_allowed(*AUTHORS)
def article_edit(request: HttpRequest, article_id: int) -> HttpResponse:
    """Changes the text; every version is kept."""
    user, now = staff_of(request), clock.now()
    article = article_or_404(article_id)
    initial = {
        "title": article.title,
        "cause": article.cause,
        "remedy": article.remedy,
        "version": article.version,
    }
    form = ArticleForm(request.POST or None, initial=initial)
    status, refusal = 200, ""
    if request.method == "POST":
        status = INVALID
        if form.is_valid():
            version = form.cleaned_data["version"]
            try:
                services.edit_article(article.pk, _words(form), actor=user, now=now, expected_version=version)
            except ActionError as error:
                refusal, status = str(error.message), error.status
            else:
                messages.success(request, _("Saved."))
                return redirect("article_detail", article_id=article.pk)
    context = {
        "article": article,
        "form": form,
        "refusal": refusal,
        "held": True,
        "base_template": base_of(user),
    }
    return render(request, "knowledge/article_form.html", context, status=status)


def _words(form: ArticleForm) -> services.Words:
    given = form.cleaned_data
    return services.Words(given["title"], given["cause"], given["remedy"])


@require_POST
@roles_allowed(*REVIEWERS)
def article_publish(request: HttpRequest, article_id: int) -> HttpResponse:
    """Publishes the article."""
    user = staff_of(request)
    article = article_or_404(article_id)
    services.publish_article(article.pk, actor=user, now=clock.now())
    messages.success(request, _("The article is published."))
    return redirect("article_detail", article_id=article.pk)


@require_POST
@roles_allowed(*REVIEWERS)
def article_withdraw(request: HttpRequest, article_id: int) -> HttpResponse:
    """Takes the article back, with a reason."""
    user = staff_of(request)
    article = article_or_404(article_id)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return _page(request, article, user, form, status=INVALID)
    services.withdraw_article(article.pk, form.cleaned_data["reason"], actor=user, now=clock.now())
    messages.success(request, _("The article is withdrawn."))
    return redirect("article_detail", article_id=article.pk)


@require_GET
def knowledge_panel(request: HttpRequest, number: str) -> HttpResponse:
    """Fragment beside a ticket or visit: what is known of the symptom, and what was learned here."""
    user, now = staff_of(request), clock.now()
    ticket = ticket_or_404(user, number)
    return render(request, "knowledge/_panel.html", panel_of(ticket, user, now))


def panel_of(ticket: Ticket, user: User, now: Any) -> dict[str, Any]:
    """The context of the panel."""
    author = may("propose_article", user)
    return {
        "ticket": ticket,
        "known": known_to(ticket, now),
        "ideas": ideas_of(ticket),
        "articles": articles_of(ticket),
        "offered": author and is_offered(ticket),
        "may_write": author and ticket.fault_id is not None and repair_held(ticket),
        "may_propose": ticket.category_id is not None and may("propose_idea", user),
    }
