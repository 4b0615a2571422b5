"""The self-check before the first visit of a day: kit, appearance, the ten musts (handbook/visit-norms.md)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dispatch.models import Technician
from servicedesk.errors import ActionError, invalid
from servicedesk.people.models import User
from visits.access import technician_of
from visits.models import SelfCheck
from visits.selectors import local_day

KIT, LOOK, MUSTS = "kit", "appearance", "musts"
# Nobody checks himself for a day further off than time zones and a late network make it.
DAYS_OFF = 2

ITEMS: Mapping[str, tuple[str, str | Promise]] = {
    "kit_card": (KIT, _("Name cards and service certificate with me")),
    "kit_covers": (KIT, _("Shoe covers, mat and cleaning cloth packed")),
    "kit_prices": (KIT, _("Price list in force with me")),
    "kit_parts": (KIT, _("Parts and tools for today's jobs packed")),
    "look_clean": (LOOK, _("Hair, ears, teeth, hands and nails clean, breath fresh")),
    "look_shaved": (LOOK, _("Beard and nose hair trimmed")),
    "look_uniform": (LOOK, _("Uniform clean, buttoned and pressed, tie straight")),
    "look_shoes": (LOOK, _("Shoes clean and fit for work, socks clean and whole")),
    "must_thanks": (MUSTS, _("Install visits say thank you")),
    "must_apology": (MUSTS, _("Repair visits apologise")),
    "must_smile": (MUSTS, _("Consultation with a smile")),
    "must_time": (MUSTS, _("Arrive on time")),
    "must_speech": (MUSTS, _("Civil speech")),
    "must_dress": (MUSTS, _("Tidy dress")),
    "must_sincere": (MUSTS, _("Sincerity")),
    "must_root": (MUSTS, _("Solve to the root")),
    "must_brisk": (MUSTS, _("Work briskly")),
    "must_name": (MUSTS, _("Care for the company's name")),
}


def self_check_of(technician: Technician, now: datetime) -> dict[str, Any]:
    """The list of today and when it was gone through."""
    day = local_day(now, technician.outlet.time_zone)
    done = SelfCheck.objects.filter(technician=technician, day=day).first()
    return {
        "day": day,
        "done_at": done.done_at if done is not None else None,
        "items": [{"code": code, "group": group, "text": str(text)} for code, (group, text) in ITEMS.items()],
    }


def record_self_check(user: User, given: Mapping[str, Any], *, now: datetime) -> SelfCheck:
    """The self-check of the day; a repeat and a second device find the first one.

    Refuses with 422 unknown items and a day far from today, with 409 id_used an id of another day.
    """
    technician = technician_of(user)
    unknown = sorted(set(given["items"]) - set(ITEMS))
    if unknown:
        raise invalid("items", "check_unknown", _("This is not part of the self-check."), unknown=unknown[:5])
    today = local_day(now, technician.outlet.time_zone)
    if abs((given["day"] - today).days) > DAYS_OFF:
        raise invalid("day", "day_far_off", _("This day is too far from today."))
    values = {"id": given["id"], "recorded_at": now}
    values |= {name: given[name] for name in ("items", "note", "done_at")}
    try:
        with transaction.atomic():
            kept, _made = SelfCheck.objects.get_or_create(technician=technician, day=given["day"], defaults=values)
    except IntegrityError:
        raise ActionError("id_used", _("This id was used for another day."), field="id") from None
    return kept
