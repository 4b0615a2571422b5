"""The words of clocks: notices, strips and arithmetic, made from keys and values when they are read."""

from collections.abc import Callable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.notify.models import Notification
from servicedesk.notify.wording import NoticeKind, moment_of, number_of
from servicedesk.people.models import Grade, Membership
from servicedesk.sla.arithmetic import Line, Segment
from servicedesk.sla.models import ClockKind, PauseReason, ReconcileRun, SlaPolicy
from servicedesk.templatetags.moments import local_text, minutes_text
from servicedesk.worktime.selectors import NamedDay

LABELS: dict[str, str | Promise] = {
    "open": gettext_lazy("Open, counts"),
    "special_hours": gettext_lazy("Special hours, counts"),
    "makeup_day": gettext_lazy("Make-up workday, counts"),
    "off_hours": gettext_lazy("Outside the hours"),
    "day_off": gettext_lazy("Day off"),
    "holiday": gettext_lazy("Public holiday"),
    "paused": gettext_lazy("Paused"),
    "stopped": gettext_lazy("Stopped"),
}
# Pieces that bear the name of their day where it has one.
NAMED = {"holiday", "makeup_day", "special_hours"}
FLAGS: dict[str, str | Promise] = {
    "bad-target": gettext_lazy("The target is no usable number of minutes."),
    "calendar-never-opens": gettext_lazy("The calendar does not open long enough for this target."),
    "holiday-data-missing": gettext_lazy("The public holidays of one of these years have not been loaded yet."),
    "bad-pause": gettext_lazy("A pause ended before it began and does not count."),
    "stop-before-start": gettext_lazy("The clock was stopped before it started; it counts as stopped at its start."),
}
# From here on spans are usually told in days.
HOURS_ONLY = 48 * 60
_KINDS: Mapping[str, str | Promise] = dict(ClockKind.choices)
_REASONS: Mapping[str, str | Promise] = dict(PauseReason.choices)


def clock_label(kind: Any) -> str:
    """The name of a kind of clock."""
    return str(_KINDS.get(str(kind), kind))


def reason_label(reason: str) -> str:
    """The name of a reason to pause."""
    return str(_REASONS.get(reason, reason))


def _warn(notice: Notification) -> str:
    return _("%(clock)s of ticket %(number)s is close to its time: due %(due)s.") % _values(notice)


def _breach(notice: Notification) -> str:
    return _("%(clock)s of ticket %(number)s is overdue. It was due %(due)s.") % _values(notice)


def _step(notice: Notification) -> str:
    words = _("%(clock)s of ticket %(number)s has reached %(percent)d %% of its time. It was due %(due)s.")
    return words % {**_values(notice), "percent": _share(notice)}


def _repeat(notice: Notification) -> str:
    return _("%(clock)s of ticket %(number)s is still overdue and nobody has taken it on. It was due %(due)s.") % (
        _values(notice)
    )


def _share(notice: Notification) -> int:
    share = notice.values.get("percent")
    return share if isinstance(share, int) else 100


def _paused_too_long(notice: Notification) -> str:
    values = {"number": number_of(notice), "ended": moment_of(notice, "ended")}
    return _("The pause of ticket %(number)s was to end %(ended)s. End it or say a new end.") % values


def _digest(notice: Notification) -> str:
    broken, near = notice.values.get("breach", 0), notice.values.get("warn", 0)
    values = {"broken": broken, "near": near, "since": moment_of(notice, "since")}
    return _("Many at once (%(since)s): %(broken)d promises overdue, %(near)d close to their time.") % values


def _found_back(notice: Notification) -> str:
    names = {
        field.name: field.verbose_name for field in ReconcileRun._meta.get_fields() if hasattr(field, "verbose_name")
    }
    found = [f"{names[name]} {count}" for name, count in notice.values.items() if name in names]
    return _("The look back found what should not be: %(found)s.") % {"found": _(", ").join(found)}


def _list_at_risk(_notice: Notification) -> str:
    return f"{reverse('ticket_list')}?view=risk"


def _values(notice: Notification) -> dict[str, str]:
    return {
        "clock": clock_label(notice.values.get("kind", "")),
        "number": number_of(notice),
        "due": moment_of(notice, "due"),
    }


NOTICES = {
    "sla_warn": NoticeKind(_warn, "alert-triangle", "warn"),
    "sla_breach": NoticeKind(_breach, "alert-octagon", "danger"),
    "sla_step": NoticeKind(_step, "stairs-up", "danger"),
    "sla_repeat": NoticeKind(_repeat, "repeat", "danger"),
    "sla_digest": NoticeKind(_digest, "stack-2", "danger", _list_at_risk),
    "reconcile": NoticeKind(_found_back, "heart-broken", "danger"),
    "pause_overdue": NoticeKind(_paused_too_long, "player-pause", "warn"),
}


def segment_label(segment: Segment, days: Mapping[Any, NamedDay], speaks_chinese: bool) -> str:
    """What a piece of the strip is; a public or special day by its name, a pause by its reason."""
    if segment.reason:
        return reason_label(segment.reason)
    day = days.get(segment.start.date())
    name = "" if day is None else (day.name_zh if speaks_chinese else day.name_en) or day.name_zh or day.name_en
    return name if name and segment.label in NAMED else str(LABELS[segment.label])


def hours_text(minutes: float | None) -> str:
    """Minutes of a calendar as hours and minutes, never as days: a day of the calendar is not 24 hours."""
    if minutes is None or minutes < HOURS_ONLY:
        return minutes_text(minutes)
    hours, rest = divmod(round(minutes), 60)
    return _("%(h)d h %(m)d min") % {"h": hours, "m": rest} if rest else _("%(h)d h") % {"h": hours}


def line_text(line: Line) -> str:
    """A step of the arithmetic as a sentence."""
    return _LINES[line.key](line.values)


def _at(values: Mapping[str, Any], key: str = "at") -> str:
    return local_text(values[key], "long")


def _span(values: Mapping[str, Any]) -> dict[str, str]:
    return {"start": _at(values, "start"), "end": _at(values, "end")}


def _window_changed(values: Mapping[str, Any]) -> str:
    if values["until"] is None:
        return _("%(at)s: the requested time was taken back.") % {"at": _at(values)}
    return _("%(at)s: the requested time now ends %(until)s.") % {"at": _at(values), "until": _at(values, "until")}


def _target_changed(values: Mapping[str, Any]) -> str:
    return _("%(at)s: the target became %(minutes)s.") % {
        "at": _at(values),
        "minutes": hours_text(values["minutes"]),
    }


def _upheld(values: Mapping[str, Any]) -> str:
    if values["broken_at"] is None:
        return _("%(at)s: recomputed; what had not been broken until then was not.") % {"at": _at(values)}
    return _("%(at)s: recomputed; broken at %(broken)s, and that stands.") % {
        "at": _at(values),
        "broken": _at(values, "broken_at"),
    }


_LINES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "start": lambda values: _("Starts %(at)s.") % {"at": _at(values)},
    "target": lambda values: _("May take %(minutes)s.") % {"minutes": hours_text(values["minutes"])},
    "counted": lambda values: (
        _("%(start)s to %(end)s: %(minutes)s count.") % {**_span(values), "minutes": hours_text(values["minutes"])}
    ),
    "paused": lambda values: (
        _("%(start)s to %(end)s: paused (%(reason)s).") % {**_span(values), "reason": reason_label(values["reason"])}
    ),
    "stopped": lambda values: _("%(start)s to %(end)s: stopped.") % _span(values),
    "target_changed": _target_changed,
    "calendar_changed": lambda values: _("%(at)s: another version of the calendar applies.") % {"at": _at(values)},
    "window_changed": _window_changed,
    "upheld": _upheld,
    "window": lambda values: _("The customer asked for a time that ends %(until)s.") % {"until": _at(values, "until")},
    "spent": lambda values: _("Used so far: %(minutes)s.") % {"minutes": hours_text(values["minutes"])},
    "remaining": lambda values: _("Left: %(minutes)s.") % {"minutes": hours_text(values["minutes"])},
    "warn": lambda values: _("Warning at %(at)s.") % {"at": _at(values)},
    "due": lambda values: _("Due %(at)s.") % {"at": _at(values)},
    "breached": lambda values: _("Broken at %(at)s.") % {"at": _at(values)},
}


def criterion_text(policy: SlaPolicy, criterion: str, traits: Mapping[str, Any]) -> str:
    """One trait for which the policy was chosen, such as “Priority 1”; `traits` are kind and channel in words."""
    if criterion == "membership":
        return str(dict(Membership.Kind.choices)[policy.membership])
    if criterion == "grade":
        return _("Customer grade %(grade)s") % {"grade": dict(Grade.choices)[policy.grade]}
    if criterion == "region":
        return str(policy.region)
    if criterion == "channel":
        return _("Channel: %(channel)s") % {"channel": traits["channel"]}
    if criterion == "priority":
        return _("Priority %(priority)d") % {"priority": policy.priority}
    return _("Kind of ticket: %(kind)s") % {"kind": traits["kind"]}
