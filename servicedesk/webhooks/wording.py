"""What went wrong on the way to a receiver, in words; and the notice for administrators."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.notify.models import Notification
from servicedesk.notify.wording import NoticeKind, page_of
from servicedesk.webhooks.models import WebhookAttempt, WebhookEndpoint
from servicedesk.webhooks.services import URL_FAULTS

ERRORS: dict[str, str | Promise] = {
    **URL_FAULTS,
    "timeout": gettext_lazy("No answer in time"),
    "tls": gettext_lazy("The certificate is not valid"),
    "no_connection": gettext_lazy("No connection"),
    "broken_off": gettext_lazy("The connection broke off"),
    "redirect": gettext_lazy("Redirects are not followed"),
}


def result_of(attempt: WebhookAttempt) -> str:
    """The outcome of an attempt in a few words: a status, or why there is none."""
    status = _("Answer %(status)s") % {"status": attempt.status} if attempt.status else ""
    words = str(ERRORS.get(attempt.error, attempt.error))
    return " · ".join(part for part in (status, words) if part)


def _given_up(notice: Notification) -> str:
    endpoint = WebhookEndpoint.objects.filter(pk=notice.values.get("endpoint")).first()
    name = endpoint.description if endpoint is not None else "–"
    return _("Messages to the webhook “%(name)s” could not be delivered and were given up.") % {"name": name}


NOTICES = {"webhook_dead": NoticeKind(_given_up, "webhook", "danger", page_of("webhook_detail", "endpoint"))}
