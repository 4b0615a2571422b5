"""The event stream: real uvicorn, real Valkey, real sockets."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
import time_machine
from django.conf import settings
from django.core import signing
from django.db import transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from servicedesk.notify import live
from servicedesk.project.embedded.binaries import find_valkey
from servicedesk.project.embedded.ports import free_port
from servicedesk.project.embedded.valkey import Valkey

ROOT = Path(__file__).resolve().parents[2]
PAGE = "http://127.0.0.1:8000"


class Stream:
    """An open event stream, read event by event."""

    def __init__(self, port: int, token: str, origin: str = PAGE) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=15)
        self.connection.request("GET", f"/events?token={token}", headers={"Origin": origin})
        self.answer = self.connection.getresponse()

    def next_event(self) -> tuple[str, Any]:
        """Return the next event's name and data; comments and the retry line are passed over."""
        name, data = "", None
        while line := self.answer.readline():
            text = line.decode().rstrip("\n")
            if text.startswith("event: "):
                name = text.removeprefix("event: ")
            elif text.startswith("data: "):
                data = json.loads(text.removeprefix("data: "))
            elif not text and name:
                return name, data
        return "(end)", None

    def close(self) -> None:
        self.connection.close()


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    """A server of this test's own, which may be stopped and started."""
    server = Valkey(find_valkey(), tmp_path / "valkey", "a-password", durable=False)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def port(valkey: Valkey, settings: Any, wait_for: Callable[[Callable[[], Any]], None]) -> Iterator[int]:
    """The port of a running event process that listens to `valkey`, as the publishing side does."""
    settings.REDIS_URL = valkey.url
    port = free_port()
    environment = {**os.environ, "REDIS_URL": valkey.url, "EVENTS_ORIGINS": PAGE}
    command = [sys.executable, "-m", "uvicorn", "servicedesk.project.asgi_events:application", "--port", str(port)]
    process = subprocess.Popen([*command, "--timeout-graceful-shutdown", "2"], cwd=ROOT, env=environment)
    wait_for(lambda: health(port).get("redis") == "ok")
    yield port
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) in {0, -signal.SIGTERM}


def health(port: int) -> dict[str, Any]:
    try:
        return dict(json.loads(get(port, "/healthz")[1]))
    except (OSError, ValueError):
        return {}


def get(port: int, path: str, method: str = "GET") -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request(method, path)
    answer = connection.getresponse()
    content = answer.status, answer.read().decode()
    connection.close()
    return content


def say(channels: list[str], kind: str, data: dict[str, Any]) -> None:
    """Publish at once, without waiting for a transaction to commit."""
    envelope = json.dumps({"channels": channels, "type": kind, "data": data})
    live.publisher(settings.REDIS_URL).send(envelope)


def test_a_page_hears_what_happens_on_its_channels_once_and_nothing_else(port: int, wait_for: Any) -> None:
    stream = Stream(port, live.stream_token(7, ["user:7", "desk"]))
    wait_for(lambda: health(port)["pages"] == 1)
    say(["user:8", "outlet:1"], "secret", {})
    say(["user:7", "desk"], "notice", {"id": 5, "text": "换行\n不断"})
    say(["desk"], "ticket", {"id": 6})
    assert stream.answer.status == 200
    assert stream.answer.headers["Content-Type"] == "text/event-stream; charset=utf-8"
    assert stream.next_event() == ("notice", {"id": 5, "text": "换行\n不断"})
    assert stream.next_event() == ("ticket", {"id": 6})
    stream.close()


def test_our_own_pages_on_another_port_may_read_it_and_strangers_may_not(port: int) -> None:
    token = live.stream_token(7, ["desk"])
    ours, strange = Stream(port, token), Stream(port, token, "https://elsewhere.example")
    assert ours.answer.headers["Access-Control-Allow-Origin"] == PAGE
    assert strange.answer.headers["Access-Control-Allow-Origin"] is None
    ours.close()
    strange.close()


def test_a_missing_forged_or_old_token_opens_nothing(port: int) -> None:
    with time_machine.travel(time.time() - settings.EVENTS_TOKEN_SECONDS - 5):
        old = live.stream_token(7, ["desk"])
    forged = signing.dumps({"u": 7, "c": ["desk"]}, key="another key", salt=live.SALT, compress=True)
    for token in ("", "nonsense", old, forged):
        status, body = get(port, f"/events?token={token}")
        assert (status, json.loads(body)) == (401, {"code": "token_invalid"})


def test_other_paths_and_methods_are_refused(port: int) -> None:
    assert get(port, "/")[0] == 404
    assert get(port, "/events", method="POST")[0] == 405


def test_the_stream_says_when_its_token_has_expired_and_ends(port: int) -> None:
    with time_machine.travel(time.time() - settings.EVENTS_TOKEN_SECONDS + 3):
        token = live.stream_token(7, ["desk"])
    stream = Stream(port, token)
    assert stream.next_event() == ("expired", {})
    assert stream.next_event() == ("(end)", None)
    stream.close()


def test_after_redis_came_back_pages_are_told_to_look_again_and_hear_on(
    port: int, valkey: Valkey, wait_for: Any
) -> None:
    stream = Stream(port, live.stream_token(7, ["desk"]))
    wait_for(lambda: health(port)["pages"] == 1)
    valkey.stop()
    wait_for(lambda: health(port)["redis"] == "away")
    valkey.start()
    assert stream.next_event() == ("resync", {})
    say(["desk"], "ticket", {"id": 1})
    assert stream.next_event() == ("ticket", {"id": 1})
    stream.close()


def test_a_page_that_leaves_is_forgotten(port: int, wait_for: Any) -> None:
    stream = Stream(port, live.stream_token(7, ["desk"]))
    wait_for(lambda: health(port)["pages"] == 1)
    stream.answer.close()
    stream.close()
    wait_for(lambda: health(port)["pages"] == 0)


def heard() -> Any:
    """A listener on the topic of this installation, subscribed."""
    pubsub = redis.Redis.from_url(settings.REDIS_URL).pubsub()
    pubsub.subscribe(live.topic(settings.REDIS_URL))
    assert pubsub.get_message(timeout=5) is not None
    return pubsub


@pytest.mark.django_db(transaction=True)
def test_publishing_waits_for_the_commit() -> None:
    pubsub = heard()
    with transaction.atomic():
        live.publish(["desk"], "ticket", {"id": 3})
        assert pubsub.get_message(timeout=0.2) is None
    message = pubsub.get_message(timeout=5)
    assert message is not None
    assert json.loads(message["data"]) == {"channels": ["desk"], "type": "ticket", "data": {"id": 3}}
    pubsub.close()


@pytest.mark.django_db
def test_a_rolled_back_change_is_never_told(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    def fail_after_publishing() -> None:
        with transaction.atomic():
            live.publish(["desk"], "ticket", {})
            raise ZeroDivisionError

    with django_capture_on_commit_callbacks() as callbacks, pytest.raises(ZeroDivisionError):
        fail_after_publishing()
    assert callbacks == []


@pytest.mark.django_db
def test_publishing_while_redis_is_away_costs_little_and_raises_nothing(
    settings: Any, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    began = time.monotonic()
    with django_capture_on_commit_callbacks(execute=True):
        for number in range(1, 50):
            live.publish([f"user:{number}"], "notice", {})
    assert time.monotonic() - began < 1


def test_an_unknown_kind_of_channel_is_the_callers_fault() -> None:
    for channel in ("everybody", "user:", "user:0x1", "ticket:12 ", "desk:1"):
        with pytest.raises(ValueError, match="unknown kind of channel"):
            live.publish([channel], "x", {})
        with pytest.raises(ValueError, match="unknown kind of channel"):
            live.stream_token(1, [channel])


def test_the_token_carries_user_channels_and_its_end() -> None:
    with time_machine.travel(1_800_000_000, tick=False):
        listener = live.read_token(live.stream_token(7, ["outlet:3", "role:agent", "outlet:3"]))
    assert listener == live.Listener(7, frozenset({"outlet:3", "role:agent"}), 1_800_000_300.0)


def test_installations_that_share_a_server_do_not_hear_each_other() -> None:
    assert live.topic("redis://h/3") != live.topic("redis://h/4")
    assert live.topic("redis://h") == live.topic("redis://h/0")
