"""Makers for tests of webhooks: an endpoint, and a receiver that answers as it is told."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from servicedesk.webhooks.kinds import KINDS
from servicedesk.webhooks.models import WebhookEndpoint
from servicedesk.webhooks.services import Wanted, add_endpoint
from tests.make import NOW

Reply = tuple[int, dict[str, str], bytes]
# A receiver that takes the message and drops the line without an answer.
HANG_UP: Reply = (0, {}, b"")


def make_endpoint(
    url: str = "http://127.0.0.1:9/hooks", *kinds: str, now: datetime = NOW, description: str = "ERP"
) -> WebhookEndpoint:
    """An active endpoint that hears of every kind unless some are named."""
    return add_endpoint(Wanted(url, description, kinds or KINDS), actor=None, now=now)


@dataclass
class Receiver:
    """A web server of the test: what came in, and what it answers (200 unless told otherwise)."""

    url: str = ""
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answer: Callable[[int], Reply] = lambda _number: (200, {}, b"ok")
    # Set it to let a receiver go that hangs in its answer.
    let_go: threading.Event = field(default_factory=threading.Event)

    def ids(self) -> list[str]:
        """The ids of the messages that came in."""
        return [headers["webhook-id"] for headers, _body in self.got]


@contextmanager
def receiver() -> Iterator[Receiver]:
    """A receiver on this machine, on a port of its own, for the length of the block."""
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            status, headers, content = reply = found.answer(len(found.got))
            if reply is HANG_UP:
                self.close_connection = True
                return
            try:
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(content))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)
            except OSError:
                self.close_connection = True

        def log_message(self, *_args: Any) -> None:
            """Keeps quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    found.url = f"http://127.0.0.1:{server.server_port}/hooks?from=yipiao"
    try:
        yield found
    finally:
        found.let_go.set()
        server.shutdown()
        server.server_close()
