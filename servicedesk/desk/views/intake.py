"""Taking a request while the customer is on the line."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from servicedesk import clock
from servicedesk.access import customers_for, may_read_contact, roles_allowed, staff_of, ticket_or_404
from servicedesk.clock import LOCAL
from servicedesk.desk.calls import call_of, hang_up
from servicedesk.desk.chips import with_chips
from servicedesk.desk.forms.intake import IntakeForm, customers_for_form, submission_of
from servicedesk.desk.intake import Taken, take_request
from servicedesk.desk.kept import keeps_form, take_kept
from servicedesk.desk.selectors import districts, summary_phones
from servicedesk.desk.views.windows import let_go_of, offered_for, reading
from servicedesk.errors import ActionError, invalid
from servicedesk.knowledge.selectors import known_issues
from servicedesk.people.models import Customer, Role, User
from servicedesk.people.phones import place_and_carrier, read_phone
from servicedesk.people.selectors import customers_of_number, living_memberships
from servicedesk.tickets.drafts import draft_of, keep_draft, throw_away
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.selectors import last_visit_of, latest_of, look_alikes
from servicedesk.tickets.services import add_note

# Only half-typed requests are kept for a page; the call at hand lies beside them under a name of its own.
DRAFTS = "intake:"
OPENERS = (Role.AGENT, Role.DISPATCHER, Role.SUPERVISOR, Role.MANAGER)
# What a kept form must not bring back: marks of the moment.
NOT_KEPT = frozenset({"csrfmiddlewaretoken", "draft_key", "form_user", "read_back"})


@require_http_methods(["GET", "POST"])
@keeps_form()
@roles_allowed(*OPENERS)
def intake(request: HttpRequest) -> HttpResponse:
    """The intake form, with what was half typed; and what it makes when it is sent."""
    user, now = staff_of(request), clock.now()
    if request.method == "POST":
        return _take(request, user, now)
    customer = customers_for_form(customers_for(user), request.GET.get("customer", ""))
    kept = take_kept(request)
    if kept is not None:
        named = customers_for_form(customers_for(user), kept.get("customer", ""))
        form = IntakeForm(customer=named, now=now, initial=_typed(kept))
        return _page(request, form, user, now, restored=now)
    draft = draft_of(user, draft_key(customer))
    if draft is not None and request.GET.get("fresh"):
        let_go_of(draft.data.get("fields", {}).get("submission", ""), now)
        throw_away(user, draft.key)
        draft = None
    typed = draft.data.get("fields", {}) if draft else _from_call(request, customer, user, now)
    form = IntakeForm(customer=customer, now=now, initial=typed)
    return _page(request, form, user, now, restored=draft.saved_at if draft else None)


def draft_key(customer: Customer | None) -> str:
    """Under which name the half-typed form about a customer is kept."""
    return f"{DRAFTS}{customer.pk if customer else 'new'}"


def _typed(data: QueryDict) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name not in NOT_KEPT}


def _from_call(request: HttpRequest, customer: Customer | None, user: User, now: datetime) -> dict[str, Any]:
    call = call_of(user, now) if request.GET.get("call") else None
    return {"phone": call.number or call.raw} if call is not None and customer is None else {}


def _take(request: HttpRequest, user: User, now: datetime) -> HttpResponse:
    customer = customers_for_form(customers_for(user), request.POST.get("customer", ""))
    form = IntakeForm(request.POST, customer=customer, now=now)
    # A form that was sent before is answered with its ticket, whatever the fields say by now.
    submission = submission_of(request.POST)
    earlier = Ticket.objects.visible_to(user).filter(submission=submission).first() if submission else None
    if earlier is not None:
        return _opened(request, Taken(earlier, repeated=True), customer)
    if request.POST.get("show") == "times":
        # Without scripts: the form comes back as it was typed, with the times for what is known by now.
        return _page(request, IntakeForm(customer=customer, now=now, initial=_typed(request.POST)), user, now)
    if not form.is_valid():
        return _page(request, form, user, now, status=422)
    try:
        taken = take_request(form.request(), actor=user, now=now)
    except ActionError as error:
        form.refuse(error)
        return _page(request, form, user, now, status=error.status)
    throw_away(user, draft_key(customer))
    hang_up(user)
    return _opened(request, taken, customer)


def _opened(request: HttpRequest, taken: Taken, customer: Customer | None) -> HttpResponse:
    ticket = taken.ticket
    if taken.repeated:
        again = f"{reverse('intake')}?customer={ticket.customer_id}"
        text = _("This form had been sent before; it made ticket %(number)s and nothing new.") % {
            "number": ticket.number
        }
        messages.info(request, format_html('{} <a href="{}">{}</a>', text, again, _("Take another request")))
    else:
        messages.success(request, _("Ticket %(number)s is open.") % {"number": ticket.number})
    if taken.new_serial:
        messages.warning(
            request, _("The serial number was not known; a new appliance was recorded. Check it on site.")
        )
    if not taken.repeated and ticket.contact_phone_raw and not ticket.contact_phone:
        messages.warning(request, _("The phone number was kept as given; it cannot be read as a phone number."))
    return redirect("ticket_detail", number=ticket.number)


def _page(
    request: HttpRequest,
    form: IntakeForm,
    user: User,
    now: datetime,
    *,
    restored: datetime | None = None,
    status: int = 200,
) -> HttpResponse:
    customer = form.customer
    context = {
        "now": now,
        "form": form,
        "customer": customer,
        "draft_key": draft_key(customer),
        "restored": restored,
        "districts": districts(),
        "offered": offered_for(form, now),
        **(household(user, customer, now) if customer else {}),
    }
    return render(request, "desk/intake.html", context, status=status)


def household(user: User, customer: Customer, now: datetime) -> dict[str, Any]:
    """What stands to the left of the request: the household in short."""
    tickets = latest_of(user, customer, 6)
    return {
        "phones": summary_phones(customer),
        "cards": living_memberships(customer, now.astimezone(LOCAL).date()),
        "open_rows": with_chips([ticket for ticket in tickets if not ticket.has_ended], now),
        "past": [ticket for ticket in tickets if ticket.has_ended][:3],
        "last_visit": last_visit_of(user, customer),
        "full": may_read_contact(user),
    }


@require_POST
@roles_allowed(*OPENERS)
def intake_symptoms(request: HttpRequest) -> HttpResponse:
    """The symptoms of the product now marked, and the questions of the symptom now marked."""
    form = reading(request, staff_of(request), clock.now())
    return render(request, "desk/_intake_symptoms.html", {"form": form, "quiet": True})


@require_POST
@roles_allowed(*OPENERS)
def intake_beside(request: HttpRequest) -> HttpResponse:
    """What stands beside the request while it is typed: guarantee, look-alikes, the number's place, the summary."""
    user, now = staff_of(request), clock.now()
    form = reading(request, user, now)
    phone = form.contact_phone
    _raw, number = read_phone(phone)
    customer = form.customer
    same = look_alikes(
        user, now, customer=customer, phone=phone, address=form.chosen_address, category=form.chosen_category
    )
    context = {
        "now": now,
        "form": form,
        "customer": customer,
        "alike": with_chips(same[:3], now),
        "callers": customers_of_number(phone, customers_for(user)) if phone and customer is None else [],
        "phone": phone,
        "readable": bool(number),
        "place": place_and_carrier(number, get_language() or "zh"),
        "start": form.times[0],
        "end": form.times[1],
        "known": known_issues(form.chosen_fault, form.chosen_appliance.model if form.chosen_appliance else None, now),
    }
    return render(request, "desk/_intake_beside.html", context)


@require_POST
@keeps_form(back="intake")
@roles_allowed(*OPENERS)
def intake_append(request: HttpRequest, number: str) -> HttpResponse:
    """Adds what was typed as a note to a ticket that is about the same, instead of a second ticket."""
    user, now = staff_of(request), clock.now()
    ticket = ticket_or_404(user, number)
    form = reading(request, user, now)
    add_note(ticket.pk, called_again(form), actor=user, now=now)
    throw_away(user, draft_key(form.customer))
    messages.success(request, _("Added to ticket %(number)s.") % {"number": ticket.number})
    return redirect("ticket_detail", number=ticket.number)


def called_again(form: IntakeForm) -> str:
    """The note that a second call about the same trouble leaves on its ticket."""
    said = [_("The customer called again.")]
    if form.chosen_fault:
        said.append(str(form.chosen_fault))
    said += [f"{pair['question']} {pair['answer']}" for pair in form.answers]
    description = form.cleaned_data.get("description", "").strip()
    return "\n".join([*said, description] if description else said)


@require_POST
def draft_save(request: HttpRequest) -> HttpResponse:
    """Keeps a half-typed form; answers with the instant it was kept."""
    user, now = staff_of(request), clock.now()
    fields = {name: value for name, value in request.POST.items() if name not in NOT_KEPT}
    key = request.POST.get("draft_key", "")
    try:
        if not key.startswith(DRAFTS):
            raise invalid("draft_key", "draft_key_unknown", _("The form has no name."))
        keep_draft(user, key, {"fields": fields}, now=now)
    except ActionError as error:
        return JsonResponse(error.as_dict(), status=error.status)
    return JsonResponse({"saved_at": now.isoformat()})


@require_POST
def draft_discard(request: HttpRequest) -> HttpResponse:
    """Throws a half-typed form away."""
    user, key = staff_of(request), request.POST.get("draft_key", "")
    draft = draft_of(user, key)
    if draft is not None:
        let_go_of(draft.data.get("fields", {}).get("submission", ""), clock.now())
    throw_away(user, key)
    messages.info(request, _("The draft was thrown away."))
    return redirect("home")
