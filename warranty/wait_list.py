"""What waits now and which right it leads to: the rows of the page "Parts waiting"."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from servicedesk.catalogue.models import Appliance
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from warranty.access import appliances_for, waits_for
from warranty.models import PartsWait, RightWatch
from warranty.wording.rights import RIGHTS

# More than a person can look through; the nearest come first.
MOST = 200
NEAR = timedelta(days=14)
VIEWS = ("all", "near", "arisen", "late", "repairer")
_NO_DAY = date.max


@dataclass(frozen=True)
class Waiting:
    """One job that waits, or is in repair so long that local law counts its days."""

    appliance: Appliance
    ticket: Ticket | None
    wait: PartsWait | None
    watch: RightWatch | None
    today: date

    @property
    def since(self) -> date:
        """The day its days are counted from: the hand-over where a right is on its way, else the wait's first day."""
        if self.watch is not None:
            return self.watch.since
        return self.wait.since if self.wait is not None else self.today

    @property
    def days(self) -> int:
        """Days counted until today."""
        return (self.today - self.since).days

    @property
    def days_left(self) -> int | None:
        """Days until the right arises; 0 or less once it has, None where none is on its way."""
        return (self.watch.arises_on - self.today).days if self.watch is not None else None

    @property
    def right(self) -> str:
        """What the customer may ask for then, in words; empty where nothing comes by mere days."""
        return str(RIGHTS[self.watch.kind]) if self.watch is not None else ""

    @property
    def tone(self) -> str:
        """How near it is: ok, warn, danger, or neutral without a right on its way."""
        if self.watch is None:
            return "neutral"
        if self.watch.arises_on <= self.today:
            return "danger"
        return "warn" if self.watch.arises_on - self.today <= NEAR or self.watch.warned_at else "ok"

    @property
    def is_late(self) -> bool:
        """Whether the promised day has passed."""
        return self.wait is not None and self.wait.promised_on is not None and self.wait.promised_on < self.today

    def fits(self, view: str) -> bool:
        """Whether it belongs in a view of the page."""
        return {
            "near": self.tone == "warn",
            "arisen": self.tone == "danger",
            "late": self.is_late,
            "repairer": self.wait is not None and self.wait.cause == PartsWait.Cause.REPAIRER,
        }.get(view, True)


def waiting_for(user: User, today: date) -> list[Waiting]:
    """Every open wait and living watch that `user` may see, the nearest right first; at most 200, in three queries."""
    of = ("category", "model", "customer")
    units = [f"{path}{name}" for path in ("appliance__", "ticket__appliance__") for name in of]
    waits = waits_for(user).filter(ended_on=None).select_related("ticket__owner", "ticket__outlet", *units)
    watches = RightWatch.objects.filter(ended_at=None, appliance__in=appliances_for(user))
    watches = watches.select_related("ticket__owner", "ticket__outlet", *units[:3]).order_by("arises_on", "id")
    return rows_of(list(waits.order_by("since", "id")[:MOST]), list(watches[:MOST]), today)


def of_appliance(appliance: Appliance, today: date) -> list[Waiting]:
    """What waits on one appliance."""
    waits = PartsWait.objects.of(appliance).filter(ended_on=None).select_related("ticket__owner", "ticket__outlet")
    watches = RightWatch.objects.filter(appliance=appliance, ended_at=None).select_related("ticket__owner")
    return rows_of(list(waits), list(watches), today, appliance)


def rows_of(
    waits: Sequence[PartsWait], watches: Sequence[RightWatch], today: date, unit: Appliance | None = None
) -> list[Waiting]:
    """Waits with the watch of their cause beside them, and the watches that stand alone; the nearest first."""
    by_unit = {(watch.appliance_id, watch.kind): watch for watch in watches}
    rows = []
    for wait in waits:
        appliance = unit or wait.unit
        if appliance is None:
            continue
        kind = RightWatch.Kind.PARTS_WAIT if wait.cause == PartsWait.Cause.NO_PARTS else RightWatch.Kind.REPAIRER_DELAY
        rows.append(Waiting(appliance, wait.ticket, wait, by_unit.pop((appliance.pk, kind), None), today))
    rows += [Waiting(unit or watch.appliance, watch.ticket, None, watch, today) for watch in by_unit.values()]
    return sorted(rows, key=lambda row: (row.watch.arises_on if row.watch is not None else _NO_DAY, row.since))
