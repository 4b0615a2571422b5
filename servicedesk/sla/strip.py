"""The strip of time and the lines of its arithmetic as pages show them: for a clock, and for a calendar tried out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import get_language

from servicedesk.sla.arithmetic import Explanation
from servicedesk.sla.wording import FLAGS, line_text, segment_label
from servicedesk.worktime.selectors import NamedDay

# The strip is drawn this wide and scaled by the browser.
WIDTH = 1000.0


@dataclass(frozen=True)
class Piece:
    """A piece of the strip with its place in the drawing."""

    x: float
    width: float
    kind: str
    label: str
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Mark:
    """An instant marked on the strip."""

    x: float
    name: str


def strip_context(
    found: Explanation, days: Mapping[date, NamedDay], marks: Mapping[str, datetime | None]
) -> dict[str, Any]:
    """What `sla/_strip.html` and `sla/_arithmetic.html` need, worded in the reader's language.

    `marks` are instants by name (`warn`, `now`); those outside of the strip, and None, are not drawn.
    """
    words = {
        "lines": [line_text(line) for line in found.lines],
        "flags": [FLAGS[flag] for flag in found.reading.flags],
    }
    if not found.strip:
        return {"pieces": [], "marks": [], "totals": [], **words}
    start, end = found.strip[0].start, found.strip[-1].end
    speaks_chinese = (get_language() or "zh").startswith("zh")
    pieces = [
        Piece(
            x=_place(segment.start, start, end),
            width=_place(segment.end, start, end) - _place(segment.start, start, end),
            kind=segment.kind.value,
            label=segment_label(segment, days, speaks_chinese),
            start=segment.start,
            end=segment.end,
        )
        for segment in found.strip
    ]
    drawn = [
        Mark(_place(moment, start, end), name)
        for name, moment in marks.items()
        if moment is not None and start <= moment <= end
    ]
    return {"pieces": pieces, "marks": drawn, "totals": _totals(pieces), **words}


def _totals(pieces: Sequence[Piece]) -> list[tuple[str, str, float]]:
    """Kind, label and minutes of what the strip consists of, in the order of its first appearance."""
    sums: dict[tuple[str, str], float] = {}
    for piece in pieces:
        key = (piece.kind, piece.label)
        sums[key] = sums.get(key, 0.0) + (piece.end - piece.start).total_seconds() / 60
    return [(kind, label, minutes) for (kind, label), minutes in sums.items()]


def _place(moment: datetime, start: datetime, end: datetime) -> float:
    whole = (end - start).total_seconds()
    return round((moment - start).total_seconds() / whole * WIDTH, 2) if whole else 0.0
