"""Handing one message over by HTTP: to the pinned address, in bounded time, without following anybody anywhere."""

import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from typing import Any

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

from servicedesk.sending.addresses import AddressError, Resolve, Target, find_target, system_resolve

CONNECT_SECONDS = 3.0
# From the first sign to the last, whatever the other side does.
DEADLINE_SECONDS = 10.0
# More of an answer is neither read nor kept.
ANSWER_BYTES = 2000
EXCERPT_SIGNS = 500
AGENT = "Yipiao/1"


@dataclass(frozen=True)
class Answer:
    """What came of an attempt: a status, or the code of what went wrong before there was one."""

    status: int | None = None
    error: str = ""
    excerpt: str = ""
    millis: int = 0
    # Seconds the receiver asks to be left alone; None where it does not.
    retry_after: float | None = None
    # The answer as it came, as far as it was read.
    content: bytes = b""
    # Whether anything had been sent before the way broke off.
    was_begun: bool = False

    @property
    def is_delivered(self) -> bool:
        """Whether the receiver took the message."""
        return self.status is not None and 200 <= self.status < 300 and not self.error

    @property
    def is_uncertain(self) -> bool:
        """Whether the receiver may have taken it although nobody can tell."""
        return (self.status is None and self.was_begun) or self.status in {502, 504}

    @property
    def is_unreachable(self) -> bool:
        """Whether nobody answered at all: the next message would fare no better."""
        return self.status is None


Send = Callable[[str, bytes, Mapping[str, str]], Answer]


@dataclass(frozen=True)
class Sender:
    """Sends messages; `loopback_allowed` and `resolve` as in `find_target`, `deadline` in seconds."""

    loopback_allowed: bool = False
    resolve: Resolve = system_resolve
    deadline: float = DEADLINE_SECONDS

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """One POST. Never raises for what the network or the other side does; says it in the answer."""
        began = time.monotonic()
        try:
            target = find_target(url, loopback_allowed=self.loopback_allowed, resolve=self.resolve)
            found = self._post(target, body, headers)
        except AddressError as refused:
            found = Answer(error=refused.code)
        return replace(found, millis=round((time.monotonic() - began) * 1000))

    def _post(self, target: Target, body: bytes, headers: Mapping[str, str]) -> Answer:
        connection = self._connection(target)
        # A time-out of the socket starts anew with every byte; this one does not.
        late = threading.Event()
        watch = threading.Timer(self.deadline, _hang_up, [connection, late])
        watch.daemon = True
        watch.start()
        begun = False
        try:
            connection.connect()
            connection.timeout = self.deadline
            if connection.sock is not None:
                connection.sock.settimeout(self.deadline)
            sent = {"Content-Type": "application/json", **headers, "Host": target.host_header, "User-Agent": AGENT}
            begun = True
            connection.request("POST", target.path, body=body, headers=sent, preload_content=False)
            answer = connection.getresponse()
            start = answer.read(ANSWER_BYTES, decode_content=False)
            if late.is_set():  # cut off in the middle, it may look whole
                raise TimeoutError
            error = "redirect" if 300 <= answer.status < 400 else ""
            return Answer(
                answer.status,
                error,
                excerpt_of(start),
                retry_after=read_retry_after(answer.headers.get("Retry-After")),
                content=start,
                was_begun=True,
            )
        except (urllib3.exceptions.HTTPError, HTTPException, OSError) as error:
            return Answer(error="timeout" if late.is_set() else code_of(error), was_begun=begun)
        finally:
            watch.cancel()
            connection.close()

    def _connection(self, target: Target) -> HTTPConnection:
        timeout: Any = min(CONNECT_SECONDS, self.deadline)
        if target.scheme == "http":
            return HTTPConnection(target.address, target.port, timeout=timeout)
        return HTTPSConnection(
            target.address,
            target.port,
            timeout=timeout,
            server_hostname=target.host,
            assert_hostname=target.host,
            cert_reqs="CERT_REQUIRED",
            ssl_minimum_version=ssl.TLSVersion.TLSv1_2,
        )


def _hang_up(connection: HTTPConnection, late: threading.Event) -> None:
    late.set()
    sock: Any = connection.sock
    if sock is not None:
        try:
            sock.shutdown(2)
        except OSError:
            return  # it has ended by itself meanwhile


def code_of(error: Exception) -> str:
    """A stable word for what went wrong on the way."""
    if isinstance(error, urllib3.exceptions.NewConnectionError):
        return "no_connection"
    reason: BaseException | None = error
    while reason is not None:
        if isinstance(reason, ssl.SSLError | urllib3.exceptions.SSLError):
            return "tls"
        if isinstance(reason, TimeoutError | urllib3.exceptions.TimeoutError):
            return "timeout"
        reason = reason.__cause__ or reason.__context__
    return "broken_off"


def excerpt_of(start: bytes) -> str:
    """The beginning of an answer as text, without signs that have no ink."""
    text = start.decode("utf-8", "replace")
    return "".join(sign if sign.isprintable() else " " for sign in text)[:EXCERPT_SIGNS].strip()


def read_retry_after(value: str | None) -> float | None:
    """Seconds of a Retry-After header, given as seconds or as a date; None for anything else."""
    if value is None:
        return None
    if value.strip().isascii() and value.strip().isdigit():
        return float(value.strip()[:9])
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (at - datetime.now(UTC)).total_seconds()) if at.tzinfo is not None else None
