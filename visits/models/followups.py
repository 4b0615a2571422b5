"""What a visit leaves to be done: from a failing item, from the inspection, from what was said of other appliances."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from servicedesk.catalogue.models import Appliance
from servicedesk.tickets.models import Ticket
from visits.models.visit import Visit

STAFF = settings.AUTH_USER_MODEL
FACTS = ("visit", "source", "code", "appliance", "kind", "text", "made_at")


class FollowUpKind(models.TextChoices):
    """What a failing item asks for."""

    TASK = "task", pgettext_lazy("follow-up", "Task for the owner")
    PART = "part", pgettext_lazy("follow-up", "Part to be got")
    QUOTE = "quote", pgettext_lazy("follow-up", "Quote for the customer")
    TICKET = "ticket", pgettext_lazy("follow-up", "Follow-on ticket")


class FollowUp(models.Model):
    """Something that is to be done after a visit. What it is stays; that it is done may be said and taken back."""

    class Source(models.TextChoices):
        ITEM = "item", pgettext_lazy("follow-up", "Checklist")
        INSPECTION = "inspection", pgettext_lazy("follow-up", "Inspection")
        OTHER = "other", pgettext_lazy("follow-up", "Another appliance")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("follow-up state", "To be done")
        DONE = "done", pgettext_lazy("follow-up state", "Done")
        DROPPED = "dropped", pgettext_lazy("follow-up state", "Not needed")

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="follow_ups", verbose_name=_("visit"))
    source = models.CharField(_("found by"), max_length=10, choices=Source.choices)
    # The item of the checklist or the check of the inspection; empty for another appliance.
    code = models.CharField(_("code"), max_length=20, blank=True)
    appliance = models.ForeignKey(Appliance, models.PROTECT, null=True, related_name="+", verbose_name=_("appliance"))
    kind = models.CharField(_("kind"), max_length=6, choices=FollowUpKind.choices)
    # In the technician's words; never the customer's data.
    text = models.CharField(_("what"), max_length=300, blank=True)
    made_at = models.DateTimeField(_("made"))
    ticket = models.OneToOneField(
        Ticket, models.PROTECT, null=True, related_name="follow_up", verbose_name=_("follow-on ticket")
    )
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.OPEN)
    note = models.CharField(_("note"), max_length=300, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    ended_by = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="+", verbose_name=_("ended by"))
    row_version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        ordering: ClassVar = ["made_at", "id"]
        triggers: ClassVar = [
            pgtrigger.ReadOnly(name="follow_up_facts_stay", fields=list(FACTS)),
            pgtrigger.Protect(name="follow_up_kept", operation=pgtrigger.Delete),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["visit", "source", "code", "appliance"], nulls_distinct=False, name="follow_up_made_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state="open", ended_at=None)
                | models.Q(state__in=["done", "dropped"], ended_at__isnull=False),
                name="ended_follow_up_has_instant",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["made_at"], condition=models.Q(state="open"), name="follow_up_open")]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.source} {self.code}"
