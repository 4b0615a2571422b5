"""Makers for tests of the API: a token, a client that sends it, and a body that opens a ticket."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.test import Client

from servicedesk import clock
from servicedesk.api.scopes import SCOPES
from servicedesk.api.tokens import issue_token
from servicedesk.people.models import Customer, User

BASE = "/api/v1"


def make_token(user: User, *scopes: str, days: int = 1, ago: timedelta = timedelta()) -> str:
    """The secret of a new token of `user`; without scopes it has all of them."""
    now = clock.now() - ago
    return issue_token(user, "test", scopes or SCOPES, days=days, actor=None, now=now).secret


class ApiClient:
    """Speaks JSON to the API, by token or by the session of `user`."""

    def __init__(self, user: User, *scopes: str, token: str = "") -> None:
        self.client = Client(raise_request_exception=False)
        self.headers = {"Authorization": f"Bearer {token or make_token(user, *scopes)}"}

    def get(self, path: str, question: dict[str, Any] | None = None, **headers: str) -> Any:
        return self.client.get(BASE + path, question or {}, headers={**self.headers, **headers})

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self._send("post", path, body, headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> Any:
        return self._send("patch", path, body, headers)

    def act(self, number: str, action: str, body: Any = None, version: Any = None) -> Any:
        """Does something to a ticket on the version read now, or on `version`."""
        known = self.tag_of(number) if version is None else version
        return self.post(f"/tickets/{number}/{action}", body, **{"If-Match": str(known)})

    def tag_of(self, number: str) -> str:
        """The version of a ticket as the API tells it now."""
        return str(self.get(f"/tickets/{number}").headers["ETag"])

    def make(self, path: str, body: Any, key: str = "") -> Any:
        """Makes something under a key of its own."""
        return self.post(path, body, **{"Idempotency-Key": key or str(uuid4())})

    def _send(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Any:
        send = getattr(self.client, method)
        sent = {} if body is None else body
        return send(BASE + path, sent, content_type="application/json", headers={**self.headers, **headers})


def intake_body(customer: Customer, **overrides: Any) -> dict[str, Any]:
    """What opens a repair ticket of `customer`."""
    return {
        "kind": "repair",
        "channel": "web",
        "customer_id": customer.pk,
        "category": "washing_machine",
        "description": "不转",
        **overrides,
    }
