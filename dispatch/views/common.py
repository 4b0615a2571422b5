"""What the pages of dispatch share: who plans, which outlet is looked at, where to go afterwards."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from dispatch.access import planned_outlets
from servicedesk.people.models import Outlet, Role

PLANNERS = (Role.DISPATCHER, Role.SUPERVISOR, Role.MANAGER)


class SeeOther(HttpResponseRedirect):
    """After a POST the browser fetches the page (303), so that “reload” sends nothing twice."""

    status_code = 303


def back_to(request: HttpRequest, default: str) -> str:
    """The address named `next`, if it is one of our own, else `default`."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return wanted
    return default


def queue_url(view: str = "") -> str:
    """The address of a view of the queue."""
    return reverse("dispatch_queue") + (f"?view={view}" if view else "")


def chosen_outlet(request: HttpRequest, user: Any) -> tuple[Outlet | None, list[Outlet]]:
    """The outlet in the address (None where none or a foreign one is named) and those to choose from."""
    outlets = list(planned_outlets(user))
    named = request.GET.get("outlet", "")
    return next((one for one in outlets if str(one.pk) == named), None), outlets


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asks, and wants figures rather than a page."""
    return request.headers.get("Accept", "").startswith("application/json")


def is_fragment(request: HttpRequest) -> bool:
    """Whether only a part of the page is asked for."""
    return request.headers.get("HX-Request") == "true"


def no_store(response: HttpResponse) -> HttpResponse:
    """The response, kept by nobody: page and fragment share an address."""
    response.headers["Vary"] = "HX-Request, Accept"
    response.headers["Cache-Control"] = "no-store"
    return response
