"""What is wrong with a checklist before it may be published.

Pure: plain values in, plain values out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from visits.completion import CHOICE, DONE, NOT_DONE, NUMBER, Condition
from visits.measures import Limits, Option

FEWEST_OPTIONS = 2


@dataclass(frozen=True)
class Line:
    """An item as far as something may be wrong with it."""

    code: str
    proof: str
    text_zh: str = "文"
    text_en: str = "text"
    not_applicable: bool = False
    limits: Limits = field(default_factory=Limits)
    options: tuple[Option, ...] = ()
    shown_when: Condition | None = None
    required_when: Condition | None = None


@dataclass(frozen=True)
class Problem:
    """The item (empty: the whole list), the field it is about, and what is wrong."""

    item: str
    field: str
    what: str


def problems_of(lines: Sequence[Line]) -> list[Problem]:
    """What keeps the list from being published, in the order of the items; empty when nothing does."""
    found: list[Problem] = []
    above: dict[str, Line] = {}
    for line in lines:
        found += [Problem(line.code, name, what) for name, what in problems_of_line(line, above)]
        above[line.code] = line
    if all(line.not_applicable for line in lines):
        found.append(Problem("", "", "nothing_applies"))
    return found


def problems_of_line(line: Line, above: dict[str, Line]) -> list[tuple[str, str]]:
    """Field and fault of one item, below those in `above`."""
    found = []
    if line.code in above:
        found.append(("code", "code_twice"))
    found += [(f"text_{name}", "text_missing") for name in ("zh", "en") if not getattr(line, f"text_{name}").strip()]
    if line.proof == NUMBER:
        found += _of_limits(line.limits)
    if line.proof == CHOICE:
        found += _of_options(line.options)
    for name in ("shown_when", "required_when"):
        found += _of_condition(name, getattr(line, name), above)
    return found


def answers_to(line: Line) -> tuple[str, ...]:
    """The answers on which something else can hang."""
    return (DONE, NOT_DONE, *(option.code for option in line.options if line.proof == CHOICE))


def _of_limits(limits: Limits) -> list[tuple[str, str]]:
    """Each limit must not lie below the one before it."""
    order = [("least", limits.least), ("low", limits.low), ("high", limits.high), ("most", limits.most)]
    known = [(name, value) for name, value in order if value is not None]
    return [(name, "limits_out_of_order") for (_before, low), (name, high) in pairwise(known) if high < low]


def _of_options(options: Iterable[Option]) -> list[tuple[str, str]]:
    rows = list(options)
    codes = {one.code for one in rows}
    checks = (
        (len(rows) < FEWEST_OPTIONS, "options_too_few"),
        (len(codes) != len(rows) or bool(codes & {DONE, NOT_DONE, ""}), "options_twice"),
        (any(not one.zh.strip() or not one.en.strip() for one in rows), "option_text_missing"),
        (bool(rows) and all(one.fails for one in rows), "options_all_fail"),
    )
    return [("options", what) for wrong, what in checks if wrong]


def _of_condition(name: str, when: Condition | None, above: dict[str, Line]) -> list[tuple[str, str]]:
    if when is None:
        return []
    if when.item not in above:
        return [(name, "condition_not_above")]
    if not when.answers or not when.answers <= set(answers_to(above[when.item])):
        return [(name, "condition_answer_unknown")]
    return []
