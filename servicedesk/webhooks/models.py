"""Where messages go, the messages that wait, and every attempt to hand one over."""

from datetime import datetime
from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from servicedesk.history import APPEND_ONLY
from servicedesk.sending.attempts import Attempt
from servicedesk.webhooks.masking import masked


class WebhookEndpoint(models.Model):
    """An address of another system, the kinds it hears of, and one or, while they change, two live secrets.

    A group robot is one of another format: its secret is the provider's, and may be missing.
    """

    class Format(models.TextChoices):
        STANDARD = "standard", _("Standard Webhooks")
        WECOM = "wecom", _("WeCom group robot")
        DINGTALK = "dingtalk", _("DingTalk group robot")
        FEISHU = "feishu", _("Feishu group robot")

    url = models.CharField(_("address"), max_length=500)
    description = models.CharField(_("what it is for"), max_length=120)
    kinds = ArrayField(models.CharField(max_length=40), verbose_name=_("events"))
    is_active = models.BooleanField(_("active"), default=True)
    format = models.CharField(
        _("format"), max_length=8, choices=Format.choices, default=Format.STANDARD, db_default=Format.STANDARD
    )
    # Only what concerns tickets of this outlet; none: of all.
    outlet = models.ForeignKey(
        "servicedesk.Outlet", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("outlet")
    )
    # The receiver asked to be left alone until then.
    rests_until = models.DateTimeField(null=True)
    secret = models.CharField(max_length=120, blank=True)
    previous_secret = models.CharField(max_length=80, blank=True)
    previous_until = models.DateTimeField(_("old secret until"), null=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.description

    @property
    def is_robot(self) -> bool:
        """Whether it is a robot of a group, not a system that verifies signatures of ours."""
        return self.format != self.Format.STANDARD

    @property
    def shown_url(self) -> str:
        """The address as a page may show it."""
        return masked(self.url) if self.is_robot else self.url

    def live_secrets(self, now: datetime) -> list[str]:
        """The secrets to sign with: the new one first, the old one until its time has run out."""
        old = self.previous_until is not None and now < self.previous_until
        return [self.secret, self.previous_secret] if old else [self.secret]


class WebhookDelivery(models.Model):
    """One event for one endpoint, written in the transaction of what it tells; the key makes a second impossible.

    `body` is kept as it is signed and sent, ids, numbers, states and instants only.
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("delivery state", "Waiting")
        DELIVERED = "delivered", pgettext_lazy("delivery state", "Delivered")
        DEAD = "dead", pgettext_lazy("delivery state", "Given up")

    endpoint = models.ForeignKey(WebhookEndpoint, models.PROTECT, related_name="deliveries", verbose_name=_("webhook"))
    event_key = models.CharField(_("event"), max_length=80)
    kind = models.CharField(_("kind"), max_length=40)
    body = models.TextField(_("body"))
    message_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    created_at = models.DateTimeField(_("created"))
    next_try_at = models.DateTimeField(_("next try"), null=True)
    leased_until = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(_("settled"), null=True)

    class Meta:
        verbose_name = _("webhook message")
        verbose_name_plural = _("webhook messages")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["endpoint", "event_key"], name="delivery_once"),
            models.CheckConstraint(
                condition=models.Q(state="waiting", next_try_at__isnull=False)
                | (~models.Q(state="waiting") & models.Q(next_try_at=None)),
                name="waiting_delivery_has_next_try",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["endpoint", "next_try_at"], condition=models.Q(state="waiting"), name="delivery_waiting"
            ),
            models.Index(fields=["endpoint", "-id"], name="delivery_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.message}"

    @property
    def message(self) -> str:
        """The id receivers know the message by; the same however often it is sent."""
        return f"msg_{self.message_id.hex}"


class WebhookAttempt(Attempt):
    """One try to hand a message over: what was answered, or why nothing was."""

    delivery = models.ForeignKey(
        WebhookDelivery, models.CASCADE, related_name="tries", verbose_name=_("webhook message")
    )

    class Meta(Attempt.Meta):
        verbose_name = _("webhook attempt")
        verbose_name_plural = _("webhook attempts")
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.status or self.error}"
