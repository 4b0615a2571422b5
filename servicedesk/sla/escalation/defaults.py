"""The ladders every installation starts with (docs/sla.md); a ladder that exists is left alone."""

from servicedesk.notify.models import Channel
from servicedesk.sla.escalation.ladders import USUAL
from servicedesk.sla.escalation.models import Ladder, LadderStep, NoticeRules, Recipient
from servicedesk.sla.models import ClockKind

HALF_A_TARGET_LATER = 150
EVERY = 30

# code: Chinese name, English name, clock, whether it rests at night
LADDERS: dict[str, tuple[str, str, str, bool]] = {
    "default": ("常规升级", "Usual escalation", "", False),
    "default-arrival": ("上门升级", "Escalation of arrival", ClockKind.ARRIVAL, True),
    "default-fix": ("修复升级", "Escalation of the fix", ClockKind.FIX, True),
}
_STEPS: tuple[tuple[str, int | None, list[str]], ...] = (
    (LadderStep.Moment.WARN, None, [Recipient.OWNER, Recipient.DISPATCHER]),
    (LadderStep.Moment.BREACH, None, [Recipient.OWNER, Recipient.SUPERVISOR]),
    (LadderStep.Moment.PERCENT, HALF_A_TARGET_LATER, [Recipient.MANAGER]),
)


def load_ladders() -> None:
    """Adds the default ladders and the rules of notices where they are missing."""
    for code, (name_zh, name_en, clock, waits) in LADDERS.items():
        if Ladder.objects.filter(code=code).exists():
            continue
        ladder = Ladder.objects.create(
            code=code, name_zh=name_zh, name_en=name_en, clock=clock, repeat_minutes=EVERY, waits_at_night=waits
        )
        LadderStep.objects.bulk_create(
            LadderStep(ladder=ladder, moment=moment, percent=percent, recipients=recipients, channels=[Channel.IN_APP])
            for moment, percent, recipients in _STEPS
        )
    rules = {"quiet_from": USUAL.quiet_from, "quiet_until": USUAL.quiet_until, "most_a_minute": USUAL.most_a_minute}
    NoticeRules.objects.get_or_create(pk=1, defaults=rules)
