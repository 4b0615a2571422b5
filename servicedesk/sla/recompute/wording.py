"""The words of the notices that a recompute sends to who asked for it."""

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from servicedesk.notify.models import Notification
from servicedesk.notify.wording import NoticeKind, page_of


def _moved(notice: Notification) -> int:
    moved = notice.values.get("moved")
    return moved if isinstance(moved, int) else 0


def _ready(notice: Notification) -> str:
    moved = _moved(notice)
    return ngettext(
        "The recompute has been counted: %(n)d clock would move. Carry it out or call it off.",
        "The recompute has been counted: %(n)d clocks would move. Carry it out or call it off.",
        moved,
    ) % {"n": moved}


def _done(notice: Notification) -> str:
    moved = _moved(notice)
    return ngettext(
        "The recompute is done: %(n)d clock was moved.", "The recompute is done: %(n)d clocks were moved.", moved
    ) % {"n": moved}


def _failed(_notice: Notification) -> str:
    return _("The recompute broke off. Its page says why.")


def _kind(words: Callable[[Notification], str], icon: str, tone: str) -> NoticeKind:
    return NoticeKind(words, icon, tone, page_of("recompute_detail", "job"))


NOTICES = {
    "recompute_ready": _kind(_ready, "refresh", "info"),
    "recompute_done": _kind(_done, "circle-check", "ok"),
    "recompute_failed": _kind(_failed, "alert-octagon", "danger"),
}
