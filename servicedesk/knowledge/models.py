"""The experience library: what cured a symptom, written down for the next one."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from servicedesk.catalogue.models import FaultCode, ProductCategory, ProductModel
from servicedesk.history import APPEND_ONLY
from servicedesk.tickets.models import Ticket

STAFF = settings.AUTH_USER_MODEL


class ArticleState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("article state", "Draft")
    PUBLISHED = "published", pgettext_lazy("article state", "Published")
    WITHDRAWN = "withdrawn", pgettext_lazy("article state", "Withdrawn")


class Article(models.Model):
    """A known issue: symptom of a category (and model), its cause and its remedy, and the tickets it was learned on.

    `version` counts the texts; each of them is kept in the article's steps.
    """

    category = models.ForeignKey(
        ProductCategory, models.PROTECT, related_name="articles", verbose_name=_("product category")
    )
    model = models.ForeignKey(
        ProductModel, models.PROTECT, null=True, blank=True, related_name="articles", verbose_name=_("model")
    )
    fault = models.ForeignKey(FaultCode, models.PROTECT, related_name="articles", verbose_name=_("symptom"))
    title = models.CharField(_("title"), max_length=120)
    cause = models.TextField(_("cause"), max_length=2000)
    remedy = models.TextField(_("remedy"), max_length=2000)
    tickets = models.ManyToManyField(Ticket, related_name="articles", verbose_name=_("learned on"))
    state = models.CharField(_("state"), max_length=10, choices=ArticleState.choices, default=ArticleState.DRAFT)
    version = models.PositiveIntegerField(_("version"), default=1)
    author = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="articles", verbose_name=_("author"))
    created_at = models.DateTimeField(_("written"))
    published_at = models.DateTimeField(_("published"), null=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering: ClassVar = ["-created_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(state__in=ArticleState.values), name="article_state_known"),
            models.CheckConstraint(
                condition=~models.Q(state="published") | models.Q(published_at__isnull=False, withdrawn_at=None),
                name="published_article_has_instant",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["fault", "state"], name="article_by_symptom")]

    def __str__(self) -> str:
        return self.title


class ArticleStep(models.Model):
    """One step of an article with the text as it stood then."""

    article = models.ForeignKey(Article, models.PROTECT, related_name="steps", verbose_name=_("article"))
    action = models.SlugField(_("action"), max_length=30)
    at = models.DateTimeField(_("happened"))
    actor = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    to_state = models.CharField(max_length=10)
    version = models.PositiveIntegerField(_("version"))
    title = models.CharField(_("title"), max_length=120)
    cause = models.TextField(_("cause"), max_length=2000)
    remedy = models.TextField(_("remedy"), max_length=2000)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("step of an article")
        verbose_name_plural = _("steps of articles")
        ordering: ClassVar = ["at", "id"]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.article_id} {self.action}"
