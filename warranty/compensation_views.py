"""The compensation guide: short steps, an answer with its articles, and the line it may leave in a ticket's story."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from servicedesk import clock
from servicedesk.access import roles_allowed, staff_of, ticket_or_404
from servicedesk.errors import INVALID
from servicedesk.templatetags.moments import local_text
from servicedesk.tickets.models import Ticket
from warranty.access import RECORDERS
from warranty.compensation import answer_to, known_of, record_compensation_answer
from warranty.compensation_forms import ANSWER, DETAILS, EVENT, TOPIC, Guide
from warranty.facts_builder import local_day
from warranty.rules.claims.answer import Answer
from warranty.selectors import the_edition
from warranty.wording import cite, money_words, note_words
from warranty.wording.claims import DUES, EVIDENCE, LOOKS, MISSING, OTHER_LOOK, ROUTES, TOPICS, step_words
from warranty.wording.names import CODE_NAMES

SEE_OTHER = 303


@require_GET
@roles_allowed(*RECORDERS)
def warranty_compensation(request: HttpRequest) -> HttpResponse:
    """The step that is asked for, the first one that has to be mended, or the answer; the address holds all of it."""
    number = request.GET.get("ticket", "")
    ticket = ticket_or_404(staff_of(request), number) if number else None
    return _page(request, request.GET.dict(), ticket)


@require_POST
@roles_allowed(*RECORDERS)
def compensation_record(request: HttpRequest) -> HttpResponse:
    """Writes the answer into the story of the ticket and leads there; what cannot be answered is shown again."""
    user, now = staff_of(request), clock.now()
    ticket = ticket_or_404(user, request.POST.get("ticket", ""))
    guide = _guide({**request.POST.dict(), "step": str(ANSWER)}, ticket)
    if guide.claim is None:
        return _page(request, {**request.POST.dict(), "step": str(ANSWER)}, ticket)
    record_compensation_answer(ticket.pk, guide.claim, actor=user, now=now)
    messages.success(request, _("The answer stands in the story of the ticket."))
    return HttpResponse(status=SEE_OTHER, headers={"Location": reverse("ticket_detail", args=[ticket.number])})


def _guide(data: Mapping[str, str], ticket: Ticket | None) -> Guide:
    return Guide(data, edition=the_edition(), today=local_day(clock.now()), known=known_of(ticket))


def _page(request: HttpRequest, data: Mapping[str, str], ticket: Ticket | None) -> HttpResponse:
    guide = _guide(data, ticket)
    places = [
        (TOPIC, _("Topic")),
        (EVENT, _("Who and when")),
        (DETAILS, _("Details")),
        (ANSWER, pgettext("verdict", "Answer")),
    ]
    context: dict[str, Any] = {
        "guide": guide,
        "form": guide.form,
        "ticket": ticket,
        "places": [(step, name, _address(guide, ticket, step) if step < guide.step else "") for step, name in places],
        "before": _address(guide, ticket, guide.step - 1) if guide.step > TOPIC else "",
        "next": guide.step + 1,
    }
    if guide.claim is not None:
        found = answer_to(guide.claim, now=clock.now())
        context |= {"answer": found, "shown": _shown(found), "topic": TOPICS[found.topic], "told": _told(guide)}
    return render(request, "warranty/compensation.html", context, status=INVALID if guide.is_wrong else 200)


def _address(guide: Guide, ticket: Ticket | None, step: int) -> str:
    said = {**guide.given, "step": str(step), **({"ticket": ticket.number} if ticket else {})}
    return f"{reverse('warranty_compensation')}?{urlencode(said)}"


def _shown(found: Answer) -> dict[str, Any]:
    """The answer in words."""
    edition = the_edition()
    return {
        "dues": [
            {
                "look": LOOKS.get(item.code, OTHER_LOOK),
                "name": DUES[item.code],
                "norm": cite(item.norm, item.article, edition),
                "sure": CODE_NAMES["confidence"][item.confidence],
                "amount": "" if item.amount is None else money_words(item.amount),
            }
            for item in found.dues
        ],
        "total": "" if found.total is None else money_words(found.total),
        "steps": [note_words(note, edition) for note in found.notes]
        + [step_words(one, edition) for one in found.steps],
        "missing": [MISSING[name] for name in found.missing],
        "evidence": [EVIDENCE[name] for name in found.evidence],
        "routes": [ROUTES[name] for name in found.routes],
        "routes_norm": cite(found.routes_norm, found.routes_article, edition) if found.routes else "",
        "freight": CODE_NAMES["party"][found.freight_by] if found.freight_by else "",
    }


def _told(guide: Guide) -> list[tuple[Any, Any]]:
    """What was told, as label and value, without what was left empty."""
    told = []
    for form in guide.asked:
        for name, field in form.fields.items():
            value = form.cleaned_data[name]
            names = {str(code): label for code, label in getattr(field, "choices", ())}
            if value not in {None, ""}:
                told.append((field.label, names.get(str(value)) or _plain(value)))
    return told


def _plain(value: Any) -> str:
    return local_text(value, "date") if isinstance(value, date) else money_words(value)
