"""Views of the project itself."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from servicedesk import clock
from servicedesk.access import roles_allowed, staff_of
from servicedesk.project.context import home_of
from servicedesk.project.setting_cards import EDITORS, SETTINGS, groups_of


@require_GET
def home(request: HttpRequest) -> HttpResponseRedirect:
    """Sends everybody to the page his role starts the day on."""
    return redirect(home_of(staff_of(request)))


@require_GET
@roles_allowed(*SETTINGS.roles)
def house_settings(request: HttpRequest) -> HttpResponse:
    """What the house is run by, as cards in groups; which of them depends on the role."""
    user, now = staff_of(request), clock.now()
    groups = [
        {"group": group, "lines": [{"card": card, "fact": card.fact and card.fact(now)} for card in group.cards]}
        for group in groups_of(user)
    ]
    return render(request, "settings.html", {"groups": groups, "may_edit": user.role in EDITORS, "now": now})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose session has changed: says so; the browser still holds what was typed."""
    return render(request, "errors/csrf.html", {"reason": reason}, status=403)
