"""Turns a refused action into an answer: the same words on a page, in a fragment and in JSON."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from servicedesk.errors import ActionError


class RefusalMiddleware:
    """Answers an `ActionError` with its status; the database is as it was, since actions run in a transaction."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, ActionError):
            return None
        if request.headers.get("Accept", "").startswith("application/json"):
            return JsonResponse(exception.as_dict(), status=exception.status)
        fragment = request.headers.get("HX-Request") == "true"
        template = "errors/_refusal.html" if fragment else "errors/refusal.html"
        return render(request, template, {"refusal": exception}, status=exception.status)
