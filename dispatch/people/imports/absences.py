"""Leave, sickness and training. Booked jobs inside are named, and stay for a person to look after."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext_lazy

from dispatch.models import Absence, Technician
from dispatch.people.facts import absence_facts, iso
from dispatch.people.imports.common import EMPLOYEE_NO, ROLES, Bench, require_unchanged, words_in_every_language
from dispatch.people.services import AbsenceWanted, put_absence, remove_absence
from dispatch.people.services.holding import LONGEST_REASON
from dispatch.selectors.days import zone_of
from servicedesk.imports.cells import clock_time, day, one_of, text
from servicedesk.imports.kinds import Cells, Column, Kind, Look
from servicedesk.imports.restoring import an_instant


def _choices() -> list[tuple[str, str]]:
    return [(value, str(label)) for value, label in Absence.Reason.choices]


COLUMNS = (
    EMPLOYEE_NO,
    Column("first_day", gettext_lazy("First day"), day, "2026-03-10"),
    Column(
        "start",
        gettext_lazy("From time"),
        clock_time,
        "",
        required=False,
        allowed=gettext_lazy("Local time of the outlet; empty: from the beginning of the first day."),
    ),
    Column("last_day", gettext_lazy("Last day"), day, "2026-03-12", allowed=gettext_lazy("It still belongs to it.")),
    Column(
        "end",
        gettext_lazy("Until time"),
        clock_time,
        "",
        required=False,
        allowed=gettext_lazy("Local time of the outlet; empty: until the end of the last day."),
    ),
    Column(
        "reason",
        gettext_lazy("Reason"),
        one_of(words_in_every_language(_choices)),
        "leave",
        allowed=gettext_lazy("leave, sick, training or other; in Chinese or English."),
    ),
    Column(
        "word",
        gettext_lazy("Why despite booked jobs"),
        text(LONGEST_REASON),
        "",
        required=False,
        allowed=gettext_lazy("Needed only where booked jobs lie inside; they then need attention."),
    ),
)


@dataclass
class AbsenceWork:
    """A row for each absence; one of the same person that begins at the same instant is the same one."""

    bench: Bench

    def look(self, cells: Cells) -> Look:
        """The absence of that person that begins then."""
        technician = self.bench.technician(str(cells["employee_no"]))
        wanted = _wanted(technician, cells)
        absence = Absence.objects.filter(technician=technician, span__startswith=wanted.start).order_by("pk").first()
        before = absence_facts(absence) if absence is not None else None
        same = before == {"start": iso(wanted.start), "end": iso(wanted.end), "reason": wanted.reason}
        return Look(f"{technician.pk}:{iso(wanted.start)}", before, same, (technician, wanted, absence))

    def write(self, cells: Cells, look: Look) -> dict[str, Any]:
        """Puts the absence."""
        technician, wanted, absence = look.found
        replaces = absence.pk if absence is not None else None
        bench = self.bench
        return absence_facts(put_absence(technician.pk, wanted, actor=bench.actor, now=bench.now, replaces=replaces))

    def undo(self, cells: Cells, before: dict[str, Any] | None, after: dict[str, Any]) -> None:
        """Puts the former absence, or takes the new one away."""
        look = self.look(cells)
        technician, wanted, absence = look.found
        require_unchanged(look.before, after)
        bench = self.bench
        if before is None:
            remove_absence(technician.pk, absence.pk, actor=bench.actor, now=bench.now)
            return
        former = AbsenceWanted(wanted.start, an_instant(before["end"]) or wanted.end, before["reason"], wanted.word)
        put_absence(technician.pk, former, actor=bench.actor, now=bench.now, replaces=absence.pk)


def _wanted(technician: Technician, cells: Cells) -> AbsenceWanted:
    zone = zone_of(technician.outlet)
    last: date = cells["last_day"]
    start = datetime.combine(cells["first_day"], cells["start"] or time(), zone)
    end = (
        datetime.combine(last, cells["end"], zone)
        if cells["end"] is not None and cells["end"] != time()
        else datetime.combine(last + timedelta(days=1), time(), zone)
    )
    return AbsenceWanted(start, end, cells["reason"], cells["word"] or "")


ABSENCES = Kind(
    "absences",
    gettext_lazy("Leave"),
    gettext_lazy("Days and hours in which technicians are away, with the reason."),
    COLUMNS,
    ROLES,
    lambda actor, now: AbsenceWork(Bench(actor, now)),
    icon="beach",
)
