"""The outbox: what somebody must be told. It knows people and a subject's number, and nothing above it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    IN_APP = "in_app", _("In the app")


class Notification(models.Model):
    """One message to one person on one channel; the key makes a second copy impossible."""

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
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(_("sent"), null=True)
    read_at = models.DateTimeField(_("read"), null=True)

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event_key", "channel", "recipient"], name="notification_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["recipient", "-id"], condition=models.Q(read_at=None), name="notification_unread"),
            models.Index(fields=["id"], condition=models.Q(sent_at=None), name="notification_unsent"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.recipient_id}"


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
