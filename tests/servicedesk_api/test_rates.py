"""Rates: a full minute is 429 with the seconds to wait, by scope and token; without Redis nobody is held up."""

from typing import Any

import pytest
from django.core.cache import cache

from tests.make import make_user
from tests.make_api import ApiClient, make_token

pytestmark = pytest.mark.django_db


def test_a_full_minute_is_429_for_this_scope_and_token_only(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    at = [1200.0]
    monkeypatch.setattr("servicedesk.api.throttles.time.time", lambda: at[0])
    settings.API_RATES = {"read": 3, "write": 3}
    user = make_user()
    client = ApiClient(user)
    seen = [client.get("/outlets").status_code for _ in range(4)]
    assert seen == [200, 200, 200, 429]
    refused = client.get("/outlets")
    assert (refused.json()["code"], refused.headers["Retry-After"]) == ("throttled", "61")
    assert client.get("/tickets").status_code == 200
    assert ApiClient(user, token=make_token(user)).get("/outlets").status_code == 200
    at[0] += 60
    assert client.get("/outlets").status_code == 200


def test_while_redis_is_away_nobody_is_held_up(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.API_RATES = {"read": 1, "write": 1}
    client = ApiClient(make_user())

    def away(*_args: object) -> int:
        raise ValueError

    monkeypatch.setattr(cache, "incr", away)
    assert {client.get("/outlets").status_code for _ in range(4)} == {200}
