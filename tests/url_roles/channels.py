"""Routes of the channels and the log of deliveries: administrators; managers read the log."""

from typing import Any

from servicedesk import clock
from servicedesk.notify.models import MessageTemplate
from servicedesk.webhooks.services import send_test
from tests.make_channels import make_outgoing
from tests.url_roles import Row
from tests.url_roles.webhooks import ADMIN, of_endpoint


def of_text(_world: Any) -> dict[str, Any]:
    """A text of one's own for text messages."""
    text, _made = MessageTemplate.objects.get_or_create(kind="praise", channel="sms", language="en", text="Praise")
    return {"text_id": text.pk}


def of_notice(_world: Any) -> dict[str, Any]:
    """A text message that waits for its next try."""
    return {"notice_id": make_outgoing("sms", next_try_at=clock.now()).pk}


def of_delivery(world: Any) -> dict[str, Any]:
    """A webhook's message that waits."""
    message = send_test(of_endpoint(world)["endpoint_id"], actor=None, now=clock.now())
    return {"delivery_id": message.pk}


ROWS = {
    "channel_list": Row(allowed=ADMIN),
    "channel_edit": Row(lambda world: {"channel": "sms"}, allowed=ADMIN),
    "channel_test": Row(lambda world: {"channel": "sms"}, method="post", allowed=ADMIN),
    "message_texts": Row(lambda world: {"channel": "sms"}, allowed=ADMIN),
    "message_text_remove": Row(of_text, method="post", allowed=ADMIN),
    "delivery_list": Row(allowed=ADMIN | {"manager"}),
    "delivery_again": Row(of_notice, method="post", allowed=ADMIN),
    "delivery_give_up": Row(of_notice, method="post", allowed=ADMIN),
    "webhook_delivery_again": Row(of_delivery, method="post", allowed=ADMIN),
    "webhook_delivery_give_up": Row(of_delivery, method="post", allowed=ADMIN),
}
