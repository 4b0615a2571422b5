"""The outbox: what somebody must be told. It knows people and a subject's number, and nothing above it."""

from typing import ClassVar
from uuid import UUID, uuid5

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from servicedesk.history import APPEND_ONLY
from servicedesk.sending.attempts import Attempt

NAMESPACE = UUID("6f2d3c1e-0b57-4a6e-9d0c-5a1f6f0c7b11")


class Channel(models.TextChoices):
    IN_APP = "in_app", _("In the app")
    EMAIL = "email", _("E-mail")
    SMS = "sms", _("Text message")


class Language(models.TextChoices):
    """The languages messages are written in; codes as in `settings.LANGUAGES`."""

    CHINESE = "zh-hans", _("Chinese")
    ENGLISH = "en", _("English")


class Notification(models.Model):
    """One message to one person on one channel; the key makes a second copy impossible.

    It waits while it has neither been sent (`sent_at`) nor ended otherwise (`outcome`). In the app, being written is
    being delivered; the other channels keep every attempt (`NoticeAttempt`).
    """

    class Outcome(models.TextChoices):
        """How a notice ended that was not sent."""

        UNCERTAIN = "uncertain", pgettext_lazy("delivery state", "Uncertain")
        DEAD = "dead", pgettext_lazy("delivery state", "Given up")
        DISCARDED = "discarded", pgettext_lazy("delivery state", "Discarded")
        SKIPPED = "skipped", pgettext_lazy("delivery state", "Skipped")

    event_key = models.CharField(_("event"), max_length=120)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices, default=Channel.IN_APP)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications", verbose_name=_("recipient")
    )
    kind = models.SlugField(_("kind"), max_length=40)
    # Words are made when it is read, in the reader's language, from these values: ids and numbers only.
    values = models.JSONField(_("values"), default=dict)
    ticket = models.ForeignKey(
        "servicedesk.Ticket", models.CASCADE, null=True, related_name="notifications", verbose_name=_("ticket")
    )
    created_at = models.DateTimeField(_("created"), db_default=Now())
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next try"), null=True)
    sent_at = models.DateTimeField(_("sent"), null=True)
    outcome = models.CharField(
        _("outcome"), max_length=10, choices=Outcome.choices, blank=True, default="", db_default=""
    )
    ended_at = models.DateTimeField(_("ended"), null=True)
    read_at = models.DateTimeField(_("read"), null=True)

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event_key", "channel", "recipient"], name="notification_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["recipient", "-id"], condition=models.Q(read_at=None), name="notification_unread"),
            # The app's own notices and those that leave the house are found apart: no backlog of one delays the other.
            models.Index(
                fields=["id"], condition=models.Q(sent_at=None, channel=Channel.IN_APP), name="notification_untold"
            ),
            models.Index(
                fields=["channel", "id"],
                condition=models.Q(sent_at=None, outcome="") & ~models.Q(channel=Channel.IN_APP),
                name="notification_outgoing",
            ),
            models.Index(
                fields=["channel", "sent_at"],
                condition=models.Q(sent_at__isnull=False) & ~models.Q(channel=Channel.IN_APP),
                name="notification_sent",
            ),
            models.Index(
                fields=["channel", "-id"], condition=~models.Q(channel=Channel.IN_APP), name="notification_log"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.recipient_id}"

    @property
    def message_key(self) -> str:
        """The id a provider knows the message by, the same however often it is sent.

        It holds the instant of writing, since a restored database may give a number a second time.
        """
        name = f"{self.pk}|{self.event_key}|{self.channel}|{self.recipient_id}|{self.created_at.isoformat()}"
        return f"ntc_{uuid5(NAMESPACE, name).hex}"


class NoticeAttempt(Attempt):
    """One try to hand a notice to its channel: what was answered, or why nothing was."""

    notification = models.ForeignKey(
        Notification, models.CASCADE, related_name="tries", verbose_name=_("notification")
    )

    class Meta(Attempt.Meta):
        verbose_name = _("attempt to send a notification")
        verbose_name_plural = _("attempts to send notifications")
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.notification_id} {self.status or self.error}"


class ChannelSettings(models.Model):
    """How a channel that leaves the house is reached. Its secret stands in the environment, never here."""

    class BodyFormat(models.TextChoices):
        JSON = "json", "JSON"
        FORM = "form", _("Form fields")

    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices, unique=True)
    is_active = models.BooleanField(_("switched on"), default=False)
    # The address e-mails come from, or the signature text messages begin with.
    sender = models.CharField(_("sender"), max_length=120, blank=True)
    address = models.CharField(_("address of the provider"), max_length=500, blank=True)
    body_format = models.CharField(
        _("format of the body"), max_length=4, choices=BodyFormat.choices, default=BodyFormat.JSON
    )
    field_phone = models.CharField(_("field of the phone"), max_length=60, default="phone", blank=True)
    field_text = models.CharField(_("field of the text"), max_length=60, default="text", blank=True)
    field_template = models.CharField(_("field of the template's id"), max_length=60, blank=True)
    field_values = models.CharField(_("field of the template's values"), max_length=60, blank=True)
    field_key = models.CharField(_("field of the message's key"), max_length=60, blank=True)
    token_header = models.CharField(_("header of the token"), max_length=60, default="Authorization", blank=True)
    accepted_path = models.CharField(_("where the answer says that it was taken"), max_length=120, blank=True)
    accepted_value = models.CharField(_("what it says then"), max_length=60, blank=True)
    at_most_once = models.BooleanField(_("never send twice"), default=False)
    hourly_cap = models.PositiveSmallIntegerField(_("most messages an hour and person"), default=20)
    # The provider asked to be left alone until then.
    rests_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(channel=Channel.IN_APP), name="channel_leaves_the_house")
        ]

    def __str__(self) -> str:
        return str(self.get_channel_display())


class MessageTemplate(models.Model):
    """The words of one kind of notice on one channel in one language, where they are not the notice's own sentence."""

    kind = models.SlugField(_("kind"), max_length=40)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    language = models.CharField(_("language"), max_length=10, choices=Language.choices)
    text = models.CharField(_("text"), max_length=500)
    provider_template = models.CharField(_("the provider's template"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("message text")
        verbose_name_plural = _("message texts")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "channel", "language"], name="message_text_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.channel} {self.language}"


class OutboxHold(models.Model):
    """Since a restore no relay sends anything, until a person has decided about what waits."""

    class Outcome(models.TextChoices):
        SENT = "sent", _("sent")
        DISCARDED = "discarded", _("given up")

    restore_point = models.DateTimeField(_("restored to"))
    held_at = models.DateTimeField(_("held since"))
    released_at = models.DateTimeField(_("released"), null=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices, default="", blank=True)
    messages = models.PositiveIntegerField(_("messages"), default=0)

    class Meta:
        verbose_name = _("hold of the outbox")
        verbose_name_plural = _("holds of the outbox")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["released_at"],
                condition=models.Q(released_at=None),
                nulls_distinct=False,
                name="outbox_held_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.held_at:%Y-%m-%d %H:%M}"


class Heartbeat(models.Model):
    """When a timer process last did its round; an old one raises the banner."""

    name = models.SlugField(_("timer"), max_length=40, primary_key=True)
    at = models.DateTimeField(_("last round"))

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return self.name
