"""Pauses: each with the resume or stop that ended it, merged into the spans in which a clock was held.

The order of the ledger pairs pauses and resumes, first in first out; a resume stamped before its pause voids both.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from servicedesk.sla.arithmetic.calendars import to_us
from servicedesk.sla.arithmetic.ledger import Entry, Pause, Resume, Stop


@dataclass(frozen=True, slots=True)
class Closing:
    """A stop and the reopen that ended it, with the places in the ledger where they stand."""

    place: int
    stop: int
    reopen_place: int
    reopen: int | None


@dataclass(frozen=True, slots=True)
class Hold:
    """A span in which the clock was held; `end` None = still held. `place` is where its pause stands."""

    start: int
    end: int | None
    reason: str
    place: int


def read_holds(entries: Sequence[Entry], start: int, closings: Sequence[Closing]) -> tuple[list[Hold], bool]:
    """The spans after `start` in which the clock was held, merged and in order, and whether every resume fitted."""
    pairing = _Pairing()
    stops = {closing.place: closing.stop for closing in closings}
    for place, entry in enumerate(entries):
        if isinstance(entry, Pause):
            pairing.pause(Hold(to_us(entry.at), None, entry.reason, place))
        elif isinstance(entry, Resume):
            pairing.resume(to_us(entry.at))
        elif isinstance(entry, Stop) and place in stops:
            pairing.stop(stops[place])
    return _merge(_clip(hold, start, closings) for hold in pairing.holds()), pairing.sound()


@dataclass(slots=True)
class _Pairing:
    """Pauses and resumes as they come: those open, those a stop ended, and resumes that found no pause yet."""

    begun: list[Hold] = field(default_factory=list)
    stopped: list[Hold] = field(default_factory=list)
    ended: list[Hold] = field(default_factory=list)
    spare: list[int] = field(default_factory=list)
    voided: int = 0

    def pause(self, hold: Hold) -> None:
        # A pause recorded late may have been ended by a resume recorded before it.
        late = next((resume for resume in self.spare if resume > hold.start), None)
        if late is None:
            self.begun.append(hold)
        else:
            self.spare.remove(late)
            self._end(hold, late)

    def stop(self, at: int) -> None:
        # A stop delivered late ends a pause stamped after it as well: that pause never held anything.
        self.stopped += [replace(hold, end=max(at, hold.start)) for hold in self.begun]
        self.begun = []

    def resume(self, at: int) -> None:
        # A resume recorded after the stop that ended its pause may tell of an earlier end.
        cut = next((hold for hold in self.stopped if hold.end is not None and hold.start <= at <= hold.end), None)
        if self.begun and (self.begun[0].start <= at or cut is None):
            hold = self.begun.pop(0)
            if hold.start <= at:
                self._end(hold, at)
            else:
                self.voided += 1
        elif cut is not None:
            self.stopped.remove(cut)
            self._end(cut, at)
        elif self.stopped:
            self.ended.append(self.stopped.pop(0))
        else:
            self.spare.append(at)

    def _end(self, hold: Hold, at: int) -> None:
        self.ended.append(replace(hold, end=at))

    def holds(self) -> Iterator[Hold]:
        yield from self.ended
        yield from self.stopped
        yield from self.begun

    def sound(self) -> bool:
        return not self.voided and not self.spare


def _clip(hold: Hold, start: int, closings: Iterable[Closing]) -> Hold:
    """The pause as far as it lies after the start and before the stop that ended it."""
    begin = max(hold.start, start)
    end = None if hold.end is None else max(hold.end, start)
    for closing in closings:
        # At one instant the ledger says which came first; a pause begun after the stop is not ended by it.
        earlier = (begin, hold.place) < (closing.stop, closing.place)
        if earlier and (end is None or end > closing.stop):
            end = closing.stop
    return Hold(begin, end, hold.reason, hold.place)


def _merge(holds: Iterable[Hold]) -> list[Hold]:
    """The union of the pauses in order, without those of no length; a joined one keeps its first reason."""
    merged: list[Hold] = []
    for hold in sorted(holds, key=lambda hold: (hold.start, hold.place)):
        if hold.end is not None and hold.end <= hold.start:
            continue
        last = merged[-1] if merged else None
        if last is None or (last.end is not None and last.end < hold.start):
            merged.append(hold)
        else:
            end = None if last.end is None or hold.end is None else max(last.end, hold.end)
            merged[-1] = Hold(last.start, end, last.reason, last.place)
    return merged
