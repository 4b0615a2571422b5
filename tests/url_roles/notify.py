"""Routes of a person's own notices; the notice of the world is the agent's, for anybody else it does not exist."""

from servicedesk.notify.models import Notification
from tests.url_roles import EVERYBODY, Row

ROWS = {
    "notifications": Row(),
    "notifications_poll": Row(),
    "notifications_read_all": Row(method="post", data=lambda world: {"newest": "0"}),
    "notifications_unread": Row(method="post", data=lambda world: {"read_at": "2026-01-01T00:00:00+00:00"}),
    "notification_open": Row(
        lambda world: {"notice_id": Notification.objects.get(event_key="test", recipient=world.people["agent"]).pk},
        hidden_from=EVERYBODY - {"agent"},
    ),
}
