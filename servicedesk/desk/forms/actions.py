"""Forms of the actions on a ticket. Each knows its ticket, so that its choices are that ticket's own."""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from servicedesk.catalogue.models import Appliance, FaultCode, ProductCategory
from servicedesk.catalogue.selectors import active_categories
from servicedesk.desk.forms.intake import appliance_words, moment_field
from servicedesk.people.models import Address, Outlet, User
from servicedesk.people.selectors import outlet_for
from servicedesk.sla.models import PauseReason, SlaClock
from servicedesk.templatetags.moments import local_text
from servicedesk.tickets.models import IntakeChannel, Ticket, TicketException
from servicedesk.tickets.services.ending import CANCEL_REASONS
from servicedesk.tickets.services.pauses import LONGEST_PROOF
from servicedesk.undo import UNDOING


def words(label: Any, *, required: bool = True, rows: int = 3, limit: int = 2000) -> forms.CharField:
    """A field for some sentences."""
    return forms.CharField(
        label=label, required=required, max_length=limit, widget=forms.Textarea(attrs={"rows": rows})
    )


class ActionForm(forms.Form):
    """A form about one ticket."""

    def __init__(self, *args: Any, ticket: Ticket, user: User, now: datetime, **kwargs: Any) -> None:
        self.ticket, self.user, self.now = ticket, user, now
        super().__init__(*args, **kwargs)
        self.prepare()

    def prepare(self) -> None:
        """Fits choices and first values to the ticket; the plain form needs nothing."""


class EmptyForm(ActionForm):
    """Only a yes."""


class NoteForm(ActionForm):
    note = words(_("Note"))


class OptionalNoteForm(ActionForm):
    note = words(_("Note"), required=False, rows=2)


class ReasonForm(ActionForm):
    reason = words(_("Reason"), rows=2, limit=300)


class ContactForm(ActionForm):
    reached = forms.ChoiceField(
        label=_("Was the customer reached?"),
        choices=[("yes", _("Reached")), ("no", _("Not reached"))],
        widget=forms.RadioSelect,
    )
    note = words(_("What was said"), required=False, rows=2)


class SendForm(ActionForm):
    """The outlet, with the one that serves the district proposed and the reason for the proposal."""

    outlet = forms.ModelChoiceField(label=_("Outlet"), queryset=Outlet.objects.none(), empty_label=None)
    note = words(_("For the outlet"), required=False, rows=2)

    def prepare(self) -> None:
        district = self.ticket.address.district if self.ticket.address else ""
        self.proposed, self.for_product = outlet_for(district, self.ticket.category_id)
        outlets = Outlet.objects.filter(is_active=True).order_by("code")
        field: Any = self.fields["outlet"]
        field.queryset = outlets
        if self.proposed is not None:
            self.initial["outlet"] = self.proposed.pk
        else:
            field.empty_label = _("Choose an outlet")
        self.district = district

    @property
    def reason(self) -> str:
        """Why this outlet is proposed, or why none is."""
        if self.proposed is None and not self.district:
            return str(_("The place of service has no district, so no outlet can be proposed."))
        if self.proposed is None:
            return _("No outlet serves %(district)s.") % {"district": self.district}
        names = {"outlet": self.proposed, "district": self.district, "category": self.ticket.category}
        if self.for_product:
            return _("%(outlet)s serves %(district)s for this product (%(category)s).") % names
        return _("%(outlet)s serves %(district)s.") % names


class PauseForm(ActionForm):
    reason = forms.ChoiceField(label=_("Why do the clocks stand still?"), widget=forms.RadioSelect)
    expected_end_at = moment_field(_("Expected to go on"))
    proof = forms.CharField(
        label=_("What shows it"),
        max_length=LONGEST_PROOF,
        help_text=_("The number of the parts order, the message, the call. It stays with the pause."),
    )
    note = words(_("Note"), required=False, rows=2)

    def prepare(self) -> None:
        """Only the reasons that may pause one of the clocks now running."""
        running = SlaClock.objects.filter(ticket=self.ticket, stopped_at=None).exclude(state="paused")
        allowed = {reason for row in running.values_list("target__pausable_by", flat=True) for reason in row}
        field: Any = self.fields["reason"]
        field.choices = [(value, label) for value, label in PauseReason.choices if value in allowed]
        if len(field.choices) == 1:
            self.initial["reason"] = field.choices[0][0]
        # Taking a resume back brings the old pause again, which may be older than this question.
        self.fields["proof"].required = UNDOING not in self.data


class CancelForm(ActionForm):
    reason = forms.ChoiceField(label=_("Reason"), choices=list(CANCEL_REASONS.items()), widget=forms.RadioSelect)
    note = words(_("Note"), required=False, rows=2)


class PraiseForm(ActionForm):
    text = words(_("Words of the customer"))
    channel = forms.ChoiceField(label=_("Came in by"), choices=IntakeChannel.choices)


class ExceptionForm(ActionForm):
    rule = forms.ChoiceField(label=_("Rule"), choices=TicketException.Rule.choices, widget=forms.RadioSelect)
    reason = words(_("Reason"), rows=2, limit=300)


class EditForm(ActionForm):
    """What was taken at intake. Each field brings along what it showed, so that only real changes are saved."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    contact_name = forms.CharField(label=_("Contact person"), max_length=60, required=False)
    contact_phone_raw = forms.CharField(label=_("Contact phone"), max_length=60, required=False)
    address = forms.ModelChoiceField(label=_("Place of service"), queryset=Address.objects.none(), required=False)
    appliance = forms.ModelChoiceField(label=_("Appliance"), queryset=Appliance.objects.none(), required=False)
    category = forms.ModelChoiceField(label=_("Product"), queryset=ProductCategory.objects.none(), required=False)
    fault = forms.ModelChoiceField(label=_("Symptom"), queryset=FaultCode.objects.none(), required=False)
    description = words(_("In the customer's words"), required=False)
    requested_from = moment_field(_("Requested from"))
    requested_until = moment_field(_("Requested until"))

    NAMES: ClassVar = (
        "contact_name",
        "contact_phone_raw",
        "address",
        "appliance",
        "category",
        "fault",
        "description",
        "requested_from",
        "requested_until",
    )

    def prepare(self) -> None:
        ticket = self.ticket
        fields: Any = self.fields
        fields["address"].queryset = ticket.customer.addresses.all()
        fields["appliance"].queryset = ticket.customer.appliances.select_related("category", "model")
        fields["appliance"].label_from_instance = appliance_words
        fields["category"].queryset = active_categories()
        fields["fault"].queryset = FaultCode.objects.filter(Q(category=ticket.category_id)).order_by(
            "priority", "code"
        )
        self.initial.update({name: self._shown(name) for name in self.NAMES}, version=ticket.row_version)
        for name in self.NAMES:
            fields[name].show_hidden_initial = True

    def _shown(self, name: str) -> Any:
        value = getattr(self.ticket, name)
        # Browsers send whole minutes.
        return value.replace(second=0, microsecond=0) if isinstance(value, datetime) else getattr(value, "pk", value)

    def changes(self) -> dict[str, Any]:
        """What this person changed, against what the page had shown him."""
        return {name: self.cleaned_data[name] for name in self.changed_data if name in self.NAMES}

    def seen(self, name: str) -> str:
        """What the page had shown in a field, as sent back by the browser."""
        return str(self.data.get(f"initial-{name}", ""))

    def overlapping(self) -> list[str]:
        """The changed fields that somebody else has changed too since this page was shown."""
        return [name for name in self.changes() if self.seen(name) != self.as_sent(name)]

    def as_sent(self, name: str) -> str:
        """What the ticket holds in a field now, as a browser would send it back."""
        value = self.fields[name].prepare_value(self._shown(name))
        if isinstance(value, datetime):
            return str(self.fields[name].widget.format_value(value) or "")
        return "" if value is None else str(value)


def readable(value: Any) -> str:
    """A value of a form as a person reads it; times in the local day."""
    return local_text(value, "long") if isinstance(value, datetime) else "" if value is None else str(value)
