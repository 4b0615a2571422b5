"""Targets as people write and read them: 150, 2 h 30 min, 2小时30分, 15 s."""

import re

from django.utils.translation import gettext as _

from servicedesk.sla.wording import hours_text

LONGEST = 366 * 1440.0
_PARTS = re.compile(
    r"^(?:(?P<h>\d+(?:\.\d+)?)(?:h|hours?|小时|时))?"
    r"(?:(?P<m>\d+(?:\.\d+)?)(?:min|minutes?|m|分钟|分|$))?"
    r"(?:(?P<s>\d+(?:\.\d+)?)(?:s|sec|seconds?|秒钟|秒))?$"
)


def read_span(text: str) -> float | None:
    """The minutes that `text` says; None where it says none, nothing, or more than a year."""
    plain = re.sub(r"\s+", "", text.casefold()).replace(",", ".")
    found = _PARTS.match(plain)
    if not plain or len(plain) > 40 or found is None:
        return None
    hours, minutes, seconds = (float(found[part] or 0) for part in ("h", "m", "s"))
    total = hours * 60 + minutes + seconds / 60
    return total if 0 < total <= LONGEST else None


def span_text(minutes: float | None) -> str:
    """Minutes as `read_span` reads them again, in the reader's language; never as days, which differ by calendar."""
    if minutes is None:
        return ""
    seconds = minutes * 60
    if minutes == int(minutes):
        return hours_text(minutes)
    if abs(seconds - round(seconds)) > 1e-6:
        return f"{minutes:g}"
    whole, rest = divmod(round(seconds), 60)
    told = _("%(s)d s") % {"s": rest}
    return f"{hours_text(whole)} {told}" if whole else told
