"""Aftercare: callbacks with their attempts, and what customers said."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from servicedesk.history import APPEND_ONLY
from servicedesk.tickets.models import Ticket
from visits.models.visit import Visit

STAFF = settings.AUTH_USER_MODEL


class Callback(models.Model):
    """A call owed to the customer after a visit: is everything well?"""

    class Kind(models.TextChoices):
        COURTESY = "courtesy", _("Courtesy check")
        COMPLETION = "completion", _("After completion")
        # Asked once more after closing, because the ticket met a rule of sampling.
        QUALITY = "quality", _("Quality call")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("callback state", "Open")
        DONE = "done", pgettext_lazy("callback state", "Done")
        EXHAUSTED = "exhausted", pgettext_lazy("callback state", "Not reached")
        CANCELLED = "cancelled", pgettext_lazy("callback state", "Cancelled")

    class Result(models.TextChoices):
        SATISFIED = "satisfied", _("Satisfied")
        PARTLY = "partly", _("Partly satisfied")
        NOT_SATISFIED = "not_satisfied", _("Not satisfied")

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="callbacks", verbose_name=_("ticket"))
    visit = models.ForeignKey(
        Visit, models.PROTECT, null=True, blank=True, related_name="callbacks", verbose_name=_("visit")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    # Why this customer is called: [{"code": "charge", "value": 68000}, …] (visits.aftercare.sampling).
    reasons = models.JSONField(_("why"), default=list)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    not_before = models.DateTimeField(_("not before"))
    due_at = models.DateTimeField(_("due"))
    result = models.CharField(_("result"), max_length=14, choices=Result.choices, blank=True)
    opinion = models.TextField(_("opinion"), blank=True, max_length=2000)
    ended_at = models.DateTimeField(_("ended"), null=True)
    claimed_by = models.ForeignKey(
        STAFF, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("in the hands of")
    )
    claimed_until = models.DateTimeField(_("in hand until"), null=True, blank=True)
    row_version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("callback")
        verbose_name_plural = _("callbacks")
        ordering: ClassVar = ["due_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["courtesy", "completion", "quality"]), name="callback_kind_known"
            ),
            models.UniqueConstraint(
                fields=["ticket", "kind"], condition=models.Q(state="open"), name="one_open_callback_of_a_kind"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="done") | ~models.Q(result=""), name="done_callback_has_result"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=models.Q(state="open"), name="callback_open_due")
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind}"


class CallbackAttempt(models.Model):
    """One call of a callback and how it went."""

    class Outcome(models.TextChoices):
        REACHED = "reached", _("Reached")
        NO_ANSWER = "no_answer", _("No answer")
        WRONG_NUMBER = "wrong_number", _("Wrong number")
        LATER = "later", _("Asked to call later")

    callback = models.ForeignKey(Callback, models.CASCADE, related_name="attempts", verbose_name=_("callback"))
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices)
    at = models.DateTimeField(_("called"))
    by = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    later_at = models.DateTimeField(_("call again at"), null=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("callback attempt")
        verbose_name_plural = _("callback attempts")
        ordering: ClassVar = ["at", "id"]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.callback_id} {self.outcome}"


class SurveyResponse(models.Model):
    """What the customer said of the service: one to five, in the callback or on the customer's page."""

    class Source(models.TextChoices):
        CALLBACK = "callback", _("Callback")
        LINK = "link", _("Customer's page")

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="survey_responses", verbose_name=_("ticket"))
    callback = models.ForeignKey(
        Callback, models.PROTECT, null=True, related_name="responses", verbose_name=_("callback")
    )
    source = models.CharField(_("source"), max_length=8, choices=Source.choices)
    score = models.PositiveSmallIntegerField(_("score 1 to 5"))
    answers = models.JSONField(_("answers"), default=dict)
    text = models.TextField(_("opinion"), blank=True, max_length=2000)
    answered_at = models.DateTimeField(_("answered"))

    class Meta:
        verbose_name = _("survey response")
        verbose_name_plural = _("survey responses")
        triggers: ClassVar = [APPEND_ONLY]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(score__range=(1, 5)), name="score_one_to_five")
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.score}"
