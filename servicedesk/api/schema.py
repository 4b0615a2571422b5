"""The description of the API, drawn from the same `Operation` that runs a request."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework.serializers import ListSerializer

from servicedesk.api.errors import Refusal

VERSION_WORDS = "The version that was read, as its `ETag` told it."
KEY_WORDS = "A name of your own for this request; a repeat under the same name is answered, not done again (24 h)."
REFUSALS = {
    400: "The body is no JSON, or the `Idempotency-Key` is missing or unusable.",
    401: "Neither a valid token nor a session.",
    403: "The role may not do it, the token lacks the scope, or the CSRF token is missing.",
    404: "There is no such thing for this user.",
    406: "Only JSON is spoken.",
    409: "The state does not allow it, another one was faster, or the first request is still being worked on.",
    412: "Changed since the version named in `If-Match`; the detail holds both values.",
    413: "The body is too long.",
    415: "Only JSON is understood.",
    422: "A field is wrong; `field` names it.",
    428: "`If-Match` is missing.",
    429: "Too many requests; `Retry-After` says how many seconds to wait.",
}
ALWAYS = (401, 403, 406, 429)
WRITING = (400, 409, 413, 415, 422)


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """A token in the Authorization header."""

    target_class = "servicedesk.api.authentication.BearerAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """How it is sent."""
        return {"type": "http", "scheme": "bearer"}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The session of a browser."""

    target_class = "servicedesk.api.authentication.BrowserAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """How it is sent."""
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}


class OperationSchema(AutoSchema):
    """One operation in OpenAPI."""

    @property
    def endpoint(self) -> Any:
        """The endpoint that is described."""
        return self.view

    @property
    def made(self) -> Any:
        """The operation that is described."""
        return self.endpoint.operation_of(self.method)

    def get_operation_id(self) -> str:
        """The name of the action."""
        return str(self.made.name)

    def get_tags(self) -> list[str]:
        """The room it belongs to."""
        return [self.endpoint.tag]

    def get_description(self) -> str:  # type: ignore[override]
        """The words of the method; who may and with which scope."""
        words = (getattr(self.view, self.method.lower()).__doc__ or self.view.__doc__ or "").strip()
        words = "\n".join(line.strip() for line in words.splitlines())
        roles = ", ".join(sorted(self.made.allowed))
        return f"{words}\n\nScope `{self.made.scope}`; roles: {roles}."

    def get_request_serializer(self) -> Any:
        """What is sent."""
        return self.made.body if self.made.body._declared_fields else None

    def get_response_serializers(self) -> Any:
        """What is answered, and every refusal."""
        made = self.made
        answer = made.answer(many=True) if made.many else made.answer
        found = {made.status: OpenApiResponse(answer, description=_done(made.status))}
        if made.tagged and self.method == "GET":
            found[304] = OpenApiResponse(description="Not changed since `If-None-Match`.")
        statuses = [*ALWAYS, *(WRITING if self.method != "GET" else ())]
        if made.find is not None:
            statuses.append(404)
        if made.versioned:
            statuses += [412, 428]
        if made.checks_version:
            statuses.append(428)
        if self.method == "GET" and made.query._declared_fields:
            statuses.append(422)
        if self.method == "GET" and 422 not in statuses:
            # A question it does not know is refused too.
            statuses.append(422)
        for status in sorted(set(statuses)):
            found[status] = OpenApiResponse(Refusal, description=REFUSALS[status])
        return found

    def get_override_parameters(self) -> list[Any]:
        """Headers, and the fields of the question."""
        made = self.made
        found: list[Any] = [made.query] if self.method == "GET" and made.query._declared_fields else []
        if made.versioned or made.checks_version:
            found.append(_header("If-Match", VERSION_WORDS, required=made.versioned))
        if self.method != "GET":
            found.append(_header("Idempotency-Key", KEY_WORDS, required=made.key == "required"))
        if made.tagged and self.method == "GET":
            found.append(_header("If-None-Match", "The `ETag` of the answer at hand.", required=False))
        return found

    def _is_list_view(self, serializer: Any = None) -> bool:
        return isinstance(serializer, ListSerializer)


def _done(status: int) -> str:
    return "Made." if status == 201 else "Done."


def _header(name: str, words: str, *, required: bool) -> OpenApiParameter:
    return OpenApiParameter(name, str, OpenApiParameter.HEADER, description=words, required=required)


def refuse_unknown_fields(result: dict[str, Any], **_more: Any) -> dict[str, Any]:
    """Says of every body that is sent, and of what stands in it, that it has no other fields."""
    shapes = result["components"]["schemas"]
    waiting = [
        body["schema"]
        for path in result["paths"].values()
        for made in path.values()
        for body in made.get("requestBody", {}).get("content", {}).values()
    ]
    while waiting:
        part = waiting.pop()
        if "$ref" in part:
            shape = shapes[part["$ref"].rsplit("/", 1)[1]]
            if shape.get("type") == "object" and "additionalProperties" not in shape:
                shape["additionalProperties"] = False
                waiting += shape.get("properties", {}).values()
        waiting += [inner for inner in (part.get("items"), *part.get("allOf", ())) if inner]
    return result
