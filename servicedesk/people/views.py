"""Views for signing in and for a person's own settings."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from servicedesk.access import staff_of
from servicedesk.people.forms import SignInForm

THEMES = frozenset({"auto", "light", "dark"})

sign_in = LoginView.as_view(
    template_name="registration/login.html", authentication_form=SignInForm, redirect_authenticated_user=True
)


def back_to(request: HttpRequest) -> str:
    """The page to return to, when it is one of ours; else the start."""
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if target and safe else "/"


def choose_language(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Django's own view, for visitors too: the customer's page and the sign-in have a language switch."""
    return require_POST(login_not_required(view))


@require_POST
def set_theme(request: HttpRequest, **_kwargs: Any) -> HttpResponseRedirect:
    """Keeps the person's choice of light, dark or as the device."""
    user = staff_of(request)
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        user.theme = theme
        user.save(update_fields=["theme"])
    return redirect(back_to(request))
