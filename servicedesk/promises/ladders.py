"""What managers do with ladders and the rules of notices: add, change, and take a change back from the record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from servicedesk.errors import OUT_OF_SCOPE, ActionError, invalid, require_text
from servicedesk.locks import wait_for_turn
from servicedesk.notify.models import Channel
from servicedesk.people.models import User
from servicedesk.promises.audit import kept_in, write_down
from servicedesk.promises.services import require_editor
from servicedesk.promises.values import WantedLadder, WantedStep, ladder_of
from servicedesk.sla.escalation.ladders import USUAL
from servicedesk.sla.escalation.models import Ladder, LadderStep, NoticeRules, Recipient

FASTEST_REPEAT = 5
LONGEST_REPEAT = 10_080
BREACH = 100


@dataclass(frozen=True)
class WantedRules:
    """When staff is left in peace, and from how many notices a minute on they are gathered."""

    quiet_from: time
    quiet_until: time
    most_a_minute: int

    def as_dict(self) -> dict[str, Any]:
        """The rules for the record, as JSON can hold them."""
        return {
            "quiet_from": f"{self.quiet_from:%H:%M}",
            "quiet_until": f"{self.quiet_until:%H:%M}",
            "most_a_minute": self.most_a_minute,
        }

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> "WantedRules":
        """The rules as the record holds them."""
        since, until = (time.fromisoformat(kept[name]) for name in ("quiet_from", "quiet_until"))
        return cls(since, until, kept["most_a_minute"])


def add_ladder(code: str, wanted: WantedLadder, *, actor: User | None, now: datetime) -> Ladder:
    """A new ladder with its steps. Refuses with 422 a code in use, and what `change_ladder` refuses."""
    require_editor(actor)
    _require_whole(wanted)
    with transaction.atomic():
        wait_for_turn("promises.ladders")
        if Ladder.objects.filter(code=code).exists():
            raise invalid("code", "code_taken", _("Another ladder has this code."))
        ladder = Ladder(code=code)
        _require_only_one(ladder, wanted)
        _write(ladder, wanted)
        write_down(ladder, actor, now, before=None, after=wanted.as_dict())
    return ladder


def change_ladder(
    ladder_id: int, wanted: WantedLadder, based_on: int, *, actor: User | None, now: datetime
) -> LogEntry | None:
    """The ladder as wanted from now on; climbs under way go on by it. The line of the record.

    Refuses with 404 an unknown ladder, with 409 ladder_changed when `based_on` is not its row version any more, with
    422 a second active ladder for the same clocks, steps that fit nowhere or come twice, and a change of nothing.
    """
    require_editor(actor)
    _require_whole(wanted)
    with transaction.atomic():
        wait_for_turn("promises.ladders")
        ladder = Ladder.objects.select_for_update().filter(pk=ladder_id).first()
        if ladder is None:
            raise ActionError("not_found", _("There is no such ladder."), status=OUT_OF_SCOPE)
        if ladder.row_version != based_on:
            raise ActionError(
                "ladder_changed",
                _("Somebody has changed this ladder meanwhile. Compare both, then save again."),
                detail={"version": ladder.row_version},
            )
        before = ladder_of(ladder)
        if before == wanted:
            raise invalid("base", "ladder_same", _("This is the ladder as it stands. Nothing was changed."))
        _require_only_one(ladder, wanted)
        ladder.row_version += 1
        _write(ladder, wanted)
        return write_down(ladder, actor, now, before=before.as_dict(), after=wanted.as_dict())


def change_rules(wanted: WantedRules, based_on: WantedRules, *, actor: User | None, now: datetime) -> LogEntry | None:
    """The rules of notices as wanted from now on; the line of the record.

    Refuses with 409 rules_changed when they are not what `based_on` says any more, with 422 a change of nothing.
    """
    require_editor(actor)
    with transaction.atomic():
        wait_for_turn("promises.rules")
        before = rules_now()
        if before != based_on:
            raise ActionError(
                "rules_changed", _("Somebody has changed these rules meanwhile. Compare both, then save again.")
            )
        if before == wanted:
            raise invalid("base", "rules_same", _("These are the rules as they stand. Nothing was changed."))
        if wanted.most_a_minute < 1:
            raise invalid("most_a_minute", "too_few", _("At least one notice a minute."))
        row, _created = NoticeRules.objects.update_or_create(
            pk=1,
            defaults={
                "quiet_from": wanted.quiet_from,
                "quiet_until": wanted.quiet_until,
                "most_a_minute": wanted.most_a_minute,
            },
        )
        return write_down(row, actor, now, before=before.as_dict(), after=wanted.as_dict())


def rules_now() -> WantedRules:
    """The rules of notices as they stand, the usual ones where nobody has loaded any."""
    row: Any = NoticeRules.objects.first() or USUAL
    return WantedRules(row.quiet_from, row.quiet_until, row.most_a_minute)


def undo_change(entry_id: int, *, actor: User | None, now: datetime) -> Ladder | NoticeRules:
    """Puts back what a line of the record changed; what it belongs to.

    Refuses with 404 a line that changed no ladder and no rules, with 409 changed_since when something else came after.
    """
    require_editor(actor)
    entry = LogEntry.objects.select_related("content_type").filter(pk=entry_id).first()
    kept = kept_in(entry) if entry is not None else None
    model = entry.content_type.model_class() if entry is not None and entry.content_type else None
    if entry is None or kept is None or not kept["before"] or model not in {Ladder, NoticeRules}:
        raise ActionError("not_found", _("There is nothing to take back."), status=OUT_OF_SCOPE)
    with transaction.atomic():
        if model is NoticeRules:
            after = WantedRules.from_dict(kept["after"])
            if rules_now() != after:
                raise _changed_since()
            change_rules(WantedRules.from_dict(kept["before"]), after, actor=actor, now=now)
            return NoticeRules.objects.get(pk=1)
        wait_for_turn("promises.ladders")
        ladder = Ladder.objects.select_for_update().filter(pk=entry.object_id or 0).first()
        if ladder is None or ladder_of(ladder) != WantedLadder.from_dict(kept["after"]):
            raise _changed_since()
        change_ladder(ladder.pk, WantedLadder.from_dict(kept["before"]), ladder.row_version, actor=actor, now=now)
        return ladder


def _changed_since() -> ActionError:
    return ActionError("changed_since", _("It has been changed again since then, so this cannot be taken back."))


def _require_whole(wanted: WantedLadder) -> None:
    require_text("name_zh", wanted.name_zh, 60, missing=_("The ladder needs a name."))
    require_text("name_en", wanted.name_en, 60, missing=_("The ladder needs a name."))
    repeat = wanted.repeat_minutes
    if repeat is not None and not FASTEST_REPEAT <= repeat <= LONGEST_REPEAT:
        raise invalid("repeat_minutes", "repeat_out_of_range", _("Between 5 minutes and 7 days, or empty for never."))
    if not wanted.steps:
        raise invalid("steps", "steps_missing", _("A ladder needs at least one step."))
    for step in wanted.steps:
        _require_step(step)
    moments = [(step.moment, step.percent) for step in wanted.steps]
    if len(set(moments)) != len(moments):
        raise invalid("steps", "step_twice", _("Two steps stand at the same moment. Put them together in one."))


def _require_step(step: WantedStep) -> None:
    at_share = step.moment == LadderStep.Moment.PERCENT
    if at_share and (step.percent is None or step.percent == BREACH or not 1 <= step.percent <= 1000):
        raise invalid("steps", "percent_unusable", _("Give a share of 1 to 1000 %, other than 100: the breach."))
    if not at_share and step.percent is not None:
        raise invalid("steps", "percent_unusable", _("Only a step at a share of the target has a percentage."))
    known = set(step.recipients) <= set(Recipient.values) and set(step.channels) <= set(Channel.values)
    if not step.recipients or not step.channels or not known:
        raise invalid("steps", "nobody_hears", _("Each step needs somebody who hears of it, and a channel."))


def _require_only_one(ladder: Ladder, wanted: WantedLadder) -> None:
    if not wanted.is_active:
        return
    others = Ladder.objects.filter(is_active=True, clock=wanted.clock, priority=wanted.priority)
    other = others.exclude(pk=ladder.pk).first()
    if other is not None:
        message = _("“%(ladder)s” (%(code)s) is active for the same clocks. Only one can be climbed.")
        words = str(message) % {"ladder": other, "code": other.code}
        raise invalid("clock", "ladder_twice", words)


def _write(ladder: Ladder, wanted: WantedLadder) -> None:
    for name in ("name_zh", "name_en", "clock", "priority", "repeat_minutes", "waits_at_night", "is_active"):
        setattr(ladder, name, getattr(wanted, name))
    ladder.save()
    standing = {(step.moment, step.percent): step for step in ladder.steps.all()}
    for step in wanted.steps:
        row = standing.pop((step.moment, step.percent), None)
        row = row or LadderStep(ladder=ladder, moment=step.moment, percent=step.percent)
        row.recipients, row.channels = list(step.recipients), list(step.channels)
        row.save()
    LadderStep.objects.filter(pk__in=[row.pk for row in standing.values()]).delete()
