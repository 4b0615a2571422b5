"""The forms of exchange and refund on a ticket, shown by the desk's one view for all actions."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from servicedesk.catalogue.models import ProductModel
from servicedesk.desk.forms.actions import ActionForm, OptionalNoteForm, ReasonForm, words
from servicedesk.desk.views.actions import ActionPage
from servicedesk.errors import ActionError
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from warranty.facts_builder import local_day
from warranty.models import RemedyCase
from warranty.remedies import carrying_out, choosing
from warranty.remedies.carrying_out import NewUnit, OldUnit, Payment
from warranty.remedies.choosing import Choice, living_remedy
from warranty.remedies.selectors import options_of
from warranty.remedies.wording import option_words

STOCK = {"yes": True, "no": False}


def living_or_refuse(ticket: Ticket) -> RemedyCase:
    """The case on its way. Refuses with 409 no_remedy where there is none (any more)."""
    living = living_remedy(ticket)
    if living is None:
        raise ActionError("no_remedy", _("No exchange or refund is on its way on this ticket."))
    return living


def day_field(label: Any, *, required: bool = True) -> forms.DateField:
    """A field for a day."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget)


class ChooseForm(ActionForm):
    """Only what the verdict opens, or what was granted, can be chosen."""

    kind = forms.ChoiceField(label=_("The customer chooses"), widget=forms.RadioSelect)
    same_model = forms.ChoiceField(
        label=_("Can the same model be had?"),
        choices=[("yes", _("Yes")), ("no", _("No")), ("", _("Not known yet"))],
        widget=forms.RadioSelect,
        required=False,
        initial="",
    )
    how = forms.ChoiceField(
        label=_("How the customer told you"), choices=RemedyCase.How.choices, widget=forms.RadioSelect, initial="phone"
    )
    words = words(_("In the customer's words"), required=False, rows=2, limit=300)

    def prepare(self) -> None:
        field: Any = self.fields["kind"]
        options = options_of(self.ticket, self.now)
        field.choices = [(option.kind, option_words(option)) for option in options]
        if len(options) == 1:
            self.initial["kind"] = options[0].kind
        if not options:
            field.help_text = _("The verdict opens neither exchange nor refund. A manager may grant it beside it.")
        field.error_messages["invalid_choice"] = _("The verdict does not open that to the customer any more.")


class NewUnitForm(ActionForm):
    serial = forms.CharField(label=_("Serial number of the new unit"), max_length=60)
    handed_over_on = day_field(_("Handed over on"))
    model = forms.ModelChoiceField(
        label=_("Model, where it is another one"), queryset=ProductModel.objects.none(), required=False
    )

    def prepare(self) -> None:
        today_at_most(self, "handed_over_on")
        field: Any = self.fields["model"]
        field.queryset = ProductModel.objects.filter(category=self.ticket.category_id)
        old = self.ticket.appliance
        field.empty_label = (
            gettext("The same: %(model)s") % {"model": old.model or old} if old else _("The same model")
        )
        if old is not None and old.serial:
            serial: Any = self.fields["serial"]
            serial.help_text = gettext("The old unit is %(serial)s.") % {"serial": old.serial}


class OldUnitForm(ActionForm):
    back_on = day_field(_("Back with us on"), required=False)
    serial = forms.CharField(label=_("Serial number of the old unit"), max_length=60, required=False)
    condition = words(_("What the unit looks like"), required=False, rows=2, limit=300)
    left_because = words(_("Or: it stays with the customer, because"), required=False, rows=2, limit=300)

    def prepare(self) -> None:
        today_at_most(self, "back_on")
        old = self.ticket.appliance
        field: Any = self.fields["serial"]
        if old is not None and old.serial:
            field.help_text = gettext("On record: %(serial)s. Read it off the unit.") % {"serial": old.serial}

    def clean(self) -> dict[str, Any]:
        """The fields; a day and a reason to leave it there exclude each other."""
        given = super().clean() or {}
        if given.get("back_on") and (given.get("left_because") or "").strip():
            raise forms.ValidationError(_("Enter either the day it came back or why it stays, not both."))
        return given


class RefundForm(ActionForm):
    paid_on = day_field(_("Paid on"))
    how = forms.ChoiceField(label=_("Paid by"), choices=RemedyCase.PaidHow.choices, widget=forms.RadioSelect)
    reference = forms.CharField(label=_("Reference of the payment"), max_length=60, required=False)

    def prepare(self) -> None:
        today_at_most(self, "paid_on")


def today_at_most(form: ActionForm, name: str) -> None:
    """Begins with today, and offers no later day."""
    today: date = local_day(form.now)
    form.initial.setdefault(name, today)
    form.fields[name].widget.attrs["max"] = today.isoformat()


def _choose(ticket: Ticket, form: Any, user: User, now: datetime) -> object:
    given = form.cleaned_data
    choice = Choice(given["kind"], given["how"], given["words"], STOCK.get(given["same_model"]))
    return choosing.choose_remedy(ticket.pk, choice, actor=user, now=now)


def _approve(ticket: Ticket, form: Any, user: User, now: datetime) -> object:
    case = living_or_refuse(ticket)
    return choosing.approve_remedy(case.pk, actor=user, now=now, note=form.cleaned_data["note"])


def _refuse(ticket: Ticket, form: Any, user: User, now: datetime) -> object:
    return choosing.refuse_remedy(living_or_refuse(ticket).pk, form.cleaned_data["reason"], actor=user, now=now)


def _withdraw(ticket: Ticket, form: Any, user: User, now: datetime) -> object:
    return choosing.withdraw_remedy(living_or_refuse(ticket).pk, form.cleaned_data["reason"], actor=user, now=now)


def _exchange(ticket: Ticket, form: Any, user: User, now: datetime) -> object:
    return carrying_out.record_exchange(living_or_refuse(ticket).pk, NewUnit(**form.cleaned_data), actor=user, now=now)


def _old_unit(ticket: Ticket, form: Any, user: User, now: datetime) -> object:
    return carrying_out.record_old_unit(living_or_refuse(ticket).pk, OldUnit(**form.cleaned_data), actor=user, now=now)


def _refund(ticket: Ticket, form: Any, user: User, now: datetime) -> object:
    return carrying_out.record_refund(living_or_refuse(ticket).pk, Payment(**form.cleaned_data), actor=user, now=now)


PAGES = {
    "choose_remedy": ActionPage(
        ChooseForm,
        _choose,
        _("The choice is recorded and waits for approval."),
        _("What the customer chooses"),
        button=_("Record the choice"),
    ),
    "approve_remedy": ActionPage(
        OptionalNoteForm, _approve, _("Your approval is recorded."), _("Approve the exchange or refund")
    ),
    "refuse_remedy": ActionPage(
        ReasonForm,
        _refuse,
        _("It is refused; the owner of the ticket is told."),
        _("Refuse the exchange or refund"),
        danger=True,
    ),
    "withdraw_remedy": ActionPage(
        ReasonForm, _withdraw, _("It is withdrawn."), _("Withdraw the exchange or refund"), danger=True
    ),
    "record_exchange": ActionPage(NewUnitForm, _exchange, _("The new unit stands in the household.")),
    "record_old_unit": ActionPage(
        OldUnitForm, _old_unit, _("The old unit is recorded."), _("The old unit"), button=_("Record it")
    ),
    "record_refund": ActionPage(RefundForm, _refund, _("The payment is recorded.")),
}
# The part of the address each form has below its ticket.
ROUTES = {
    "choose_remedy": "choose",
    "approve_remedy": "approve",
    "refuse_remedy": "refuse",
    "withdraw_remedy": "withdraw",
    "record_exchange": "exchange",
    "record_old_unit": "old-unit",
    "record_refund": "refund",
}
