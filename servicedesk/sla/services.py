"""The clocks of a ticket: started, stopped, paused, resumed, moved, restarted, dropped.

Called inside the action that holds the ticket's lock; the clock rows are locked here, so that an action and the sweep
never overwrite each other. Each call adds lines to the ledger and recomputes the clock's columns from it.
`at` is when it happened; a breach that an action finds is written down with it, once (docs/sla.md).
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from servicedesk.errors import ActionError
from servicedesk.people.models import User
from servicedesk.ports import PauseChange, pause_listeners
from servicedesk.sla import ledger, policy
from servicedesk.sla.arithmetic import end_of_next_open_day, minutes_between
from servicedesk.sla.calendars import Calendars, calendars
from servicedesk.sla.escalation.beginning import begin_early, look_again
from servicedesk.sla.models import (
    BEARERS,
    ClockKind,
    ClockState,
    PauseReason,
    SlaClock,
    SlaEvent,
    SlaSegment,
    SlaTarget,
)
from servicedesk.sla.recording import record_breaches
from servicedesk.sla.upholding import uphold_before

Kind = SlaSegment.Kind
# Whose clock runs while the customer's stand still for a reason: a promise between groups.
SUPPLIES = {PauseReason.WAITING_FOR_PARTS.value: ClockKind.PART_SUPPLY.value}
# Draws the next lines of a clock from its ledger so far; no lines leave the clock as it is.
Draw = Callable[[SlaClock, list[SlaSegment]], list[SlaSegment]]


def start_clocks(ticket: Any, kinds: Iterable[str], *, at: datetime, actor: User | None) -> list[SlaClock]:
    """The clocks that now run: one for each of `kinds` that a policy promises for the ticket and that is not open yet.

    Minutes count from `at`. A clock of a kind that ended before begins a new cycle.
    """
    with transaction.atomic(savepoint=False):
        cycles, still_open = _earlier(ticket, kinds := list(dict.fromkeys(kinds)))
        targets = policy.targets_for(ticket, [kind for kind in kinds if kind not in still_open], at)
        book = calendars()
        clocks: list[SlaClock] = []
        first_lines: list[SlaSegment] = []
        for kind, target in targets.items():
            clock = SlaClock(
                ticket=ticket,
                kind=kind,
                cycle=cycles.get(kind, 0) + 1,
                target=target,
                target_minutes=target_minutes(target, at, book),
                started_at=at,
                row_version=0,
            )
            lines = _first_lines(clock, ticket, actor)
            ledger.write_columns(clock, lines, ledger.read(clock, lines, book, at))
            clocks.append(clock)
            first_lines += lines
        SlaClock.objects.bulk_create(clocks)
        SlaSegment.objects.bulk_create(first_lines)
        if clocks:
            begin_early(clocks, ticket.priority, at)
    return clocks


def _earlier(ticket: Any, kinds: list[str]) -> tuple[dict[str, int], set[str]]:
    """The last cycle of each kind that ever ran, and the kinds that still run."""
    rows = SlaClock.objects.filter(ticket=ticket, kind__in=kinds).order_by("cycle")
    facts = list(rows.values_list("kind", "cycle", "stopped_at"))
    return {kind: cycle for kind, cycle, _ in facts}, {kind for kind, _, stopped_at in facts if stopped_at is None}


def target_minutes(target: SlaTarget, at: datetime, book: Calendars) -> float:
    """Minutes of the target's calendar from `at` until due, before any pause or requested window."""
    if target.rule == SlaTarget.Rule.MINUTES and target.minutes is not None:
        return float(target.minutes)
    calendar = book.at(target.calendar_id, at)
    return minutes_between(calendar, at, end_of_next_open_day(calendar, at))


def stop_clock(ticket: Any, kind: str, *, at: datetime, actor: User | None) -> SlaClock | None:
    """The open clock of the kind, stopped at `at` and met or breached for good; None where none is open."""
    stopped = stop_clocks(ticket, [kind], at=at, actor=actor)
    return stopped[0] if stopped else None


def stop_clocks(ticket: Any, kinds: Iterable[str], *, at: datetime, actor: User | None) -> list[SlaClock]:
    """The open clocks of these kinds, all stopped by one thing that happened at `at`."""

    def draw(clock: SlaClock, _lines: list[SlaSegment]) -> list[SlaSegment]:
        return [_line(clock, Kind.CLOSED, at, actor)]

    return _apply(ticket, draw, at=at, kinds=kinds)


def void_clocks(
    ticket: Any, *, at: datetime, actor: User | None, kinds: Iterable[str] | None = None
) -> list[SlaClock]:
    """The open clocks (of `kinds`, or all), ended as not needed any more; one that had breached stays breached."""

    def draw(clock: SlaClock, _lines: list[SlaSegment]) -> list[SlaSegment]:
        return [_line(clock, Kind.CLOSED, at, actor, reason=ledger.VOID)]

    return _apply(ticket, draw, at=at, kinds=kinds)


def restart_clock(ticket: Any, kind: str, *, at: datetime, actor: User | None) -> SlaClock | None:
    """A new cycle of the clock from `at` on, the first one without an earlier clock; an open one ends as not needed.

    None where no policy promises it.
    """
    with transaction.atomic(savepoint=False):
        void_clocks(ticket, at=at, actor=actor, kinds=[kind])
        started = start_clocks(ticket, [kind], at=at, actor=actor)
    return started[0] if started else None


def pause_clocks(
    ticket: Any,
    reason: str,
    *,
    at: datetime,
    actor: User | None,
    note: str = "",
    proof: str = "",
    expected_end_at: datetime | None = None,
) -> list[SlaClock]:
    """The clocks that now stand still for `reason`: the open ones whose target allows it and that did not already.

    Waiting for parts starts the clock of those who supply them. Refuses with 409 nothing_to_pause where there is none.
    """

    def draw(clock: SlaClock, lines: list[SlaSegment]) -> list[SlaSegment]:
        if reason not in clock.target.pausable_by or reason in ledger.open_reasons(lines):
            return []
        line = _line(clock, Kind.PAUSED, at, actor, reason=reason)
        line.note, line.proof, line.bearer = note, proof, BEARERS[reason]
        line.expected_end_at = expected_end_at
        return [line]

    paused = _apply(ticket, draw, at=at)
    if not paused:
        raise ActionError("nothing_to_pause", _("No clock of this ticket may be paused for this reason now."))
    if reason in SUPPLIES:
        start_clocks(ticket, [SUPPLIES[reason]], at=at, actor=actor)
    return paused


def resume_clocks(ticket: Any, *, at: datetime, actor: User | None, reason: str | None = None) -> list[SlaClock]:
    """The clocks for which the pause (for `reason`, or for every reason) has ended.

    A clock that stood still for another reason too goes on standing still for that one. What was waited for has come:
    the clock of those who supply it stops. Refuses with 409 nothing_to_resume where no clock was paused so.
    """

    def draw(clock: SlaClock, lines: list[SlaSegment]) -> list[SlaSegment]:
        reasons = ledger.open_reasons(lines)
        if not reasons or (reason is not None and reason not in reasons):
            return []
        left = [other for other in reasons if reason is not None and other != reason]
        if not left:
            return [_line(clock, Kind.RUNNING, at, actor)]
        return [_line(clock, Kind.PAUSED, at, actor, reason=other) for other in left]

    resumed = _apply(ticket, draw, at=at)
    if not resumed:
        raise ActionError("nothing_to_resume", _("No clock of this ticket is paused."))
    look_again(resumed, at)
    come = [supply for waited_for, supply in SUPPLIES.items() if reason in (None, waited_for)]
    stop_clocks(ticket, come, at=at, actor=actor)
    return resumed


def move_window(ticket: Any, *, at: datetime, actor: User | None) -> list[SlaClock]:
    """The arrival clock, if open, due no earlier than the end of the ticket's requested window.

    An earlier or removed window lets the target decide again. A breach that has happened stays (standard 1 of
    handbook/service-standards.md).
    """

    def draw(clock: SlaClock, lines: list[SlaSegment]) -> list[SlaSegment]:
        if ledger.window_end(lines) == ticket.requested_until:
            return []
        return [_window(clock, at, actor, ticket.requested_until)]

    return _apply(ticket, draw, at=at, kinds=[ClockKind.ARRIVAL])


def rebuild(clock: SlaClock, *, at: datetime) -> list[str]:
    """The names of the columns that did not agree with the ledger as of `at` and have been put right; empty is good.

    The moment the sweep looks next is not compared: it moves on when a warning has been written. A breach that people
    were told of stands.
    """
    with transaction.atomic():
        locked = SlaClock.objects.select_for_update(no_key=True, of=("self",)).select_related("target")
        row = locked.get(pk=clock.pk)
        before = {name: getattr(row, name) for name in ledger.COLUMNS} | {"state": row.state_at(at)}
        if row.state == ClockState.RUNNING and before["state"] == ClockState.BREACHED:
            before["breached_at"] = row.due_at
        book, lines = calendars(), ledger.lines_of([row])
        if _is_announced(row):
            upheld = uphold_before(row, lines[row.pk], book, at)
            SlaSegment.objects.bulk_create(upheld)
            lines[row.pk] += upheld
        _save([row], lines, book, at)
        passing = {"next_fire_at", "next_level", "row_version"}
        return [name for name in ledger.COLUMNS if name not in passing and before[name] != getattr(row, name)]


def _is_announced(clock: SlaClock) -> bool:
    """Whether the clock is broken and people were told so; columns alone may be what has to be put right."""
    if clock.state != ClockState.BREACHED or clock.stopped_at is not None:
        return False
    return SlaEvent.objects.filter(clock=clock, cycle=clock.cycle, level=SlaEvent.Level.BREACH).exists()


def _apply(ticket: Any, draw: Draw, *, at: datetime, kinds: Iterable[str] | None = None) -> list[SlaClock]:
    """Locks the open clocks, adds the lines `draw` gives, and saves what follows; the clocks that got a line."""
    with transaction.atomic(savepoint=False):
        clocks = SlaClock.objects.filter(ticket=ticket, stopped_at=None).select_related("target").order_by("id")
        if kinds is not None:
            clocks = clocks.filter(kind__in=list(kinds))
        locked = list(clocks.select_for_update(no_key=True, of=("self",)))
        if not locked:
            return []
        ledgers = ledger.lines_of(locked)
        drawn = {clock.pk: draw(clock, ledgers[clock.pk]) for clock in locked}
        touched = [clock for clock in locked if drawn[clock.pk]]
        if touched:
            _add(touched, ledgers, drawn, at)
            _tell_of_pauses(ticket, touched, ledgers, drawn)
        return touched


def _tell_of_pauses(
    ticket: Any, clocks: list[SlaClock], ledgers: dict[int, list[SlaSegment]], drawn: dict[int, list[SlaSegment]]
) -> None:
    """Tells the apps above of the reasons for which a clock began or ceased to stand still."""
    for clock in clocks:
        before = frozenset(ledger.open_reasons(ledgers[clock.pk]))
        after = frozenset(ledger.open_reasons([*ledgers[clock.pk], *drawn[clock.pk]]))
        if before == after:
            continue
        line = drawn[clock.pk][0]
        change = PauseChange(
            ticket, clock.kind, after - before, before - after, line.at, line.actor, line.expected_end_at
        )
        for listen in pause_listeners:
            listen(change)


def _add(
    clocks: list[SlaClock], ledgers: dict[int, list[SlaSegment]], drawn: dict[int, list[SlaSegment]], at: datetime
) -> None:
    """Writes the lines drawn for the clocks, after one that upholds a breach where the calendar was edited since."""
    book = calendars()
    added = {clock.pk: [*uphold_before(clock, ledgers[clock.pk], book, at), *drawn[clock.pk]] for clock in clocks}
    SlaSegment.objects.bulk_create(line for lines in added.values() for line in lines)
    _save(clocks, {clock.pk: [*ledgers[clock.pk], *added[clock.pk]] for clock in clocks}, book, at)


def _save(clocks: list[SlaClock], ledgers: dict[int, list[SlaSegment]], book: Calendars, at: datetime) -> None:
    newly = []
    for clock in clocks:
        had_breached = clock.state == ClockState.BREACHED
        lines = ledgers[clock.pk]
        ledger.write_columns(clock, lines, ledger.read(clock, lines, book, at))
        if clock.state == ClockState.BREACHED and not had_breached:
            newly.append(clock.pk)
    SlaClock.objects.bulk_update(clocks, ledger.COLUMNS)
    if newly:
        record_breaches(newly, at)


def _first_lines(clock: SlaClock, ticket: Any, actor: User | None) -> list[SlaSegment]:
    lines = [_line(clock, Kind.RUNNING, clock.started_at, actor)]
    if clock.kind == ClockKind.ARRIVAL and ticket.requested_until is not None:
        lines.append(_window(clock, clock.started_at, actor, ticket.requested_until))
    return lines


def _line(clock: SlaClock, kind: str, at: datetime, actor: User | None, reason: str = "") -> SlaSegment:
    return SlaSegment(clock=clock, kind=kind, at=at, actor=actor, reason=reason)


def _window(clock: SlaClock, at: datetime, actor: User | None, until: datetime | None) -> SlaSegment:
    line = _line(clock, Kind.WINDOW, at, actor)
    line.expected_end_at = until
    return line
