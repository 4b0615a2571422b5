"""Changing how an outlet promises arrival windows."""

from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dispatch.models import WindowPlan
from dispatch.models.windows import HIGHEST_SHARE, LONGEST_HOLD, LONGEST_NOTICE, LONGEST_WAY, MOST_CHANGES, MOST_DAYS
from servicedesk.errors import FORBIDDEN, ActionError, invalid
from servicedesk.locks import wait_for_turn
from servicedesk.people.models import Outlet, Role, User

EDITORS = frozenset({Role.SUPERVISOR, Role.MANAGER})
MOST_WINDOWS = 8
BOUNDS = {
    "emergency_percent": (0, HIGHEST_SHARE),
    "days_ahead": (1, MOST_DAYS),
    "hold_minutes": (1, LONGEST_HOLD),
    "way_minutes": (0, LONGEST_WAY),
    "changes": (0, MOST_CHANGES),
    "notice_hours": (0, LONGEST_NOTICE),
}


def change_plan(
    outlet: Outlet,
    windows: Sequence[tuple[time, time]],
    values: Mapping[str, Any],
    *,
    expected: int,
    actor: User | None,
) -> WindowPlan:
    """The outlet's plan, in force at once for what is offered from now on; what is sold stays promised.

    `expected` is the version the page was shown with, 0 for none. Refuses with 403 role_not_allowed and
    not_your_outlet, with 422 windows that are none or overlap and figures out of bounds, with 409 edited_meanwhile.
    """
    _require_editor(outlet, actor)
    _check(windows, values)
    with transaction.atomic():
        wait_for_turn(f"window plan {outlet.pk}")
        plan = WindowPlan.objects.filter(outlet=outlet).first()
        if (plan.row_version if plan else 0) != expected:
            raise ActionError("edited_meanwhile", _("Somebody else has changed these settings. Look at them again."))
        plan = plan or WindowPlan(outlet=outlet, row_version=0)
        plan.windows = [[f"{start:%H:%M}", f"{end:%H:%M}"] for start, end in windows]
        for name in (*BOUNDS, "is_open"):
            setattr(plan, name, values[name])
        plan.row_version += 1
        plan.save()
    return plan


def may_edit(outlet: Outlet, user: User) -> bool:
    """Whether this person may change the plan."""
    return user.role == Role.MANAGER or (user.role == Role.SUPERVISOR and outlet.pk in user.outlet_ids)


def _require_editor(outlet: Outlet, actor: User | None) -> None:
    if actor is None or may_edit(outlet, actor):
        return
    if actor.role not in EDITORS:
        raise ActionError("role_not_allowed", _("Your role may not do this."), status=FORBIDDEN)
    raise ActionError("not_your_outlet", _("You plan for another outlet."), status=FORBIDDEN)


def _check(windows: Sequence[tuple[time, time]], values: Mapping[str, Any]) -> None:
    if not 1 <= len(windows) <= MOST_WINDOWS:
        raise invalid("windows", "windows_missing", _("Name one to %(most)s windows.") % {"most": MOST_WINDOWS})
    ends = [time(0), *(end for _start, end in windows)]
    for (start, end), before in zip(windows, ends, strict=False):
        if end <= start or start < before:
            raise invalid(
                "windows", "windows_overlap", _("Windows come one after the other and end after they begin.")
            )
    for name, (least, most) in BOUNDS.items():
        if not least <= values[name] <= most:
            words = _("From %(least)s to %(most)s.") % {"least": least, "most": most}
            raise invalid(name, f"{name}_out_of_range", words)
