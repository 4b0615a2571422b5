"""The forms of care on a ticket, shown by the desk's one view for all actions."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from servicedesk.care import services as consents
from servicedesk.care.models import CareNote, Consent
from servicedesk.care.services import living_consent
from servicedesk.desk.forms.actions import ActionForm, words
from servicedesk.desk.views.actions import ActionPage
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from visits.care.services import record_care_event
from visits.custody.services import UnitSeen, record_pickup, record_return
from visits.models import CareEvent
from visits.stories.services import Telling, propose_story


class UnitForm(ActionForm):
    """What both sides see when the unit changes hands."""

    condition = words(_("What the unit looks like"), rows=2, limit=300)
    accessories = forms.CharField(label=_("Accessories that go with it"), max_length=300, required=False)
    signed_name = forms.CharField(label=_("Name of the person who hands it over"), max_length=60, required=False)

    def seen(self) -> UnitSeen:
        """What was typed, as the actions take it."""
        return UnitSeen(**self.cleaned_data)


class ReturnForm(UnitForm):
    signed_name = forms.CharField(label=_("Name of the person who takes it back"), max_length=60, required=False)


class ConsentForm(ActionForm):
    purpose = forms.ChoiceField(
        label=_("The customer agrees to"), choices=Consent.Purpose.choices, widget=forms.RadioSelect
    )
    how = forms.ChoiceField(label=_("How"), choices=Consent.How.choices, widget=forms.RadioSelect)


class WithdrawForm(ActionForm):
    """Only what the customer has agreed to can be taken back."""

    purpose = forms.ChoiceField(label=_("The customer no longer agrees to"), widget=forms.RadioSelect)

    def prepare(self) -> None:
        field: Any = self.fields["purpose"]
        customer = self.ticket.customer_id
        field.choices = [one for one in Consent.Purpose.choices if living_consent(customer, one[0])]
        field.help_text = _("What was kept by this consent is erased at once.")


class CareNoteForm(ActionForm):
    kind = forms.ChoiceField(label=_("About"), choices=CareNote.Kind.choices, widget=forms.RadioSelect)
    text = words(_("Note"), rows=2, limit=500)
    known_day = forms.DateField(
        label=_("A day the customer named"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


class CareEventForm(ActionForm):
    kind = forms.ChoiceField(label=_("What"), choices=CareEvent.Kind.choices, widget=forms.RadioSelect)
    note = words(_("What was done"), rows=2, limit=300)


class StoryForm(ActionForm):
    title = forms.CharField(label=_("Title"), max_length=80)
    text = words(_("The story, without the customer's name, number or address"), rows=6)
    beyond = words(_("What was beyond duty"), rows=2, limit=300)


def _pick_up(ticket: Ticket, form: Any, user: User, now: datetime) -> object:
    return record_pickup(ticket.pk, form.seen(), actor=user, now=now)


def _return(ticket: Ticket, form: Any, user: User, now: datetime) -> object:
    return record_return(ticket.pk, form.seen(), actor=user, now=now)


def _give(ticket: Ticket, form: Any, user: User, now: datetime) -> object:
    return consents.give_consent(ticket.pk, **form.cleaned_data, actor=user, now=now)


def _withdraw(ticket: Ticket, form: Any, user: User, now: datetime) -> object:
    return consents.withdraw_consent(ticket.pk, form.cleaned_data["purpose"], actor=user, now=now)


def _note(ticket: Ticket, form: Any, user: User, now: datetime) -> object:
    return consents.record_care_note(ticket.pk, **form.cleaned_data, actor=user, now=now)


def _event(ticket: Ticket, form: Any, user: User, now: datetime) -> object:
    return record_care_event(ticket.pk, **form.cleaned_data, actor=user, now=now)


def _story(ticket: Ticket, form: Any, user: User, now: datetime) -> object:
    return propose_story(ticket.pk, Telling(**form.cleaned_data), actor=user, now=now)


PAGES = {
    "record_pickup": ActionPage(UnitForm, _pick_up, _("The unit is with us now.")),
    "record_return": ActionPage(ReturnForm, _return, _("The unit is back with its owner.")),
    "give_consent": ActionPage(ConsentForm, _give, _("The consent is recorded.")),
    "withdraw_consent": ActionPage(
        WithdrawForm, _withdraw, _("The consent is withdrawn; what was kept by it is erased."), danger=True
    ),
    "record_care_note": ActionPage(CareNoteForm, _note, _("The care note is kept."), private=True),
    "record_care_event": ActionPage(CareEventForm, _event, _("What was done is recorded.")),
    "propose_story": ActionPage(StoryForm, _story, _("The story goes to a manager for approval.")),
}
# The part of the address each form has below its ticket.
ROUTES = {
    "record_pickup": "pickup",
    "record_return": "return",
    "give_consent": "consent",
    "withdraw_consent": "consent/withdraw",
    "record_care_note": "care/note",
    "record_care_event": "care/event",
    "propose_story": "story",
}
