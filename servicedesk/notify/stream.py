"""Which live channels a person may listen to, and the address of the event stream."""

from django.conf import settings

from servicedesk.notify import live
from servicedesk.people.models import User


def channels_of(user: User) -> list[str]:
    """The live channels a person may listen to."""
    channels = [f"user:{user.pk}", f"role:{user.role}"]
    if user.sees_all_tickets:
        channels.append("desk")
    return channels + [f"outlet:{outlet}" for outlet in sorted(user.outlet_ids)]


def events_url(user: User) -> str:
    """Address of the event stream with this person's token; empty where none is configured."""
    if not settings.EVENTS_URL:
        return ""
    return f"{settings.EVENTS_URL}?token={live.stream_token(user.pk, channels_of(user))}"
