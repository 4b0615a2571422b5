"""Policies and ladders in words: whom they fit, what they promise, who hears when, and what two of them differ in."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from servicedesk.notify.models import Channel
from servicedesk.people.models import Region
from servicedesk.promises.spans import span_text
from servicedesk.promises.values import Criteria, WantedLadder, WantedPolicy, WantedStep
from servicedesk.sla.escalation.models import LadderStep, Recipient
from servicedesk.sla.models import ClockKind, SlaPolicy, SlaTarget
from servicedesk.sla.policy import criteria_of
from servicedesk.sla.wording import clock_label, criterion_text, reason_label
from servicedesk.templatetags.ui import listed
from servicedesk.tickets.models import IntakeChannel, TicketKind
from servicedesk.worktime.models import WorkCalendar

_CHANNELS: Mapping[str, str | Promise] = dict(Channel.choices)
_RECIPIENTS: Mapping[str, str | Promise] = dict(Recipient.choices)
_KINDS: Mapping[str, str | Promise] = dict(TicketKind.choices)
_WAYS: Mapping[str, str | Promise] = dict(IntakeChannel.choices)
_ORDER = {kind: place for place, kind in enumerate(ClockKind.values)}


def criterion_words(policy: SlaPolicy, criterion: str) -> str:
    """One trait a policy asks for, such as “Priority 1”."""
    traits = {"kind": _KINDS.get(policy.kind, policy.kind), "channel": _WAYS.get(policy.channel, policy.channel)}
    return criterion_text(policy, criterion, traits)


def criteria_words(policy: SlaPolicy) -> list[str]:
    """Whom a policy fits, the strongest trait first; “Every ticket” where it asks for none."""
    found = [criterion_words(policy, name) for name in criteria_of(policy)]
    return found or [_("Every ticket")]


def target_line(target: SlaTarget) -> dict[str, Any]:
    """A target as a line of a table."""
    return {
        "clock": clock_label(target.clock),
        "span": span_words(target.rule, target.minutes),
        "calendar": target.calendar,
        "warn": target.warn_percent,
        "pausable": [reason_label(reason) for reason in target.pausable_by],
    }


def target_lines(policy: SlaPolicy) -> list[dict[str, Any]]:
    """The targets of a version in the order in which a ticket meets them."""
    targets = sorted(policy.targets.all(), key=lambda target: _ORDER.get(target.clock, len(_ORDER)))
    return [target_line(target) for target in targets]


def span_words(rule: str, minutes: float | None) -> str:
    """How long a clock may take."""
    return _("End of the next open day") if rule == SlaTarget.Rule.NEXT_DAY_END else span_text(minutes)


def policy_words(wanted: WantedPolicy) -> dict[str, str]:
    """All that a version says, by label, for comparing two of them."""
    calendars = {row.pk: str(row) for row in WorkCalendar.objects.all()}
    words = {_("Applies to"): listed(criteria_words(_unsaved(wanted.criteria)))}
    for target in sorted(wanted.targets, key=lambda each: _ORDER.get(each.clock, len(_ORDER))):
        pauses = listed(reason_label(reason) for reason in target.pausable_by) or "–"
        parts = (
            span_words(target.rule, target.minutes),
            calendars.get(target.calendar_id, ""),
            _("warning at %(percent)d %%") % {"percent": target.warn_percent},
            _("pauses: %(reasons)s") % {"reasons": pauses},
        )
        words[clock_label(target.clock)] = " · ".join(parts)
    return words


def _unsaved(criteria: Criteria) -> SlaPolicy:
    region = Region.objects.filter(pk=criteria.region_id).first() if criteria.region_id else None
    return SlaPolicy(
        channel=criteria.channel,
        kind=criteria.kind,
        priority=criteria.priority,
        region=region,
        grade=criteria.grade,
        membership=criteria.membership,
    )


def moment_words(moment: str, percent: int | None) -> str:
    """When a step is told."""
    if moment == LadderStep.Moment.PERCENT:
        return _("At %(percent)d %% of the target") % {"percent": percent or 0}
    return str(dict(LadderStep.Moment.choices)[moment])


def recipient_words(recipients: tuple[str, ...] | list[str]) -> str:
    """Who hears of a step."""
    return listed(_RECIPIENTS.get(each, each) for each in recipients)


def channel_words(channels: tuple[str, ...] | list[str]) -> str:
    """On which channels a step is told."""
    return listed(_CHANNELS.get(each, each) for each in channels)


def step_words(step: WantedStep) -> str:
    """Who hears of a step and how."""
    return f"{recipient_words(step.recipients)} · {channel_words(step.channels)}"


def repeat_words(minutes: int | None) -> str:
    """How often the last step is told again."""
    if minutes is None:
        return pgettext("repeat of a step", "never")
    return _("every %(span)s until somebody takes it on") % {"span": span_text(float(minutes))}


def ladder_fits(clock: str, priority: int | None) -> str:
    """Which clocks climb a ladder."""
    words = clock_label(clock) if clock else _("Every clock")
    return words if priority is None else f"{words} · P{priority}"


def ladder_words(wanted: WantedLadder) -> dict[str, str]:
    """All that a ladder says, by label, for comparing two of them and for its record."""
    yes, no = pgettext("setting", "yes"), pgettext("setting", "no")
    words = {
        _("Chinese name"): wanted.name_zh,
        _("English name"): wanted.name_en,
        _("Applies to"): ladder_fits(wanted.clock, wanted.priority),
        _("Repeats"): repeat_words(wanted.repeat_minutes),
        _("Rests in quiet hours"): yes if wanted.waits_at_night else no,
        _("Active"): yes if wanted.is_active else no,
    }
    return {**words, **{moment_words(step.moment, step.percent): step_words(step) for step in wanted.steps}}


def differences(yours: Mapping[str, str], theirs: Mapping[str, str]) -> list[dict[str, str]]:
    """What differs, label by label, in the order of the first."""
    labels = [*yours, *(label for label in theirs if label not in yours)]
    return [
        {"label": label, "yours": yours.get(label, ""), "theirs": theirs.get(label, "")}
        for label in labels
        if yours.get(label) != theirs.get(label)
    ]


def rules_words(kept: Mapping[str, Any]) -> dict[str, str]:
    """The rules of notices by label, as the record keeps them."""
    return {
        _("Quiet hours"): f"{kept['quiet_from']}–{kept['quiet_until']}",
        _("Notices a minute"): str(kept["most_a_minute"]),
    }
