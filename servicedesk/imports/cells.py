"""How a cell is read: text in, a value out, or in words what was expected. Pure but for the words."""

import math
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

Read = Callable[[str], Any]

# How days and times are written, the first being the one we write ourselves.
DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d")
TIMES = ("%H:%M", "%H:%M:%S", "%H：%M")
YEARS = range(2000, 2100)


class BadCellError(Exception):
    """A cell that cannot be read; its text says what was expected."""

    def __init__(self, expected: str | Promise) -> None:
        super().__init__(str(expected))
        self.expected = str(expected)


def text(longest: int) -> Read:
    """Reads a text of at most `longest` signs."""

    def read(given: str) -> str:
        if len(given) > longest:
            raise BadCellError(_("at most %(n)s signs") % {"n": longest})
        return given

    return read


def whole(least: int, most: int) -> Read:
    """Reads a whole number in these bounds; a spreadsheet's `3.0` is one."""

    def read(given: str) -> int:
        number = given.removesuffix(".0")
        if not (number.isascii() and number.isdigit() and len(number) < 10 and least <= int(number) <= most):
            raise BadCellError(_("a whole number from %(least)s to %(most)s") % {"least": least, "most": most})
        return int(number)

    return read


def decimal(given: str) -> float:
    """Reads a number with a point."""
    try:
        number = float(given) if given.isascii() else math.nan
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise BadCellError(_("a number such as 31.4672"))
    return number


def day(given: str) -> date:
    """Reads a day in one of the usual ways of writing it; a time of midnight behind it is left out."""
    bare = given.removesuffix(" 00:00:00").removesuffix(" 00:00")
    for form in DAYS:
        try:
            found = datetime.strptime(bare, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
        if found.year in YEARS:
            return found
    raise BadCellError(_("a day such as 2026-03-10"))


def clock_time(given: str) -> time:
    """Reads a time of day; `24:00` is midnight at the end of the day, given as 00:00."""
    if given in {"24:00", "24:00:00"}:
        return time()
    for form in TIMES:
        try:
            found = datetime.strptime(given, form).time()  # noqa: DTZ007 - a time of day has no zone
        except ValueError:
            continue
        if not found.second:
            return found
    raise BadCellError(_("a time such as 08:30"))


def one_of(words: Callable[[], Mapping[str, Any]]) -> Read:
    """Reads one of these words, whatever their case; asked for at each reading, since words are translated."""

    def read(given: str) -> Any:
        known = words()
        found = {word.casefold(): value for word, value in known.items()}
        if given.casefold() not in found:
            shown = sorted({str(word) for word in known})
            raise BadCellError(_("one of: %(words)s") % {"words": ", ".join(shown[:12])})
        return found[given.casefold()]

    return read
