"""The note of a verdict on paper: everything the answer rests on, in Chinese, in English or in both."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from servicedesk import clock
from servicedesk.access import may_read_contact, roles_allowed, staff_of, ticket_or_404
from servicedesk.catalogue.models import Appliance
from servicedesk.errors import ActionError
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from warranty.access import READERS, RECORDERS, appliance_or_404, decision_or_404
from warranty.facts_builder import Question, local_day
from warranty.forms import QuestionForm
from warranty.models import Decision, ProofPhoto
from warranty.presenting import facts_words, show
from warranty.remedies.overriding import override_of
from warranty.rules.facts import Facts
from warranty.rules.outcome import Decision as Verdict
from warranty.rules.storage import StorageError, decision_from_json, facts_from_json
from warranty.selectors import reading_of, the_edition
from warranty.wording.answers import REMEDIES

LANGUAGES = ("zh-hans", "en")
BOTH = "both"


@dataclass(frozen=True)
class Noted:
    """What a note is about; `decision` is None for an answer that was only read."""

    appliance: Appliance
    facts: Facts
    verdict: Verdict
    missing: tuple[str, ...]
    ticket: Ticket | None
    decision: Decision | None = None


@dataclass(frozen=True)
class Sheet:
    """The note in one language."""

    language: str
    html: SafeString


@require_GET
@roles_allowed(*READERS)
def warranty_decision_note(request: HttpRequest, decision_id: int) -> HttpResponse:
    """The note of a recorded verdict, as it was given; 409 where nobody knows its words any more."""
    user = staff_of(request)
    decision = decision_or_404(user, decision_id)
    try:
        verdict, facts = decision_from_json(decision.outcome), facts_from_json(decision.facts)
    except StorageError:
        words = _("This verdict was written by an edition of the rules whose words are no longer known.")
        raise ActionError("verdict_words_unknown", words) from None
    noted = Noted(decision.appliance, facts, verdict, verdict.missing, decision.ticket, decision)
    return _note_page(request, user, noted, back=reverse("warranty_decision", args=[decision.pk]))


@require_GET
@roles_allowed(*READERS)
def warranty_appliance_note(request: HttpRequest, appliance_id: int) -> HttpResponse:
    """The note of the answer as it stands now, for the question in the address; it says that nothing was recorded."""
    user, now = staff_of(request), clock.now()
    appliance = appliance_or_404(user, appliance_id)
    number = request.GET.get("ticket", "")
    ticket = ticket_or_404(user, number) if number else None
    if ticket is not None and ticket.appliance_id != appliance.pk:
        raise ActionError("appliance_of_other_ticket", _("This ticket is about another appliance."))
    form = QuestionForm(request.GET, appliance=appliance, edition=the_edition(), today=local_day(now))
    asks = user.role in RECORDERS and form.is_valid()
    reading = reading_of(appliance, form.question() if asks else Question(), ticket=ticket, now=now)
    noted = Noted(appliance, reading.facts, reading.verdict, reading.missing, ticket)
    return _note_page(request, user, noted, back=reverse("warranty_appliance", args=[appliance.pk]))


def _note_page(request: HttpRequest, user: User, noted: Noted, *, back: str) -> HttpResponse:
    """The sheets in the languages asked for, else in the reader's own."""
    now, wanted = clock.now(), request.GET.get("lang", "")
    own = translation.get_language() or LANGUAGES[0]
    languages = LANGUAGES if wanted == BOTH else (wanted if wanted in LANGUAGES else own,)
    others = {name: request.GET[name] for name in request.GET if name != "lang"}
    context = {
        "sheets": [Sheet(language, _sheet(noted, user, now, language)) for language in languages],
        "appliance": noted.appliance,
        "chosen": BOTH if wanted == BOTH else languages[0],
        "others": others,
        "back": back,
    }
    return render(request, "warranty/note.html", context)


def _sheet(noted: Noted, user: User, now: datetime, language: str) -> SafeString:
    with translation.override(language):
        edition = the_edition()
        return render_to_string(
            "warranty/_note_sheet.html",
            _words(noted, user, now)
            | {
                "language": language,
                "shown": show(noted.verdict, noted.facts, edition, noted.missing),
                "facts": facts_words(noted.facts),
                "asked": REMEDIES[noted.facts.asked],
            },
        )


def _words(noted: Noted, user: User, now: datetime) -> dict[str, Any]:
    """What stands on the sheet beside the answer; of the customer no more than the reader's role may see."""
    address = noted.appliance.address or (noted.ticket.address if noted.ticket else None)
    place = ""
    if address is not None:
        place = address.text if may_read_contact(user) else f"{address.district} ***"
    seen = noted.ticket is not None and Ticket.objects.visible_to(user).filter(pk=noted.ticket.pk).exists()
    return {
        "decision": noted.decision,
        "appliance": noted.appliance,
        "customer": noted.appliance.customer,
        "place": place,
        "ticket_number": noted.ticket.number if noted.ticket and seen else "",
        "proofs": list(ProofPhoto.objects.filter(appliance=noted.appliance).exclude(kind=ProofPhoto.Kind.HAND_OVER)),
        "override": override_of(noted.decision) if noted.decision else None,
        "user": user,
        "now": now,
    }
