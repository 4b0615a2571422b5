"""The doors through which an assignment can be proposed; each gives the code of its answer and changes nothing.

An empty code lets it pass, `override_reason_missing` asks for a reason, every other code forbids it.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import reverse

from dispatch.models import Technician
from dispatch.services import Why, assign_technician, reassign_technician
from servicedesk import clock
from servicedesk.errors import ActionError
from servicedesk.imports.kinds import KINDS
from servicedesk.imports.services import look_at_file
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from tests.make_api import ApiClient
from tests.make_dispatch import make_assignment

MISSING = "override_reason_missing"


@contextmanager
def taken_back() -> Iterator[None]:
    """Whatever happens inside has not happened afterwards."""
    before = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(before)


@dataclass(frozen=True)
class Proposal:
    """Who would go to which ticket, when."""

    ticket: Ticket
    technician: Technician
    start: datetime
    minutes: int

    @property
    def end(self) -> datetime:
        return self.start + timedelta(minutes=self.minutes)

    @property
    def fields(self) -> dict[str, Any]:
        """As the board and the form send it, local time."""
        local = self.start.astimezone(clock.LOCAL)
        return {
            "technician": self.technician.pk,
            "day": local.date().isoformat(),
            "start": f"{local:%H:%M}",
            "minutes": self.minutes,
        }


@dataclass
class House:
    """Who knocks: a dispatcher with a browser and a token, at an instant."""

    dispatcher: User
    now: datetime
    spare: Technician

    def __post_init__(self) -> None:
        self.browser = Client()
        self.browser.force_login(self.dispatcher)
        self.api = ApiClient(self.dispatcher)

    def board(self, asked: Proposal) -> str:
        """The check the board asks while a job is dragged."""
        with clock.at(self.now):
            answer = self.browser.get(reverse("assignment_check", args=[asked.ticket.number]), asked.fields)
        body = answer.json()
        if answer.status_code != 200:
            return str(body["code"])
        if body["allowed"]:
            return MISSING if body["needs_reason"] else ""
        return str(next(one["code"] for one in body["findings"] if one["hard"]))

    def form(self, asked: Proposal) -> str:
        """The form, sent as the board sends it."""
        with taken_back(), clock.at(self.now):
            address = reverse("assignment_create", args=[asked.ticket.number])
            answer = self.browser.post(address, asked.fields, headers={"Accept": "application/json"})
        return str(answer.json().get("code", ""))

    def booking(self, asked: Proposal) -> str:
        """The action itself."""

        def call() -> None:
            assign_technician(
                asked.ticket.pk, asked.technician, asked.start, asked.end, actor=self.dispatcher, now=self.now
            )

        return _refused(call)

    def reassignment(self, asked: Proposal) -> str:
        """The same for a ticket that somebody else has already."""
        with taken_back():
            far = self.now + timedelta(days=40)
            make_assignment(self.spare, far, ticket=asked.ticket, now=self.now - timedelta(minutes=3))
            Ticket.objects.filter(pk=asked.ticket.pk).update(promised_from=None, promised_until=None)
            why = Why("换人")

            def call() -> None:
                reassign_technician(
                    asked.ticket.pk,
                    asked.technician,
                    asked.start,
                    asked.end,
                    why,
                    actor=self.dispatcher,
                    now=self.now,
                )

            return _refused(call)

    def rest(self, asked: Proposal) -> str:
        """The API."""
        body = {
            "technician_id": asked.technician.pk,
            "span_start": asked.start.isoformat(),
            "span_end": asked.end.isoformat(),
        }
        with taken_back(), clock.at(self.now):
            answer = self.api.act(asked.ticket.number, "assign_technician", body)
        return str(json.loads(answer.content).get("code", ""))

    def imported(self, asked: Proposal) -> str:
        """The dry run of a file with this one row."""
        sent = asked.fields
        columns = KINDS["assignments"].columns
        row = {
            "ticket": asked.ticket.number,
            "employee_no": asked.technician.user.employee_no,
            "day": sent["day"],
            "start": sent["start"],
            "minutes": str(asked.minutes),
            "override_reason": "",
        }
        lines = (",".join(str(column.title) for column in columns), ",".join(row[column.key] for column in columns))
        with taken_back():
            data = "\r\n".join(lines).encode()
            batch = look_at_file("assignments", "a.csv", data, actor=self.dispatcher, now=self.now)
            return str(batch.rows.get().code)

    @property
    def doors(self) -> dict[str, Callable[[Proposal], str]]:
        """Every door by name."""
        return {
            "board": self.board,
            "form": self.form,
            "booking": self.booking,
            "reassignment": self.reassignment,
            "api": self.rest,
            "import": self.imported,
        }


def _refused(call: Callable[[], None]) -> str:
    with taken_back():
        try:
            call()
        except ActionError as error:
            return error.code
    return ""
