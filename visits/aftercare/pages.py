"""The form of the customer's wish on a ticket, shown by the desk's one view for all actions."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from servicedesk.desk.forms.actions import ActionForm
from servicedesk.desk.views.actions import ActionPage
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from visits.aftercare.calling import wish_of
from visits.aftercare.services.wishes import LONGEST_LANGUAGE, LONGEST_NOTE, Contact, Wish, record_call_wish


def time_field(label: Any, *, required: bool = False, help_text: Any = "") -> forms.TimeField:
    """A field for a wall time."""
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, required=required, help_text=help_text, widget=widget)


class CallWishForm(ActionForm):
    contact = forms.ChoiceField(
        label=_("The customer wants"), choices=Contact.choices, widget=forms.RadioSelect, initial=Contact.CALL
    )
    earliest = time_field(_("Not called before"))
    latest = time_field(_("Not called after"))
    language = forms.CharField(
        label=_("Language"),
        required=False,
        max_length=LONGEST_LANGUAGE,
        help_text=_("For example Cantonese, English."),
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=LONGEST_NOTE)

    def prepare(self) -> None:
        """Begins with what the customer said last."""
        last = wish_of(self.ticket.customer_id)
        if last is not None:
            names = ("contact", "earliest", "latest", "language", "note")
            self.initial = {**{name: getattr(last, name) for name in names}, **self.initial}


def _record(ticket: Ticket, form: Any, user: User, now: datetime) -> object:
    return record_call_wish(ticket.pk, Wish(**form.cleaned_data), actor=user, now=now)


PAGES = {"record_call_wish": ActionPage(CallWishForm, _record, _("The customer's wish is kept for all calls."))}
