"""The doors through which an assignment can be proposed; each gives the code of its answer and changes nothing.

An empty code lets it pass, `override_reason_missing` asks for a reason, every other code forbids it.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import reverse

from dispatch.models import Technician
from dispatch.selectors.candidates import shortlist_of
from dispatch.services import Why, assign_technician, reassign_technician
from servicedesk import clock
from servicedesk.catalogue.models import FaultCode
from servicedesk.errors import ActionError
from servicedesk.imports.kinds import KINDS
from servicedesk.imports.services import look_at_file
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from tests.make_api import ApiClient
from tests.make_dispatch import DAY, make_absence, make_assignment

MISSING = "override_reason_missing"
# The list of candidates tells what is the matter with the hours of a day, every other door with those of one proposal.
HOURS_OF_A_DAY = frozenset({"no_shift", "job_too_long", "absent", "day_full"})
HOURS = frozenset({"job_too_long", "absent", "outside_shift", "double_booked"})


def is_same(listed: str, code: str) -> bool:
    """Whether the list of candidates says the same as the other doors."""
    return listed == code or (listed in HOURS_OF_A_DAY and code in HOURS)


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
        self.tags: dict[str, str] = {}

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

    def reassignments(self, asked: Sequence[Proposal]) -> list[str]:
        """The same for tickets that somebody else has already, in the order of the proposals."""
        found: dict[Proposal, str] = {}
        for ticket in {one.ticket for one in asked}:
            with taken_back():
                far = self.now + timedelta(days=40)
                make_assignment(self.spare, far, ticket=ticket, now=self.now - timedelta(minutes=3))
                Ticket.objects.filter(pk=ticket.pk).update(promised_from=None, promised_until=None)
                found |= {one: self._reassigned(one) for one in asked if one.ticket == ticket}
        return [found[one] for one in asked]

    def _reassigned(self, asked: Proposal) -> str:
        def call() -> None:
            reassign_technician(
                asked.ticket.pk,
                asked.technician,
                asked.start,
                asked.end,
                Why("换人"),
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
        number = asked.ticket.number
        with taken_back(), clock.at(self.now):
            # Nothing stays of what is asked, so that what was read once stays the version.
            if number not in self.tags:
                self.tags[number] = self.api.tag_of(number)
            answer = self.api.act(number, "assign_technician", body, version=self.tags[number])
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

    def candidates(self, asked: Proposal) -> str:
        """The list of candidates of that day, for work as long as this, with no other time left to the technician."""
        with taken_back():
            FaultCode.objects.filter(tickets=asked.ticket).update(minutes=asked.minutes)
            make_absence(asked.technician, asked.start - DAY, asked.start)
            make_absence(asked.technician, asked.end, asked.end + DAY)
            ticket = Ticket.objects.get(pk=asked.ticket.pk)
            listed = shortlist_of(ticket, self.now, asked.start.astimezone(clock.LOCAL).date())
        row = next((one for one in listed.best if one.technician == asked.technician), None)
        if row is not None:
            span = row.candidate.span
            assert span is not None
            assert (span.start, span.end) == (asked.start, asked.end)
            return MISSING if row.wants_reason else ""
        # Who is not in service does not stand in the list at all.
        found = (one.code for one in listed.excluded if asked.technician.pk in one.keys)
        return next(found, "technician_inactive")

    @property
    def doors(self) -> dict[str, Callable[[Proposal], str]]:
        """The doors that answer one proposal after the other, by name."""
        return {
            "board": self.board,
            "form": self.form,
            "booking": self.booking,
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
