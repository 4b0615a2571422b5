"""Plain makers of dispatch: technicians who may go, and assignments made by the real action."""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from dispatch.models import Absence, Assignment, Certification, Shift, Technician, TechnicianSkill
from dispatch.services import assign_technician
from servicedesk import clock
from servicedesk.catalogue.models import ProductCategory
from servicedesk.people.models import Outlet, Role
from servicedesk.tickets.models import Ticket
from tests.make import NOW, make_category, make_handed_over, make_outlet, make_user

_numbers = count(1)
# A home in the middle of the tests' city.
HOME = (31.46, 104.73)
DAY = timedelta(days=1)


def make_technician(outlet: Outlet | None = None, **overrides: Any) -> Technician:
    """A technician of `outlet` with a certificate and the washing-machine skill (`level`).

    The shifts: 08:00 to 18:00 on the tests' day and the next, and round the present instant, for tests that let the
    clock run.
    """
    outlet = outlet or make_outlet()
    category: ProductCategory = overrides.pop("category", None) or make_category()
    level, name = overrides.pop("level", 2), overrides.pop("name", "")
    user = overrides.pop("user", None) or make_user(Role.TECHNICIAN, outlet, **({"name": name} if name else {}))
    fields = {"stars": 3, "home_lat": HOME[0], "home_lon": HOME[1], **overrides}
    technician = Technician.objects.create(user=user, outlet=outlet, **fields)
    TechnicianSkill.objects.create(technician=technician, category=category, level=level)
    make_certificate(technician)
    # NOW is ten in the morning: the shift began two hours ago.
    for start in (NOW - timedelta(hours=2), NOW - timedelta(hours=2) + DAY):
        make_shift(technician, start, start + timedelta(hours=10))
    present = clock.now()
    if abs(present - NOW) > 4 * DAY:
        make_shift(technician, present - DAY, present + 2 * DAY)
    return technician


def make_certificate(technician: Technician, **overrides: Any) -> Certification:
    fields = {
        "number": f"XJ{next(_numbers):06d}",
        "stars": technician.stars,
        "valid_from": date(2026, 1, 1),
        "valid_until": date(2099, 12, 31),
        **overrides,
    }
    return Certification.objects.create(technician=technician, **fields)


def make_shift(technician: Technician, start: datetime, end: datetime) -> Shift:
    return Shift.objects.create(technician=technician, span=DateTimeTZRange(start, end))


def make_absence(technician: Technician, start: datetime, end: datetime, reason: str = "leave") -> Absence:
    return Absence.objects.create(technician=technician, span=DateTimeTZRange(start, end), reason=reason)


def make_assignment(
    technician: Technician, start: datetime | None = None, minutes: int = 60, **overrides: Any
) -> Assignment:
    """An offered assignment of a ticket the technician's outlet has accepted.

    `ticket`, `actor` and `now` may be given, everything else goes to the ticket.
    """
    now, actor = overrides.pop("now", NOW), overrides.pop("actor", None)
    ticket: Ticket = overrides.pop("ticket", None) or make_handed_over(technician.outlet, **overrides)
    start = start or NOW + timedelta(hours=1)
    end = start + timedelta(minutes=minutes)
    return assign_technician(
        ticket.pk, technician, start, end, actor=actor, now=now + timedelta(minutes=3), override_reason="测试"
    )
