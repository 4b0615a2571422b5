"""Refusals as the API tells them: `{code, field, message, detail}` with the statuses of docs/api.md."""

from collections.abc import Iterator
from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, serializers
from rest_framework.response import Response

from servicedesk.errors import FORBIDDEN, INVALID, OUT_OF_SCOPE, ActionError

# Codes of what is refused before an action is reached. The words of the framework are kept where they say more.
CODES: dict[type[exceptions.APIException], str] = {
    exceptions.ParseError: "malformed",
    exceptions.NotAuthenticated: "not_signed_in",
    exceptions.AuthenticationFailed: "token_invalid",
    exceptions.PermissionDenied: "csrf_failed",
    exceptions.NotFound: "not_found",
    exceptions.MethodNotAllowed: "method_not_allowed",
    exceptions.NotAcceptable: "not_acceptable",
    exceptions.UnsupportedMediaType: "unsupported_media_type",
    exceptions.Throttled: "throttled",
}


class PreconditionError(ActionError):
    """A missing (428) or stale (412) `If-Match`."""


def answer_of(exception: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to what an endpoint raised; None for a fault of ours, which is a 500."""
    if isinstance(exception, ActionError):
        return Response(exception.as_dict(), status=exception.status)
    if isinstance(exception, Http404):
        return Response(_body("not_found", _("There is nothing of that name for you here.")), status=OUT_OF_SCOPE)
    if isinstance(exception, exceptions.ValidationError):
        return Response(_invalid(exception), status=INVALID)
    if not isinstance(exception, exceptions.APIException):
        return None
    headers = {}
    if header := getattr(exception, "auth_header", None):
        headers["WWW-Authenticate"] = header
    if (wait := getattr(exception, "wait", None)) is not None:
        headers["Retry-After"] = str(int(wait))
    code = CODES.get(type(exception), "refused")
    return Response(_body(code, str(exception.detail)), status=exception.status_code, headers=headers)


def role_refused() -> ActionError:
    """The refusal of a role."""
    return ActionError("role_not_allowed", _("Your role may not do this."), status=FORBIDDEN)


def _body(code: str, message: Any) -> dict[str, Any]:
    return {"code": code, "field": "", "message": str(message), "detail": {}}


def _invalid(exception: exceptions.ValidationError) -> dict[str, Any]:
    """The first wrong field in front, all of them in the detail."""
    wrong = list(_fields(exception.detail))
    first = wrong[0] if wrong else {"field": "", "code": "invalid", "message": ""}
    return {**first, "detail": {"errors": wrong}}


def first_of(exception: exceptions.ValidationError) -> dict[str, Any]:
    """What a body that does not fit is refused with, for a caller that keeps the refusal."""
    return _invalid(exception)


def _fields(detail: Any, path: str = "") -> Iterator[dict[str, str]]:
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _fields(inner, _path(path, name))
    elif isinstance(detail, list):
        for inner in detail:
            yield from _fields(inner, path)
    else:
        yield {"code": str(getattr(detail, "code", "invalid")), "field": path, "message": str(detail)}


def _path(outer: str, name: Any) -> str:
    """The path of a field inside another: `repairs[1].returned_on`; a line of a list has its number, from 0."""
    if isinstance(name, int):
        return f"{outer}[{name}]"
    return ".".join(word for word in (outer, "" if name == "non_field_errors" else str(name)) if word)


class Refusal(serializers.Serializer[Any]):
    """Why a request was refused. Nothing was changed."""

    code = serializers.CharField(help_text="Stable; programs decide by it.")
    field = serializers.CharField(allow_blank=True, help_text="The field to mend, empty where it is none.")
    message = serializers.CharField(help_text="For people, in the language of the request.")
    detail = serializers.DictField(help_text="What goes with the code.")
