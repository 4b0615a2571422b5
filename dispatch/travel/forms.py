"""The form of a pace."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dispatch.travel.services import BOUNDS, WantedPace
from servicedesk.people.models import Outlet

FIGURES = ("fixed_minutes", "minutes_per_km", "detour")


def _hour(label: Any, least: int, most: int, help_text: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=most, help_text=help_text)


def _figure(name: str, label: Any, help_text: Any) -> forms.FloatField:
    least, most = BOUNDS[name]
    field = forms.FloatField(label=label, min_value=least, max_value=most, help_text=help_text)
    field.widget.attrs["step"] = "any"
    return field


class PaceForm(forms.Form):
    """Outlet, hours and the three figures; `based_on` is what the page showed before."""

    outlet = forms.ModelChoiceField(
        Outlet.objects.none(),
        label=_("Outlet"),
        required=False,
        empty_label=_("Every outlet"),
        help_text=_("A pace of the outlet itself goes before one of every outlet."),
    )
    hour_from = _hour(_("From hour"), 0, 23, _("Of the outlet's clock. Example: 17 for the rush from 17:00."))
    hour_until = _hour(_("Until hour"), 1, 24, _("Without this hour itself. Example: 19; 24 is midnight."))
    fixed_minutes = _figure(
        "fixed_minutes", _("Fixed minutes"), _("For starting, parking and the stairs. Example: 6.2, or 9 downtown.")
    )
    minutes_per_km = _figure(
        "minutes_per_km",
        _("Minutes per road kilometre"),
        _("Example: 0.82 is 73 km/h between two stops, 1.5 is 40 km/h, 3 is 20 km/h."),
    )
    detour = _figure(
        "detour",
        _("Road per straight kilometre"),
        _("How much longer the road is than the straight line. Example: 1.3; 1.6 where a river has one bridge."),
    )
    based_on = forms.JSONField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["outlet"]
        field.queryset = Outlet.objects.filter(is_active=True).order_by("code")

    def wanted(self) -> WantedPace:
        """The pace the form describes, once it is valid."""
        given = self.cleaned_data
        outlet = given["outlet"]
        figures = (given[name] for name in FIGURES)
        return WantedPace(outlet.pk if outlet else None, given["hour_from"], given["hour_until"], *figures)

    def shown(self) -> WantedPace | None:
        """The pace as the page showed it; None where that cannot be read."""
        kept: Any = self.cleaned_data.get("based_on")
        try:
            return WantedPace(**kept)
        except TypeError:
            return None


class PreviewForm(forms.Form):
    """A way to try: whose, how far, when."""

    outlet = forms.ModelChoiceField(Outlet.objects.none(), label=_("Outlet"), required=False)
    km = forms.FloatField(label=_("Straight kilometres"), min_value=0.1, max_value=500, initial=5)
    hour = forms.IntegerField(label=_("Departure, hour"), min_value=0, max_value=23, initial=18)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["outlet"]
        field.queryset = Outlet.objects.filter(is_active=True).order_by("code")
        field.empty_label = _("Every outlet")
