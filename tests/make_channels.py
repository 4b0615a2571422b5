"""Makers for tests of channels: settings that work, notices that wait, and a mail server that does as it is told."""

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from itertools import count
from typing import Any

from servicedesk.notify.models import ChannelSettings, Notification
from servicedesk.notify.services import notify
from servicedesk.people.models import User
from tests.make import make_user

_numbers = count(1)


def make_channel(channel: str, **overrides: Any) -> ChannelSettings:
    """A channel that is switched on; `address` is that of the provider of text messages."""
    usual: dict[str, Any] = {
        "is_active": True,
        "sender": "易票 <service@example.org>" if channel == "email" else "易票",
        "field_key": "id",
    }
    return ChannelSettings.objects.create(channel=channel, **{**usual, **overrides})


def make_reader(**overrides: Any) -> User:
    """A member of staff who can be reached on every channel."""
    n = next(_numbers)
    return make_user(**{"email": f"staff{n}@example.org", "phone": f"1390000{n:04d}", **overrides})


def make_outgoing(channel: str, reader: User | None = None, kind: str = "praise", **fields: Any) -> Notification:
    """A notice that waits to leave the house; `fields` are set on its row."""
    reader = reader or make_reader()
    key = f"test:{next(_numbers)}"
    notify(key, [reader], kind, values=fields.pop("values", None), channels=(channel,))
    Notification.objects.filter(event_key=key).update(**fields)
    return Notification.objects.get(event_key=key)


@dataclass
class MailServer:
    """A mail server of the test: the letters it took, and what it does with the next one."""

    port: int = 0
    got: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    # The answer to the letter; "" takes it and cuts the connection, "hang" takes it and says nothing.
    after_data: Callable[[int], str] = lambda _number: "250 taken"
    rcpt: str = "250 ok"
    let_go: threading.Event = field(default_factory=threading.Event)

    def ids(self) -> list[str]:
        """The Message-IDs that came in."""
        return [str(letter["Message-ID"]) for letter in self.got]


class _Talk(socketserver.StreamRequestHandler):
    """One connection to the mail server."""

    @property
    def found(self) -> MailServer:
        server: Any = self.server
        kept: MailServer = server.found
        return kept

    def handle(self) -> None:
        try:
            self.say("220 test")
            while (line := self.rfile.readline().decode().strip()) and self.answer(line):
                continue
        except OSError:
            return

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())

    def answer(self, line: str) -> bool:
        verb = line.split(" ", 1)[0].upper()
        if verb == "DATA":
            return self.take_letter()
        if verb == "RCPT":
            self.found.recipients.append(line)
        self.say({"RCPT": self.found.rcpt, "QUIT": "221 bye"}.get(verb, "250 ok"))
        return verb != "QUIT"

    def take_letter(self) -> bool:
        self.say("354 go on")
        lines = list(iter(self.rfile.readline, b".\r\n"))
        self.found.got.append(BytesParser(policy=policy.default).parsebytes(b"".join(lines)))
        answer = self.found.after_data(len(self.found.got))
        if answer == "hang":
            self.found.let_go.wait(9)
        elif answer:
            self.say(answer)
        return answer not in {"", "hang"}


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address, daemon_threads = True, True
    found: MailServer


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """A mail server on this machine, on a port of its own, for the length of the block."""
    server = _Server(("127.0.0.1", 0), _Talk)
    server.found = found = MailServer(port=server.server_address[1])
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield found
    finally:
        found.let_go.set()
        server.shutdown()
        server.server_close()
