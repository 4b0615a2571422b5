"""The words of a notice, made when it is read, in the reader's language, from its kind and values.

A kind of notice has its line here, or is registered by the app that knows more about it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.notify.models import Channel, Notification
from servicedesk.templatetags.moments import NOTHING, local_text

Words = Callable[[Notification], str]
Address = Callable[[Notification], str]


@dataclass(frozen=True)
class NoticeKind:
    """How one kind of notice is told and drawn; `words` may use `%(number)s`, the number of its ticket.

    `about` gives the page of what it is about where that is not its ticket; "" when there is none.
    """

    words: str | Promise | Words
    icon: str = "bell"
    tone: str = "info"
    about: Address | None = None


def number_of(notice: Notification) -> str:
    """The number of the notice's ticket, a dash where it has none."""
    return notice.ticket.number if notice.ticket is not None else NOTHING


def moment_of(notice: Notification, key: str) -> str:
    """An instant among the values as local text, a dash where it is missing or cannot be read."""
    try:
        return local_text(datetime.fromisoformat(str(notice.values[key])))
    except (KeyError, ValueError):
        return NOTHING


def page_of(url_name: str, key: str) -> Address:
    """Gives a notice the address of the page `url_name` of the row whose id stands among its values as `key`."""

    def address(notice: Notification) -> str:
        row_id = notice.values.get(key)
        return reverse(url_name, args=[row_id]) if isinstance(row_id, int) else ""

    return address


def _offered(notice: Notification) -> str:
    values = {"number": number_of(notice), "start": moment_of(notice, "start")}
    return _("A job is offered to you: ticket %(number)s, %(start)s. Accept it or refuse it with a reason.") % values


def _channel_of(notice: Notification) -> dict[str, str]:
    labels: dict[str, str | Promise] = dict(Channel.choices)
    return {"channel": str(labels.get(str(notice.values.get("channel")), NOTHING))}


def _channel_dead(notice: Notification) -> str:
    return _("%(channel)s: messages could not be delivered and were given up.") % _channel_of(notice)


def _channel_uncertain(notice: Notification) -> str:
    return _("%(channel)s: nobody can tell whether messages arrived. Decide whether to send them again.") % (
        _channel_of(notice)
    )


def _channels_page(_notice: Notification) -> str:
    return reverse("channel_list")


_kinds: dict[str, NoticeKind] = {
    "handover_sent": NoticeKind(
        gettext_lazy("Ticket %(number)s has come to your outlet. Accept it or refuse it with a reason."), "send"
    ),
    "handover_refused": NoticeKind(
        gettext_lazy("The outlet refused ticket %(number)s. It needs another outlet."), "arrow-back-up", "danger"
    ),
    "assignment_offered": NoticeKind(_offered, "user-plus"),
    "assignment_refused": NoticeKind(
        gettext_lazy("The technician refused the job of ticket %(number)s. It needs somebody else."),
        "user-x",
        "danger",
    ),
    "window_changed": NoticeKind(
        gettext_lazy("The customer of ticket %(number)s changed the time; the technician cannot come then."),
        "calendar-stats",
        "danger",
    ),
    "assignment_released": NoticeKind(
        gettext_lazy("The job of ticket %(number)s is no longer yours."), "arrows-exchange", "warn"
    ),
    "praise": NoticeKind(gettext_lazy("A customer praised the service on ticket %(number)s."), "heart", "ok"),
    "unhappy_customer": NoticeKind(
        gettext_lazy("The customer of ticket %(number)s is not satisfied. It is open again."), "mood-sad", "danger"
    ),
    "channel_dead": NoticeKind(_channel_dead, "mail-x", "danger", _channels_page),
    "channel_uncertain": NoticeKind(_channel_uncertain, "mail-question", "warn", _channels_page),
    "channel_test": NoticeKind(
        gettext_lazy("This is a test. Who reads it knows that messages arrive."), "mail-check", "ok", _channels_page
    ),
    "callback_exhausted": NoticeKind(
        gettext_lazy("The customer of ticket %(number)s could not be reached in any of the calls."),
        "phone-off",
        "warn",
    ),
}
_UNKNOWN = NoticeKind(gettext_lazy("There is news on ticket %(number)s."))


def register(kinds: Mapping[str, NoticeKind]) -> None:
    """Adds kinds of notices, or tells known ones in better words."""
    _kinds.update(kinds)


def known_kinds() -> frozenset[str]:
    """The kinds that have words of their own."""
    return frozenset(_kinds)


def kind_of(notice: Notification) -> NoticeKind:
    """How the notice is told and drawn; one of an unknown kind still leads to its ticket."""
    return _kinds.get(notice.kind, _UNKNOWN)


def label_of(kind: str) -> str:
    """A kind as a list names it: its sentence, with dashes for what a single notice would say."""
    try:
        return sentence(Notification(kind=kind, values={}))
    except (KeyError, TypeError, ValueError):  # words that need a number to be told at all
        return kind


def sentence(notice: Notification) -> str:
    """The notice in words of the active language."""
    words = kind_of(notice).words
    return words(notice) if callable(words) else str(words) % {"number": number_of(notice)}
