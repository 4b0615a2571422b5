"""Shifts: a row for each stretch of hours, so that a split shift is two rows; a night shift ends on the next day."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext_lazy

from dispatch.models import Shift, Technician
from dispatch.people.facts import iso, shift_facts
from dispatch.people.imports.common import EMPLOYEE_NO, ROLES, Bench, instants, require_unchanged
from dispatch.people.services import ShiftWanted, put_shift, remove_shift
from dispatch.people.services.shifts import MOST_LUNCH
from dispatch.selectors.days import zone_of
from servicedesk.imports.cells import clock_time, day, whole
from servicedesk.imports.kinds import Cells, Column, Kind, Look
from servicedesk.imports.restoring import an_instant

COLUMNS = (
    EMPLOYEE_NO,
    Column(
        "day",
        gettext_lazy("Day of the shift"),
        day,
        "2026-03-10",
        allowed=gettext_lazy("The day on which the shift begins."),
    ),
    Column(
        "start", gettext_lazy("Shift from"), clock_time, "08:30", allowed=gettext_lazy("Local time of the outlet.")
    ),
    Column(
        "end",
        gettext_lazy("Shift until"),
        clock_time,
        "17:30",
        allowed=gettext_lazy("Not later than the beginning means on the next day."),
    ),
    Column("lunch_from", gettext_lazy("Lunch from"), clock_time, "11:30", required=False),
    Column("lunch_until", gettext_lazy("Lunch until"), clock_time, "13:30", required=False),
    Column(
        "lunch_minutes",
        gettext_lazy("Lunch, minutes"),
        whole(0, MOST_LUNCH),
        "45",
        required=False,
        allowed=gettext_lazy("How long a pause has to stay free in the hours of lunch."),
    ),
)


@dataclass
class ShiftWork:
    """A row for each stretch; one that begins at the same instant is the same one."""

    bench: Bench

    def look(self, cells: Cells) -> Look:
        """The shift of that person that begins then."""
        technician = self.bench.technician(str(cells["employee_no"]))
        wanted = _wanted(technician, cells)
        shift = Shift.objects.filter(technician=technician, span__startswith=wanted.start).first()
        before = shift_facts(shift) if shift is not None else None
        same = before == {
            "start": iso(wanted.start),
            "end": iso(wanted.end),
            "lunch_from": iso(wanted.lunch_from),
            "lunch_until": iso(wanted.lunch_until),
            "lunch_minutes": wanted.lunch_minutes,
        }
        return Look(f"{technician.pk}:{iso(wanted.start)}", before, same, (technician, wanted, shift))

    def write(self, cells: Cells, look: Look) -> dict[str, Any]:
        """Puts the shift."""
        technician, wanted, shift = look.found
        replaces = shift.pk if shift is not None else None
        bench = self.bench
        return shift_facts(put_shift(technician.pk, wanted, actor=bench.actor, now=bench.now, replaces=replaces))

    def undo(self, cells: Cells, before: dict[str, Any] | None, after: dict[str, Any]) -> None:
        """Puts the former hours, or takes the new ones away."""
        look = self.look(cells)
        technician, wanted, shift = look.found
        require_unchanged(look.before, after)
        bench = self.bench
        if before is None:
            remove_shift(technician.pk, shift.pk, actor=bench.actor, now=bench.now)
            return
        former = ShiftWanted(
            wanted.start,
            an_instant(before["end"]) or wanted.end,
            an_instant(before["lunch_from"]),
            an_instant(before["lunch_until"]),
            before["lunch_minutes"],
        )
        put_shift(technician.pk, former, actor=bench.actor, now=bench.now, replaces=shift.pk)


def _wanted(technician: Technician, cells: Cells) -> ShiftWanted:
    start, end = instants(technician, cells["day"], cells["start"], cells["end"])

    def inside(at: time | None) -> datetime | None:
        """The time of day on the first or, where it lies before the start, on the second day of the shift."""
        if at is None:
            return None
        first = datetime.combine(cells["day"], at, zone_of(technician.outlet))
        return first if first >= start else datetime.combine(cells["day"] + timedelta(days=1), at, first.tzinfo)

    return ShiftWanted(
        start, end, inside(cells["lunch_from"]), inside(cells["lunch_until"]), cells["lunch_minutes"] or 0
    )


SHIFTS = Kind(
    "shifts",
    gettext_lazy("Shifts"),
    gettext_lazy("Hours of work with lunch; a split shift is two rows, a night shift ends on the next day."),
    COLUMNS,
    ROLES,
    lambda actor, now: ShiftWork(Bench(actor, now)),
    icon="calendar-time",
)
