"""Assignments: who goes to which ticket, when, and for how long; by the same action as the page."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dispatch.access import planned_outlets
from dispatch.forms import LONGEST_MINUTES
from dispatch.models import ACTIVE, Assignment, Technician
from dispatch.people.facts import iso
from dispatch.people.imports.common import EMPLOYEE_NO, Bench
from dispatch.selectors.days import zone_of
from dispatch.services import assign_technician
from servicedesk.errors import ActionError, invalid
from servicedesk.imports.cells import BadCellError, clock_time, day, text, whole
from servicedesk.imports.kinds import Cells, Column, Kind, Look
from servicedesk.people.models import Role
from servicedesk.tickets.models import Ticket

# What an action says of a field, as a column of the file.
FIELDS = {"span_start": "start", "span_end": "minutes", "technician": "employee_no"}


def quarter(given: str) -> Any:
    """Reads a time of day on a quarter of an hour."""
    found = clock_time(given)
    if found.minute % 15:
        raise BadCellError(_("a quarter of an hour such as 08:30"))
    return found


COLUMNS = (
    Column("ticket", gettext_lazy("Ticket number"), text(20), "260310-0001"),
    EMPLOYEE_NO,
    Column("day", gettext_lazy("Day of the job"), day, "2026-03-10", allowed=gettext_lazy("Local day of the outlet.")),
    Column("start", gettext_lazy("Start"), quarter, "09:00", allowed=gettext_lazy("On a quarter of an hour.")),
    Column(
        "minutes",
        gettext_lazy("Length in minutes"),
        whole(15, LONGEST_MINUTES),
        "60",
        allowed=gettext_lazy("From 15 to 720."),
    ),
    Column(
        "override_reason",
        gettext_lazy("Why a rule is overridden"),
        text(200),
        "",
        required=False,
        allowed=gettext_lazy("Needed only where a rule is broken; kept with the assignment."),
    ),
)


@dataclass
class AssignmentWork:
    """A row for each ticket that has nobody yet; one that is with this technician at this time is left alone."""

    bench: Bench

    def look(self, cells: Cells) -> Look:
        """Who has the ticket now. A ticket out of the importer's scope does not exist for him."""
        number = str(cells["ticket"])
        ticket = Ticket.objects.visible_to(self.bench.actor).filter(number=number).first()
        if ticket is None:
            raise invalid("ticket", "ticket_not_found", _("the number of a ticket of your outlets"))
        technician = self._technician(str(cells["employee_no"]))
        start = datetime.combine(cells["day"], cells["start"], zone_of(technician.outlet))
        end = start + timedelta(minutes=cells["minutes"])
        lead = Assignment.objects.filter(ticket=ticket, state__in=ACTIVE, part=Assignment.Part.LEAD).first()
        before = _facts(lead) if lead is not None else None
        same = before == {"technician": technician.pk, "start": iso(start), "end": iso(end)}
        return Look(number, before, same, (ticket, technician, start, end))

    def write(self, cells: Cells, look: Look) -> dict[str, Any]:
        """Assigns as the page does, with the same refusals."""
        ticket, technician, start, end = look.found
        try:
            assignment = assign_technician(
                ticket.pk,
                technician,
                start,
                end,
                actor=self.bench.actor,
                now=self.bench.now,
                override_reason=cells["override_reason"] or "",
            )
        except ActionError as error:
            error.field = FIELDS.get(error.field, error.field)
            raise
        return _facts(assignment)

    def undo(self, cells: Cells, before: dict[str, Any] | None, after: dict[str, Any]) -> None:
        """Never asked: the kind has no way back."""
        raise NotImplementedError

    def _technician(self, number: str) -> Technician:
        known = self.bench.people.get(number.casefold())
        if known is None:
            found = Technician.objects.filter(outlet__in=planned_outlets(self.bench.actor))
            known = found.select_related("outlet").filter(user__employee_no__iexact=number).first()
            if known is None:
                raise invalid("employee_no", "technician_unknown", _("the number of a technician of your outlets"))
            self.bench.people[number.casefold()] = known
        return known


def _facts(assignment: Assignment) -> dict[str, Any]:
    return {
        "technician": assignment.technician_id,
        "start": iso(assignment.span.lower),
        "end": iso(assignment.span.upper),
    }


ASSIGNMENTS = Kind(
    "assignments",
    gettext_lazy("Assignments"),
    gettext_lazy("Who goes to which ticket, when, and for how long; with the same rules as on the page."),
    COLUMNS,
    frozenset({Role.DISPATCHER, Role.SUPERVISOR, Role.MANAGER}),
    lambda actor, now: AssignmentWork(Bench(actor, now)),
    no_undo=gettext_lazy(
        "There is no way back in one go: technicians and customers are told at once. Each ticket can be reassigned."
    ),
    most_rows=300,
    icon="list-check",
)
