"""Reading who was told of a clock, and when: the notices that carry its key, step by step."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.notify.models import Notification
from servicedesk.sla.models import SlaClock

# Steps shown; the first ones and the last repeats say it all.
MOST = 200
_LOOKS: dict[str, tuple[str | Promise, str, str]] = {
    "sla_warn": (gettext_lazy("Warning"), "alert-triangle", "warn"),
    "sla_breach": (gettext_lazy("Breach"), "alert-octagon", "danger"),
    "sla_repeat": (gettext_lazy("Told again"), "repeat", "danger"),
}


@dataclass
class Told:
    """One step: what it was, when, and the names of those who heard of it."""

    label: str
    icon: str
    tone: str
    at: datetime
    names: list[str]


def told_of(clock: SlaClock) -> list[Told]:
    """The steps told of this round of the clock, in order; what went into a digest is not among them. One query."""
    notices = Notification.objects.filter(
        ticket_id=clock.ticket_id, event_key__startswith=f"sla:{clock.pk}:{clock.cycle}:"
    )
    return _steps(notices.select_related("recipient").order_by("id")[:MOST])


def _steps(notices: Iterable[Notification]) -> list[Told]:
    steps: dict[str, Told] = {}
    for notice in notices:
        step = steps.get(notice.event_key)
        if step is None:
            label, icon, tone = _LOOKS.get(notice.kind, ("", "stairs-up", "danger"))
            text = str(label) or _("At %(percent)s %% of the target") % {"percent": notice.values.get("percent", "–")}
            step = steps[notice.event_key] = Told(text, icon, tone, notice.created_at, [])
        if notice.recipient.name not in step.names:
            step.names.append(notice.recipient.name)
    return list(steps.values())
