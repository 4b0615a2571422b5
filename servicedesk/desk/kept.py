"""A form sent after the sign-in ran out waits in the browser's session until the same person is back."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.urls import reverse

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

SLOT = "kept_form"
# Longer than any form of ours; more is no typing.
MOST_SIGNS = 20_000
# Names the person who typed; somebody else who signs in at the same browser gets nothing of it.
OWNER = "form_user"


def keeps_form(back: str = "", *, unless: Callable[..., bool] | None = None) -> Callable[[View[P]], View[P]]:
    """Lets a form come in without a sign-in, keeps it, and leads to the sign-in and back.

    `back` names the page to come back to where the form is not sent to its own page. `unless`, asked with the
    arguments of the view, says for which form nothing may be kept: what was typed there is dropped on the way.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def gate(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if request.user.is_authenticated:
                return view(request, *args, **kwargs)
            page = reverse(back) if back else request.path
            if request.method == "POST" and not (unless is not None and unless(*args, **kwargs)):
                _keep(request, page)
            return redirect_to_login(page if back else request.get_full_path())

        login_not_required(gate)
        return cast("View[P]", gate)

    return decorate


def _keep(request: HttpRequest, page: str) -> None:
    typed = request.POST.copy()
    typed.pop("csrfmiddlewaretoken", None)
    encoded = typed.urlencode()
    if len(encoded) <= MOST_SIGNS:
        request.session[SLOT] = {"path": page, "data": encoded}


def take_kept(request: HttpRequest) -> QueryDict | None:
    """What this person had sent to this page when the sign-in ran out; it is given once."""
    kept = request.session.get(SLOT)
    if kept is None or kept["path"] != request.path:
        return None
    del request.session[SLOT]
    typed = QueryDict(kept["data"])
    return typed if typed.get(OWNER) == str(request.user.pk) else None
