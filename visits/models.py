"""On-site work and aftercare: visits with their checklist, proofs and outcome, and the callbacks that follow."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from dispatch.models import Assignment, Technician
from servicedesk.catalogue.models import FaultCode
from servicedesk.people.wording import in_language
from servicedesk.tickets.models import Outcome, Ticket

STAFF = settings.AUTH_USER_MODEL
APPEND_ONLY = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


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


class VisitState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    EN_ROUTE = "en_route", _("On the way")
    ON_SITE = "on_site", _("At the door")
    WORKING = "working", _("Working")
    COMPLETED = "completed", _("Completed")
    ABORTED = "aborted", _("Aborted")


class AbortReason(models.TextChoices):
    NOBODY_HOME = "nobody_home", _("Nobody home")
    REFUSED = "refused", _("Customer refused entry")
    UNSAFE = "unsafe", _("Unsafe place")
    PART_MISSING = "part_missing", _("Part missing")
    # The assignment ended before anybody arrived: reassigned or cancelled. Such a visit never took place.
    CALLED_OFF = "called_off", _("Called off")


class Visit(models.Model):
    """One trip of a technician to a customer."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="visits", verbose_name=_("ticket"))
    assignment = models.OneToOneField(Assignment, models.PROTECT, related_name="visit", verbose_name=_("assignment"))
    technician = models.ForeignKey(Technician, models.PROTECT, related_name="visits", verbose_name=_("technician"))
    state = models.CharField(_("state"), max_length=9, choices=VisitState.choices, default=VisitState.PLANNED)
    checklist = models.ForeignKey(
        ChecklistVersion, models.PROTECT, null=True, related_name="+", verbose_name=_("checklist")
    )
    departed_at = models.DateTimeField(_("departed"), null=True)
    arrived_at = models.DateTimeField(_("arrived"), null=True)
    started_at = models.DateTimeField(_("started"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome.choices, blank=True)
    confirmed_fault = models.ForeignKey(
        FaultCode, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("confirmed fault")
    )
    finding = models.CharField(_("finding"), max_length=500, blank=True)
    work = models.CharField(_("work done"), max_length=1000, blank=True)
    abort_reason = models.CharField(_("aborted because"), max_length=14, choices=AbortReason.choices, blank=True)
    row_version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(state__in=VisitState.values), name="visit_state_known"),
            models.CheckConstraint(
                condition=~models.Q(state="completed") | ~models.Q(outcome=""), name="completed_visit_has_outcome"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="aborted") | ~models.Q(abort_reason=""), name="aborted_visit_has_reason"
            ),
            models.UniqueConstraint(
                fields=["ticket"],
                condition=models.Q(state__in=["planned", "en_route", "on_site", "working"]),
                name="one_living_visit_per_ticket",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["technician", "state"], name="visit_of_technician")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.state}"

    @property
    def is_living(self) -> bool:
        """Neither completed nor aborted."""
        return self.state not in {VisitState.COMPLETED, VisitState.ABORTED}


class VisitEvent(models.Model):
    """A time-stamped step of a visit, with the device's own time beside the server's."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="events", verbose_name=_("visit"))
    step = models.SlugField(_("step"), max_length=20)
    at = models.DateTimeField(_("happened"))
    device_at = models.DateTimeField(_("device time"), null=True)
    recorded_at = models.DateTimeField(_("recorded"), db_default=Now())
    actor = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    data = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("visit event")
        verbose_name_plural = _("visit events")
        ordering: ClassVar = ["at", "id"]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.step}"


class Answer(models.Model):
    """An answer to a checklist item; the newest counts, the older ones stay."""

    class Value(models.TextChoices):
        DONE = "done", _("Done")
        NOT_DONE = "not_done", _("Not done")

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


class Inspection(models.Model):
    """The one-stop inspection of the whole product, and what was said about the others at home."""

    visit = models.OneToOneField(Visit, models.CASCADE, related_name="inspection", verbose_name=_("visit"))
    # [{"code": "leaks", "ok": true, "reading": ""}, …] by the category's list.
    checks = models.JSONField(_("checks"))
    remark = models.CharField(_("remark"), max_length=500, blank=True)
    others_asked = models.BooleanField(_("asked about the other appliances"), default=False)
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_by = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))

    class Meta:
        verbose_name = _("inspection")
        verbose_name_plural = _("inspections")

    def __str__(self) -> str:
        return str(self.visit_id)


class Photo(models.Model):
    """A picture of a visit, re-encoded without its location data; reached only through its visit."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="photos", verbose_name=_("visit"))
    token = models.UUIDField(unique=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    taken_at = models.DateTimeField(_("taken"))
    taken_by = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return str(self.token)


class Signature(models.Model):
    """The customer's signature and opinion on the record sheet of a visit."""

    visit = models.OneToOneField(Visit, models.PROTECT, related_name="signature", verbose_name=_("visit"))
    image = models.BinaryField(_("drawing"), null=True)
    typed_name = models.CharField(_("name as typed"), max_length=60, blank=True)
    opinion = models.CharField(_("opinion"), max_length=500, blank=True)
    signed_at = models.DateTimeField(_("signed"))

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        triggers: ClassVar = [APPEND_ONLY]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(image__isnull=False) | ~models.Q(typed_name=""), name="signature_not_empty"
            )
        ]

    def __str__(self) -> str:
        return str(self.visit_id)


class PriceList(models.Model):
    """A version of the unified price list, valid from a day."""

    version = models.CharField(_("version"), max_length=20, unique=True)
    effective_from = models.DateField(_("effective from"))

    class Meta:
        verbose_name = _("price list")
        verbose_name_plural = _("price lists")
        ordering: ClassVar = ["-effective_from"]

    def __str__(self) -> str:
        return self.version


class PriceItem(models.Model):
    """A line of a price list, in fen."""

    class Kind(models.TextChoices):
        LABOUR = "labour", _("Labour")
        PART = "part", _("Part")
        TRAVEL = "travel", _("Travel")

    price_list = models.ForeignKey(PriceList, models.PROTECT, related_name="items", verbose_name=_("price list"))
    code = models.CharField(_("code"), max_length=20)
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices)
    name_zh = models.CharField(_("Chinese name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80)
    fen = models.PositiveIntegerField(_("price in fen"))

    class Meta:
        verbose_name = _("price item")
        verbose_name_plural = _("price items")
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["price_list", "code"], name="price_item_once")]

    def __str__(self) -> str:
        return in_language(self.name_zh, self.name_en)


class Charge(models.Model):
    """What a visit costs by the price list, or the reason why it is free."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="charges", verbose_name=_("visit"))
    item = models.ForeignKey(PriceItem, models.PROTECT, related_name="+", verbose_name=_("price item"))
    quantity = models.PositiveSmallIntegerField(_("quantity"), default=1)
    fen = models.PositiveIntegerField(_("amount in fen"))
    free_reason = models.CharField(_("free because"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("charge")
        verbose_name_plural = _("charges")
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(quantity__gte=1), name="charge_quantity_positive")
        ]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.item_id}"


class Callback(models.Model):
    """A call owed to the customer after a visit: is everything well?"""

    class Kind(models.TextChoices):
        COURTESY = "courtesy", _("Courtesy check")
        COMPLETION = "completion", _("After completion")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        DONE = "done", _("Done")
        EXHAUSTED = "exhausted", _("Not reached")
        CANCELLED = "cancelled", _("Cancelled")

    class Result(models.TextChoices):
        SATISFIED = "satisfied", _("Satisfied")
        PARTLY = "partly", _("Partly satisfied")
        NOT_SATISFIED = "not_satisfied", _("Not satisfied")

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="callbacks", verbose_name=_("ticket"))
    visit = models.ForeignKey(
        Visit, models.PROTECT, null=True, blank=True, related_name="callbacks", verbose_name=_("visit")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
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
