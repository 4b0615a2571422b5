"""The form of a policy: whom it fits, from when, and a row for every clock."""

from collections.abc import Iterator, Set
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from servicedesk.calendars.forms import MomentField
from servicedesk.people.models import Grade, Membership, Region
from servicedesk.promises.spans import read_span, span_text
from servicedesk.promises.values import Criteria, WantedPolicy, WantedTarget
from servicedesk.sla.models import ClockKind, PauseReason, SlaTarget
from servicedesk.tickets.models import IntakeChannel, TicketKind
from servicedesk.worktime.models import WorkCalendar

PRIORITIES = [("1", "P1"), ("2", "P2"), ("3", "P3")]
# Words of addresses that stand where a policy's code would.
RESERVED = {"new", "test", "ladders"}
WARN = 75
_PARTS = ("rule", "minutes", "calendar", "warn", "pause")


class SpanField(forms.CharField):
    """A span of time in minutes, written as 150, 2 h 30 min or 2小时30分."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
        super().__init__(max_length=40, required=False, widget=widget, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return span_text(value) if isinstance(value, int | float) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        minutes = read_span(text)
        if minutes is None:
            raise forms.ValidationError(_("Write the time like 90, 2 h 30 min or 15 s; a year at most."), code="span")
        return minutes


class CodeField(forms.SlugField):
    """A code as it stands in addresses; `reserved` are the words that stand there for pages."""

    def __init__(self, reserved: Set[str]) -> None:
        example = _("Small letters, digits and hyphens only.")
        letters = RegexValidator(r"^[a-z][a-z0-9-]*$", example)
        super().__init__(label=_("Code"), max_length=40, validators=[letters], help_text=example)
        self.reserved = reserved

    def clean(self, value: Any) -> Any:
        code = super().clean(value)
        if code in self.reserved:
            raise forms.ValidationError(_("This word stands for a page. Choose another code."), code="reserved")
        return code


class CriteriaForm(forms.Form):
    """Whom a policy fits, or what a ticket is; every field may stay empty."""

    kind = forms.ChoiceField(label=_("Kind of ticket"), required=False)
    priority = forms.ChoiceField(label=_("Priority"), required=False)
    channel = forms.ChoiceField(label=_("Channel"), required=False)
    region = forms.ModelChoiceField(label=_("Region"), queryset=Region.objects.none(), required=False)
    grade = forms.ChoiceField(label=_("Customer grade"), required=False)
    membership = forms.ChoiceField(label=_("Membership"), required=False)
    empty_label: Any = _("Any")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given: dict[str, Any] = {
            "kind": TicketKind.choices,
            "priority": PRIORITIES,
            "channel": IntakeChannel.choices,
            "grade": Grade.choices,
            "membership": Membership.Kind.choices,
        }
        for name, choices in given.items():
            field: Any = self.fields[name]
            field.choices = [("", self.empty_label), *choices]
        region: Any = self.fields["region"]
        region.queryset, region.empty_label = Region.objects.all(), self.empty_label

    def criteria_fields(self) -> list[forms.BoundField]:
        """The fields of the criteria, in the order in which people ask."""
        return [self[name] for name in ("kind", "priority", "channel", "region", "grade", "membership")]

    def criteria(self) -> Criteria:
        """The criteria, once the form is valid."""
        given = self.cleaned_data
        region = given["region"]
        return Criteria(
            given["channel"],
            given["kind"],
            int(given["priority"]) if given["priority"] else None,
            region.pk if region is not None else None,
            given["grade"],
            given["membership"],
        )


class PolicyForm(CriteriaForm):
    """A version of a policy; `base` is the number of the version it was begun from, 0 for a new policy."""

    base = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=32_000)
    code = CodeField(RESERVED)
    effective_from = MomentField(
        label=_("Applies from"), required=False, help_text=_("Empty: from now on. Never in the past.")
    )

    def __init__(self, *args: Any, new: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not new:
            del self.fields["code"]
        calendars = WorkCalendar.objects.all()
        for clock, label in ClockKind.choices:
            self.fields.update(_clock_fields(clock, str(label), calendars))

    def rows(self) -> Iterator[dict[str, Any]]:
        """The clocks with their fields, for the table."""
        for clock, label in ClockKind.choices:
            yield {"label": label, **{part: self[f"{clock}_{part}"] for part in _PARTS}}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for clock in ClockKind.values:
            self._check_clock(clock, given)
        if not self.errors and not any(given.get(f"{clock}_rule") for clock in ClockKind.values):
            raise forms.ValidationError(_("Promise at least one time."), code="targets_missing")
        return given

    def _check_clock(self, clock: str, given: dict[str, Any]) -> None:
        rule, minutes = given.get(f"{clock}_rule"), given.get(f"{clock}_minutes")
        if not rule and minutes is not None:
            self.add_error(f"{clock}_rule", _("A time stands here. Say how it counts, or empty it."))
        if rule and given.get(f"{clock}_calendar") is None and f"{clock}_calendar" not in self.errors:
            self.add_error(f"{clock}_calendar", _("Choose the calendar in whose hours it counts."))
        if rule == SlaTarget.Rule.MINUTES and minutes is None and f"{clock}_minutes" not in self.errors:
            self.add_error(f"{clock}_minutes", _("Say how long it may take."))

    def wanted(self) -> WantedPolicy:
        """The policy as the form describes it, once it is valid."""
        given = self.cleaned_data
        targets = [
            WantedTarget(
                clock,
                given[f"{clock}_rule"],
                given[f"{clock}_minutes"] if given[f"{clock}_rule"] == SlaTarget.Rule.MINUTES else None,
                given[f"{clock}_calendar"].pk,
                given[f"{clock}_warn"] or WARN,
                tuple(sorted(given[f"{clock}_pause"])),
            )
            for clock in ClockKind.values
            if given[f"{clock}_rule"]
        ]
        return WantedPolicy(self.criteria(), tuple(sorted(targets, key=lambda target: target.clock)))


def _clock_fields(clock: str, label: str, calendars: Any) -> dict[str, forms.Field]:
    """The fields of one clock; each says its clock aloud, since in the table the row does."""
    made: dict[str, forms.Field] = {
        "rule": forms.ChoiceField(required=False, choices=[("", _("No promise")), *SlaTarget.Rule.choices]),
        "minutes": SpanField(),
        "calendar": forms.ModelChoiceField(calendars, required=False, empty_label="–"),
        "warn": forms.IntegerField(required=False, min_value=1, max_value=100, initial=WARN),
        "pause": forms.MultipleChoiceField(
            required=False, choices=PauseReason.choices, widget=forms.CheckboxSelectMultiple
        ),
    }
    named = {
        "rule": gettext("rule"),
        "minutes": gettext("time allowed"),
        "calendar": gettext("calendar"),
        "warn": gettext("warning in percent"),
        "pause": gettext("may be paused for"),
    }
    for part, field in made.items():
        field.label = f"{label} · {named[part]}"
        if part != "pause":
            field.widget.attrs["aria-label"] = field.label
    return {f"{clock}_{part}": field for part, field in made.items()}


def policy_initial(wanted: WantedPolicy, base: int) -> dict[str, Any]:
    """What the form begins with for the next version of a policy."""
    criteria = wanted.criteria
    initial: dict[str, Any] = {
        "base": base,
        "kind": criteria.kind,
        "priority": str(criteria.priority or ""),
        "channel": criteria.channel,
        "region": criteria.region_id,
        "grade": criteria.grade,
        "membership": criteria.membership,
    }
    for target in wanted.targets:
        values = (target.rule, target.minutes, target.calendar_id, target.warn_percent, list(target.pausable_by))
        initial |= {f"{target.clock}_{part}": value for part, value in zip(_PARTS, values, strict=True)}
    return initial
