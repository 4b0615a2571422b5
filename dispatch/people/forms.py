"""What the keepers of technicians type."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dispatch.models import Absence
from dispatch.people.services import AbsenceWanted, CertificateWanted, ProfileWanted, ShiftWanted, SkillWanted
from dispatch.people.services.holding import LONGEST_REASON
from dispatch.people.services.profile import MOST_OVERTIME
from dispatch.people.services.shifts import MOST_LUNCH
from dispatch.selectors.days import YEARS
from servicedesk.catalogue.models import ProductCategory
from servicedesk.people.models import Outlet


def day_input() -> forms.DateInput:
    """A field of the browser for a day."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def time_input() -> forms.TimeInput:
    """A field of the browser for a time of day."""
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class DayField(forms.DateField):
    """A day somebody plans for."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=day_input(), **kwargs)

    def clean(self, value: Any) -> Any:
        """The day. Raises ValidationError for one at the ends of the calendar."""
        day = super().clean(value)
        if day is not None and day.year not in YEARS:
            raise forms.ValidationError(_("Nobody plans for this day."), code="no_such_day")
        return day


class ProfileForm(forms.Form):
    """Outlet, stars, home and overtime."""

    outlet = forms.ModelChoiceField(Outlet.objects.none(), label=_("Outlet"))
    stars = forms.IntegerField(label=_("Star level"), min_value=1, max_value=5)
    home_lat = forms.FloatField(
        label=_("Start latitude"), required=False, help_text=_("WGS-84 degrees, such as 31.4672.")
    )
    home_lon = forms.FloatField(
        label=_("Start longitude"), required=False, help_text=_("WGS-84 degrees, such as 104.7410.")
    )
    overtime = forms.IntegerField(
        label=_("Overtime allowed, minutes a day"), min_value=0, max_value=MOST_OVERTIME, initial=0
    )
    active = forms.BooleanField(label=_("In active service"), required=False)

    def __init__(self, *args: Any, outlets: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["outlet"]
        field.queryset = outlets

    def wanted(self) -> ProfileWanted:
        """The profile, once the form is valid."""
        return ProfileWanted(**self.cleaned_data)


class DistrictsForm(forms.Form):
    """Districts of the outlet; none means all."""

    districts = forms.MultipleChoiceField(
        label=_("Districts"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: every district of the outlet."),
    )

    def __init__(self, *args: Any, names: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["districts"]
        field.choices = [(name, name) for name in names]


class SkillForm(forms.Form):
    """A kind of product, the level, and its days."""

    category = forms.ModelChoiceField(ProductCategory.objects.all(), label=_("Product category"))
    level = forms.TypedChoiceField(label=_("Level"), choices=[(1, "1"), (2, "2"), (3, "3")], coerce=int, initial=2)
    valid_from = DayField(label=_("Valid from"), required=False)
    valid_until = DayField(label=_("Valid until"), required=False, help_text=_("The last day still counts."))

    def wanted(self) -> SkillWanted:
        """The skill, once the form is valid."""
        return SkillWanted(**self.cleaned_data)


class CertificateForm(forms.Form):
    """Number, stars and days."""

    number = forms.CharField(label=_("Certificate number"), max_length=30)
    stars = forms.IntegerField(label=_("Star level"), min_value=1, max_value=5)
    valid_from = DayField(label=_("Valid from"))
    valid_until = DayField(label=_("Valid until"), help_text=_("The last day still counts."))

    def wanted(self) -> CertificateWanted:
        """The certificate, once the form is valid."""
        return CertificateWanted(**self.cleaned_data)


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(label=_("Reason"), max_length=LONGEST_REASON)


class ShiftForm(forms.Form):
    """A stretch of hours on a local day; an end that is not after the beginning lies on the next day."""

    day = DayField(label=pgettext_lazy("field", "Day"))
    start = forms.TimeField(label=_("From time"), widget=time_input())
    end = forms.TimeField(
        label=_("Until time"), widget=time_input(), help_text=_("Not later than the beginning: on the next day.")
    )
    lunch_from = forms.TimeField(label=_("Lunch from"), required=False, widget=time_input())
    lunch_until = forms.TimeField(label=_("Lunch until"), required=False, widget=time_input())
    lunch_minutes = forms.IntegerField(
        label=_("Lunch, minutes"), required=False, min_value=0, max_value=MOST_LUNCH, initial=0
    )

    def wanted(self, zone: ZoneInfo) -> ShiftWanted:
        """The shift, once the form is valid."""
        given = self.cleaned_data
        start = datetime.combine(given["day"], given["start"], zone)
        return ShiftWanted(
            start,
            _after(start, given["end"], zone, strictly=True),
            _after(start, given["lunch_from"], zone) if given["lunch_from"] is not None else None,
            _after(start, given["lunch_until"], zone) if given["lunch_until"] is not None else None,
            given["lunch_minutes"] or 0,
        )


class AbsenceForm(forms.Form):
    """Days, or hours of them, with the reason; `word` where booked jobs lie inside."""

    first_day = DayField(label=_("First day"))
    start = forms.TimeField(
        label=_("From time"), required=False, widget=time_input(), help_text=_("Empty: from the beginning of the day.")
    )
    last_day = DayField(label=_("Last day"))
    end = forms.TimeField(
        label=_("Until time"), required=False, widget=time_input(), help_text=_("Empty: until the end of the day.")
    )
    reason = forms.ChoiceField(label=_("Reason"), choices=Absence.Reason.choices)
    word = forms.CharField(
        label=_("Why despite booked jobs"),
        required=False,
        max_length=LONGEST_REASON,
        help_text=_("Needed only where booked jobs lie inside; they then need attention."),
    )

    def clean(self) -> dict[str, Any]:
        """What was typed. A last day before the first is said where it stands, not at the empty time below it."""
        given: dict[str, Any] = super().clean() or {}
        first, last = given.get("first_day"), given.get("last_day")
        if first is not None and last is not None and last < first:
            self.add_error("last_day", _("The last day lies before the first."))
        return given

    def wanted(self, zone: ZoneInfo) -> AbsenceWanted:
        """The absence, once the form is valid."""
        given = self.cleaned_data
        start = datetime.combine(given["first_day"], given["start"] or time(), zone)
        last: date = given["last_day"]
        end = (
            datetime.combine(last, given["end"], zone)
            if given["end"]
            else datetime.combine(last + timedelta(days=1), time(), zone)
        )
        return AbsenceWanted(start, end, given["reason"], given["word"])


class CopyForm(forms.Form):
    """For whom and for how many weeks a week is copied."""

    weeks = forms.IntegerField(label=_("For how many weeks after it"), min_value=1, max_value=12, initial=1)
    targets = forms.TypedMultipleChoiceField(
        label=_("For whom"), coerce=int, widget=forms.CheckboxSelectMultiple, choices=[]
    )

    def __init__(self, *args: Any, people: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["targets"]
        field.choices = people


def _after(start: datetime, at: time, zone: ZoneInfo, *, strictly: bool = False) -> datetime:
    """The time of day on the day of `start`, else, where it lies before it, on the next day."""
    found = datetime.combine(start.date(), at, zone)
    early = found <= start if strictly else found < start
    return datetime.combine(start.date() + timedelta(days=1), at, zone) if early else found
