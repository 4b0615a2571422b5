"""The notice for administrators about messages that were given up."""

from django.utils.translation import gettext as _

from servicedesk.notify.models import Notification
from servicedesk.notify.wording import NoticeKind, page_of
from servicedesk.webhooks.models import WebhookEndpoint


def _given_up(notice: Notification) -> str:
    endpoint = WebhookEndpoint.objects.filter(pk=notice.values.get("endpoint")).first()
    name = endpoint.description if endpoint is not None else "–"
    return _("Messages to the webhook “%(name)s” could not be delivered and were given up.") % {"name": name}


NOTICES = {"webhook_dead": NoticeKind(_given_up, "webhook", "danger", page_of("webhook_detail", "endpoint"))}
