"""Technicians: outlet, stars, home and overtime of people who have an account already."""

from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dispatch.models import Technician
from dispatch.people.access import require_keeper
from dispatch.people.facts import profile_facts
from dispatch.people.imports.common import EMPLOYEE_NO, ROLES, Bench, outlet_named
from dispatch.people.services import ProfileWanted, add_technician, save_profile
from dispatch.people.services.profile import MOST_OVERTIME
from servicedesk.errors import invalid
from servicedesk.imports.cells import decimal, one_of, text, whole
from servicedesk.imports.kinds import Cells, Column, Kind, Look
from servicedesk.people.models import Role, User


def _yes_or_no() -> dict[str, bool]:
    return {"yes": True, "no": False, "1": True, "0": False, "是": True, "否": False}


COLUMNS = (
    EMPLOYEE_NO,
    Column("outlet", gettext_lazy("Outlet"), text(60), "W01", allowed=gettext_lazy("Code or name of the outlet.")),
    Column(
        "stars", gettext_lazy("Star level"), whole(1, 5), "3", required=False, allowed=gettext_lazy("From 1 to 5.")
    ),
    Column(
        "home_lat",
        gettext_lazy("Start latitude"),
        decimal,
        "31.4672",
        required=False,
        allowed=gettext_lazy("WGS-84 degrees, north; both coordinates or none."),
    ),
    Column(
        "home_lon",
        gettext_lazy("Start longitude"),
        decimal,
        "104.7410",
        required=False,
        allowed=gettext_lazy("WGS-84 degrees, east; both coordinates or none."),
    ),
    Column(
        "overtime",
        gettext_lazy("Overtime, minutes"),
        whole(0, MOST_OVERTIME),
        "60",
        required=False,
        allowed=gettext_lazy("Minutes a day that may be worked after a shift, at most 240."),
    ),
    Column(
        "active",
        gettext_lazy("Active"),
        one_of(_yes_or_no),
        "1",
        required=False,
        allowed=gettext_lazy("1 for yes, 0 for no; empty leaves it as it is."),
    ),
)


@dataclass
class TechnicianWork:
    """Rows with an account; empty cells of an existing technician leave what stands there."""

    bench: Bench

    def look(self, cells: Cells) -> Look:
        """The technician behind the account, if there is one already."""
        number = str(cells["employee_no"])
        user = User.objects.filter(employee_no__iexact=number).first()
        if user is None or user.role != Role.TECHNICIAN:
            raise invalid(
                "employee_no", "account_unknown", _("the number of a technician's account; an administrator opens it")
            )
        technician = Technician.objects.select_related("outlet").filter(user=user).first()
        wanted = _wanted(cells, technician)
        require_keeper(self.bench.actor, technician.outlet_id if technician is not None else wanted.outlet.pk)
        before = profile_facts(technician) if technician is not None else None
        return Look(number.casefold(), before, before == _facts(wanted), (user, technician, wanted))

    def write(self, cells: Cells, look: Look) -> dict[str, Any]:
        """Takes the technician on, or changes him."""
        user, technician, wanted = look.found
        bench = self.bench
        if technician is None:
            return profile_facts(add_technician(user, wanted, actor=bench.actor, now=bench.now))
        return profile_facts(save_profile(technician.pk, wanted, actor=bench.actor, now=bench.now))

    def undo(self, cells: Cells, before: dict[str, Any] | None, after: dict[str, Any]) -> None:
        """Never asked: the kind has no way back."""
        raise NotImplementedError


def _wanted(cells: Cells, technician: Technician | None) -> ProfileWanted:
    wanted = ProfileWanted(outlet_named(str(cells["outlet"])))
    if technician is not None:
        wanted = ProfileWanted(
            wanted.outlet,
            technician.stars,
            technician.home_lat,
            technician.home_lon,
            technician.overtime_minutes,
            technician.is_active,
        )
    given: dict[str, Any] = {key: cells[key] for key in ("stars", "overtime", "active") if cells[key] is not None}
    if cells["home_lat"] is not None or cells["home_lon"] is not None:
        given |= {"home_lat": cells["home_lat"], "home_lon": cells["home_lon"]}
    return replace(wanted, **given)


def _facts(wanted: ProfileWanted) -> dict[str, Any]:
    return {
        "outlet": wanted.outlet.pk,
        "stars": wanted.stars,
        "home_lat": wanted.home_lat,
        "home_lon": wanted.home_lon,
        "overtime": wanted.overtime,
        "active": wanted.active,
    }


TECHNICIANS = Kind(
    "technicians",
    gettext_lazy("Technicians"),
    gettext_lazy("Outlet, stars, start of the day and overtime of people who have an account already."),
    COLUMNS,
    ROLES,
    lambda actor, now: TechnicianWork(Bench(actor, now)),
    no_undo=gettext_lazy(
        "There is no way back: a technician stays on record. Bring the former values to change them."
    ),
    icon="users",
)
