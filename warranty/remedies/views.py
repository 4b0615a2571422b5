"""Exchange and refund beside a ticket, their list, and the page on which a person decides otherwise."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_GET, require_http_methods

from servicedesk import clock
from servicedesk.access import read_id, roles_allowed, staff_of, ticket_or_404
from servicedesk.desk.forms.actions import words
from servicedesk.errors import INVALID, ActionError
from servicedesk.people.models import User
from servicedesk.pictures import MAX_MB
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.transitions import fits, may, row_of
from warranty.access import READERS, decision_or_404
from warranty.facts_builder import local_day
from warranty.models import Decision, ProofPhoto, RemedyKind
from warranty.proofs import add_proof
from warranty.remedies.approvals import Needed, limits_on, needed_for
from warranty.remedies.overriding import Grant, Grants, override_of, override_verdict
from warranty.remedies.pages import ROUTES
from warranty.remedies.selectors import PAGE, VIEWS, Standing, counts_for, list_of, standing_of
from warranty.remedies.transitions import APPROVERS
from warranty.remedies.wording import option_words
from warranty.selectors import codes_of
from warranty.wording import headline_of

LARGEST_PAGE = 10_000


@require_GET
@roles_allowed(*READERS)
def remedy_panel(request: HttpRequest, number: str) -> HttpResponse:
    """How exchange and refund stand on the ticket, with the steps that fit now."""
    user, now = staff_of(request), clock.now()
    ticket = ticket_or_404(user, number)
    standing = standing_of(ticket, now)
    living = standing.living
    needed = needed_for(living.worth, local_day(now)) if living is not None else None
    context = {
        "ticket": ticket,
        "now": now,
        "standing": standing,
        "living": living,
        "options": [option_words(option) for option in standing.options],
        "steps": steps_of(ticket, user, standing, needed),
        "needed": needed,
        "own": living is not None and living.chosen_by_id == user.pk and may("approve_remedy", user),
    }
    return render(request, "remedies/_panel.html", context)


def steps_of(ticket: Ticket, user: User, standing: Standing, needed: Needed | None) -> list[dict[str, Any]]:
    """The actions that fit now, as links to their forms; the first is the next step."""
    living = standing.living
    possible = {"choose_remedy": bool(standing.options)}
    if living is not None and needed is not None:
        answered = any(answer.by_id == user.pk for answer in living.approvals.all())
        may_answer = living.chosen_by_id != user.pk and not answered and user.role in needed.roles
        countable = living.old_is_settled or living.kind == RemedyKind.REFUND
        possible |= {
            "approve_remedy": may_answer,
            "refuse_remedy": may_answer,
            "record_exchange": living.is_exchange and not living.is_given,
            "record_old_unit": not living.old_is_settled,
            "record_refund": not living.is_exchange and not living.is_given and countable,
            "withdraw_remedy": not living.is_given and living.old_back_on is None,
        }
    state = living.state if living is not None else ""
    wanted = [name for name, holds in possible.items() if holds and fits(name, user, state)]
    return [{"url": reverse(name_of(name), args=[ticket.number]), "label": row_of(name).label} for name in wanted]


def name_of(action: str) -> str:
    """The address of an action's form, by name: `remedy_choose` for `choose_remedy`."""
    return f"remedy_{ROUTES[action].replace('-', '_')}"


@require_GET
@roles_allowed(*READERS)
def remedy_list(request: HttpRequest) -> HttpResponse:
    """The exchanges and refunds of the tickets one may see, by how far they are."""
    user, now = staff_of(request), clock.now()
    view = request.GET.get("view", "")
    view = view if view in VIEWS else "chosen"
    start = min(read_id(request.GET.get("start", "")) or 0, LARGEST_PAGE)
    rows, counts = list_of(user, view, start), counts_for(user)
    labels = {
        "chosen": _("To approve"),
        "approved": _("To carry out"),
        "done": pgettext("remedy", "Done"),
        "ended": _("Refused or withdrawn"),
    }
    context = {
        "now": now,
        "view": view,
        "rows": rows[:PAGE],
        "before": max(start - PAGE, 0) if start else None,
        "after": start + PAGE if len(rows) > PAGE else None,
        "tabs": [
            {
                "url": f"?view={name}",
                "label": label,
                "count": counts[name],
                "active": name == view,
                "tone": "warn" if name == "chosen" else "",
            }
            for name, label in labels.items()
        ],
    }
    return render(request, "remedies/remedy_list.html", context)


class GrantForm(forms.Form):
    """What is granted beside a verdict."""

    grants = forms.ChoiceField(label=gettext_lazy("Granted to the customer"), widget=forms.RadioSelect)
    worth = forms.DecimalField(
        label=gettext_lazy("Worth in yuan"),
        max_digits=10,
        decimal_places=2,
        min_value=Decimal(0),
        help_text=gettext_lazy("What is paid back; for an exchange the price of the unit, for a repair its cost."),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    reason = words(gettext_lazy("Why you decide otherwise"), rows=3, limit=500)
    evidence = words(gettext_lazy("On what evidence"), rows=2, limit=500)

    def __init__(self, *args: Any, decision: Decision, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["grants"]
        open_ = codes_of(decision)
        field.choices = [choice for choice in Grants.choices if choice[0] not in open_]

    def grant(self) -> Grant:
        """What was typed; only of a valid form."""
        given = self.cleaned_data
        return Grant(given["grants"], given["worth"], given["reason"], given["evidence"])


@require_http_methods(["GET", "POST"])
@roles_allowed(*APPROVERS)
def verdict_override(request: HttpRequest, decision_id: int) -> HttpResponse:
    """The form on which a person grants something beside a verdict; the verdict stays as it was given."""
    user, now = staff_of(request), clock.now()
    decision = decision_or_404(user, decision_id)
    price = decision.appliance.price
    form = GrantForm(request.POST or None, decision=decision, initial={"worth": price} if price else None)
    refusal, status, token = None, 200, _token(request)
    if request.method == "POST":
        status = INVALID
        if form.is_valid():
            try:
                proof = _proof(request, decision, token, user, now)
                override_verdict(decision.pk, form.grant(), actor=user, now=now, proof=proof)
            except ActionError as error:
                refusal, status = _refused(form, error), error.status
            else:
                messages.success(request, _("What you granted stands beside the verdict now."))
                return redirect("warranty_decision", decision.pk)
    context = {
        "now": now,
        "decision": decision,
        "appliance": decision.appliance,
        "form": form,
        "token": token,
        "max_mb": MAX_MB,
        "refusal": refusal,
        "headline": headline_of(codes_of(decision), decision.headline),
        "standing": override_of(decision),
        "limits": limits_on(local_day(now)),
    }
    return render(request, "remedies/verdict_override.html", context, status=status)


def _token(request: HttpRequest) -> UUID:
    """The name the form gave its photo, kept from one sending to the next."""
    try:
        return UUID(request.POST.get("token", ""))
    except ValueError:
        return uuid4()


def _proof(request: HttpRequest, decision: Decision, token: UUID, user: User, now: datetime) -> ProofPhoto | None:
    """The photo sent along, or the one kept under this name when the form was refused before."""
    upload = request.FILES.get("photo")
    if upload is None:
        return ProofPhoto.objects.filter(token=token, appliance=decision.appliance_id).first()
    kind = ProofPhoto.Kind.EVIDENCE
    return add_proof(decision.appliance_id, upload, kind=kind, token=token, actor=user, now=now)


def _refused(form: forms.Form, error: ActionError) -> str:
    if error.field in form.fields:
        form.add_error(error.field, str(error.message))
        return ""
    return str(error.message)
