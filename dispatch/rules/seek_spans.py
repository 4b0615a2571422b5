"""Spans of many technicians as arrays: microseconds since 2000 beside the place of their owner in the crew."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from dispatch.rules.gaps import EPOCH

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

MINUTE = 60_000_000
QUARTER = 15 * MINUTE
HOUR = 60 * MINUTE
DAY = 24 * HOUR
# Further than any span asked about: ninety years.
NEVER = 90 * 366 * DAY


def micros(instant: datetime) -> int:
    """An instant as arrays hold it."""
    return (instant - EPOCH) // timedelta(microseconds=1)


def instant_of(value: int) -> datetime:
    """The instant behind a value, UTC."""
    return EPOCH + timedelta(microseconds=int(value))


@dataclass(frozen=True)
class Spans:
    """Rows of owner, start and end."""

    owner: Ints
    start: Ints
    end: Ints

    def at(self, rows: Flags | Ints) -> "Spans":
        """Some of the rows."""
        return Spans(self.owner[rows], self.start[rows], self.end[rows])

    def clipped(self, first: int, last: int) -> "Spans":
        """What lies between two instants."""
        start, end = np.maximum(self.start, first), np.minimum(self.end, last)
        kept = start < end
        return Spans(self.owner[kept], start[kept], end[kept])

    def moved(self, place: Ints) -> "Spans":
        """The rows of those owners who have a new place, at that place; -1 stands for none."""
        owner = place[self.owner]
        kept = owner >= 0
        return Spans(owner[kept], self.start[kept], self.end[kept])

    def beside(self, other: "Spans") -> "Spans":
        """The rows of both."""
        pairs = ((self.owner, other.owner), (self.start, other.start), (self.end, other.end))
        owner, start, end = (np.concatenate(pair) for pair in pairs)
        return Spans(owner, start, end)


class Line:
    """Owners laid one behind the other on one line between two instants, so that one sorted array serves them all."""

    def __init__(self, first: int, last: int) -> None:
        self.first, self.last = first, last
        self.length = 2 * (last - first) + 2

    def key(self, owner: Ints, instant: Ints) -> Ints:
        """Where an instant of an owner lies on the line."""
        found: Ints = owner * self.length + np.clip(instant - self.first, 0, self.last - self.first)
        return found


class Union:
    """The spans of each owner with those that overlap or touch made one."""

    def __init__(self, spans: Spans, line: Line) -> None:
        self.line = line
        inside = spans.clipped(line.first, line.last)
        start, end = line.key(inside.owner, inside.start), line.key(inside.owner, inside.end)
        order = np.argsort(start, kind="stable")
        start, reach = start[order], np.maximum.accumulate(end[order])
        fresh = np.ones(len(start), dtype=bool)
        fresh[1:] = start[1:] > reach[:-1]
        first = np.flatnonzero(fresh)
        self.start = start[first]
        self.end = reach[np.append(first[1:], len(start)) - 1] if len(first) else reach
        self.before = np.concatenate([[0], np.cumsum(self.end - self.start)])

    def spans(self) -> Spans:
        """The merged spans, by owner and start."""
        owner = self.start // self.line.length
        shift = owner * self.line.length - self.line.first
        return Spans(owner, self.start - shift, self.end - shift)

    def measure(self, owner: Ints, start: Ints, end: Ints) -> Ints:
        """How much of the time from `start` to `end` of each owner is covered."""
        if not len(self.start):
            return np.zeros(len(owner), dtype=np.int64)
        return self._until(self.line.key(owner, end)) - self._until(self.line.key(owner, start))

    def _until(self, key: Ints) -> Ints:
        """What is covered on the whole line up to `key`."""
        row = np.searchsorted(self.start, key, side="right") - 1
        last = np.maximum(row, 0)
        found: Ints = self.before[last] + np.minimum(key, self.end[last]) - self.start[last]
        return np.where(row < 0, 0, found)


class ByEnd:
    """Spans in the order of their ends, the owners one behind the other: for asking which an instant lies before.

    `order` are their rows, `soonest` the earliest start among a span and all behind it; behind the last one stands an
    instant that never comes.
    """

    def __init__(self, spans: Spans, line: Line) -> None:
        ends = line.key(spans.owner, spans.end)
        self.order = np.argsort(ends, kind="stable")
        self.ends = ends[self.order]
        starts = np.append(line.key(spans.owner, spans.start)[self.order], np.iinfo(np.int64).max)
        self.soonest: Ints = np.minimum.accumulate(starts[::-1])[::-1]

    def after(self, key: Ints) -> Ints:
        """The place of the first one that ends after each instant on the line."""
        found: Ints = np.searchsorted(self.ends, key, side="right")
        return found


def ranges(shape: tuple[int, int], owner: Ints, first: Ints, last: Ints) -> Flags:
    """A grid that is true from column `first` up to, and with, `last` in the row of each owner."""
    first, last = np.clip(first, 0, shape[1]), np.clip(last + 1, 0, shape[1])
    kept = first < last
    rows = owner[kept] * shape[1]
    begin, end = rows + first[kept], rows + last[kept]
    order = np.argsort(begin, kind="stable")
    begin, reach = begin[order], np.maximum.accumulate(end[order])
    # What is false and what is true take turns; a range inside those before it adds nothing.
    edges = np.empty(2 * len(begin) + 1, dtype=np.int64)
    edges[:1] = 0
    edges[1::2] = np.maximum(begin, np.append(0, reach)[:-1])
    edges[2::2] = reach
    lengths = np.diff(edges, append=shape[0] * shape[1])
    found: Flags = np.repeat(np.arange(len(edges)) % 2 == 1, lengths)
    return found.reshape(shape)
