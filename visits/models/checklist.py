"""Checklists as data: templates by occasion, their versions and items, and the answers given on a visit."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from servicedesk.history import APPEND_ONLY
from servicedesk.people.wording import in_language
from visits.models.visit import Visit

STAFF = settings.AUTH_USER_MODEL


class ChecklistTemplate(models.Model):
    """A checklist by occasion; its items are in its versions."""

    class Occasion(models.TextChoices):
        ON_SITE = "on_site", _("Work at home")
        PICK_UP = "pick_up", _("Pick-up")
        NO_ENTRY = "no_entry", _("No entry")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    occasion = models.CharField(_("occasion"), max_length=10, choices=Occasion.choices)
    name_zh = models.CharField(_("Chinese name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60)

    class Meta:
        verbose_name = _("checklist template")
        verbose_name_plural = _("checklist templates")

    def __str__(self) -> str:
        return in_language(self.name_zh, self.name_en)


class ChecklistVersion(models.Model):
    """A version of a template; a visit keeps the version it was started with."""

    template = models.ForeignKey(
        ChecklistTemplate, models.PROTECT, related_name="versions", verbose_name=_("template")
    )
    version = models.PositiveSmallIntegerField(_("version"))
    effective_from = models.DateTimeField(_("effective from"))

    class Meta:
        verbose_name = _("checklist version")
        verbose_name_plural = _("checklist versions")
        ordering: ClassVar = ["template", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["template", "version"], name="checklist_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.template} v{self.version}"


class ChecklistGroup(models.TextChoices):
    """The conduct norm 1-2-3-4-5 (handbook/visit-norms.md)."""

    ONE_CERTIFICATE = "one_certificate", _("One certificate")
    TWO_DISCLOSURES = "two_disclosures", _("Two disclosures")
    THREE_COMPLETIONS = "three_completions", _("Three completions")
    FOUR_NO_ACCEPTS = "four_no_accepts", _("Four no-accepts")
    FIVE_ONES = "five_ones", _("Five ones")


class ChecklistItem(models.Model):
    """One line of the norm with the kind of proof it asks for."""

    class Proof(models.TextChoices):
        TICK = "tick", _("Tick")
        CERTIFICATE = "certificate", _("Certificate number")
        PRICE_LIST = "price_list", _("Price list version")
        SIGNATURE = "signature", _("Signature and opinion")
        READING = "reading", _("Tick, reading or photo")
        STATEMENT = "statement", _("Statement; a yes is a violation")
        INSPECTION = "inspection", _("Inspection record")

    version = models.ForeignKey(ChecklistVersion, models.PROTECT, related_name="items", verbose_name=_("version"))
    code = models.CharField(_("code"), max_length=8)
    group = models.CharField(_("group"), max_length=20, choices=ChecklistGroup.choices)
    text_zh = models.CharField(_("Chinese text"), max_length=120)
    text_en = models.CharField(_("English text"), max_length=120)
    proof = models.CharField(_("proof"), max_length=12, choices=Proof.choices)
    required = models.BooleanField(_("required"), default=True)
    # "Not applicable" is said by the template, never chosen by the technician.
    not_applicable = models.BooleanField(_("not applicable"), default=False)
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


class Answer(models.Model):
    """An answer to a checklist item; the newest counts, the older ones stay."""

    class Value(models.TextChoices):
        DONE = "done", pgettext_lazy("checklist", "Done")
        NOT_DONE = "not_done", pgettext_lazy("checklist", "Not done")

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="answers", verbose_name=_("visit"))
    item = models.ForeignKey(ChecklistItem, models.PROTECT, related_name="+", verbose_name=_("item"))
    value = models.CharField(_("answer"), max_length=8, choices=Value.choices)
    # What the item asks for as proof: certificate number, price list version, reading; never the customer's data.
    proof = models.CharField(_("proof"), max_length=120, blank=True)
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
