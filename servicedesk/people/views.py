"""Views for signing in and for the language."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView
from django.http import HttpResponseBase
from django.views.decorators.http import require_POST

from servicedesk.people.forms import SignInForm

sign_in = LoginView.as_view(
    template_name="registration/login.html", authentication_form=SignInForm, redirect_authenticated_user=True
)


def choose_language(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Django's own view, for visitors too: the customer's page and the sign-in have a language switch."""
    return require_POST(login_not_required(view))
