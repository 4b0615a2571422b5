"""What went wrong on the way to a receiver, in words."""

from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

URL_FAULTS: dict[str, str | Promise] = {
    "bad_url": gettext_lazy(
        "This is no web address a message can be sent to. It looks like https://example.org/path."
    ),
    "not_https": gettext_lazy("The address has to begin with https://."),
    "no_such_host": gettext_lazy("No such host is known. Check the address."),
    "forbidden_address": gettext_lazy(
        "This address leads into an internal network. Messages go to public addresses only."
    ),
}
ERRORS: dict[str, str | Promise] = {
    **URL_FAULTS,
    "timeout": gettext_lazy("No answer in time"),
    "tls": gettext_lazy("The certificate is not valid"),
    "no_connection": gettext_lazy("No connection"),
    "broken_off": gettext_lazy("The connection broke off"),
    "redirect": gettext_lazy("Redirects are not followed"),
    "refused": gettext_lazy("The provider did not take it"),
    "limited": gettext_lazy("The receiver asks for time"),
    "too_old": gettext_lazy("Older than a day, not sent any more"),
    "no_words": gettext_lazy("It could not be put into words"),
    "fault": gettext_lazy("A fault of the program; the log of the server tells more"),
    "relay_died": gettext_lazy("The sending process ended in the middle"),
}


class Tried(Protocol):
    """An attempt of any kind: what was answered, or why nothing was."""

    status: int | None
    error: str


def result_of(attempt: Tried) -> str:
    """The outcome of an attempt in a few words: a status, or why there is none."""
    status = _("Answer %(status)s") % {"status": attempt.status} if attempt.status else ""
    words = str(ERRORS.get(attempt.error, attempt.error))
    return " · ".join(part for part in (status, words) if part)
