"""The questions of the compensation guide, a few at a time; the address holds the answers, so that nothing is lost."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from enum import StrEnum
from typing import Any, get_type_hints

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from warranty.law_fields import DayField, MoneyField, choices, keep_typed
from warranty.rules.claims.claim import Claim, Topic, claim_problems
from warranty.rules.edition import Edition
from warranty.wording.answers import BUYERS, SCOPES
from warranty.wording.claims import ACTS, EVENT_DAYS, HARMS, PROBLEMS, TOPICS, WRONGS
from warranty.wording.names import CODE_NAMES, PRODUCTS

TOPIC, EVENT, DETAILS, ANSWER = 1, 2, 3, 4
_HINTS = get_type_hints(Claim)


def _one_of(label: Any, names: Any, **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[*names.items()], widget=forms.RadioSelect, **options)


def _yes_no(label: Any, **options: Any) -> forms.ChoiceField:
    return _one_of(label, {"yes": _("yes"), "no": _("no")}, **options)


class TopicForm(forms.Form):
    """What the claim is about."""

    topic = _one_of(pgettext_lazy("claim", "What is it about?"), TOPICS)


class EventForm(forms.Form):
    """Who, where and when; the day chooses the law."""

    buyer = _one_of(_("Who bought?"), BUYERS)
    jurisdiction = _one_of(_("Which local law?"), SCOPES)
    event_on = DayField(label=_("When did it happen?"), required=True)


class FraudForm(forms.Form):
    act = _one_of(_("What did the trader do?"), ACTS)
    proven = _yes_no(
        _("Is it proven?"), help_text=_("By papers, an expert or a confession; what is only said is not.")
    )
    price = MoneyField(label=_("Price of the goods, or fee of the service (¥)"))


class InjuryForm(forms.Form):
    harm = _one_of(_("How grave is it?"), HARMS)
    treatment = MoneyField(label=_("Treatment (¥)"))
    care = MoneyField(label=_("Care (¥)"))
    lost_income = MoneyField(label=_("Lost income (¥)"))


class DignityForm(forms.Form):
    wrong = _one_of(_("What was done?"), WRONGS)


class LostWorkForm(forms.Form):
    harm = _one_of(_("Was somebody hurt?"), HARMS)
    from_repair = _yes_no(_("Was the time lost by a repair?"))
    lost_income = MoneyField(label=_("Lost income (¥)"))


class ReturnForm(forms.Form):
    product = forms.ChoiceField(label=_("Product"))
    sold_on = DayField(label=_("Ordered on"))
    asked_on = DayField(label=_("The customer asked for the return on"))
    at_a_distance = _yes_no(_("Bought online, by phone or by post?"))
    intact = _yes_no(_("Are the goods intact?"))
    no_return_class = forms.ChoiceField(label=_("Not returnable"), required=False)
    price = MoneyField(label=_("Price (¥)"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here: Any = self.fields
        here["product"].choices = choices(PRODUCTS, _("Choose"))
        here["no_return_class"].choices = [("", _("no such goods")), *CODE_NAMES["class"].items()]


class DelayForm(forms.Form):
    answered_on = DayField(label=_("The demand was met on"), help_text=_("Left empty: not yet."))


class RoutesForm(forms.Form):
    """Nothing more has to be told."""


_DETAILS: Mapping[Topic, type[forms.Form]] = {
    Topic.FRAUD: FraudForm,
    Topic.INJURY: InjuryForm,
    Topic.DIGNITY: DignityForm,
    Topic.LOST_WORK: LostWorkForm,
    Topic.RETURN: ReturnForm,
    Topic.DELAY: DelayForm,
    Topic.ROUTES: RoutesForm,
}


class Guide:
    """Where somebody stands in the guide: the step that is shown, its form, and the claim once all is told.

    `known` are the answers a ticket brings along; they stand in the forms until somebody changes them.
    """

    def __init__(self, data: Mapping[str, str], *, edition: Edition, today: date, known: Mapping[str, str]) -> None:
        self.given = {**known, **{name: value for name, value in data.items() if name in _NAMES or name == "topic"}}
        self.edition, self.today = edition, today
        self.claim: Claim | None = None
        wanted = data.get("step", "")
        self.wanted = int(wanted) if wanted in {"1", "2", "3", "4"} else TOPIC
        self.step, self.form = self._walk()

    @property
    def is_wrong(self) -> bool:
        """Whether a step that was already answered has to be mended first."""
        return self.step < self.wanted

    @property
    def asked(self) -> list[forms.Form]:
        """Every form up to the answer, for a list of what was told."""
        return self._told

    @property
    def kept(self) -> list[tuple[str, str]]:
        """The answers of the other steps, which go along in hidden fields."""
        return [(name, value) for name, value in self.given.items() if name not in self.form.fields and value]

    def _walk(self) -> tuple[int, forms.Form]:
        """The first step that is not answered, or the one that was asked for."""
        self._told: list[forms.Form] = []
        for step in (TOPIC, EVENT, DETAILS):
            if step == self.wanted:
                return step, self._form(step, bound=False)
            form = self._form(step, bound=True)
            if not form.is_valid():
                keep_typed([form])
                return step, form
            self._told.append(form)
        return self._judge()

    def _judge(self) -> tuple[int, forms.Form]:
        given = {name: value for form in self._told for name, value in form.cleaned_data.items()}
        claim = Claim(**{name: _value(name, value) for name, value in given.items() if value not in {None, ""}})
        for name, code in claim_problems(claim, self.edition, self.today):
            step, form = next((at, form) for at, form in enumerate(self._told, TOPIC) if name in form.fields)
            form.add_error(name, forms.ValidationError(str(PROBLEMS[code]), code=code))
            return step, form
        self.claim = claim
        return ANSWER, forms.Form()

    def _form(self, step: int, *, bound: bool) -> forms.Form:
        topic = self.given.get("topic", "")
        kinds: Mapping[int, Any] = {TOPIC: TopicForm, EVENT: EventForm}
        kind = kinds.get(step) or _DETAILS[Topic(topic)]
        form: forms.Form = kind(self.given) if bound else kind(initial=self.given)
        if step == EVENT and topic in EVENT_DAYS:
            form.fields["event_on"].label = str(EVENT_DAYS[topic])
        return form


def _value(name: str, value: Any) -> Any:
    """An answer as the value of the claim."""
    hint = _HINTS[name]
    if hint is bool:
        return value == "yes"
    kind = next(
        (one for one in (hint, *getattr(hint, "__args__", ())) if isinstance(one, type) and issubclass(one, StrEnum)),
        None,
    )
    return kind(value) if kind else value


_NAMES = frozenset(item.name for item in fields(Claim))
