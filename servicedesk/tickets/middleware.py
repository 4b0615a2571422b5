"""Turns a refused action into an answer: the same words on a page, in a fragment and in JSON."""

from collections.abc import Callable
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from servicedesk.errors import INVALID, OUT_OF_SCOPE, ActionError

# PostgreSQL keeps every sign in a text but this one, and no keyboard sends it.
NUL = "\0"


class RefusalMiddleware:
    """Answers an `ActionError` with its status; the database is as it was, since actions run in a transaction."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Refuses an address (404) or a form (422) with a sign no text can hold; a question is asked without it.

        An endpoint of the API (it carries its class) reads and refuses what it is sent itself.
        """
        if hasattr(view, "cls"):
            return None
        if any(NUL in value for value in kwargs.values() if isinstance(value, str)):
            return _answer(request, ActionError("not_found", _("There is no such page."), status=OUT_OF_SCOPE))
        if any(NUL in word for pair in request.GET.lists() for word in _words(pair)):
            cast(Any, request).GET = _readable(request.GET)
        if any(NUL in word for pair in request.POST.lists() for word in _words(pair)):
            words = _("What was sent contains a sign that cannot be kept. Go back and type it again.")
            return _answer(request, ActionError("unreadable_sign", words, status=INVALID))
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The answer to a refusal; any other exception is left alone."""
        return _answer(request, exception) if isinstance(exception, ActionError) else None


def _words(sent: tuple[str, list[Any]]) -> list[str]:
    name, values = sent
    return [name, *map(str, values)]


def _readable(question: QueryDict) -> QueryDict:
    readable = QueryDict(mutable=True)
    for name, values in question.lists():
        readable.setlist(name.replace(NUL, ""), [str(value).replace(NUL, "") for value in values])
    return readable


def _answer(request: HttpRequest, refusal: ActionError) -> HttpResponse:
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse(refusal.as_dict(), status=refusal.status)
    fragment = request.headers.get("HX-Request") == "true"
    template = "errors/_refusal.html" if fragment else "errors/refusal.html"
    return render(request, template, {"refusal": refusal}, status=refusal.status)
