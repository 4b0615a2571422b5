"""Form fields of days, months and sums as the law counts them; what cannot be read stays as it was typed."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

# The first sales the rules know of lie in 1995; a maker's month of production may lie before.
YEARS = range(1990, 2100)
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_UNREADABLE = frozenset({"invalid", "no_such_day", "month"})
_MONTH = re.compile(r"(\d{4})-(\d{1,2})")


class DayField(forms.DateField):
    """A day such as 2026-03-10; one that no calendar has, such as a 29 February, is said to be none."""

    default_error_messages = {
        "invalid": _("Write the day like 2026-03-10."),
        "no_such_day": _("No calendar has this day."),
    }

    def __init__(self, **options: Any) -> None:
        options.setdefault("required", False)
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, input_formats=["%Y-%m-%d"], **options)

    def to_python(self, value: Any) -> date | None:
        written = _DAY.fullmatch(str(value).strip()) if value else None
        if written is None:
            return super().to_python(value)
        try:
            day = date(*map(int, written.groups()))
        except ValueError:
            raise forms.ValidationError(self.error_messages["no_such_day"], code="no_such_day") from None
        if day.year not in YEARS:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return day


class MonthField(forms.CharField):
    """A month such as 2026-03; the value is its first day."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"type": "month", "autocomplete": "off"})
        super().__init__(required=False, max_length=10, widget=widget, **options)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        written = _MONTH.fullmatch(text)
        if written is None or int(written[1]) not in YEARS or int(written[2]) not in range(1, 13):
            raise forms.ValidationError(_("Write the month like 2026-03."), code="month")
        return date(int(written[1]), int(written[2]), 1)


class MoneyField(forms.DecimalField):
    """A sum in yuan, up to the fen."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(required=False, max_digits=11, decimal_places=2, widget=widget, **options)

    def to_python(self, value: Any) -> Any:
        # People write ¥2,999; what they mean is clear.
        return super().to_python(str(value).strip().lstrip("¥￥").replace(",", "") if value else value)


def keep_typed(forms_: Iterable[forms.Form]) -> None:
    """Lets a day or month that cannot be read stand as text, since a browser empties its own field for such a one."""
    for form in forms_:
        for name, found in form.errors.as_data().items():
            field: Any = form.fields.get(name)
            if isinstance(field, DayField | MonthField) and found[0].code in _UNREADABLE:
                field.widget.input_type = "text"


def choices(names: Any, empty: Any = None) -> list[tuple[str, Any]]:
    """The entries of a table of names in the order of their words; `empty` stands first."""
    entries = sorted(names.items(), key=lambda entry: str(entry[1]))
    return [("", empty), *entries] if empty is not None else entries
