"""The form of a call, and the two small ones of the customer's page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from servicedesk.desk.forms.intake import MomentField
from visits.aftercare.script import CONTRADICTIONS, VERSION, Question, contradictions
from visits.aftercare.services.attempts import LONGEST_NOTE, LONGEST_OPINION, CustomerAnswer, Outcome, Result
from visits.aftercare.services.mismatches import LONGEST_REASON
from visits.models import Mismatch

SCORES = [(str(score), str(score)) for score in range(1, 6)]
# The key that presses each choice of the card; a score is its own key.
KEYS: dict[str, str] = {
    Outcome.REACHED: "r",
    Outcome.NO_ANSWER: "n",
    Outcome.WRONG_NUMBER: "w",
    Outcome.LATER: "l",
    Result.SATISFIED: "s",
    Result.PARTLY: "p",
    Result.NOT_SATISFIED: "x",
}


@dataclass(frozen=True)
class Choice:
    """A big choice as the card shows it."""

    value: str
    label: str
    key: str
    chosen: bool


class CallForm(forms.Form):
    """How a call went; the questions of the script are fields of their own, and none must be answered."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        label=_("How did the call go?"),
        choices=Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say how the call went.")},
    )
    later_at = MomentField(
        label=_("Call again at"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": _("Give a day and a time.")},
    )
    result = forms.ChoiceField(
        label=_("Is the customer satisfied?"), choices=Result.choices, required=False, widget=forms.RadioSelect
    )
    score = forms.ChoiceField(label=_("Score from 1 to 5"), choices=SCORES, required=False, widget=forms.RadioSelect)
    opinion = forms.CharField(
        label=_("The customer's own words"),
        required=False,
        max_length=LONGEST_OPINION,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    note = forms.CharField(label=_("Note for colleagues"), required=False, max_length=LONGEST_NOTE)
    close = forms.BooleanField(label=_("Close the ticket if nothing else is open"), required=False)

    def __init__(self, *args: Any, script: Sequence[Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.script = script
        for question in script:
            self.fields[question.field] = forms.ChoiceField(
                label=question.text, choices=question.choices, required=False, widget=forms.RadioSelect
            )

    @property
    def questions(self) -> list[tuple[Question, forms.BoundField]]:
        """The questions of the script with their fields."""
        return [(question, self[question.field]) for question in self.script]

    def _keyed(self, name: str, choices: Sequence[tuple[str, Any]]) -> list[Choice]:
        chosen = str(self[name].value() or "")
        return [Choice(value, str(label), KEYS.get(value, value), value == chosen) for value, label in choices]

    @property
    def outcomes(self) -> list[Choice]:
        """How a call may go."""
        return self._keyed("outcome", Outcome.choices)

    @property
    def scores(self) -> list[Choice]:
        """One to five."""
        return self._keyed("score", SCORES)

    @property
    def results(self) -> list[Choice]:
        """How satisfied a customer may be."""
        return self._keyed("result", Result.choices)

    def answer(self) -> CustomerAnswer | None:
        """What the customer said, where he was reached; which answers contradict the record is kept with them."""
        data = self.cleaned_data
        if data["outcome"] != Outcome.REACHED:
            return None
        answers = {question.code: data[question.field] for question in self.script if data[question.field]}
        against = contradictions(self.script, answers)
        if answers:
            answers["version"] = VERSION
        if against:
            answers[CONTRADICTIONS] = " ".join(against)
        return CustomerAnswer(data["result"], int(data["score"] or 0), answers, data["opinion"])


class DecisionForm(forms.Form):
    """What a mismatch turned out to be."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    state = forms.ChoiceField(
        label=_("What is it?"),
        choices=[
            (Mismatch.State.CONFIRMED, _("Confirmed: the record was wrong")),
            (Mismatch.State.EXPLAINED, _("Explained: both can be right")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether the mismatch is confirmed or explained.")},
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=LONGEST_REASON,
        help_text=_("Needed where it is explained."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RatingForm(forms.Form):
    """One to five stars and, if the customer likes, words."""

    score = forms.TypedChoiceField(
        label=_("How was our service?"),
        choices=SCORES,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one to five stars."), "invalid_choice": _("Choose one to five stars.")},
    )
    text = forms.CharField(
        label=_("What should we know?"),
        required=False,
        max_length=LONGEST_OPINION,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CallWishForm(forms.Form):
    """What the customer wants to be called about."""

    text = forms.CharField(
        label=_("What is it about?"),
        required=False,
        max_length=LONGEST_OPINION,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
