"""Care beyond the repair: units in our hands, care plans with their calls, what was done for a customer, stories."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from servicedesk.catalogue.models import Appliance
from servicedesk.people.models import Customer
from servicedesk.people.wording import in_language
from servicedesk.tickets.models import Ticket
from visits.models.aftercare import Callback
from visits.models.visit import Visit

STAFF = settings.AUTH_USER_MODEL


class UnitCustody(models.Model):
    """A customer's product in our hands, from pick-up to return. It keeps its ticket from being closed."""

    class State(models.TextChoices):
        WITH_US = "with_us", pgettext_lazy("unit state", "With us")
        RETURNED = "returned", pgettext_lazy("unit state", "Returned")
        # Exchanged or paid back: it stays with us, and nobody waits for it.
        KEPT = "kept", pgettext_lazy("unit state", "Kept")

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="custodies", verbose_name=_("ticket"))
    appliance = models.ForeignKey(
        Appliance, models.PROTECT, null=True, related_name="custodies", verbose_name=_("appliance")
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WITH_US)
    picked_up_at = models.DateTimeField(_("picked up"))
    picked_up_by = models.ForeignKey(
        STAFF, models.PROTECT, null=True, related_name="+", verbose_name=_("picked up by")
    )
    picked_up_visit = models.ForeignKey(
        Visit, models.PROTECT, null=True, related_name="pickups", verbose_name=_("visit of the pick-up")
    )
    condition = models.CharField(_("condition at pick-up"), max_length=300)
    accessories = models.CharField(_("accessories"), max_length=300, blank=True)
    given_by = models.CharField(_("handed over by"), max_length=60, blank=True)
    returned_at = models.DateTimeField(_("returned"), null=True)
    returned_by = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="+", verbose_name=_("returned by"))
    returned_visit = models.ForeignKey(
        Visit, models.PROTECT, null=True, related_name="returns", verbose_name=_("visit of the return")
    )
    return_condition = models.CharField(_("condition at return"), max_length=300, blank=True)
    received_by = models.CharField(_("taken back by"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("unit in our hands")
        verbose_name_plural = _("units in our hands")
        ordering: ClassVar = ["picked_up_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["ticket"], condition=models.Q(state="with_us"), name="one_unit_with_us_per_ticket"
            ),
            models.CheckConstraint(
                condition=models.Q(state="with_us", returned_at=None)
                | models.Q(state__in=["returned", "kept"], returned_at__gte=models.F("picked_up_at")),
                name="returned_unit_has_instant",
            ),
            models.CheckConstraint(condition=~models.Q(condition=""), name="picked_up_unit_has_condition"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.state}"


class CarePlan(models.Model):
    """A rule that finds customers for a courtesy call: so many days from an occasion. Rules are data."""

    class Occasion(models.TextChoices):
        EXCEPTION = "exception", _("Closing of a ticket with an exception")
        PRAISE = "praise", _("Praise")
        KNOWN_DAY = "known_day", _("A day the customer named")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60)
    occasion = models.CharField(_("occasion"), max_length=10, choices=Occasion.choices)
    days = models.SmallIntegerField(_("days after it"), help_text=_("Negative: before it."))
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("care plan")
        verbose_name_plural = _("care plans")
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(days__range=(-365, 365)), name="care_plan_within_a_year"),
            models.CheckConstraint(
                condition=models.Q(occasion="known_day") | models.Q(days__gte=0),
                name="care_plan_before_known_day",
            ),
        ]

    def __str__(self) -> str:
        return in_language(self.name_zh, self.name_en)


class CareCall(models.Model):
    """A customer found by a plan, once per plan and ticket, with the call made for him, if he was to be called."""

    plan = models.ForeignKey(CarePlan, models.PROTECT, related_name="calls", verbose_name=_("care plan"))
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="care_calls", verbose_name=_("ticket"))
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="care_calls", verbose_name=_("customer"))
    due_on = models.DateField(_("due on"))
    # None: another plan has called him within the month.
    callback = models.OneToOneField(
        Callback, models.PROTECT, null=True, related_name="care_call", verbose_name=_("callback")
    )
    made_at = models.DateTimeField(_("found"))

    class Meta:
        verbose_name = _("care call")
        verbose_name_plural = _("care calls")
        ordering: ClassVar = ["due_on", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "ticket"], name="one_care_call_per_plan_and_ticket")
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.ticket_id}"


class DailyRun(models.Model):
    """A job that runs once a local day; whoever inserts the row runs it."""

    job = models.SlugField(_("job"), max_length=30)
    day = models.DateField(_("day"))
    at = models.DateTimeField(_("ran"))
    found = models.PositiveIntegerField(_("found"), default=0)

    class Meta:
        verbose_name = _("daily run")
        verbose_name_plural = _("daily runs")
        constraints: ClassVar = [models.UniqueConstraint(fields=["job", "day"], name="one_run_per_job_and_day")]

    def __str__(self) -> str:
        return f"{self.job} {self.day}"


class CareEvent(models.Model):
    """What was done for a customer beyond the order: a visit, a gift, a greeting."""

    class Kind(models.TextChoices):
        VISIT = "visit", pgettext_lazy("care event", "Visit of staff")
        GIFT = "gift", pgettext_lazy("care event", "Gift")
        GREETING = "greeting", pgettext_lazy("care event", "Greeting")

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="care_events", verbose_name=_("ticket"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    note = models.CharField(_("what was done"), max_length=300)
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))

    class Meta:
        verbose_name = _("care event")
        verbose_name_plural = _("care events")
        ordering: ClassVar = ["at", "id"]
        constraints: ClassVar = [models.CheckConstraint(condition=~models.Q(note=""), name="care_event_says_what")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind}"


class DelightStory(models.Model):
    """Service beyond what the customer expected, told without names: proposed, approved, published."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("story state", "Proposed")
        APPROVED = "approved", pgettext_lazy("story state", "Approved")
        PUBLISHED = "published", pgettext_lazy("story state", "Published")
        WITHDRAWN = "withdrawn", pgettext_lazy("story state", "Withdrawn")

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="stories", verbose_name=_("ticket"))
    title = models.CharField(_("title"), max_length=80)
    text = models.TextField(_("story"), max_length=2000)
    beyond = models.CharField(_("what was beyond duty"), max_length=300)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    author = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="stories", verbose_name=_("author"))
    proposed_at = models.DateTimeField(_("proposed"))
    approved_by = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="+", verbose_name=_("approved by"))
    approved_at = models.DateTimeField(_("approved"), null=True)
    published_at = models.DateTimeField(_("published"), null=True)

    class Meta:
        verbose_name = _("delight story")
        verbose_name_plural = _("delight stories")
        ordering: ClassVar = ["-proposed_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["ticket"], condition=~models.Q(state="withdrawn"), name="one_living_story_per_ticket"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="published")
                | models.Q(published_at__isnull=False, approved_at__isnull=False),
                name="published_story_was_approved",
            ),
        ]

    def __str__(self) -> str:
        return self.title
