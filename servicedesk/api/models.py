"""Tokens for machines, and answers kept so that a repeated request is done once."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken

STAFF = settings.AUTH_USER_MODEL


class ApiToken(AbstractAuthToken):  # type: ignore[misc]
    """A key for a machine that acts as one member of staff, within its scopes and until it expires.

    Only its hash is kept. It is revoked, never deleted, so that what it was allowed to do can be looked up.
    """

    user = models.ForeignKey(STAFF, models.PROTECT, related_name="+", verbose_name=_("member of staff"))
    name = models.CharField(_("what it is for"), max_length=60)
    scopes = ArrayField(models.CharField(max_length=30), verbose_name=_("scopes"))
    expiry = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    issued_by = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="+", verbose_name=_("issued by"))

    objects: ClassVar[models.Manager["ApiToken"]] = models.Manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering: ClassVar = ["-created"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(scopes__len__gt=0), name="token_has_scopes")
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.token_key}…)"

    def allows(self, scope: str) -> bool:
        """Whether the token may be used for `scope`; whether its user may is asked elsewhere."""
        return scope in self.scopes


class KeptAnswer(models.Model):
    """What was answered to a request with an `Idempotency-Key`, written in the transaction of what it did."""

    user = models.ForeignKey(STAFF, models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body: Any = models.JSONField()
    headers: Any = models.JSONField(default=dict)
    kept_at = models.DateTimeField(db_default=Now(), db_index=True)

    class Meta:
        verbose_name = _("kept answer")
        verbose_name_plural = _("kept answers")
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "key"], name="answer_once_per_key")]

    def __str__(self) -> str:
        return self.key
