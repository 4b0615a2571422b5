"""The forms of the callers' settings."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from visits.aftercare.pages import time_field
from visits.aftercare.reasons import RULES
from visits.aftercare.sampling import CODES, WITH_THRESHOLD, Rule
from visits.aftercare.services.settings import HIGHEST, HIGHEST_CAP, LONGEST_NOTE
from visits.models import SamplingRules
from visits.models.calling import LONGEST_REST, MOST_ATTEMPTS, MOST_DAYS


def _number(label: Any, most: int, *, least: int = 0, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=most, help_text=help_text)


class CallRulesForm(forms.Form):
    expected = forms.IntegerField(required=False, widget=forms.HiddenInput)
    opens = time_field(_("Calls from"), required=True, help_text=_("In the time zone of the outlet."))
    closes = time_field(_("Calls until"), required=True)
    attempts = _number(_("Attempts at most"), MOST_ATTEMPTS, least=1)
    days = _number(_("Spread over days"), MOST_DAYS, least=1)
    rest_hours = _number(_("Hours between two attempts"), LONGEST_REST, least=1)
    note = forms.CharField(label=_("Reason of the change"), required=False, max_length=LONGEST_NOTE)


@dataclass(frozen=True)
class RuleFields:
    """A rule as the form shows it, with its fields."""

    code: str
    name: str | Promise
    help: str | Promise
    unit: str | Promise
    percent: forms.BoundField
    weight: forms.BoundField
    threshold: forms.BoundField | None


class SamplingForm(forms.Form):
    """The cap of a day and, for each rule, its share, its weight and its figure where it has one."""

    expected = forms.IntegerField(required=False, widget=forms.HiddenInput)
    daily_cap = _number(_("Quality calls a day at most"), HIGHEST_CAP)
    note = forms.CharField(label=_("Reason of the change"), required=False, max_length=LONGEST_NOTE)

    def __init__(self, *args: Any, rules: SamplingRules | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {rule["code"]: Rule(**rule) for rule in rules.rules} if rules is not None else {}
        if rules is not None:
            self.initial = {"expected": rules.pk, "daily_cap": rules.daily_cap, **self.initial}
        for code in CODES:
            rule = known.get(code, Rule(code, 0, 0))
            labels = {"percent": _("Percent"), "weight": _("Weight"), "threshold": RULES[code].threshold}
            for name, label in labels.items():
                if name == "threshold" and code not in WITH_THRESHOLD:
                    continue
                field = _number(f"{RULES[code].name}: {label}", HIGHEST[name])
                self.fields[f"{code}_{name}"] = field
                self.initial.setdefault(f"{code}_{name}", getattr(rule, name))

    @property
    def lines(self) -> list[RuleFields]:
        """The rules with their fields, in their order."""
        return [
            RuleFields(
                code,
                RULES[code].name,
                RULES[code].help,
                RULES[code].threshold,
                self[f"{code}_percent"],
                self[f"{code}_weight"],
                self[f"{code}_threshold"] if code in WITH_THRESHOLD else None,
            )
            for code in CODES
        ]

    def wanted(self) -> list[Rule]:
        """The rules as the form describes them, once it is valid."""
        given = self.cleaned_data
        return [
            Rule(code, given[f"{code}_percent"], given[f"{code}_weight"], given.get(f"{code}_threshold", 0))
            for code in CODES
        ]
