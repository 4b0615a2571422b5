"""The first steps of a ladder: a warning or breach that has just been written is told, and the climb begins."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from servicedesk.sla.escalation.ladders import BREACH, Climb, ladders
from servicedesk.sla.escalation.models import Escalation
from servicedesk.sla.escalation.telling import News, tell_steps
from servicedesk.sla.models import SlaClock, SlaEvent

_FIELDS = ["ladder", "reached", "repeats", "next_at", "acknowledged_at", "acknowledged_by"]


class Broken(Protocol):
    """What the recording of warnings and breaches knows of a clock (`servicedesk.sla.recording.Fired`)."""

    @property
    def clock_id(self) -> int: ...
    @property
    def level(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def cycle(self) -> int: ...
    @property
    def priority(self) -> int: ...
    @property
    def is_open(self) -> bool: ...
    @property
    def due_at(self) -> datetime: ...
    @property
    def target_minutes(self) -> float: ...
    @property
    def warn_percent(self) -> int: ...


def begin_escalation(fresh: Iterable[Broken], now: datetime) -> None:
    """Tells whoever the ladders name of warnings and breaches newly written, and notes when each climbs on.

    A breach begins anew what somebody took on at the warning.
    """
    book = ladders()
    begun: list[Escalation] = []
    news: list[News] = []
    for each in fresh:
        climb = book.climb_of(each.kind, each.priority)
        if climb is None:
            continue
        share = BREACH if each.level == SlaEvent.Level.BREACH else each.warn_percent
        begun += _escalation(each, climb, share, now)
        news += news_of(climb, each.clock_id, each.cycle, each.level, each.warn_percent)
    Escalation.objects.bulk_create(begun, update_conflicts=True, unique_fields=["clock"], update_fields=_FIELDS)
    tell_steps(news, now)


def begin_early(clocks: Iterable[SlaClock], priority: int, now: datetime) -> None:
    """Begins the climb of clocks just started whose ladder has a step before the warning; all others begin with it."""
    book = ladders()
    begun = []
    for clock in clocks:
        climb = book.climb_of(clock.kind, priority)
        first = None if climb is None else climb.next_after(0)
        if climb is not None and first is not None and first < min(clock.target.warn_percent, BREACH):
            begun.append(Escalation(clock_id=clock.pk, ladder_id=climb.ladder_id, reached=0, next_at=now))
    if begun:
        Escalation.objects.bulk_create(begun)


def look_again(clocks: Iterable[SlaClock], now: datetime) -> None:
    """Has the climbs of clocks that run on after a pause looked at at once: their next step before due may be near.

    After the breach a pause has put nothing off, and a repeat would come early.
    """
    Escalation.objects.filter(clock__in=clocks, reached__lt=BREACH, next_at__gt=now).update(next_at=now)


def news_of(climb: Climb, clock_id: int, cycle: int, level: str, warn_percent: int) -> list[News]:
    """What the ladder tells of an event of this level; nothing where it has no step for it."""
    is_breach = level == SlaEvent.Level.BREACH
    step = climb.step_at(BREACH) if is_breach else climb.warning
    share = BREACH if is_breach else warn_percent
    return [] if step is None else [News(clock_id, step, f"sla:{clock_id}:{cycle}:{level}", f"sla_{level}", share)]


def _escalation(each: Broken, climb: Climb, share: int, now: datetime) -> Sequence[Escalation]:
    """The climb of a clock; none for a warning after which nothing follows before the breach."""
    following = climb.next_after(share)
    if share < BREACH and (following is None or following > BREACH):
        return []
    next_at = next_moment(climb, share, each.due_at, each.target_minutes, now) if each.is_open else None
    return [Escalation(clock_id=each.clock_id, ladder_id=climb.ladder_id, reached=share, next_at=next_at)]


def roughly_at(due_at: datetime, target_minutes: float, percent: int) -> datetime:
    """When a share beyond the target is reached if all hours count, so never too late; the climb looks closer before
    it tells anybody.
    """
    return due_at + timedelta(minutes=target_minutes * (percent - BREACH) / 100)


def next_moment(climb: Climb, reached: int, due_at: datetime, target_minutes: float, now: datetime) -> datetime | None:
    """When a climb that has reached this share of the target is looked at next; None where nothing follows.

    A step before due may lie before a night that the due time lies after, so it is looked at closely at once.
    """
    following = climb.next_after(reached)
    if following is not None:
        return now if following < BREACH else roughly_at(due_at, target_minutes, following)
    if reached < BREACH or climb.repeat_minutes is None:
        return None
    return now + timedelta(minutes=climb.repeat_minutes)
