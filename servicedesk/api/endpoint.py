"""The shape of every endpoint: who may, what it is about, what was sent; then the same action the pages call."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial, wraps
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from servicedesk import clock
from servicedesk.access import staff_of
from servicedesk.api.authentication import BearerAuthentication, BrowserAuthentication
from servicedesk.api.errors import role_refused
from servicedesk.api.fields import Body, Nothing, checked
from servicedesk.api.idempotency import key_of, once
from servicedesk.api.models import ApiToken
from servicedesk.api.parsers import BoundedJSONParser
from servicedesk.api.renderers import PlainJSONRenderer
from servicedesk.api.schema import OperationSchema
from servicedesk.api.throttles import ScopeThrottle
from servicedesk.api.versions import expected_version
from servicedesk.errors import FORBIDDEN, ActionError
from servicedesk.people.models import User
from servicedesk.tickets.transitions import row_of

Shape = type[BaseSerializer[Any]]
Find = Callable[..., Any]
OPTIONAL, REQUIRED = "optional", "required"


@dataclass(frozen=True)
class Operation:
    """One thing that can be done at an address.

    `name` is its id in the schema and, where `roles` is None, its row in the table of transitions, which says who may.
    `find` turns user and address into what it is about, or raises 404. `key` says whether an `Idempotency-Key` is
    required or merely heeded. `versioned` ones need `If-Match`, `checks_version` ones heed it.
    """

    name: str
    scope: str
    answer: Shape
    roles: frozenset[str] | None = None
    body: type[Body] = Nothing
    query: type[Body] = Nothing
    find: Find | None = None
    status: int = 200
    many: bool = False
    key: str = OPTIONAL
    versioned: bool = False
    checks_version: bool = False
    tagged: bool = False

    @property
    def allowed(self) -> frozenset[str]:
        """The roles that may."""
        return row_of(self.name).roles if self.roles is None else self.roles


@dataclass(frozen=True)
class Call:
    """A request that has passed: who, when, about what, what was sent, and on which version."""

    request: Request
    user: User
    now: datetime
    found: Any = None
    given: dict[str, Any] = field(default_factory=dict)
    asked: dict[str, Any] = field(default_factory=dict)
    version: int | None = None


Handler = Callable[[Any, Call], Any]
Method = Callable[..., Response]


def operation(name: str, scope: str, answer: Shape, **more: Any) -> Callable[[Handler], Method]:
    """Makes a method of an endpoint from what answers a call: a response, or what `answer` shows."""
    made = Operation(name, scope, answer, **more)

    def decorate(handler: Handler) -> Method:
        @wraps(handler)
        def method(self: Any, request: Request, **place: Any) -> Response:
            return _run(made, partial(handler, self), request, place)

        method.operation = made  # type: ignore[attr-defined]
        return method

    return decorate


def _run(made: Operation, handler: Callable[[Call], Any], request: Request, place: dict[str, Any]) -> Response:
    user = staff_of(request._request)
    now = clock.now()
    found = made.find(user, **place) if made.find else None
    if request.method in {"GET", "HEAD"}:
        asked = checked(made.query, {name: values[-1] for name, values in request.query_params.lists()})
        return _answer(made, handler(Call(request, user, now, found, asked=asked)), user)
    heeded = made.versioned or made.checks_version
    version = expected_version(request, required=made.versioned) if heeded else None
    given = checked(made.body, request.data)
    key = key_of(request, required=made.key == REQUIRED)
    call = Call(request, user, now, found, given, version=version)

    def act() -> Response:
        with transaction.atomic():
            return _answer(made, handler(call), user)

    return once(request, user.pk, key, act, now)


def _answer(made: Operation, result: Any, reader: User) -> Response:
    if isinstance(result, Response):
        return result
    shown = made.answer(result, many=made.many, context={"reader": reader})
    return Response(shown.data, status=made.status)


class PassesGate(BasePermission):
    """Signed in, with a token of the scope, in a role that may; each is refused in its own words."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """True, or raises NotAuthenticated (401), ActionError (403 scope_missing, role_not_allowed)."""
        if not request.user or not request.user.is_authenticated:
            raise NotAuthenticated(_("Sign in, or send a token in the Authorization header."))
        made = view.operation_of(request.method)
        if made is None:
            return True
        if isinstance(request.auth, ApiToken) and not request.auth.allows(made.scope):
            words = _("This token is not for that.")
            raise ActionError("scope_missing", words, status=FORBIDDEN, detail={"scope": made.scope})
        if request.user.role not in made.allowed:
            raise role_refused()
        return True


class Endpoint(APIView):
    """An address of the API; its methods are made by `operation`."""

    tag = "tickets"
    authentication_classes = (BearerAuthentication, BrowserAuthentication)
    permission_classes = (PassesGate,)
    throttle_classes = (ScopeThrottle,)
    parser_classes = (BoundedJSONParser,)
    renderer_classes = (PlainJSONRenderer,)
    metadata_class = None
    schema = OperationSchema()

    def operation_of(self, method: str | None) -> Operation | None:
        """The operation behind an HTTP method, None where there is none."""
        name = "get" if method == "HEAD" else str(method).lower()
        return getattr(getattr(self, name, None), "operation", None)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Speaks the language a machine asks for; people are spoken to in the one they chose."""
        super().initial(request, *args, **kwargs)
        if request.auth is not None and "Accept-Language" in request.headers:
            translation.activate(translation.get_language_from_request(request._request))

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """No answer stays in a shared cache: what it shows depends on who asks."""
        done = super().finalize_response(request, response, *args, **kwargs)
        done.headers.setdefault("Cache-Control", "private, no-cache")
        done.headers["Content-Language"] = translation.get_language() or ""
        return done
