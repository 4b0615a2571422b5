"""The ticket: one request of one customer, followed from first contact until the customer is satisfied."""

import secrets
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models.functions import Now, Reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from phonenumber_field.modelfields import PhoneNumberField

from servicedesk.catalogue.models import Appliance, FaultCode, ProductCategory
from servicedesk.history import APPEND_ONLY
from servicedesk.people.models import Address, Customer, Outlet
from servicedesk.tickets.querysets import TicketQuerySet

STAFF = settings.AUTH_USER_MODEL


class TicketState(models.TextChoices):
    OPEN = "open", pgettext_lazy("ticket state", "Open")
    SCHEDULED = "scheduled", pgettext_lazy("ticket state", "Scheduled")
    IN_SERVICE = "in_service", pgettext_lazy("ticket state", "In service")
    AWAITING_CALLBACK = "awaiting_callback", pgettext_lazy("ticket state", "Awaiting callback")
    CLOSED = "closed", pgettext_lazy("ticket state", "Closed")
    CANCELLED = "cancelled", pgettext_lazy("ticket state", "Cancelled")


ENDED = (TicketState.CLOSED, TicketState.CANCELLED)


class TicketKind(models.TextChoices):
    REPAIR = "repair", _("Repair")
    INSTALL = "install", _("Installation")
    MAINTENANCE = "maintenance", _("Maintenance")
    CONSULTATION = "consultation", _("Consultation")
    SUGGESTION = "suggestion", _("Suggestion")
    COMPLAINT = "complaint", _("Complaint")
    PRAISE = "praise", _("Praise")


VISIT_KINDS = frozenset({TicketKind.REPAIR, TicketKind.INSTALL, TicketKind.MAINTENANCE})


class IntakeChannel(models.TextChoices):
    PHONE = "phone", _("Phone")
    WEB = "web", _("Web form")
    EMAIL = "email", _("E-mail")
    CHAT = "chat", _("Online chat")
    MESSAGE = "message", _("Message")
    WALK_IN = "walk_in", _("Walk-in")
    OUTLET = "outlet", _("Outlet")
    EVENT = "event", _("Event")


class Outcome(models.TextChoices):
    """How a visit ended; what it means for the ticket stands in `visits.services.completion`."""

    FIXED = "fixed", _("Fixed")
    NO_FAULT_FOUND = "no_fault_found", _("No fault found")
    REPLACED = "replaced", _("Replaced")
    # Written by a refund that was carried out; no visit ends so.
    REFUNDED = "refunded", _("Refunded")
    REFUSED_BY_CUSTOMER = "refused_by_customer", _("Refused by the customer")
    NEEDS_PART = "needs_part", _("Needs a part")
    NEEDS_ANOTHER_VISIT = "needs_another_visit", _("Needs another visit")
    TAKEN_TO_WORKSHOP = "taken_to_workshop", _("Taken to the workshop")


def new_token() -> str:
    """A fresh 192-bit token for a customer's link."""
    return secrets.token_urlsafe(24)


class TicketNumber(models.Model):
    """The last number given out on a local day; one row a day, locked while counting."""

    day = models.DateField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.day)


class Ticket(models.Model):
    """One ticket to the end: its owner is answerable for it throughout."""

    number = models.CharField(_("number"), max_length=14, unique=True)
    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=TicketKind.choices)
    channel = models.CharField(_("channel"), max_length=8, choices=IntakeChannel.choices)
    priority = models.PositiveSmallIntegerField(_("priority"), default=2)
    state = models.CharField(_("state"), max_length=18, choices=TicketState.choices, default=TicketState.OPEN)
    owner = models.ForeignKey(STAFF, models.PROTECT, related_name="owned_tickets", verbose_name=_("owner"))
    outlet = models.ForeignKey(
        Outlet, models.PROTECT, null=True, blank=True, related_name="tickets", verbose_name=_("outlet")
    )
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="tickets", verbose_name=_("customer"))
    contact_name = models.CharField(_("contact person"), max_length=60, blank=True)
    contact_phone_raw = models.CharField(_("contact phone as given"), max_length=60, blank=True)
    contact_phone = PhoneNumberField(_("contact phone"), blank=True, default="")
    address = models.ForeignKey(
        Address, models.PROTECT, null=True, blank=True, related_name="tickets", verbose_name=_("place of service")
    )
    category = models.ForeignKey(
        ProductCategory, models.PROTECT, null=True, blank=True, related_name="tickets", verbose_name=_("category")
    )
    appliance = models.ForeignKey(
        Appliance, models.PROTECT, null=True, blank=True, related_name="tickets", verbose_name=_("appliance")
    )
    fault = models.ForeignKey(
        FaultCode, models.PROTECT, null=True, blank=True, related_name="tickets", verbose_name=_("symptom")
    )
    description = models.TextField(_("what is wrong"), blank=True, max_length=2000)
    answers = models.JSONField(_("answers at intake"), default=list, blank=True)
    requested_from = models.DateTimeField(_("requested from"), null=True, blank=True)
    requested_until = models.DateTimeField(_("requested until"), null=True, blank=True)
    promised_from = models.DateTimeField(_("promised from"), null=True, blank=True)
    promised_until = models.DateTimeField(_("promised until"), null=True, blank=True)
    read_back_at = models.DateTimeField(_("summary read back"), null=True, blank=True)
    received_at = models.DateTimeField(_("received"))
    created_at = models.DateTimeField(_("recorded"), db_default=Now(), editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="follow_ons", verbose_name=_("follows on")
    )
    # One submission of the intake form makes one ticket, however often it is sent.
    submission = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    excluded_from_measures = models.BooleanField(default=False, editable=False)
    row_version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(state__in=TicketState.values), name="ticket_state_known"),
            models.CheckConstraint(condition=models.Q(kind__in=TicketKind.values), name="ticket_kind_known"),
            models.CheckConstraint(condition=models.Q(channel__in=IntakeChannel.values), name="ticket_channel_known"),
            models.CheckConstraint(condition=models.Q(priority__in=[1, 2, 3]), name="ticket_priority_known"),
            models.CheckConstraint(
                condition=models.Q(requested_until__isnull=True)
                | models.Q(requested_until__gt=models.F("requested_from")),
                name="requested_window_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(promised_until__isnull=True)
                | models.Q(promised_until__gt=models.F("promised_from")),
                name="promised_window_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(state="closed", closed_at__isnull=False)
                | (~models.Q(state="closed") & models.Q(closed_at=None)),
                name="closed_ticket_has_instant",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-received_at", "-id"], name="ticket_newest"),
            models.Index(
                fields=["outlet", "state"],
                condition=models.Q(state__in=["open", "scheduled", "in_service", "awaiting_callback"]),
                name="ticket_living_by_outlet",
            ),
            models.Index(
                fields=["-received_at", "-id"],
                condition=models.Q(state__in=["open", "scheduled", "in_service", "awaiting_callback"]),
                name="ticket_living_newest",
            ),
            models.Index(fields=["outlet", "-received_at", "-id"], name="ticket_newest_of_outlet"),
            models.Index(fields=["owner", "-received_at", "-id"], name="ticket_newest_of_owner"),
            models.Index(OpClass(Reverse("number"), name="text_pattern_ops"), name="ticket_number_tail"),
            models.Index(
                fields=["closed_at", "outlet"], condition=models.Q(closed_at__isnull=False), name="ticket_closed"
            ),
            models.Index(fields=["customer", "-received_at"], name="ticket_of_customer"),
            models.Index(fields=["id"], condition=models.Q(excluded_from_measures=True), name="ticket_not_measured"),
            models.Index(fields=["appliance", "-received_at"], name="ticket_of_appliance"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def has_ended(self) -> bool:
        """Closed or cancelled; an ended ticket takes no more work unless it is reopened."""
        return self.state in ENDED

    @property
    def wants_visit(self) -> bool:
        """Whether this kind of ticket is worked at the customer's home."""
        return self.kind in VISIT_KINDS


class Handover(models.Model):
    """A ticket given to an outlet, which accepts it or refuses with a reason."""

    class State(models.TextChoices):
        SENT = "sent", pgettext_lazy("hand-over state", "Sent")
        ACCEPTED = "accepted", pgettext_lazy("hand-over state", "Accepted")
        REFUSED = "refused", pgettext_lazy("hand-over state", "Refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("hand-over state", "Withdrawn")

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="handovers", verbose_name=_("ticket"))
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="handovers", verbose_name=_("outlet"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.SENT)
    sent_by = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="+", verbose_name=_("sent by"))
    sent_at = models.DateTimeField(_("sent"))
    answered_by = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="+", verbose_name=_("answered by"))
    answered_at = models.DateTimeField(_("answered"), null=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["ticket"],
                condition=models.Q(state__in=["sent", "accepted"]),
                name="one_living_handover_per_ticket",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="refused") | ~models.Q(reason=""), name="refusal_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} → {self.outlet_id}"


class TicketParty(models.Model):
    """Who has a part in a ticket and since when; written by whoever gives the part, read by `visible_to`."""

    class Part(models.TextChoices):
        OWNER = "owner", _("Owner")
        TECHNICIAN = "technician", _("Technician")
        HELPER = "helper", _("Helper")

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="parties", verbose_name=_("ticket"))
    user = models.ForeignKey(STAFF, models.PROTECT, related_name="parts", verbose_name=_("member of staff"))
    part = models.CharField(_("part"), max_length=10, choices=Part.choices)
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"), null=True)

    class Meta:
        verbose_name = _("party of a ticket")
        verbose_name_plural = _("parties of tickets")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["ticket", "user", "part"], condition=models.Q(until=None), name="one_living_part"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["user", "until"], name="party_user")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.part}"


class TicketFacts(models.Model):
    """What happened on a ticket, in one row, written from above by downward calls; dashboards read only this."""

    ticket = models.OneToOneField(Ticket, models.CASCADE, related_name="facts", primary_key=True)
    visits = models.PositiveSmallIntegerField(_("visits"), default=0)
    reopened = models.PositiveSmallIntegerField(_("times reopened"), default=0)
    first_arrival_at = models.DateTimeField(_("first arrival"), null=True)
    completed_at = models.DateTimeField(_("work completed"), null=True)
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome.choices, blank=True)
    fault_group = models.SlugField(_("fault group"), max_length=40, blank=True)
    technician = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="+", verbose_name=_("technician"))
    satisfaction = models.PositiveSmallIntegerField(_("satisfaction 1 to 5"), null=True)
    checklist_passed = models.BooleanField(_("conduct checklist passed"), null=True)
    charges_fen = models.PositiveIntegerField(_("charges in fen"), default=0)

    class Meta:
        verbose_name = _("facts of a ticket")
        verbose_name_plural = _("facts of tickets")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(satisfaction__isnull=True) | models.Q(satisfaction__range=(1, 5)),
                name="satisfaction_one_to_five",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["completed_at"], condition=models.Q(satisfaction__isnull=False), name="facts_rated"),
            models.Index(
                fields=["completed_at"], condition=models.Q(completed_at__isnull=False), name="facts_completed"
            ),
        ]

    def __str__(self) -> str:
        return str(self.ticket_id)


class TicketEvent(models.Model):
    """One line of the readable story. `data` holds ids, codes and numbers, never a name, phone or address."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="events", verbose_name=_("ticket"))
    action = models.SlugField(_("action"), max_length=30)
    at = models.DateTimeField(_("happened"))
    recorded_at = models.DateTimeField(_("recorded"), db_default=Now())
    actor = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    from_state = models.CharField(max_length=18, blank=True)
    to_state = models.CharField(max_length=18, blank=True)
    note = models.TextField(_("note"), blank=True, max_length=2000)
    data = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("ticket event")
        verbose_name_plural = _("ticket events")
        ordering: ClassVar = ["at", "id"]
        triggers: ClassVar = [APPEND_ONLY]
        indexes: ClassVar = [models.Index(fields=["ticket", "at"], name="event_of_ticket")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.action}"


class Praise(models.Model):
    """A customer's praise, linked to the ticket it is about."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="praises", verbose_name=_("ticket"))
    channel = models.CharField(_("channel"), max_length=8, choices=IntakeChannel.choices)
    text = models.TextField(_("words of the customer"), max_length=2000)
    received_at = models.DateTimeField(_("received"))
    recorded_by = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by"))

    class Meta:
        verbose_name = _("praise")
        verbose_name_plural = _("praises")

    def __str__(self) -> str:
        return f"{self.ticket_id}"


class TicketException(models.Model):
    """An approved exception to a rule, with its reason: recorded, never a work-around."""

    class Rule(models.TextChoices):
        HOME_PICKUP = "home_pickup", _("Pick-up at home for a carry-in product")
        FEE_WAIVED = "fee_waived", _("Fee waived")
        LOAN_UNIT = "loan_unit", _("Loan unit")
        OTHER = "other", _("Other")

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="exceptions", verbose_name=_("ticket"))
    rule = models.CharField(_("rule"), max_length=20, choices=Rule.choices)
    reason = models.CharField(_("reason"), max_length=300)
    granted_by = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="+", verbose_name=_("granted by"))
    granted_at = models.DateTimeField(_("granted"))

    class Meta:
        verbose_name = _("exception")
        verbose_name_plural = _("exceptions")
        constraints: ClassVar = [models.CheckConstraint(condition=~models.Q(reason=""), name="exception_has_reason")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.rule}"


class Draft(models.Model):
    """A half-typed form of a member of staff, kept until it is sent or thrown away."""

    user = models.ForeignKey(STAFF, models.CASCADE, related_name="drafts", verbose_name=_("member of staff"))
    key = models.CharField(_("form"), max_length=60)
    data = models.JSONField(default=dict)
    saved_at = models.DateTimeField(_("saved"))

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "key"], name="one_draft_per_form")]

    def __str__(self) -> str:
        return self.key
