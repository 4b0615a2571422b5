"""Which channels a notice may take, and whether they could be used: switched on, and configured."""

from django.conf import settings

from servicedesk.notify.models import Channel, ChannelSettings

# What leaves the house; in the app a notice is delivered by being written.
OUTGOING = (Channel.EMAIL, Channel.SMS)


def active_channels() -> tuple[str, ...]:
    """The channels notices can be written for now: the app always, the others when switched on and configured."""
    switched_on = ChannelSettings.objects.filter(is_active=True)
    return (Channel.IN_APP.value, *(row.channel for row in switched_on.order_by("channel") if is_configured(row)))


def is_configured(row: ChannelSettings) -> bool:
    """Whether nothing is missing that the channel needs, in its row and in the environment."""
    return not missing_of(row)


def missing_of(row: ChannelSettings) -> list[str]:
    """What the channel lacks: names of its fields and of variables of the environment."""
    if row.channel == Channel.EMAIL:
        needed = {"EMAIL_URL": settings.EMAIL_HOST, "sender": row.sender}
    else:
        needed = {"address": row.address, "SMS_TOKEN": settings.SMS_TOKEN if row.token_header else "none needed"}
    return [name for name, value in needed.items() if not value]


def settings_of(channel: str) -> ChannelSettings:
    """The row of a channel; one that is not saved yet, switched off, where nobody has set it up."""
    return ChannelSettings.objects.filter(channel=channel).first() or ChannelSettings(channel=channel)
