"""Checklists as data: templates by occasion and use, their versions and items, and the answers given on a visit."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from servicedesk.history import APPEND_ONLY
from servicedesk.people.wording import in_language
from servicedesk.tickets.models import TicketKind
from visits.completion import Condition
from visits.lists.rules import Line
from visits.measures import Limits, Option
from visits.models.followups import FollowUpKind
from visits.models.visit import Visit

STAFF = settings.AUTH_USER_MODEL


class ChecklistTemplate(models.Model):
    """A checklist by occasion, for all tickets or for a kind of ticket or product; its items are in its versions.

    The most special one that fits is a visit's: kind and product before the kind, the kind before the product.
    """

    class Occasion(models.TextChoices):
        ON_SITE = "on_site", _("Work at home")
        PICK_UP = "pick_up", _("Pick-up")
        NO_ENTRY = "no_entry", _("No entry")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    occasion = models.CharField(_("occasion"), max_length=10, choices=Occasion.choices)
    kind = models.CharField(_("kind"), max_length=12, choices=TicketKind.choices, blank=True)
    # Codes of product categories; empty stands for all. Codes, so that a list waits for a kind of product to be added.
    categories = models.JSONField(_("product categories"), default=list, blank=True)
    name_zh = models.CharField(_("Chinese name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60)
    # From then on a more general list takes its place; visits that began before keep it.
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)

    class Meta:
        verbose_name = _("checklist template")
        verbose_name_plural = _("checklist templates")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["occasion", "kind", "categories"],
                condition=models.Q(retired_at=None),
                name="one_checklist_for_each_use",
            )
        ]

    def __str__(self) -> str:
        return in_language(self.name_zh, self.name_en)


class ChecklistVersion(models.Model):
    """A version of a template; a visit keeps the version it was started with.

    A draft has no instant from which it is in force, and there is one of a template at most.
    """

    template = models.ForeignKey(
        ChecklistTemplate, models.PROTECT, related_name="versions", verbose_name=_("template")
    )
    version = models.PositiveSmallIntegerField(_("version"))
    effective_from = models.DateTimeField(_("effective from"), null=True, blank=True)
    note = models.CharField(_("reason of the change"), max_length=300, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    published_by = models.ForeignKey(
        STAFF, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("published by")
    )
    row_version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("checklist version")
        verbose_name_plural = _("checklist versions")
        ordering: ClassVar = ["template", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["template", "version"], name="checklist_version_once"),
            models.UniqueConstraint(
                fields=["template"], condition=models.Q(effective_from=None), name="one_draft_per_checklist"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template} v{self.version}"

    @property
    def is_draft(self) -> bool:
        """Whether it may still be changed, and no visit begins with it."""
        return self.effective_from is None


class ChecklistGroup(models.TextChoices):
    """The conduct norm 1-2-3-4-5 with safety before it, and the work itself (handbook/visit-norms.md)."""

    SAFETY = "safety", _("Safety on site")
    ONE_CERTIFICATE = "one_certificate", _("One certificate")
    TWO_DISCLOSURES = "two_disclosures", _("Two disclosures")
    THREE_COMPLETIONS = "three_completions", _("Three completions")
    FOUR_NO_ACCEPTS = "four_no_accepts", _("Four no-accepts")
    FIVE_ONES = "five_ones", _("Five ones")
    WORK = "work", _("Work on the product")


class ChecklistItem(models.Model):
    """One line of a checklist with the kind of proof it asks for."""

    class Proof(models.TextChoices):
        TICK = "tick", _("Tick")
        CERTIFICATE = "certificate", _("Certificate number")
        PRICE_LIST = "price_list", _("Price list version")
        SIGNATURE = "signature", _("Signature and opinion")
        READING = "reading", _("Tick, reading or photo")
        STATEMENT = "statement", _("Statement; a yes is a violation")
        INSPECTION = "inspection", _("Inspection record")
        TEXT = "text", _("Text")
        NUMBER = "number", _("Number with limits")
        CHOICE = "choice", _("Choice")
        PHOTO = "photo", _("Photo")

    version = models.ForeignKey(ChecklistVersion, models.PROTECT, related_name="items", verbose_name=_("version"))
    code = models.CharField(_("code"), max_length=8)
    group = models.CharField(_("group"), max_length=20, choices=ChecklistGroup.choices)
    text_zh = models.CharField(_("Chinese text"), max_length=120)
    text_en = models.CharField(_("English text"), max_length=120)
    proof = models.CharField(_("proof"), max_length=12, choices=Proof.choices)
    required = models.BooleanField(_("required"), default=True)
    # "Not applicable" is said by the template, never chosen by the technician.
    not_applicable = models.BooleanField(_("not applicable"), default=False)
    # Outcomes of a visit that do not ask for it.
    excused = models.JSONField(_("not asked for after"), default=list, blank=True)
    # {"item": code of an item further up, "answers": [done, not_done or codes of a choice]}; empty says always.
    shown_when = models.JSONField(_("shown when"), default=dict, blank=True)
    required_when = models.JSONField(_("required when"), default=dict, blank=True)
    # What a failing answer leaves to be done once the visit is over; empty: nothing.
    on_fail = models.CharField(_("when it fails"), max_length=6, choices=FollowUpKind.choices, blank=True)
    # A number: from low to high the norm is kept, outside of least to most it cannot have been measured.
    unit = models.CharField(_("unit"), max_length=12, blank=True)
    low = models.DecimalField(_("kept from"), max_digits=10, decimal_places=3, null=True, blank=True)
    high = models.DecimalField(_("kept up to"), max_digits=10, decimal_places=3, null=True, blank=True)
    least = models.DecimalField(_("measurable from"), max_digits=10, decimal_places=3, null=True, blank=True)
    most = models.DecimalField(_("measurable up to"), max_digits=10, decimal_places=3, null=True, blank=True)
    # A choice: [{"code", "zh", "en", "fails"}, …].
    options = models.JSONField(_("options"), default=list, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("checklist item")
        verbose_name_plural = _("checklist items")
        ordering: ClassVar = ["version", "position", "code"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["version", "code"], name="item_once_per_version")]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"

    @property
    def text(self) -> str:
        """What is asked for, in the language being spoken."""
        return in_language(self.text_zh, self.text_en)

    @property
    def limits(self) -> Limits:
        """The limits of a number."""
        return Limits(self.low, self.high, self.least, self.most)

    @property
    def choices(self) -> list[Option]:
        """The options of a choice."""
        return [Option(one["code"], one["zh"], one["en"], bool(one.get("fails"))) for one in self.options]

    @property
    def line(self) -> Line:
        """The item as the rules of publishing read it."""
        return Line(
            self.code,
            self.proof,
            self.text_zh,
            self.text_en,
            self.not_applicable,
            self.limits,
            tuple(self.choices),
            self.condition("shown_when"),
            self.condition("required_when"),
        )

    def condition(self, name: str) -> Condition | None:
        """What `shown_when` or `required_when` asks for; None where they ask for nothing."""
        found = getattr(self, name)
        return Condition(found["item"], frozenset(found["answers"])) if found else None


class Answer(models.Model):
    """An answer to a checklist item; the newest counts, the older ones stay."""

    class Value(models.TextChoices):
        DONE = "done", pgettext_lazy("checklist", "Done")
        NOT_DONE = "not_done", pgettext_lazy("checklist", "Not done")

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="answers", verbose_name=_("visit"))
    item = models.ForeignKey(ChecklistItem, models.PROTECT, related_name="+", verbose_name=_("item"))
    value = models.CharField(_("answer"), max_length=8, choices=Value.choices)
    # What the item asks for as proof: certificate number, price list version, reading, number, choice, text; never the
    # customer's data.
    proof = models.CharField(_("proof"), max_length=300, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    at = models.DateTimeField(_("answered"))
    device_at = models.DateTimeField(_("device time"), null=True)
    actor = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering: ClassVar = ["id"]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.item_id} {self.value}"
