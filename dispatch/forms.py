"""What a dispatcher types: an assignment's time and technician, and reasons."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dispatch.models import AssignmentMove, Technician
from dispatch.selectors.candidates import crew_of, staff_for
from dispatch.selectors.days import YEARS, zone_of
from dispatch.services import Why
from servicedesk.tickets.models import Ticket

LONGEST_MINUTES = 720


class AssignmentForm(forms.Form):
    """A technician, a start on a quarter hour, a length, and one line why where a soft rule is broken."""

    technician = forms.ModelChoiceField(Technician.objects.none(), label=_("Technician"))
    day = forms.DateField(
        label=pgettext_lazy("field", "Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    start = forms.TimeField(
        label=_("Start"), widget=forms.TimeInput(attrs={"type": "time", "step": 900}, format="%H:%M")
    )
    minutes = forms.IntegerField(
        label=_("Length in minutes"),
        min_value=15,
        max_value=LONGEST_MINUTES,
        widget=forms.NumberInput(attrs={"step": 15}),
    )
    override_reason = forms.CharField(
        label=_("Why a rule is overridden"),
        required=False,
        max_length=200,
        help_text=_("Needed only where a rule is broken; kept with the assignment."),
    )

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone_of(ticket.outlet)
        field: Any = self.fields["technician"]
        # Who is no longer in service is not offered, yet answered by the rules like everybody else.
        field.queryset = staff_for(ticket)
        field.choices = [("", "---------"), *((one.pk, str(one)) for one in crew_of(ticket))]

    def clean_day(self) -> date:
        """Refuses a day at the ends of the calendar."""
        day: date = self.cleaned_data["day"]
        if day.year not in YEARS:
            raise forms.ValidationError(_("Nobody plans for this day."), code="no_such_day")
        return day

    def clean_start(self) -> Any:
        """Refuses a start beside the quarter hours."""
        start = self.cleaned_data["start"]
        if start.minute % 15 or start.second:
            raise forms.ValidationError(_("Jobs start on a quarter of an hour."), code="off_grid")
        return start

    @property
    def span(self) -> tuple[datetime, datetime]:
        """Start and end of a valid form, in the outlet's time zone."""
        day: date = self.cleaned_data["day"]
        start = datetime.combine(day, self.cleaned_data["start"], self.zone)
        return start, start + timedelta(minutes=self.cleaned_data["minutes"])


class ChangeForm(AssignmentForm):
    """The same for a ticket that is assigned already: the change needs a reason."""

    reason = forms.CharField(label=_("Reason for the change"), max_length=300)
    moved_by = forms.ChoiceField(
        label=_("Who moves the appointment"),
        choices=[one for one in AssignmentMove.Mover.choices if one[0] != AssignmentMove.Mover.KEPT],
        initial=AssignmentMove.Mover.OFFICE,
        required=False,
        help_text=_("Counts only where the time promised to the customer changes."),
    )
    # What the form was opened on: a move in the meantime is not overwritten.
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @property
    def why(self) -> Why:
        """The reason of a valid form, with the one who moves and what was seen."""
        given = self.cleaned_data
        mover = given["moved_by"] or AssignmentMove.Mover.OFFICE
        return Why(given["reason"], given["override_reason"], mover, given["version"])


class ReasonForm(forms.Form):
    """One reason."""

    reason = forms.CharField(label=_("Reason"), max_length=300)
