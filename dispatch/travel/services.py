"""What managers do with the paces of outlets: enter, change, take away. Every change is written down."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dispatch.models import TravelProfile
from servicedesk.errors import FORBIDDEN, OUT_OF_SCOPE, ActionError, invalid
from servicedesk.locks import wait_for_turn
from servicedesk.people.models import Outlet, Role, User
from servicedesk.promises.audit import write_down

EDITORS = frozenset({Role.MANAGER, Role.ADMIN})
READERS = EDITORS | {Role.SUPERVISOR, Role.AUDITOR}
WHOLE_DAY = (0, 24)
# The bounds the database keeps as well.
BOUNDS = {"fixed_minutes": (0.0, 120.0), "minutes_per_km": (0.1, 20.0), "detour": (1.0, 5.0)}


@dataclass(frozen=True)
class WantedPace:
    """The pace of departures from an hour up to, and without, another; `outlet` None: of every outlet."""

    outlet: int | None
    hour_from: int
    hour_until: int
    fixed_minutes: float
    minutes_per_km: float
    detour: float


def enter_pace(wanted: WantedPace, *, actor: User | None, now: datetime) -> TravelProfile:
    """A new pace, in force at once for every time that is reckoned from now on.

    Refuses with 403 role_not_allowed, with 422 figures out of bounds, hours out of order, hours another pace of the
    outlet has, and an outlet nobody knows.
    """
    _require_editor(actor)
    with transaction.atomic():
        wait_for_turn("dispatch.travel")
        _require_sound(wanted, None)
        row = TravelProfile.objects.create(**_columns(wanted))
        write_down(row, actor, now, before=None, after=asdict(wanted))
    return row


def change_pace(
    pace_id: int, wanted: WantedPace, based_on: WantedPace, *, actor: User | None, now: datetime
) -> TravelProfile:
    """The pace as wanted. Refuses as `enter_pace` does, with 404 an unknown one, and with 409 pace_changed where it is
    not what `based_on` says any more.
    """
    _require_editor(actor)
    with transaction.atomic():
        wait_for_turn("dispatch.travel")
        row = _pace_or_404(pace_id)
        before = wanted_of(row)
        if before != based_on:
            raise ActionError("pace_changed", _("Somebody has changed this pace meanwhile. Compare, then save again."))
        if before == wanted:
            raise invalid("base", "pace_same", _("This is the pace as it stands. Nothing was changed."))
        _require_sound(wanted, pace_id)
        for name, value in _columns(wanted).items():
            setattr(row, name, value)
        row.save()
        write_down(row, actor, now, before=asdict(before), after=asdict(wanted))
    return row


def remove_pace(pace_id: int, *, actor: User | None, now: datetime) -> WantedPace:
    """Takes a pace away; the next most special one holds. What it was, so that it can be entered again. Refuses with
    403 role_not_allowed and with 404 an unknown one.
    """
    _require_editor(actor)
    with transaction.atomic():
        wait_for_turn("dispatch.travel")
        row = _pace_or_404(pace_id)
        before = wanted_of(row)
        write_down(row, actor, now, before=asdict(before), after={})
        row.delete()
    return before


def wanted_of(row: TravelProfile) -> WantedPace:
    """A pace as it stands."""
    figures = (row.fixed_minutes, row.minutes_per_km, row.detour)
    return WantedPace(row.outlet_id, row.hour_from, row.hour_until, *figures)


def _columns(wanted: WantedPace) -> dict[str, Any]:
    columns = asdict(wanted)
    columns["outlet_id"] = columns.pop("outlet")
    return columns


def _require_editor(actor: User | None) -> None:
    if actor is not None and actor.role not in EDITORS:
        raise ActionError("role_not_allowed", _("Your role may not do this."), status=FORBIDDEN)


def _pace_or_404(pace_id: int) -> TravelProfile:
    row = TravelProfile.objects.filter(pk=pace_id).first()
    if row is None:
        raise ActionError("not_found", _("There is no such pace."), status=OUT_OF_SCOPE)
    return row


def _require_sound(wanted: WantedPace, own_id: int | None) -> None:
    if wanted.outlet is not None and not Outlet.objects.filter(pk=wanted.outlet).exists():
        raise invalid("outlet", "outlet_unknown", _("There is no such outlet."))
    if not 0 <= wanted.hour_from < wanted.hour_until <= 24:
        raise invalid("hour_until", "hours_out_of_order", _("The hours end after they begin, at 24 at the latest."))
    for name, (least, most) in BOUNDS.items():
        if not least <= getattr(wanted, name) <= most:
            told = {"least": f"{least:g}", "most": f"{most:g}"}
            raise invalid(name, "out_of_range", _("From %(least)s to %(most)s.") % told)
    _require_own_hours(wanted, own_id)


def _require_own_hours(wanted: WantedPace, own_id: int | None) -> None:
    """A pace for the whole day stands behind those for some hours; otherwise no hour has two."""
    hours = (wanted.hour_from, wanted.hour_until)
    others = TravelProfile.objects.filter(outlet=wanted.outlet).exclude(pk=own_id or 0)
    for other in others.order_by("hour_from"):
        behind = WHOLE_DAY in {hours, (other.hour_from, other.hour_until)} and other.hour_from != wanted.hour_from
        if behind or other.hour_until <= wanted.hour_from or wanted.hour_until <= other.hour_from:
            continue
        told = {"first": other.hour_from, "last": other.hour_until}
        raise invalid("hour_from", "hours_taken", _("Hours %(first)s to %(last)s have a pace already.") % told)
