"""Views of the project itself."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from servicedesk.access import staff_of
from servicedesk.project.context import home_of


@require_GET
def home(request: HttpRequest) -> HttpResponseRedirect:
    """Sends everybody to the page his role starts the day on."""
    return redirect(home_of(staff_of(request)))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose session has changed: says so; the browser still holds what was typed."""
    return render(request, "errors/csrf.html", {"reason": reason}, status=403)
