"""Agents at work: they open tickets and look at the list all the time, and remember every answer they got."""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from uuid import uuid4

from django.conf import settings
from django.test import Client

from servicedesk.project.embedded.ports import LOOPBACK
from tests.chaos.house import START_SECONDS, House
from tests.chaos.processes import until
from tests.chaos.work import Desk
from tests.make_api import intake_body, make_token

PAUSE_SECONDS = 0.1
ANSWER_SECONDS = 30.0


@dataclass
class Answer:
    """What a request got: its status (0 where nobody answered), when, and how long it took, in seconds."""

    what: str
    status: int
    at: float
    seconds: float
    text: str = ""


@dataclass
class Agents:
    """One agent's hands on a house: he opens a ticket, looks at the list, opens the next."""

    port: int
    token: str
    session: str
    body: str
    answers: list[Answer] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def work(self) -> None:
        """Goes on until told to stop."""
        while not self.stopping.wait(PAUSE_SECONDS):
            self.ask("create", "POST", "/api/v1/tickets")
            self.ask("list", "GET", "/tickets/")

    def ask(self, what: str, method: str, path: str) -> Answer:
        """One request and what came of it."""
        headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={self.session}"}
        if method == "POST":
            headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
            headers["Idempotency-Key"] = str(uuid4())
        began = time.monotonic()
        connection = HTTPConnection(LOOPBACK, self.port, timeout=ANSWER_SECONDS)
        try:
            connection.request(method, path, self.body if method == "POST" else None, headers)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")[:300]
            status = answer.status
        except (OSError, HTTPException) as error:
            status, text = 0, repr(error)
        finally:
            connection.close()
        found = Answer(what, status, began, time.monotonic() - began, text)
        self.answers.append(found)
        return found

    def statuses(self, since: float = 0.0) -> Counter[tuple[str, int]]:
        """How often each request got each status."""
        return Counter((each.what, each.status) for each in self.answers if each.at >= since)

    def refused(self, outages: list[tuple[float, float]] | None = None) -> list[str]:
        """I6: answers other than 201 and 200, save those asked or answered while the database was away."""
        return [
            f"I6 {each.what} {each.status} after {each.seconds:.1f} s: {each.text}"
            for each in self.answers
            if each.status not in {200, 201} and not _within(each, outages or [])
        ]


def _within(answer: Answer, outages: list[tuple[float, float]]) -> bool:
    return any(answer.at <= end and answer.at + answer.seconds >= began for began, end in outages)


@contextmanager
def agents_at_work(house: House, desk: Desk) -> Iterator[Agents]:
    """An agent who works as long as the block lasts, on the pages of `house`, which are started for him."""
    user = desk.agents[0]
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    body = json.dumps(intake_body(desk.customers[0]))
    house.web()
    agents = Agents(house.web_port, make_token(user), session, body)
    until(lambda: agents.ask("start", "GET", "/tickets/").status == 200, START_SECONDS, "the pages")
    agents.answers.clear()
    thread = threading.Thread(target=agents.work, daemon=True)
    thread.start()
    try:
        yield agents
    finally:
        agents.stopping.set()
        thread.join(ANSWER_SECONDS)
