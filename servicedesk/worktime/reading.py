"""Reading hours and days as people write them: `9:00-12:00, 13:30-18:00`, `2027年1月1日 休 元旦`."""

import csv
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from servicedesk.worktime.models import CalendarDay

HOLIDAY, MAKEUP = CalendarDay.Kind.HOLIDAY.value, CalendarDay.Kind.MAKEUP.value
KIND_WORDS = {
    HOLIDAY: HOLIDAY,
    MAKEUP: MAKEUP,
    "休": HOLIDAY,
    "休息": HOLIDAY,
    "假": HOLIDAY,
    "放假": HOLIDAY,
    "节假日": HOLIDAY,
    "法定节假日": HOLIDAY,
    "班": MAKEUP,
    "上班": MAKEUP,
    "调休": MAKEUP,
    "补班": MAKEUP,
    "调休上班": MAKEUP,
    "make-up": MAKEUP,
    "workday": MAKEUP,
}
YEARS = range(2000, 2100)
# A year has about forty public days; nobody pastes more than some decades of them.
MOST_LINES = 2000
LONGEST_ZH, LONGEST_EN = 30, 40

_WINDOW = re.compile(r"(\d{1,2}):(\d{2})[-~–—−至到]+(\d{1,2}):(\d{2})")
_GAPS = re.compile(r"[\s,;、/]+")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_HEADINGS = {"day", "date", "日期", "日", "天"}


class WindowError(ValueError):
    """A text is no list of opening windows; the message says which part, in the reader's language."""


@dataclass(frozen=True)
class DayRow:
    """A public day as a line of a list has it."""

    day: date
    kind: str
    name_zh: str = ""
    name_en: str = ""


@dataclass(frozen=True)
class RowError:
    """A line of a list that cannot be taken: its number, what stands there, and why."""

    line: int
    text: str
    why: str


def read_windows(text: str) -> list[str]:
    """The windows of a day as `HH:MM-HH:MM`, in order; an empty text is a closed day.

    One that ends before it begins runs on into the next day; `24:00` ends the day. Raises `WindowError`.
    """
    plain = re.sub(r"\s*([-~–—−至到])\s*", r"\1", unicodedata.normalize("NFKC", text).strip())
    return sorted(_window(part) for part in _GAPS.split(plain) if part)


def _window(part: str) -> str:
    found = _WINDOW.fullmatch(part)
    if found is None:
        raise WindowError(_("“%(part)s” is no window. Write it like 09:00-18:00.") % {"part": part})
    hour, minute, close_hour, close_minute = map(int, found.groups())
    closes_midnight = (close_hour, close_minute) == (24, 0)
    if hour > 23 or minute > 59 or ((close_hour > 23 or close_minute > 59) and not closes_midnight):
        raise WindowError(_("“%(part)s”: there is no such time of day.") % {"part": part})
    if (hour, minute) == (close_hour, close_minute):
        raise WindowError(_("“%(part)s” begins when it ends. A whole day is 00:00-24:00.") % {"part": part})
    return f"{hour:02d}:{minute:02d}-{close_hour:02d}:{close_minute:02d}"


def read_day(text: str) -> date | None:
    """The date a text means, such as 2027-01-01, 2027/1/1 or 2027年1月1日; None where it means none."""
    found = _DATE.fullmatch(text.strip())
    if found is None:
        return None
    try:
        day = date(*map(int, found.groups()))
    except ValueError:
        return None
    return day if day.year in YEARS else None


def read_list(text: str) -> tuple[list[DayRow], list[RowError]]:
    """The public days of a list, one a line as `day,kind,name_zh,name_en` (comma or tab), and the lines at fault.

    A line of headings and empty lines are passed over; a day that stands twice is a fault of its second line.
    """
    rows: list[DayRow] = []
    errors: list[RowError] = []
    seen: dict[date, int] = {}
    for number, line, cells in _lines(text):
        if number > MOST_LINES:
            errors.append(RowError(number, "", _("A list may have %(n)d lines.") % {"n": MOST_LINES}))
            break
        row = _row(cells)
        if isinstance(row, str):
            errors.append(RowError(number, line, row))
        elif row.day in seen:
            errors.append(
                RowError(number, line, _("This day stands in line %(line)d already.") % {"line": seen[row.day]})
            )
        else:
            seen[row.day] = number
            rows.append(row)
    return rows, errors


def _lines(text: str) -> Iterator[tuple[int, str, list[str]]]:
    first = True
    for number, line in enumerate(text.replace("\ufeff", "").splitlines(), start=1):
        if not line.strip():
            continue
        plain = line.replace("\uff0c", ",")
        cells = [cell.strip() for cell in next(csv.reader([plain], delimiter="\t" if "\t" in plain else ","))]
        if not (first and cells[0].lower() in _HEADINGS):
            yield number, line.strip(), cells
        first = False


def _row(cells: list[str]) -> DayRow | str:
    """The day of a line, or what is wrong with it."""
    day, kind, name_zh, name_en = [*cells, "", "", ""][:4]
    when = read_day(day)
    if when is None:
        return _("“%(text)s” is no day. Write it like 2027-01-01.") % {"text": day}
    known = KIND_WORDS.get(unicodedata.normalize("NFKC", kind).lower())
    if known is None:
        return _("“%(text)s” is no kind of day. Write holiday or makeup.") % {"text": kind}
    if any(cells[4:]):
        return _("There are more than four columns. A name with a comma stands in quotation marks.")
    if len(name_zh) > LONGEST_ZH or len(name_en) > LONGEST_EN:
        return _("A name is too long: %(zh)d signs for the Chinese one, %(en)d for the English one.") % {
            "zh": LONGEST_ZH,
            "en": LONGEST_EN,
        }
    return DayRow(when, known, name_zh, name_en)
