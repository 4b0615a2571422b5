"""Times, spans and amounts as people read them; plain functions, ``now`` is an argument."""

from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final

from django.utils.translation import gettext as _

from servicedesk.clock import LOCAL

NOTHING: Final = "–"
_MINUTE: Final = 60
_HOUR: Final = 3_600
_DAY: Final = 86_400
_STYLES: Final = {
    "short": "%m-%d %H:%M",
    "full": "%Y-%m-%d %H:%M:%S",
    "long": "%Y-%m-%d %H:%M",
    "date": "%Y-%m-%d",
    "day": "%m-%d",
    "time": "%H:%M",
}

Span = int | float | Decimal | Fraction | timedelta


def local_text(moment: datetime | date | None, style: str = "short") -> str:
    """``moment`` in Asia/Shanghai as ``MM-DD HH:MM`` (or another of the named styles); a dash for nothing."""
    if moment is None:
        return NOTHING
    if isinstance(moment, datetime):
        return moment.astimezone(LOCAL).strftime(_STYLES[style])
    return moment.strftime(_STYLES["day" if style in ("short", "day") else "date"])


def stretch_text(start: datetime, end: datetime) -> str:
    """A span, as ``03-10 14:00–15:30``; from midnight to midnight as ``03-10 all day`` or ``03-10–03-12 all day``."""
    first, last = start.astimezone(LOCAL), end.astimezone(LOCAL)
    if first < last and first.time() == last.time() == time():
        closing = last - timedelta(days=1)
        days = local_text(first, "day")
        if closing.date() > first.date():
            days = f"{days}–{local_text(closing, 'day')}"
        return _("%(days)s all day") % {"days": days}
    style = "time" if first.date() == last.date() else "short"
    return f"{local_text(first)}–{local_text(last, style)}"


def relative_text(moment: datetime, now: datetime) -> str:
    """How far ``moment`` lies from ``now`` in words; from a week on its date, since "23 d ago" helps nobody."""
    seconds = int((now - moment).total_seconds())
    size = abs(seconds)
    if size < 45:  # below this a figure would be out of date before it is read
        return _("just now")
    if size >= 7 * _DAY:
        same_year = moment.astimezone(LOCAL).year == now.astimezone(LOCAL).year
        return local_text(moment, "day" if same_year else "date")
    past = seconds > 0
    if size < _HOUR:
        count = max(1, round(size / _MINUTE))
        return (_("%(n)d min ago") if past else _("in %(n)d min")) % {"n": count}
    if size < _DAY:
        count = size // _HOUR
        return (_("%(n)d h ago") if past else _("in %(n)d h")) % {"n": count}
    return (_("%(n)d d ago") if past else _("in %(n)d d")) % {"n": size // _DAY}


def whole_minutes(span: Span) -> int:
    """``span`` in minutes, rounded half up; a bare number already counts minutes."""
    if isinstance(span, timedelta):
        span = span.total_seconds() / _MINUTE
    return int(Decimal(str(float(span))).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def minutes_text(span: Span | None) -> str:
    """``15 s``, ``6 min``, ``1 h 39 min``, ``2 d 4 h``; a dash for nothing."""
    if span is None:
        return NOTHING
    total = whole_minutes(span)
    seconds = round(span.total_seconds() if isinstance(span, timedelta) else span * _MINUTE)
    if 0 < abs(seconds) < _MINUTE:
        return ("−" if seconds < 0 else "") + _("%(s)d s") % {"s": abs(seconds)}
    sign = "−" if total < 0 else ""
    hours, minutes = divmod(abs(total), 60)
    if not hours:
        return sign + _("%(m)d min") % {"m": minutes}
    if hours >= 48:  # two days: from here hours are harder to read than days
        days, hours = divmod(hours, 24)
        return sign + (_("%(d)d d %(h)d h") % {"d": days, "h": hours} if hours else _("%(d)d d") % {"d": days})
    if not minutes:
        return sign + _("%(h)d h") % {"h": hours}
    return sign + _("%(h)d h %(m)d min") % {"h": hours, "m": minutes}


def countdown_text(span: timedelta) -> str:
    """The size of ``span`` as ``h:mm`` for a clock chip, from two days on ``2 d 4 h``; seconds are cut off."""
    seconds = abs(int(span.total_seconds()))
    if seconds >= 2 * _DAY:
        return _("%(d)d d %(h)d h") % {
            "d": seconds // _DAY,
            "h": seconds % _DAY // _HOUR,
        }
    return f"{seconds // _HOUR}:{seconds % _HOUR // _MINUTE:02d}"


def fen_text(fen: int | None) -> str:
    """An amount in fen as yuan: ``¥1,280.50``; a dash for nothing."""
    if fen is None:
        return NOTHING
    sign = "−" if fen < 0 else ""
    return f"{sign}¥{Decimal(abs(fen)) / 100:,.2f}"


def masked_phone(number: object) -> str:
    """A phone number that can be recognised but not dialled: ``138****8000``, ``010****5678``.

    Chinese numbers lose their country code; whatever cannot be read as a number keeps its last two characters.
    """
    text = str(number or "").strip()
    if not text:
        return NOTHING
    digits = "".join(char for char in text if char.isdigit())
    if text.startswith(("+86", "0086")):
        digits = digits.removeprefix("00").removeprefix("86")
        mobile = len(digits) == 11 and digits.startswith("1")
        if not mobile and not digits.startswith(("400", "800")):
            digits = f"0{digits}"
    if len(digits) >= 10:  # mobile, or line with area code
        return f"{digits[:3]}****{digits[-4:]}"
    if len(digits) >= 5:  # local line
        return f"{digits[:1]}****{digits[-2:]}"
    return f"****{text[-2:]}" if len(text) > 4 else "****"  # too short to show any of it
