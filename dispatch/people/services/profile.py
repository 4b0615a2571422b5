"""Taking a technician on, and keeping his outlet, stars, home, overtime and districts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dispatch.models import Technician, TechnicianDistrict
from dispatch.people.access import require_keeper
from dispatch.people.facts import profile_facts
from dispatch.people.places import check_home
from dispatch.people.services.holding import held, note
from dispatch.rules import Place
from servicedesk.errors import CONFLICT, ActionError, invalid
from servicedesk.people.models import Outlet, Role, User

MOST_OVERTIME = 240


@dataclass(frozen=True)
class ProfileWanted:
    """What shall be kept about a technician; both coordinates or none."""

    outlet: Outlet
    stars: int = 1
    home_lat: float | None = None
    home_lon: float | None = None
    overtime: int = 0
    active: bool = True


def add_technician(user: User, wanted: ProfileWanted, *, actor: User | None, now: datetime) -> Technician:
    """The new technician, to whom the account `user` belongs.

    Refuses as `save_profile`; with 422 account_not_technician where the account has another role, with 409
    technician_exists where it has a technician already.
    """
    require_keeper(actor, wanted.outlet.pk)
    if user.role != Role.TECHNICIAN:
        raise invalid("employee_no", "account_not_technician", _("This account is not one of a technician."))
    _check(wanted)
    with transaction.atomic():
        # The account is held, so that two do not take the same person on at once.
        User.objects.select_for_update().get(pk=user.pk)
        if Technician.objects.filter(user=user).exists():
            raise ActionError(
                "technician_exists", _("This person is a technician already."), status=CONFLICT, field="employee_no"
            )
        technician = Technician.objects.create(user=user, **_columns(wanted))
        note(technician, "add_technician", None, profile_facts(technician), actor=actor, now=now)
    return technician


def save_profile(technician_id: int, wanted: ProfileWanted, *, actor: User | None, now: datetime) -> Technician:
    """The technician as wanted. Jobs that no longer fit stay as they are and show in the list of what needs attention.

    Refuses with 404; with 403 whoever keeps neither the former nor the new outlet; with 422 stars_range,
    overtime_range and as `check_home`.
    """
    _check(wanted)
    with transaction.atomic():
        technician = held(technician_id, actor)
        require_keeper(actor, wanted.outlet.pk)
        before = profile_facts(technician)
        for name, value in _columns(wanted).items():
            setattr(technician, name, value)
        technician.save(update_fields=list(_columns(wanted)))
        note(technician, "save_profile", before, profile_facts(technician), actor=actor, now=now)
    return technician


def set_districts(technician_id: int, names: Iterable[str], *, actor: User | None, now: datetime) -> list[str]:
    """The districts he keeps to from now on; none means every one of his outlet. Refuses with 422 district_unknown."""
    wanted = sorted({name.strip() for name in names if name.strip()})
    with transaction.atomic():
        technician = held(technician_id, actor)
        known = set(technician.outlet.zones.values_list("district", flat=True))
        before = sorted(technician.districts.values_list("district", flat=True))
        strange = [name for name in wanted if name not in known and name not in before]
        if strange:
            raise invalid(
                "districts",
                "district_unknown",
                _("The outlet does not serve: %(names)s.") % {"names": ", ".join(strange)},
            )
        technician.districts.exclude(district__in=wanted).delete()
        TechnicianDistrict.objects.bulk_create(
            TechnicianDistrict(technician=technician, district=name) for name in wanted if name not in before
        )
        note(technician, "set_districts", {"districts": before}, {"districts": wanted}, actor=actor, now=now)
    return wanted


def _check(wanted: ProfileWanted) -> None:
    if not 1 <= wanted.stars <= 5:
        raise invalid("stars", "stars_range", _("Between one and five stars."))
    if not 0 <= wanted.overtime <= MOST_OVERTIME:
        raise invalid("overtime", "overtime_range", _("At most %(n)s minutes a day.") % {"n": MOST_OVERTIME})
    outlet = wanted.outlet
    place = Place(outlet.lat, outlet.lon) if outlet.lat is not None and outlet.lon is not None else None
    check_home(wanted.home_lat, wanted.home_lon, place)


def _columns(wanted: ProfileWanted) -> dict[str, Any]:
    return {
        "outlet": wanted.outlet,
        "stars": wanted.stars,
        "home_lat": wanted.home_lat,
        "home_lon": wanted.home_lon,
        "overtime_minutes": wanted.overtime,
        "is_active": wanted.active,
    }
