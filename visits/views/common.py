"""What the pages of a visit share: who acts, answering after success and after a refusal."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from servicedesk import clock
from servicedesk.access import may_read_contact, staff_of
from servicedesk.errors import CONFLICT, INVALID, ActionError
from servicedesk.people.models import Role, User
from visits.access import visit_or_404
from visits.models import Visit, VisitEvent

SEE_OTHER = 303
NO_CONTENT = 204
# A device whose clock shows another year than these shows nonsense.
DEVICE_YEARS = range(2000, 2100)


@dataclass(frozen=True)
class Opened:
    """A visit on the page of somebody: who, when, and why where he acts for the technician."""

    request: HttpRequest
    user: User
    visit: Visit
    now: datetime
    on_behalf: str

    @property
    def may_act(self) -> bool:
        """Whether the buttons work: for the technician, and for a supervisor who has said why."""
        return self.user.role == Role.TECHNICIAN or (self.user.role == Role.SUPERVISOR and bool(self.on_behalf))

    def hand(self) -> dict[str, Any]:
        """The keyword arguments of every action of a visit."""
        return {
            "actor": self.user,
            "now": self.now,
            "device_at": device_time(self.request),
            "on_behalf": self.on_behalf,
        }

    def context(self, **more: Any) -> dict[str, Any]:
        """What every page of a visit shows."""
        return {
            "visit": self.visit,
            "ticket": self.visit.ticket,
            "now": self.now,
            "may_act": self.may_act,
            "may_step_in": self.user.role == Role.SUPERVISOR and self.visit.is_living,
            "on_behalf": self.on_behalf,
            "full_contact": may_read_contact(self.user),
            **more,
        }


def opened(request: HttpRequest, visit_id: int) -> Opened:
    """The visit as the signed-in person may see it. Raises Http404."""
    user = staff_of(request)
    visit = visit_or_404(user, visit_id)
    reason = request.session.get(behalf_key(visit_id), "") if user.role == Role.SUPERVISOR else ""
    return Opened(request, user, visit, clock.now(), reason)


def behalf_key(visit_id: int) -> str:
    """Where the session keeps why a supervisor acts on a visit."""
    return f"on_behalf_{visit_id}"


def device_time(request: HttpRequest) -> datetime | None:
    """The device's own time as the page sent it; None where it sent none or nonsense."""
    try:
        moment = parse_datetime(request.POST.get("device_at", ""))
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None and moment.year in DEVICE_YEARS else None


def done(request: HttpRequest, url: str, message: str = "") -> HttpResponse:
    """Answers a POST that did its work: the browser goes to `url` and shows `message` there."""
    if message:
        messages.success(request, message)
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=NO_CONTENT, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url, status=SEE_OTHER)


def repeated(refusal: ActionError, visit: Visit, step: str) -> bool:
    """Whether a refusal only says that this very step was taken already: a second tap, no mistake."""
    late = refusal.code in {"wrong_state", "already_signed"}
    return late and VisitEvent.objects.filter(visit=visit, step=step).exists()


def already(request: HttpRequest, url: str) -> HttpResponse:
    """Answers a second tap."""
    return done(request, url, _("This has already been recorded."))


def refused(
    request: HttpRequest, template: str, context: dict[str, Any], refusal: ActionError | None = None
) -> HttpResponse:
    """The page again with what was typed and what is wrong with it: 409 or 422. Other refusals are not for a form."""
    if refusal is None:
        return render(request, template, context, status=INVALID)
    if refusal.status not in {CONFLICT, INVALID}:
        raise refusal
    form = context.get("form")
    if isinstance(form, Form) and form.is_bound and refusal.field in form.fields:
        form.add_error(refusal.field, str(refusal.message))
    else:
        context = {**context, "refusal": refusal.message}
    return render(request, template, context, status=refusal.status)
