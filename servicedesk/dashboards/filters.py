"""What the address of the dashboard asks for, and whose tickets a person's figures are made of."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from servicedesk.dashboards.measures import CLOCKS
from servicedesk.dashboards.period import LONGEST, Period, last_days
from servicedesk.people.models import Outlet, Role, User
from servicedesk.sla.models import ClockKind
from servicedesk.tickets.models import Ticket, TicketKind

USUAL = 28
SPANS = (("7", _("Last 7 days")), ("28", _("Last 28 days")), ("90", _("Last 90 days")), ("own", _("Own dates")))
# What they look at is their own work, not an outlet's.
OWN_FIGURES = frozenset({Role.AGENT, Role.TECHNICIAN})


@dataclass(frozen=True)
class Filters:
    """The question behind the figures. `clock` is the one drawn by day."""

    period: Period
    span: str = str(USUAL)
    outlet: int | None = None
    kind: str = ""
    clock: str = ClockKind.ARRIVAL.value

    def query(self, **more: Any) -> str:
        """The address's query that asks the same, with `more`; what is empty is left out."""
        asked: dict[str, Any] = {"span": self.span, "outlet": self.outlet, "kind": self.kind, **more}
        if self.span == "own":
            asked |= {"from": self.period.first, "to": self.period.last}
        return urlencode({name: value for name, value in asked.items() if value not in (None, "")})

    def previous(self) -> "Filters":
        """The same question about the period before."""
        return replace(self, period=self.period.before)


class FilterForm(forms.Form):
    """The filters above the figures; every field is optional, bad ones are named and the usual ones taken instead."""

    span = forms.ChoiceField(label=_("Period"), choices=SPANS, required=False)
    outlet = forms.ModelChoiceField(
        label=_("Outlet"), queryset=Outlet.objects.none(), required=False, empty_label=_("All outlets")
    )
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("", _("Every kind")), *TicketKind.choices], required=False
    )  # fmt: skip
    clock = forms.ChoiceField(choices=[(code, code) for code in CLOCKS], required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, outlets: QuerySet[Outlet], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outlet"] = forms.ModelChoiceField(
            label=_("Outlet"), queryset=outlets, required=False, empty_label=_("All outlets")
        )
        # `from` is a word of Python, so the two dates are named here.
        for name, label in (("from", _("From")), ("to", _("To"))):
            self.fields[name] = forms.DateField(
                label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            )

    def clean(self) -> dict[str, Any]:
        """Both dates for own ones, in order, a year at most."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("span") != "own":
            return data
        first, last = data.get("from"), data.get("to")
        if first is None or last is None:
            if not {"from", "to"} & set(self.errors):
                self.add_error("from", _("Give both dates."))
        elif last < first:
            self.add_error("to", _("The last day lies before the first."))
        elif (last - first).days >= LONGEST:
            self.add_error("to", _("Choose a year at most."))
        return data

    def filters(self, now: datetime) -> Filters:
        """The question asked, with the usual answer for what is missing or wrong."""
        self.is_valid()
        data = self.cleaned_data
        span = data.get("span") or str(USUAL)
        first, last = data.get("from"), data.get("to")
        own = span == "own" and not {"from", "to"} & set(self.errors) and first is not None and last is not None
        if span == "own" and not own:
            span = str(USUAL)
        period = Period(first, last) if own else last_days(int(span), now)
        outlet = data.get("outlet")
        return Filters(
            period=period,
            span=span,
            outlet=outlet.pk if outlet else None,
            kind=data.get("kind") or "",
            clock=data.get("clock") or ClockKind.ARRIVAL.value,
        )


def outlets_of(user: User) -> QuerySet[Outlet]:
    """The outlets whose figures `user` may ask for."""
    if user.sees_all_tickets:
        return Outlet.objects.all()
    return Outlet.objects.filter(pk__in=user.outlet_ids)


def tickets_of(user: User, filters: Filters) -> QuerySet[Ticket]:
    """The tickets the figures of `user` are made of: an agent's and a technician's own, else his whole scope.

    A technician's own stay his when he may no longer open them; hidden audits are in no figure (docs/roles.md).
    """
    if user.role == Role.TECHNICIAN:
        tickets: QuerySet[Ticket] = Ticket.objects.filter(facts__technician=user)
    else:
        tickets = Ticket.objects.visible_to(user)
    if user.role == Role.AGENT:
        tickets = tickets.filter(owner=user)
    tickets = tickets.filter(excluded_from_measures=False)
    if filters.outlet:
        tickets = tickets.filter(outlet_id=filters.outlet)
    return tickets.filter(kind=filters.kind) if filters.kind else tickets
