"""The forms of the calendars: hours of a week, a day with its own hours, a list of public days, a promise to try."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.dates import WEEKDAYS as WEEKDAY_NAMES
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from servicedesk.calendars.tester import Trial
from servicedesk.worktime.models import WEEKDAYS
from servicedesk.worktime.reading import LONGEST_EN, LONGEST_ZH, YEARS, WindowError, read_windows
from servicedesk.worktime.services import WantedCalendar, WantedDay, Week

STAMP = "%Y-%m-%dT%H:%M"
# Words of addresses that stand where a calendar's code would.
RESERVED = {"new", "days", "public-days"}
LARGEST_LIST = 100_000
LONGEST_TARGET = 366 * 1440


class WindowsField(forms.CharField):
    """The opening windows of a day, such as 09:00-12:00, 13:30-18:00; an empty field is a closed day."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
        super().__init__(max_length=200, required=False, widget=widget, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return read_windows(text)
        except WindowError as error:
            raise forms.ValidationError(str(error), code="windows") from error


class MomentField(forms.DateTimeField):
    """A day and time of the local day within a hundred years, as browsers send it."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=STAMP)
        super().__init__(widget=widget, input_formats=[STAMP, "%Y-%m-%dT%H:%M:%S"], **kwargs)

    def to_python(self, value: Any) -> datetime | None:
        moment: datetime | None = super().to_python(value)
        if moment is not None and moment.year not in YEARS:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return moment


class DayField(forms.DateField):
    """A day within a hundred years, as browsers send it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)

    def to_python(self, value: Any) -> date | None:
        day: date | None = super().to_python(value)
        if day is not None and day.year not in YEARS:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return day


class WeekForm(forms.Form):
    """The hours of a week, day by day."""

    def __init__(self, *args: Any, week: Mapping[str, list[str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place, day in enumerate(WEEKDAYS):
            self.fields[day] = WindowsField(label=WEEKDAY_NAMES[place], initial=(week or {}).get(day, []))

    def week(self) -> Week:
        """The hours as the form has them, once it is valid; closed days are left out."""
        return {day: self.cleaned_data[day] for day in WEEKDAYS if self.cleaned_data[day]}


class HoursForm(WeekForm):
    """New hours of a calendar, from an instant on."""

    effective_from = MomentField(
        label=_("Applies from"), required=False, help_text=_("Empty: from now on. Never in the past.")
    )


class CalendarForm(WeekForm):
    """A new calendar with its first hours."""

    code = forms.SlugField(
        label=_("Code"),
        max_length=20,
        validators=[RegexValidator(r"^[A-Z][A-Z0-9_-]*$", _("Capital letters and digits, such as NIGHT."))],
        help_text=_("Capital letters and digits, such as NIGHT."),
    )
    name_zh = forms.CharField(label=_("Chinese name"), max_length=60)
    name_en = forms.CharField(label=_("English name"), max_length=60)
    time_zone = forms.CharField(label=_("Time zone"), max_length=40, initial="Asia/Shanghai")
    observes_holidays = forms.BooleanField(
        label=_("Closed on public holidays, open on make-up workdays"), required=False, initial=True
    )

    def wanted(self) -> WantedCalendar:
        """The calendar as the form describes it, once it is valid."""
        given = self.cleaned_data
        return WantedCalendar(
            given["code"],
            given["name_zh"],
            given["name_en"],
            given["time_zone"],
            given["observes_holidays"],
            self.week(),
        )


class SpecialDayForm(forms.Form):
    """A day on which one calendar has its own hours."""

    day = DayField(label=_("Day"))
    windows = WindowsField(
        label=pgettext_lazy("hours of a day", "Open"),
        help_text=_("Such as 09:00-12:00, 13:30-18:00. Empty: closed the whole day."),
    )
    name_zh = forms.CharField(label=_("Chinese name"), max_length=LONGEST_ZH)
    name_en = forms.CharField(label=_("English name"), max_length=LONGEST_EN)

    def wanted(self) -> WantedDay:
        """The day as the form describes it, once it is valid."""
        given = self.cleaned_data
        return WantedDay(given["day"], tuple(given["windows"]), given["name_zh"], given["name_en"])


class PublicDaysForm(forms.Form):
    """A list of public days, pasted or as a file; what was pasted stays in the form."""

    text = forms.CharField(
        label=_("The list"),
        required=False,
        max_length=LARGEST_LIST,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false", "class": "mono"}),
        help_text=_("One day a line: day, kind (holiday or makeup), Chinese name, English name."),
    )
    file = forms.FileField(
        label=_("Or a file"),
        required=False,
        help_text=_("CSV or text with tabs, with the same four columns."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv,text/tab-separated-values"}),
    )
    whole_years = forms.BooleanField(
        label=_("The list is complete: withdraw the other days of its years"), required=False
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        file = given.get("file")
        if file is not None:
            given["text"] = self._text_of(file)
        if "text" in given and not str(given["text"]).strip():
            self.add_error("text", forms.ValidationError(_("Paste the days or choose a file."), code="empty"))
        return given

    def _text_of(self, file: Any) -> str:
        """The text of an uploaded list: UTF-8, else as Chinese spreadsheets save it."""
        if file.size > LARGEST_LIST:
            raise forms.ValidationError({"file": _("The file is too large for a list of days.")})
        content = file.read()
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                text: str = content.decode(encoding)
            except UnicodeDecodeError:
                continue
            return text.replace("\x00", "")
        raise forms.ValidationError({"file": _("This file is no text. Save the table as CSV.")})


class TrialForm(forms.Form):
    """A promise to try on a calendar."""

    start = MomentField(label=_("Start"))
    minutes = forms.IntegerField(label=_("Target in minutes"), min_value=1, max_value=LONGEST_TARGET)
    pause_from = MomentField(label=_("Paused from"), required=False)
    pause_until = MomentField(label=_("Paused until"), required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        since, until = given.get("pause_from"), given.get("pause_until")
        if since and not until and "pause_until" not in self.errors:
            self.add_error("pause_until", _("A pause needs both ends."))
        if until and not since and "pause_from" not in self.errors:
            self.add_error("pause_from", _("A pause needs both ends."))
        if since and until and until < since:
            self.add_error("pause_until", _("The pause ends before it begins."))
        return given

    def trial(self) -> Trial:
        """The promise as the form describes it, once it is valid."""
        given = self.cleaned_data
        return Trial(given["start"], given["minutes"], given["pause_from"], given["pause_until"])
