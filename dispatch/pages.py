"""The forms of dispatch that stand on the desk's one view for all actions."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dispatch.models import Pairing, Technician
from dispatch.selectors.pairings import pairings_of
from dispatch.services.pairings import end_pairing, pair_technician
from servicedesk.desk.forms.actions import ActionForm, words
from servicedesk.desk.views.actions import ActionPage
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket


class PairingForm(ActionForm):
    """What a customer wishes, or we decide, about a technician."""

    kind = forms.ChoiceField(label=_("What holds"), choices=Pairing.Kind.choices, widget=forms.RadioSelect)
    technician = forms.ModelChoiceField(Technician.objects.none(), label=_("Technician"))
    reason = words(_("Reason"), rows=2, limit=300)

    def prepare(self) -> None:
        field: Any = self.fields["technician"]
        crew = Technician.objects.filter(is_active=True, user__is_active=True).select_related("user", "outlet")
        field.queryset = crew.filter(outlet=self.ticket.outlet_id) if self.ticket.outlet_id else crew


class EndPairingForm(ActionForm):
    """Which of the wishes that hold is over."""

    pairing = forms.ModelChoiceField(
        Pairing.objects.none(), label=_("What no longer holds"), widget=forms.RadioSelect, empty_label=None
    )

    def prepare(self) -> None:
        field: Any = self.fields["pairing"]
        field.queryset = pairings_of(self.ticket)
        field.label_from_instance = pairing_words


def pairing_words(pairing: Pairing) -> str:
    """A pairing in one line: what holds, with whom, why."""
    return f"{pairing.get_kind_display()} · {pairing.technician} · {pairing.reason}"


def _pair(ticket: Ticket, form: Any, user: User, now: datetime) -> object:
    given = form.cleaned_data
    return pair_technician(ticket.pk, given["technician"], given["kind"], given["reason"], actor=user, now=now)


def _end(ticket: Ticket, form: Any, user: User, now: datetime) -> object:
    return end_pairing(ticket.pk, form.cleaned_data["pairing"].pk, actor=user, now=now)


PAGES = {
    "pair_technician": ActionPage(
        PairingForm, _pair, _("Written down; whoever assigns is held to it."), button=_("Write it down")
    ),
    "end_pairing": ActionPage(EndPairingForm, _end, _("The wish no longer holds.")),
}
