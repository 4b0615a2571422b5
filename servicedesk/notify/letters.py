"""What a notice says on a channel that leaves the house: words in the recipient's language, nothing of customers.

A text of one's own (`MessageTemplate`) may name a few places in braces, such as `{number}`; all else is plain text.
"""

import string
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.notify.models import Channel, ChannelSettings, MessageTemplate, Notification
from servicedesk.notify.wording import moment_of, number_of, sentence
from servicedesk.people.models import User
from servicedesk.templatetags.moments import NOTHING

# Signs of one text message, and of each where there are several: in the alphabet of GSM 03.38, and in any other.
PLAIN_SIGNS, PLAIN_PART, WIDE_SIGNS, WIDE_PART = 160, 153, 70, 67
_PLAIN = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_PLAIN_TWICE = frozenset("^{}\\[~]|€")

PLACES: dict[str, str | Promise] = {
    "sentence": gettext_lazy("the notice's own sentence"),
    "number": gettext_lazy("the number of the ticket"),
    "priority": gettext_lazy("the priority of the ticket"),
    "outlet": gettext_lazy("the outlet of the ticket"),
    "due": gettext_lazy("when it is due"),
    "link": gettext_lazy("the link to it"),
}


@dataclass(frozen=True)
class Letter:
    """A notice as a channel hands it over; `key` is the same however often that happens."""

    key: str
    to: str
    subject: str
    text: str
    provider_template: str
    values: Mapping[str, str]


class PlaceError(ValueError):
    """A text names a place there is not, or its braces do not match; `place` is what it names."""

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.place = place


def places_in(text: str) -> list[str]:
    """The places a text names, in order. Raises PlaceError for one that is not of `PLACES` or is not named plainly."""
    found: list[str] = []
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError as error:
        raise PlaceError("") from error
    for _before, name, form, conversion in parts:
        if name is None:
            continue
        if name not in PLACES or form or conversion:
            raise PlaceError(name)
        found.append(name)
    return found


def without_places(text: str) -> str:
    """A text with nothing in its places, which is the least it says; the text itself where its braces do not match."""
    try:
        return text.format_map(dict.fromkeys(PLACES, ""))
    except (KeyError, ValueError, IndexError, AttributeError):
        return text


def letter_of(notice: Notification, row: ChannelSettings) -> Letter:
    """The notice as its channel sends it; the recipient and the ticket with its outlet are read with it."""
    recipient: User = notice.recipient
    language = recipient.language or settings.LANGUAGE_CODE
    own = MessageTemplate.objects.filter(kind=notice.kind, channel=notice.channel, language=language).first()
    with translation.override(language):
        values = values_of(notice)
        text = own.text.format_map(values) if own is not None else _usual(notice.channel, values)
        named = places_in(own.text) if own is not None else ["sentence"]
        subject = _("%(sentence)s – Yipiao") % {"sentence": values["sentence"]}
    if notice.channel == Channel.SMS:
        text = signed(row.sender, text)
    return Letter(
        notice.message_key,
        address_of(notice.channel, recipient),
        subject,
        text,
        own.provider_template if own is not None else "",
        {name: values[name] for name in named},
    )


def values_of(notice: Notification) -> dict[str, str]:
    """What stands in each place, in the active language."""
    ticket = notice.ticket
    outlet = ticket.outlet if ticket is not None else None
    return {
        "sentence": sentence(notice),
        "number": number_of(notice),
        "priority": str(ticket.priority) if ticket is not None else NOTHING,
        "outlet": str(outlet) if outlet is not None else NOTHING,
        "due": moment_of(notice, "due"),
        "link": link_of(notice),
    }


def link_of(notice: Notification) -> str:
    """Where the notice is read in the app; empty where the installation does not know its own address."""
    return f"{settings.SITE_URL}{reverse('notification_open', args=[notice.pk])}" if settings.SITE_URL else ""


def address_of(channel: str, user: User) -> str:
    """Where a person is reached on a channel; empty where it is not known."""
    if channel == Channel.EMAIL:
        return str(user.email)
    return "".join(sign for sign in user.phone if sign.isdigit() or sign == "+")


def _usual(channel: str, values: Mapping[str, str]) -> str:
    if channel == Channel.SMS:
        return " ".join(filter(None, (values["sentence"], values["link"])))
    end = _("You get this message because it was switched on for your role. It cannot be answered.")
    return "\n\n".join(filter(None, (values["sentence"], values["link"], end)))


def signed(sender: str, text: str) -> str:
    """A text message with its signature in front, as providers in China ask for; without one where there is none."""
    return f"【{sender}】{text}" if sender else text


def parts_of(text: str) -> int:
    """How many text messages the text takes; 0 for none."""
    plain = all(sign in _PLAIN or sign in _PLAIN_TWICE for sign in text)
    if plain:
        length = sum(2 if sign in _PLAIN_TWICE else 1 for sign in text)
        whole, part = PLAIN_SIGNS, PLAIN_PART
    else:  # two bytes a sign, four for those beyond the basic plane
        length = len(text.encode("utf-16-be")) // 2
        whole, part = WIDE_SIGNS, WIDE_PART
    return min(length, 1) if length <= whole else -(-length // part)
