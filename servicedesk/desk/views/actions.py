"""The forms of a ticket's actions: one view for all, a fragment in a dialog and a page without a script."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from servicedesk import clock
from servicedesk.access import staff_of, ticket_or_404
from servicedesk.desk.forms import actions as forms
from servicedesk.desk.kept import keeps_form, take_kept
from servicedesk.desk.wayback import way_back
from servicedesk.errors import INVALID, ActionError
from servicedesk.people.models import User
from servicedesk.tickets import services
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.services.ending import closing_blockers
from servicedesk.tickets.transitions import require_role, row_of
from servicedesk.tickets.wording import FIELD_NAMES
from servicedesk.undo import UNDOING, say_done

Run = Callable[[Ticket, Any, User, datetime], object]


@dataclass(frozen=True)
class ActionPage:
    """One action: its form, what it calls, and the words after it.

    What is typed into a `private` form is never put into the session (docs/care.md).
    """

    form: type[forms.ActionForm]
    run: Run
    done: str | Promise
    title: str | Promise = ""
    button: str | Promise = ""
    danger: bool = False
    private: bool = False


def _edit(ticket: Ticket, form: Any, user: User, now: datetime) -> object:
    # What the two changed does not overlap: both changes fit, and this one is made on the newest version.
    expected = form.cleaned_data["version"] if form.overlapping() else ticket.row_version
    return services.edit_ticket(ticket.pk, form.changes(), expected_version=expected, actor=user, now=now)


def _pause(ticket: Ticket, form: Any, user: User, now: datetime) -> object:
    given = form.cleaned_data
    return services.pause_clock(
        ticket.pk,
        given["reason"],
        actor=user,
        now=now,
        note=given["note"],
        proof=given["proof"],
        expected_end_at=given["expected_end_at"],
    )


ACTIONS: dict[str, ActionPage] = {
    "edit_ticket": ActionPage(
        forms.EditForm, _edit, gettext_lazy("Saved."), gettext_lazy("Edit ticket"), button=gettext_lazy("Save")
    ),
    "record_contact": ActionPage(
        forms.ContactForm,
        lambda ticket, form, user, now: services.record_contact(
            ticket.pk,
            reached=form.cleaned_data["reached"] == "yes",
            actor=user,
            now=now,
            note=form.cleaned_data["note"],
        ),
        gettext_lazy("The call is recorded."),
    ),
    "send_to_outlet": ActionPage(
        forms.SendForm,
        lambda ticket, form, user, now: services.send_to_outlet(
            ticket.pk, form.cleaned_data["outlet"], actor=user, now=now, note=form.cleaned_data["note"]
        ),
        gettext_lazy("Sent to the outlet."),
    ),
    "accept_handover": ActionPage(
        forms.EmptyForm,
        lambda ticket, form, user, now: services.accept_handover(ticket.pk, actor=user, now=now),
        gettext_lazy("The hand-over is accepted."),
        gettext_lazy("Accept the hand-over"),
    ),
    "refuse_handover": ActionPage(
        forms.ReasonForm,
        lambda ticket, form, user, now: services.refuse_handover(
            ticket.pk, form.cleaned_data["reason"], actor=user, now=now
        ),
        gettext_lazy("The hand-over is refused; the owner of the ticket is told."),
        gettext_lazy("Refuse the hand-over"),
        danger=True,
    ),
    "pause_clock": ActionPage(forms.PauseForm, _pause, gettext_lazy("The clocks stand still.")),
    "resume_clock": ActionPage(
        forms.OptionalNoteForm,
        lambda ticket, form, user, now: services.resume_clock(
            ticket.pk, actor=user, now=now, note=form.cleaned_data["note"]
        ),
        gettext_lazy("The clocks run again."),
    ),
    "acknowledge_breach": ActionPage(
        forms.OptionalNoteForm,
        lambda ticket, form, user, now: services.acknowledge_breach(
            ticket.pk, actor=user, now=now, note=form.cleaned_data["note"]
        ),
        gettext_lazy("You have taken it on: nobody is told of it again."),
        gettext_lazy("Take the overdue promises on"),
    ),
    "close_ticket": ActionPage(
        forms.OptionalNoteForm,
        lambda ticket, form, user, now: services.close_ticket(
            ticket.pk, actor=user, now=now, note=form.cleaned_data["note"]
        ),
        gettext_lazy("The ticket is closed."),
        gettext_lazy("Close the ticket"),
    ),
    "reopen_ticket": ActionPage(
        forms.ReasonForm,
        lambda ticket, form, user, now: services.reopen_ticket(
            ticket.pk, form.cleaned_data["reason"], actor=user, now=now
        ),
        gettext_lazy("The ticket is open again."),
        gettext_lazy("Reopen the ticket"),
    ),
    "cancel_ticket": ActionPage(
        forms.CancelForm,
        lambda ticket, form, user, now: services.cancel_ticket(
            ticket.pk, form.cleaned_data["reason"], actor=user, now=now, note=form.cleaned_data["note"]
        ),
        gettext_lazy("The ticket is cancelled."),
        danger=True,
    ),
    "add_note": ActionPage(
        forms.NoteForm,
        lambda ticket, form, user, now: services.add_note(ticket.pk, form.cleaned_data["note"], actor=user, now=now),
        gettext_lazy("The note is kept."),
    ),
    "record_praise": ActionPage(
        forms.PraiseForm,
        lambda ticket, form, user, now: services.record_praise(
            ticket.pk, form.cleaned_data["text"], form.cleaned_data["channel"], actor=user, now=now
        ),
        gettext_lazy("The praise is recorded; the owner of the ticket is told."),
    ),
    "grant_exception": ActionPage(
        forms.ExceptionForm,
        lambda ticket, form, user, now: services.grant_exception(
            ticket.pk, form.cleaned_data["rule"], form.cleaned_data["reason"], actor=user, now=now
        ),
        gettext_lazy("The exception is granted."),
    ),
}


def _is_private(number: str, action: str) -> bool:
    return ACTIONS[action].private


@require_http_methods(["GET", "POST"])
@keeps_form(unless=_is_private)
def ticket_action(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """The form of an action, and what it does when it is sent; a refusal keeps what was typed."""
    user, now = staff_of(request), clock.now()
    ticket = ticket_or_404(user, number)
    require_role(action, user)
    page = ACTIONS[action]
    if request.method != "POST":
        kept = take_kept(request)
        form = page.form(ticket=ticket, user=user, now=now, initial=dict(kept.items()) if kept else None)
        return _form_page(request, action, ticket, form)
    form = page.form(request.POST, ticket=ticket, user=user, now=now)
    if not form.is_valid():
        return _form_page(request, action, ticket, form, status=INVALID)
    undo = None if UNDOING in request.POST else way_back(action, ticket, user, now)
    try:
        page.run(ticket, form, user, now)
    except ActionError as error:
        return _refused(request, action, ticket, form, error)
    say_done(request, page.done, undo)
    return _done(request, ticket)


def _done(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    visible = Ticket.objects.visible_to(request.user).filter(pk=ticket.pk).exists()
    # Who refuses a hand-over no longer sees the ticket.
    target = reverse("ticket_detail", args=[ticket.number]) if visible else reverse("home")
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": target})
    return redirect(target)


def _refused(
    request: HttpRequest, action: str, ticket: Ticket, form: forms.ActionForm, error: ActionError
) -> HttpResponse:
    differences = []
    if error.code == "edited_meanwhile":
        form = _form_after_conflict(ticket, form)
        differences = differences_of(form, error.detail["theirs"])
    elif error.field in form.fields:
        form.add_error(error.field, str(error.message))
    return _form_page(request, action, ticket, form, error=error, differences=differences, status=error.status)


def _form_after_conflict(ticket: Ticket, form: forms.ActionForm) -> forms.ActionForm:
    """The same form with what was typed, now standing on the version that was saved meanwhile.

    Sending it once more is a decision made with both values in sight.
    """
    ticket.refresh_from_db()
    fresh = forms.EditForm(ticket=ticket, user=form.user, now=form.now)
    typed = cast(QueryDict, form.data).copy()
    typed["version"] = str(ticket.row_version)
    for name in forms.EditForm.NAMES:
        typed[f"initial-{name}"] = fresh.as_sent(name)
    again = forms.EditForm(typed, ticket=ticket, user=form.user, now=form.now)
    again.is_valid()
    return again


def differences_of(form: forms.ActionForm, theirs: dict[str, str]) -> list[dict[str, Any]]:
    """Both values of every field in which the two differ, as a person reads them."""
    rows = []
    for name in theirs:
        mine = form.cleaned_data.get(name)
        other = getattr(form.ticket, name)
        rows.append(
            {"label": FIELD_NAMES.get(name, name), "yours": forms.readable(mine), "theirs": forms.readable(other)}
        )
    return rows


def _form_page(
    request: HttpRequest,
    action: str,
    ticket: Ticket,
    form: forms.ActionForm,
    *,
    error: ActionError | None = None,
    differences: list[dict[str, Any]] | None = None,
    status: int = 200,
) -> HttpResponse:
    page = ACTIONS[action]
    context = {
        "ticket": ticket,
        "form": form,
        "action": action,
        "title": page.title or row_of(action).label,
        "button": page.button or row_of(action).label,
        "danger": page.danger,
        "private": page.private,
        "form_url": request.path,
        "refusal": "" if error is None or (error.field and error.field in form.fields) else error.message,
        "differences": differences,
        "blockers": closing_blockers(ticket) if action == "close_ticket" else [],
        "form_user": request.user.pk,
    }
    fragment = request.headers.get("HX-Request") == "true"
    template = "tickets/_action_form.html" if fragment else "tickets/action_form.html"
    return render(request, template, context, status=status)
