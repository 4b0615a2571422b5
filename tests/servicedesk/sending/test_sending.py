"""One attempt: what comes back is told, and nothing a receiver does breaks or holds up the sender."""

import base64
import hashlib
import hmac
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from servicedesk.sending.http import ANSWER_BYTES, EXCERPT_SIGNS, Sender, read_retry_after
from servicedesk.webhooks.signing import headers, new_secret, signature
from tests.conftest import ROOT
from tests.make_webhooks import Receiver, receiver

SENDER = Sender(loopback_allowed=True, deadline=1.0)


@pytest.fixture
def hook() -> Iterator[Receiver]:
    with receiver() as found:
        yield found


@contextmanager
def raw_server(talk: Any) -> Iterator[str]:
    """A server that says what `talk` does with the socket of its one visitor."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            visitor, _address = server.accept()
            with visitor:
                visitor.recv(65536)
                try:
                    talk(visitor)
                except OSError:
                    return

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"


def test_a_message_arrives_with_its_headers_path_and_bytes(hook: Receiver) -> None:
    body = '{"type":"ticket.open_ticket","words":"工单"}'.encode()
    answer = SENDER(hook.url, body, headers([new_secret()], "msg_1", 1_700_000_000, body))
    assert (answer.status, answer.excerpt, answer.is_delivered) == (200, "ok", True)
    [(sent, got)] = hook.got
    assert got == body
    assert sent["webhook-id"] == "msg_1"
    assert sent["webhook-timestamp"] == "1700000000"
    assert sent["content-type"] == "application/json"
    assert sent["host"] == hook.url.split("/")[2]


def test_a_redirect_is_not_followed(hook: Receiver) -> None:
    hook.answer = lambda _number: (302, {"Location": hook.url}, b"")
    answer = SENDER(hook.url, b"{}", {})
    assert (answer.status, answer.error, answer.is_delivered) == (302, "redirect", False)
    assert len(hook.got) == 1


def test_a_receiver_that_never_answers_is_left_at_the_deadline(hook: Receiver) -> None:
    def hang(_number: int) -> Any:
        hook.let_go.wait(20)
        return 200, {}, b""

    hook.answer = hang
    began = time.monotonic()
    answer = SENDER(hook.url, b"{}", {})
    assert (answer.status, answer.error, answer.is_unreachable) == (None, "timeout", True)
    assert time.monotonic() - began < 4


def test_a_receiver_that_answers_a_sign_at_a_time_is_left_at_the_deadline() -> None:
    def drip(visitor: socket.socket) -> None:
        visitor.sendall(b"HTTP/1.1 200 OK\r\n")
        for _time in range(200):
            visitor.sendall(b"X-Slow: 1\r\n")
            time.sleep(0.1)

    with raw_server(drip) as url:
        began = time.monotonic()
        answer = SENDER(url, b"{}", {})
    assert (answer.error, answer.is_delivered) == ("timeout", False)
    assert time.monotonic() - began < 4


def test_of_an_endless_answer_only_the_start_is_read() -> None:
    def flood(visitor: socket.socket) -> None:
        visitor.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
        while True:
            visitor.sendall(b"a\0\n" * 4096)

    with raw_server(flood) as url:
        answer = SENDER(url, b"{}", {})
    assert answer.is_delivered
    assert len(answer.excerpt) <= EXCERPT_SIGNS < ANSWER_BYTES
    assert "\0" not in answer.excerpt


@pytest.mark.parametrize("words", [b"", b"no http at all\r\n\r\n", b"HTTP/1.1 999999 x\r\n\r\n"])
def test_nonsense_is_no_answer(words: bytes) -> None:
    with raw_server(lambda visitor: visitor.sendall(words)) as url:
        answer = SENDER(url, b"{}", {})
    assert not answer.is_delivered
    assert answer.error in {"broken_off", "timeout"}


def test_where_nobody_listens_there_is_no_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    answer = SENDER(f"http://127.0.0.1:{port}/", b"{}", {})
    assert (answer.error, answer.is_unreachable) == ("no_connection", True)


def test_a_server_without_a_certificate_is_not_talked_to() -> None:
    with raw_server(lambda visitor: visitor.sendall(b"HTTP/1.1 200 OK\r\n\r\n")) as url:
        answer = SENDER(url.replace("http:", "https:"), b"{}", {})
    assert (answer.error, answer.is_unreachable) == ("tls", True)


def test_a_wish_to_be_left_alone_is_read_in_both_forms() -> None:
    assert read_retry_after("120") == 120
    at = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    assert read_retry_after(at) == pytest.approx(90, abs=5)
    for nonsense in (None, "", "soon", "-5", "12.5", "１２"):
        assert read_retry_after(nonsense) is None, nonsense


def test_the_signature_is_that_of_standard_webhooks() -> None:
    # Known answer of the specification's own libraries.
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'
    assert signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body) == (
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


def test_while_a_secret_changes_either_one_verifies() -> None:
    old, new = new_secret(), new_secret()
    sent = headers([new, old], "msg_1", 5, b"{}")
    for secret in (old, new):
        key = base64.b64decode(secret.removeprefix("whsec_"))
        expected = base64.b64encode(hmac.new(key, b"msg_1.5.{}", hashlib.sha256).digest()).decode()
        assert f"v1,{expected}" in sent["webhook-signature"].split(" ")
    assert len(sent["webhook-signature"].split(" ")) == 2


def verifier() -> Any:
    """The example of docs/webhooks.md as receivers copy it."""
    page = (Path(ROOT) / "docs" / "webhooks.md").read_text()
    code = re.search(r"```python\n(.*?)```", page, re.DOTALL)
    assert code is not None
    names: dict[str, Any] = {}
    exec(code[1], names)
    return names["verify"]


def test_the_example_of_the_handbook_takes_what_we_send_and_nothing_else() -> None:
    verify, old, new = verifier(), new_secret(), new_secret()
    now = int(time.time())
    body = b'{"type":"webhook.test"}'
    sent = headers([new, old], "msg_1", now, body)
    assert verify(sent, body, [old])
    assert verify(sent, body, [new])
    assert not verify(sent, body + b" ", [new])
    assert not verify(sent, body, [new_secret()])
    assert not verify({**sent, "webhook-id": "msg_2"}, body, [new])
    assert not verify(headers([new], "msg_1", now - 301, body), body, [new]), "a replay after five minutes"
    assert not verify({}, body, [new])
