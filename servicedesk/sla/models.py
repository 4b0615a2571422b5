"""SLA clocks: policies as data, one clock per promise, and the ledger from which every deadline can be recomputed."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from servicedesk.history import APPEND_ONLY
from servicedesk.people.models import Grade, Membership, Region
from servicedesk.worktime.models import WorkCalendar


class ClockKind(models.TextChoices):
    """The measures of handbook/service-standards.md that carry a promise; minutes count from receipt."""

    FIRST_ANSWER = "first_answer", _("First answer")
    CONTACT = "contact", _("First contact")
    OUTLET_SENT = "outlet_sent", _("Sent to outlet")
    OUTLET_ACCEPT = "outlet_accept", _("Outlet accepts")
    DISPATCH = "dispatch", _("Technician assigned")
    TECHNICIAN_CONTACT = "technician_contact", _("Technician calls")
    ARRIVAL = "arrival", _("Arrival")
    # Between groups, beside the customer's clocks: the parts store against the outlet that waits.
    PART_SUPPLY = "part_supply", _("Part supplied")
    FIX = "fix", _("Fix")
    CALLBACK = "callback", _("Callback")
    COMPLAINT_ANSWER = "complaint_answer", _("Complaint answered")
    COMPLAINT_DECISION = "complaint_decision", _("Complaint decided")


class PauseReason(models.TextChoices):
    WAITING_FOR_CUSTOMER = "waiting_for_customer", _("Waiting for the customer")
    WAITING_FOR_PARTS = "waiting_for_parts", _("Waiting for parts")


class Bearer(models.TextChoices):
    """Who bears the time of a pause. Our own time is never paused."""

    CUSTOMER = "customer", pgettext_lazy("bears the time", "The customer")
    SUPPLIER = "supplier", pgettext_lazy("bears the time", "Parts supply")


BEARERS = {
    PauseReason.WAITING_FOR_CUSTOMER.value: Bearer.CUSTOMER.value,
    PauseReason.WAITING_FOR_PARTS.value: Bearer.SUPPLIER.value,
}


class SlaPolicy(models.Model):
    """A set of targets for the tickets it fits; the most specific fitting policy wins, clock by clock.

    Never edited once used: a change is a new row with a later `effective_from`.
    """

    code = models.SlugField(_("code"), max_length=40)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    effective_from = models.DateTimeField(_("effective from"))
    channel = models.CharField(_("channel"), max_length=8, blank=True, db_default="")
    kind = models.CharField(_("ticket kind"), max_length=12, blank=True)
    priority = models.PositiveSmallIntegerField(_("priority"), null=True, blank=True)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, verbose_name=_("region"))
    grade = models.CharField(_("grade"), max_length=1, choices=Grade.choices, blank=True)
    membership = models.CharField(_("membership"), max_length=10, choices=Membership.Kind.choices, blank=True)
    # The version that takes the policy back: from its instant on, less specific policies decide.
    is_withdrawn = models.BooleanField(_("withdrawn"), default=False, db_default=False)

    class Meta:
        verbose_name = _("SLA policy")
        verbose_name_plural = _("SLA policies")
        ordering: ClassVar = ["code", "-version"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["code", "version"], name="policy_version_once")]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"

    @property
    def specificity(self) -> int:
        """Rank of docs/sla.md: membership, grade, region, priority, kind, channel, default; the greater wins."""
        fields = (self.channel, self.kind, self.priority, self.region_id, self.grade, self.membership)
        return sum(2**rank for rank, value in enumerate(fields) if value)


class SlaTarget(models.Model):
    """How long one clock may take under a policy, on which calendar, and what may pause it."""

    class Rule(models.TextChoices):
        MINUTES = "minutes", _("Minutes of the calendar")
        NEXT_DAY_END = "next_day_end", _("End of the next open day")

    policy = models.ForeignKey(SlaPolicy, models.PROTECT, related_name="targets", verbose_name=_("policy"))
    clock = models.CharField(_("clock"), max_length=20, choices=ClockKind.choices)
    rule = models.CharField(_("rule"), max_length=12, choices=Rule.choices, default=Rule.MINUTES)
    # A quarter of a minute is a target too: a telephone rings three times.
    minutes = models.FloatField(_("minutes"), null=True, blank=True)
    warn_percent = models.PositiveSmallIntegerField(_("warn at percent"), default=75)
    calendar = models.ForeignKey(WorkCalendar, models.PROTECT, verbose_name=_("calendar"))
    pausable_by = ArrayField(
        models.CharField(max_length=24, choices=PauseReason.choices),
        default=list,
        blank=True,
        verbose_name=_("may be paused by"),
    )

    class Meta:
        verbose_name = _("SLA target")
        verbose_name_plural = _("SLA targets")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["policy", "clock"], name="target_once_per_policy"),
            models.CheckConstraint(
                condition=models.Q(rule="next_day_end") | models.Q(minutes__gt=0), name="target_has_minutes"
            ),
            models.CheckConstraint(
                condition=models.Q(warn_percent__gte=1, warn_percent__lte=100), name="target_warn_percent_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy} · {self.get_clock_display()}"


class ClockState(models.TextChoices):
    RUNNING = "running", _("Running")
    PAUSED = "paused", _("Paused")
    MET = "met", _("Met")
    BREACHED = "breached", _("Breached")
    VOID = "void", _("Not needed")


class SlaClock(models.Model):
    """One promise on one ticket. The columns below `target` are a cache of the ledger, kept for the sweep.

    `state` is what has been written down; `state_at` answers for any instant, also when no worker has run.
    A clock stopped after its due time stays `breached`; `stopped_at` says that it has ended.
    """

    ticket = models.ForeignKey("servicedesk.Ticket", models.CASCADE, related_name="clocks", verbose_name=_("ticket"))
    kind = models.CharField(_("clock"), max_length=20, choices=ClockKind.choices)
    cycle = models.PositiveSmallIntegerField(_("cycle"), default=1)
    target = models.ForeignKey(SlaTarget, models.PROTECT, verbose_name=_("target"))
    target_minutes = models.FloatField(_("target in minutes"))
    # End of a requested window that lies later than the target: moves due to it.
    not_before = models.DateTimeField(_("not due before"), null=True)
    started_at = models.DateTimeField(_("started"))
    stopped_at = models.DateTimeField(_("stopped"), null=True)
    state = models.CharField(_("state"), max_length=8, choices=ClockState.choices, default=ClockState.RUNNING)
    warn_at = models.DateTimeField(_("warning at"), null=True)
    due_at = models.DateTimeField(_("due"), null=True)
    breached_at = models.DateTimeField(_("breached"), null=True)
    # Minutes of the calendar used up when it stopped or was paused; null while it runs.
    elapsed_minutes = models.FloatField(_("minutes used"), null=True)
    # While it stands still: when the pause was to end, as the hand that made it expected or after a day.
    pause_ends_at = models.DateTimeField(_("pause ends"), null=True)
    next_fire_at = models.DateTimeField(null=True)
    next_level = models.CharField(max_length=8, blank=True)
    parked_reason = models.CharField(_("parked because"), max_length=300, blank=True)
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("SLA clock")
        verbose_name_plural = _("SLA clocks")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ticket", "kind", "cycle"], name="clock_cycle_once"),
            models.UniqueConstraint(
                fields=["ticket", "kind"], condition=models.Q(stopped_at=None), name="one_open_clock_of_a_kind"
            ),
            models.CheckConstraint(condition=models.Q(state__in=ClockState.values), name="clock_state_known"),
            models.CheckConstraint(condition=models.Q(kind__in=ClockKind.values), name="clock_kind_known"),
            models.CheckConstraint(
                condition=models.Q(stopped_at=None) | models.Q(next_fire_at=None), name="stopped_clock_never_fires"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_fire_at"], condition=models.Q(next_fire_at__isnull=False), name="clock_next_fire"
            ),
            models.Index(fields=["kind", "started_at"], name="clock_kind_started"),
            models.Index(
                fields=["started_at"], condition=models.Q(state__in=["met", "breached"]), name="clock_judged_started"
            ),
            models.Index(
                fields=["started_at", "ticket", "kind"],
                condition=models.Q(state="breached"),
                name="clock_broken_started",
            ),
            models.Index(fields=["warn_at", "ticket"], condition=models.Q(stopped_at=None), name="clock_open_warning"),
            models.Index(fields=["due_at"], condition=models.Q(state="running"), name="clock_running_due"),
            models.Index(
                fields=["pause_ends_at", "ticket"],
                condition=models.Q(pause_ends_at__isnull=False),
                name="clock_pause_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind} {self.cycle}"

    @property
    def is_open(self) -> bool:
        """Whether the promise still stands to be kept."""
        return self.stopped_at is None

    def state_at(self, now: datetime) -> str:
        """The state as of `now`, a `ClockState` value, right even when no sweep has run."""
        if self.state == ClockState.RUNNING and self.due_at is not None and self.due_at < now:
            return ClockState.BREACHED
        return self.state


class SlaSegment(models.Model):
    """A line of a clock's ledger: from `at` on the clock is running, paused or closed, until the next line.

    How several reasons and a requested window are written is told in `servicedesk.sla.ledger`.
    """

    class Kind(models.TextChoices):
        RUNNING = "running", _("Running")
        PAUSED = "paused", _("Paused")
        CLOSED = "closed", _("Closed")
        # A change of terms, not of running: from here on the clock is not due before `expected_end_at`.
        WINDOW = "window", _("Requested window")
        # From here on the target is longer by `minutes_added`, or shorter where that is negative.
        TARGET = "target", _("Target changed")
        # A recompute found another past than was written down; broken at `expected_end_at`, or not, is what stands.
        UPHELD = "upheld", _("Recomputed")

    clock = models.ForeignKey(SlaClock, models.CASCADE, related_name="segments", verbose_name=_("clock"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    at = models.DateTimeField(_("from"))
    reason = models.CharField(_("reason"), max_length=24, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    # What shows that the pause is true: the number of an order, the message, the call.
    proof = models.CharField(_("proof"), max_length=120, blank=True, db_default="")
    bearer = models.CharField(_("who bears the time"), max_length=8, choices=Bearer.choices, blank=True, db_default="")
    expected_end_at = models.DateTimeField(_("expected to end"), null=True)
    minutes_added = models.FloatField(_("minutes added to the target"), null=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name=_("by"))
    recorded_at = models.DateTimeField(_("recorded"), db_default=Now())

    class Meta:
        verbose_name = _("SLA segment")
        verbose_name_plural = _("SLA segments")
        ordering: ClassVar = ["at", "id"]
        triggers: ClassVar = [APPEND_ONLY]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["running", "paused", "closed", "window", "target", "upheld"]),
                name="segment_kind_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.clock_id} {self.kind}"


class SlaEvent(models.Model):
    """A warning or breach, written once per clock, cycle and level, whoever noticed it."""

    class Level(models.TextChoices):
        WARN = "warn", _("Warning")
        BREACH = "breach", _("Breach")

    clock = models.ForeignKey(SlaClock, models.CASCADE, related_name="events", verbose_name=_("clock"))
    cycle = models.PositiveSmallIntegerField(_("cycle"))
    level = models.CharField(_("level"), max_length=8, choices=Level.choices)
    due_at = models.DateTimeField(_("due"))
    noticed_at = models.DateTimeField(_("noticed"))

    class Meta:
        verbose_name = _("SLA event")
        verbose_name_plural = _("SLA events")
        triggers: ClassVar = [APPEND_ONLY]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clock", "cycle", "level"], name="sla_event_once"),
        ]

    def __str__(self) -> str:
        return f"{self.clock_id} {self.level}"


class ReconcileRun(models.Model):
    """One look back at what should be impossible (`servicedesk.sla.reconcile`); one row a slot of five minutes."""

    slot = models.DateTimeField(_("slot"), unique=True)
    ended_at = models.DateTimeField(_("ended"))
    lost_clocks = models.PositiveIntegerField(_("clocks nobody would have looked at"), default=0)
    late_clocks = models.PositiveIntegerField(_("clocks the sweep is late for"), default=0)
    parked_clocks = models.PositiveIntegerField(_("parked clocks"), default=0)
    untold_events = models.PositiveIntegerField(_("warnings and breaches nobody was told of"), default=0)
    late_messages = models.PositiveIntegerField(_("messages that wait too long"), default=0)
    wrong_clocks = models.PositiveIntegerField(_("clocks that differed from their ledger"), default=0)
    # How far the look got, for the next one to go on from.
    events_up_to = models.BigIntegerField(default=0)
    clocks_up_to = models.BigIntegerField(default=0)

    FINDINGS: ClassVar = (
        "lost_clocks",
        "late_clocks",
        "parked_clocks",
        "untold_events",
        "late_messages",
        "wrong_clocks",
    )

    class Meta:
        verbose_name = _("look back")
        verbose_name_plural = _("looks back")

    def __str__(self) -> str:
        return f"{self.slot:%Y-%m-%d %H:%M}"

    def findings(self) -> dict[str, int]:
        """What was found, by name; empty is good."""
        return {name: getattr(self, name) for name in self.FINDINGS if getattr(self, name)}
