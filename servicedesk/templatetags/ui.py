"""Tags and filters every page uses; see ``docs/design-language.md`` for one example of each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django import template
from django.forms import BoundField
from django.http import QueryDict
from django.template import Context
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from servicedesk.undo import Undo, undo_of

from .icons import icon_svg
from .moments import (
    Span,
    countdown_text,
    fen_text,
    local_text,
    masked_phone,
    minutes_text,
    relative_text,
    stretch_text,
)
from .statuses import look_of

register = template.Library()

# Where a list stands; a new filter starts it from the top again.
_POSITION: Final = ("after", "before", "page")
_THEMES: Final = ("auto", "light", "dark")
_DENSITIES: Final = ("comfortable", "compact")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a clock chip says at one moment."""

    state: str
    word: str | Promise
    icon: str
    tone: str
    text: str
    title: str


def _now(context: Context) -> datetime:
    given = context.get("now")
    return given if isinstance(given, datetime) else timezone.now()


@register.simple_tag
def colon() -> str:
    """What stands between a label and what is said of it, in the typography of the language."""
    return pgettext("after a label", ": ")


@register.filter
def listed(items: Iterable[Any]) -> str:
    """The items one after the other, with what stands between them in the language."""
    return pgettext("between items", ", ").join(str(item) for item in items)


@register.filter
def undo(message: Any) -> Undo | None:
    """The way back a message carries, or None."""
    return undo_of(message)


@register.simple_tag
def icon(name: str) -> SafeString:
    """An inline icon, hidden from screen readers; the text beside it says the same."""
    return icon_svg(name)


@register.simple_tag
def status(family: str, state: str, variant: str = "plain") -> SafeString:
    """A state as shape, word and colour; ``variant`` is ``plain`` (lists) or ``chip`` (headers)."""
    look = look_of(family, str(state))
    return format_html(
        '<span class="status status--{}" data-tone="{}">{}<span>{}</span></span>',
        variant,
        look.tone,
        icon_svg(look.icon),
        look.word,
    )


@register.simple_tag
def status_word(family: str, state: str) -> str:
    """Only the word of a state, for places that cannot hold markup (options, attributes)."""
    return str(look_of(family, str(state)).word)


@register.simple_tag(takes_context=True)
def clock_reading(
    context: Context,
    state: str,
    due: datetime | None,
    warn: datetime | None,
    left: Span | None,
) -> Reading:
    """What a chip says now: a running clock turns to ``warned`` at ``warn`` and to ``breached`` after ``due``.

    ``left`` (minutes or a timedelta) is shown while the clock is paused, when ``due`` says nothing.
    """
    now = _now(context)
    shown = str(state)
    if shown in ("running", "warned") and due is not None:
        shown = "breached" if now > due else "warned" if warn is not None and now >= warn else "running"
    look = look_of("clock", shown)
    return Reading(
        shown,
        look.word,
        look.icon,
        look.tone,
        _chip_time(shown, due, left, now),
        _chip_title(shown, due),
    )


def _chip_time(state: str, due: datetime | None, left: Span | None, now: datetime) -> str:
    if state == "paused" and left is not None:
        span = left if isinstance(left, timedelta) else timedelta(minutes=float(left))
        return _("%(time)s left") % {"time": countdown_text(span)}
    if due is None:
        return ""
    if state in ("running", "warned"):
        return _("%(time)s left") % {"time": countdown_text(due - now)}
    if state == "breached":
        return _("%(time)s over") % {"time": countdown_text(now - due)}
    return ""


def _chip_title(state: str, due: datetime | None) -> str:
    if due is None or state in ("paused", "none", "void"):
        return ""
    return _("Due %(when)s") % {"when": local_text(due, "full")}


@register.simple_tag(takes_context=True)
def relative_time(context: Context, moment: datetime | None) -> str | SafeString:
    """``3 min ago`` inside ``<time>``, with the exact local time as its title."""
    if moment is None:
        return local_text(None)
    return format_html(
        '<time datetime="{}" title="{}" data-relative>{}</time>',
        moment.isoformat(),
        local_text(moment, "full"),
        relative_text(moment, _now(context)),
    )


@register.filter
def local_time(moment: datetime | date | None, style: str = "short") -> str:
    """``MM-DD HH:MM`` in Asia/Shanghai; styles: short, long, full, date, day, time."""
    return local_text(moment, style)


@register.filter
def stretch(span: Any) -> str:
    """A span between two moments with its days; whole days say so: ``03-10 all day``."""
    return stretch_text(span.lower, span.upper)


@register.filter
def minutes(span: Span | None) -> str:
    """A number of minutes (or a timedelta) as ``6 min``, ``1 h 39 min``, ``2 d 4 h``."""
    return minutes_text(span)


@register.filter
def fen(amount: int | None) -> str:
    """An amount in fen as ``¥12.50``."""
    return fen_text(amount)


@register.filter
def yuan(amount: Decimal | None) -> str:
    """A sum in yuan as ``¥12.50``; a dash for nothing."""
    return fen_text(None if amount is None else int(amount * 100))


@register.filter
def mask_phone(number: object) -> str:
    """``138****8000``; the full number comes only from the page that logs who saw it."""
    return masked_phone(number)


@register.filter
def field_errors(field: BoundField) -> SafeString:
    """The errors of a form field in the element its input's ``aria-describedby`` points at; empty without."""
    if not field.errors:
        return SafeString("")
    lines = format_html_join("", "<span>{}</span>", ((error,) for error in field.errors))
    return format_html(
        '<p class="field__error" id="{}_error">{}{}</p>',
        field.auto_id,
        icon_svg("alert-circle"),
        lines,
    )


@register.simple_tag(takes_context=True)
def qs(context: Context, **changes: Any) -> str:
    """The address's query with ``changes``; ``None`` or an empty text drops a key.

    Where a list stood (``after``, ``before``, ``page``) is dropped unless given: a new filter starts at the top.
    """
    request = context.get("request")
    query = request.GET.copy() if request is not None else QueryDict(mutable=True)
    for key in _POSITION:
        query.pop(key, None)
    for key, value in changes.items():
        if value is None or value == "":
            query.pop(key, None)
        elif isinstance(value, (list, tuple)):
            query.setlist(key, [str(item) for item in value])
        else:
            query[key] = str(value)
    return f"?{query.urlencode()}"


def _cookie(context: Context, name: str, allowed: tuple[str, ...]) -> str:
    request = context.get("request")
    cookies: Mapping[str, str] = getattr(request, "COOKIES", {})
    value = cookies.get(name, allowed[0])
    return value if value in allowed else allowed[0]


@register.simple_tag(takes_context=True)
def theme(context: Context) -> str:
    """``auto``, ``light`` or ``dark``: this device's choice, so that the first paint is already right."""
    return _cookie(context, "theme", _THEMES)


@register.simple_tag(takes_context=True)
def density(context: Context) -> str:
    """``comfortable`` or ``compact``: this device's choice."""
    return _cookie(context, "density", _DENSITIES)


@register.simple_tag(takes_context=True)
def server_now(context: Context) -> str:
    """The server's time in ISO form; the browser's clock is compared with it, never trusted."""
    return _now(context).isoformat()
