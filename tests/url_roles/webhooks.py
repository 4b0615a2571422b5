"""Routes of the webhooks, for administrators only."""

from typing import Any

from servicedesk import clock
from servicedesk.webhooks.models import WebhookEndpoint
from servicedesk.webhooks.services import send_test
from tests.make_webhooks import make_endpoint
from tests.url_roles import Row

ADMIN = frozenset({"admin"})


def of_endpoint(_world: Any) -> dict[str, Any]:
    """The webhook under test, made when it is first asked for."""
    found = WebhookEndpoint.objects.first() or make_endpoint(now=clock.now())
    return {"endpoint_id": found.pk}


def of_message(world: Any) -> dict[str, Any]:
    """A message of the webhook under test."""
    message = send_test(of_endpoint(world)["endpoint_id"], actor=None, now=clock.now())
    return {"delivery_id": message.pk}


ROWS = {
    "webhook_list": Row(allowed=ADMIN),
    "webhook_new": Row(allowed=ADMIN),
    "webhook_detail": Row(of_endpoint, allowed=ADMIN),
    "webhook_edit": Row(of_endpoint, allowed=ADMIN),
    "webhook_pause": Row(of_endpoint, method="post", allowed=ADMIN),
    "webhook_resume": Row(of_endpoint, method="post", allowed=ADMIN),
    "webhook_rotate": Row(of_endpoint, method="post", allowed=ADMIN),
    "webhook_end_old": Row(of_endpoint, method="post", allowed=ADMIN),
    "webhook_test": Row(of_endpoint, method="post", allowed=ADMIN),
    "webhook_again": Row(of_message, method="post", allowed=ADMIN),
}
