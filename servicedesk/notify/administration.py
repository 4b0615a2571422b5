"""What administrators do with channels: set up, try, word their messages, decide about what came to nothing."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.utils import parseaddr
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from servicedesk.errors import FORBIDDEN, OUT_OF_SCOPE, ActionError, invalid
from servicedesk.notify.channels import OUTGOING, is_configured, missing_of
from servicedesk.notify.letters import PlaceError, address_of, places_in
from servicedesk.notify.models import Channel, ChannelSettings, Language, MessageTemplate, Notification
from servicedesk.notify.services import notify
from servicedesk.notify.wording import known_kinds
from servicedesk.people.models import Role, User
from servicedesk.sending.addresses import AddressError, find_target
from servicedesk.sending.wording import URL_FAULTS

MISSING: dict[str, str | Promise] = {
    "EMAIL_URL": _("The variable EMAIL_URL is not set on the server."),
    "SMS_TOKEN": _("The variable SMS_TOKEN is not set on the server."),
    "sender": _("A sender is needed before the channel can be switched on."),
    "address": _("The provider's address is needed before the channel can be switched on."),
}
# What may be changed about each channel.
EMAIL_FIELDS = ("is_active", "sender", "at_most_once", "hourly_cap")
SMS_FIELDS = (
    *EMAIL_FIELDS,
    "address",
    "body_format",
    "field_phone",
    "field_text",
    "field_template",
    "field_values",
    "field_key",
    "token_header",
    "accepted_path",
    "accepted_value",
)
_NAME = re.compile(r"[A-Za-z0-9_.\-]{1,60}")
LONGEST_TEXT = 500


@dataclass(frozen=True)
class Text:
    """The words of a kind of notice on a channel in a language, as somebody wants them."""

    kind: str
    channel: str
    language: str
    text: str
    provider_template: str = ""


def fields_of(channel: str) -> tuple[str, ...]:
    """The fields of a channel's settings. 404 for one that never leaves the house."""
    if channel not in OUTGOING:
        raise ActionError("channel_not_found", _("There is no such channel."), status=OUT_OF_SCOPE)
    return EMAIL_FIELDS if channel == Channel.EMAIL else SMS_FIELDS


def change_channel(channel: str, wanted: Mapping[str, Any], *, actor: User | None) -> ChannelSettings:
    """The channel as it is wanted; what is not named stays. Refuses with 422 what cannot work, at its field.

    Switching it on is refused while something is missing, in its fields or in the environment.
    """
    fields = fields_of(channel)
    _require_admin(actor)
    with transaction.atomic():
        ChannelSettings.objects.get_or_create(channel=channel)
        row = ChannelSettings.objects.select_for_update().get(channel=channel)
        for name in fields:
            setattr(row, name, wanted.get(name, getattr(row, name)))
        _require_sender(row)
        if channel == Channel.SMS:
            _require_sound_provider(row)
        if row.is_active and (missing := missing_of(row)):
            field = missing[0] if missing[0] in fields else "is_active"
            raise invalid(field, "not_configured", MISSING[missing[0]])
        row.rests_until = None
        row.save(update_fields=[*fields, "rests_until"])
    return row


def send_test(channel: str, *, actor: User, now: datetime) -> Notification:
    """A waiting test message to the actor himself. 409 for a channel that is off, or where he has no address."""
    fields_of(channel)
    _require_admin(actor)
    with transaction.atomic():
        row = ChannelSettings.objects.filter(channel=channel, is_active=True).first()
        if row is None or not is_configured(row):
            raise ActionError("channel_off", _("This channel is not in use. Switch it on first."))
        if not address_of(channel, actor):
            raise ActionError(
                "no_own_address", _("You have no address on this channel. Enter it in your staff record.")
            )
        key = f"channel-test:{uuid4().hex}"
        notify(key, [actor], "channel_test", values={"channel": channel}, channels=(channel,))
        return Notification.objects.get(event_key=key)


def save_text(wanted: Text, *, actor: User | None) -> MessageTemplate:
    """The words, in place of older ones of the same kind, channel and language. Refuses with 422, at the field."""
    fields_of(wanted.channel)
    _require_admin(actor)
    if wanted.kind not in known_kinds():
        raise invalid("kind", "unknown_kind", _("Choose a kind of news."))
    if wanted.language not in Language.values:
        raise invalid("language", "unknown_language", _("Choose a language."))
    _require_sound_text(wanted.text)
    with transaction.atomic():
        saved, _made = MessageTemplate.objects.update_or_create(
            kind=wanted.kind,
            channel=wanted.channel,
            language=wanted.language,
            defaults={"text": wanted.text, "provider_template": wanted.provider_template},
        )
    return saved


def remove_text(text_id: int, *, actor: User | None) -> Text:
    """What was removed; from now on the notice is told in its own sentence. 404 where it is gone already."""
    _require_admin(actor)
    with transaction.atomic():
        found = MessageTemplate.objects.select_for_update().filter(pk=text_id).first()
        if found is None:
            raise ActionError("text_not_found", _("There is no such text."), status=OUT_OF_SCOPE)
        found.delete()
    return Text(found.kind, found.channel, found.language, found.text, found.provider_template)


def send_notice_again(notice_id: int, *, actor: User | None, now: datetime) -> Notification:
    """The notice waits for its next try now, under its old key. 409 while it is being sent, or is waiting anyway."""
    _require_admin(actor)
    with transaction.atomic():
        notice = _lock(notice_id)
        if notice.sent_at is None and not notice.outcome and notice.next_try_at is None:
            raise ActionError("waiting_already", _("This message is waiting to be sent already."))
        _require_free(notice, now)
        notice.attempts, notice.outcome, notice.ended_at = 0, "", None
        notice.sent_at, notice.lease_until, notice.next_try_at = None, None, now
        notice.save(update_fields=["attempts", "outcome", "ended_at", "sent_at", "lease_until", "next_try_at"])
    return notice


def give_up_notice(notice_id: int, *, actor: User | None, now: datetime) -> Notification:
    """The notice is not sent any more. 409 while it is being sent, or where it was sent or given up before."""
    _require_admin(actor)
    with transaction.atomic():
        notice = _lock(notice_id)
        if notice.sent_at is not None or notice.outcome not in {"", Notification.Outcome.UNCERTAIN}:
            raise ActionError("settled_already", _("This message is settled already."))
        _require_free(notice, now)
        notice.outcome, notice.ended_at = Notification.Outcome.DISCARDED, now
        notice.lease_until, notice.next_try_at = None, None
        notice.save(update_fields=["outcome", "ended_at", "lease_until", "next_try_at"])
    return notice


def _lock(notice_id: int) -> Notification:
    found = Notification.objects.select_for_update().filter(pk=notice_id, channel__in=OUTGOING).first()
    if found is None:
        raise ActionError("message_not_found", _("There is no such message."), status=OUT_OF_SCOPE)
    return found


def _require_free(notice: Notification, now: datetime) -> None:
    if notice.lease_until is not None and notice.lease_until > now:
        raise ActionError("being_sent", _("This message is being sent at this moment."))


def _require_admin(actor: User | None) -> None:
    if actor is not None and actor.role != Role.ADMIN:
        raise ActionError("role_not_allowed", _("Your role may not do this."), status=FORBIDDEN)


def _require_sender(row: ChannelSettings) -> None:
    if not row.sender.isprintable():
        raise invalid("sender", "bad_sender", _("A sender is one line of text."))
    if row.channel != Channel.EMAIL or not row.sender:
        return
    try:
        found = Address(addr_spec=parseaddr(row.sender)[1])
    except (ValueError, IndexError):
        found = Address()
    if not (found.username and "." in found.domain and found.addr_spec.isascii()):
        raise invalid(
            "sender", "bad_sender", _("This is no e-mail address. It looks like Service <service@example.org>.")
        )


def _require_sound_provider(row: ChannelSettings) -> None:
    if row.address:
        try:
            # The relay looks again at every message: an address may come to mean something else.
            find_target(row.address, loopback_allowed=settings.WEBHOOKS_ALLOW_LOOPBACK)
        except AddressError as refused:
            raise invalid("address", refused.code, URL_FAULTS[refused.code]) from refused
    for name in ("field_phone", "field_text", "field_template", "field_values", "field_key", "token_header"):
        value = getattr(row, name)
        if value and not _NAME.fullmatch(value):
            raise invalid(name, "bad_name", _("A name is made of letters, digits, points, lines and underscores."))
    if not row.field_phone:
        raise invalid("field_phone", "phone_missing", _("Without a field for the phone nobody is reached."))
    if not (row.field_text or row.field_template):
        raise invalid("field_text", "text_missing", _("Name the field of the text, or that of the template's id."))
    if bool(row.accepted_path) != bool(row.accepted_value):
        field = "accepted_value" if row.accepted_path else "accepted_path"
        raise invalid(field, "half_an_answer", _("Place and value belong together: fill in both or neither."))


def _require_sound_text(text: str) -> None:
    if not text.strip():
        raise invalid("text", "text_missing", _("A message needs words."))
    if len(text) > LONGEST_TEXT:
        raise invalid("text", "text_too_long", _("This text is too long."), longest=LONGEST_TEXT)
    try:
        places_in(text)
    except PlaceError as wrong:
        raise invalid(
            "text", "unknown_place", _("The braces in this text name a place there is not."), place=wrong.place
        ) from wrong
