"""Improvement ideas: what the field learned, on its way to those who can change the product."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from servicedesk.catalogue.models import FaultCode, ProductCategory, ProductModel
from servicedesk.history import APPEND_ONLY
from servicedesk.tickets.models import IntakeChannel, Ticket

STAFF = settings.AUTH_USER_MODEL


class IdeaState(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("idea state", "Proposed")
    ROUTED = "routed", pgettext_lazy("idea state", "Routed")
    ACCEPTED = "accepted", pgettext_lazy("idea state", "Accepted")
    DECLINED = "declined", pgettext_lazy("idea state", "Declined")
    SHIPPED = "shipped", pgettext_lazy("idea state", "Shipped")
    ANSWERED = "answered", pgettext_lazy("idea state", "Answered")


class Department(models.TextChoices):
    """Who can change what was found (handbook/service-standards.md, standard 4)."""

    PRODUCT = "product", _("Product development")
    QUALITY = "quality", _("Quality")
    PARTS = "parts", _("Parts supply")


class ImprovementIdea(models.Model):
    """A finding with a proposal, linked to its tickets and models, until everybody concerned has an answer."""

    title = models.CharField(_("title"), max_length=120)
    finding = models.TextField(_("what was found"), max_length=2000)
    proposal = models.TextField(_("what is proposed"), max_length=2000)
    category = models.ForeignKey(
        ProductCategory, models.PROTECT, related_name="ideas", verbose_name=_("product category")
    )
    fault = models.ForeignKey(
        FaultCode, models.PROTECT, null=True, blank=True, related_name="ideas", verbose_name=_("symptom")
    )
    product_models = models.ManyToManyField(ProductModel, blank=True, related_name="ideas", verbose_name=_("models"))
    tickets = models.ManyToManyField(Ticket, related_name="ideas", verbose_name=_("tickets"))
    state = models.CharField(_("state"), max_length=10, choices=IdeaState.choices, default=IdeaState.PROPOSED)
    department = models.CharField(_("routed to"), max_length=10, choices=Department.choices, blank=True)
    # Who keeps after it until everybody has an answer: the one who routed it.
    owner = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="+", verbose_name=_("owner"))
    result = models.TextField(_("what came of it"), max_length=2000, blank=True)
    proposed_by = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="ideas", verbose_name=_("by"))
    proposed_at = models.DateTimeField(_("proposed"))
    decided_at = models.DateTimeField(_("decided"), null=True)
    shipped_at = models.DateTimeField(_("shipped"), null=True)

    class Meta:
        verbose_name = _("improvement idea")
        verbose_name_plural = _("improvement ideas")
        ordering: ClassVar = ["-proposed_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(state__in=IdeaState.values), name="idea_state_known"),
            models.CheckConstraint(
                condition=models.Q(state="proposed") | ~models.Q(department=""), name="routed_idea_has_department"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["proposed", "routed"], decided_at=None)
                | (~models.Q(state__in=["proposed", "routed"]) & models.Q(decided_at__isnull=False)),
                name="decided_idea_has_instant",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "-proposed_at"], name="idea_by_state"),
            models.Index(fields=["fault", "state"], name="idea_by_symptom"),
        ]

    def __str__(self) -> str:
        return self.title


class IdeaEvent(models.Model):
    """One step of an idea: who did what, when, and why."""

    idea = models.ForeignKey(ImprovementIdea, models.PROTECT, related_name="events", verbose_name=_("idea"))
    action = models.SlugField(_("action"), max_length=30)
    at = models.DateTimeField(_("happened"))
    actor = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    from_state = models.CharField(max_length=10, blank=True)
    to_state = models.CharField(max_length=10)
    reason = models.TextField(_("reason"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("step of an idea")
        verbose_name_plural = _("steps of ideas")
        ordering: ClassVar = ["at", "id"]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.idea_id} {self.action}"


class IdeaAnswer(models.Model):
    """What came of the idea, told to the one who proposed it or to the customer of one of its tickets."""

    class Audience(models.TextChoices):
        PROPOSER = "proposer", pgettext_lazy("answer to", "Proposer")
        CUSTOMER = "customer", pgettext_lazy("answer to", "Customer")

    idea = models.ForeignKey(ImprovementIdea, models.PROTECT, related_name="answers", verbose_name=_("idea"))
    audience = models.CharField(_("told to"), max_length=10, choices=Audience.choices)
    ticket = models.ForeignKey(
        Ticket, models.PROTECT, null=True, related_name="idea_answers", verbose_name=_("ticket")
    )
    channel = models.CharField(_("told by"), max_length=8, choices=IntakeChannel.choices, blank=True)
    text = models.TextField(_("answer"), max_length=2000)
    at = models.DateTimeField(_("told"))
    by = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="+", verbose_name=_("told by"))

    class Meta:
        verbose_name = _("answer to an idea")
        verbose_name_plural = _("answers to ideas")
        ordering: ClassVar = ["at", "id"]
        triggers: ClassVar = [APPEND_ONLY]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(audience="proposer", ticket=None)
                | models.Q(audience="customer", ticket__isnull=False),
                name="customer_answer_has_ticket",
            ),
            models.UniqueConstraint(
                fields=["idea", "ticket"], condition=models.Q(audience="customer"), name="customer_answered_once"
            ),
            models.UniqueConstraint(
                fields=["idea"], condition=models.Q(audience="proposer"), name="proposer_answered_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.idea_id} → {self.audience}"
