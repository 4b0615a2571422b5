"""The forms of checklists: a template's use, an item, and publishing."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from servicedesk.catalogue.models import ProductCategory
from servicedesk.tickets.models import VISIT_KINDS, TicketKind
from visits.lists.services import LONGEST_NOTE, Use
from visits.lists.wording import LABELS
from visits.models import ChecklistGroup, ChecklistItem, ChecklistTemplate, ChecklistVersion, FollowUpKind
from visits.services.outcomes import OF_VISITS

LONGEST_OPTIONS = 2000
PARTS_OF_AN_OPTION = 3
FAILS = "!"


class TemplateForm(forms.Form):
    """What a new checklist is for."""

    occasion = forms.ChoiceField(label=_("Occasion"), choices=ChecklistTemplate.Occasion.choices)
    kind = forms.ChoiceField(label=_("Kind of ticket"), required=False)
    categories = forms.MultipleChoiceField(
        label=_("Products"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen stands for all."),
    )
    name_zh = forms.CharField(label=_("Chinese name"), max_length=60)
    name_en = forms.CharField(label=_("English name"), max_length=60)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        kinds = [(kind.value, kind.label) for kind in TicketKind if kind in VISIT_KINDS]
        products = [(row.code, str(row)) for row in ProductCategory.objects.filter(is_active=True)]
        for name, choices in (("kind", [("", _("All kinds")), *kinds]), ("categories", products)):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = choices

    def use(self) -> Use:
        """What was asked for, once the form is valid."""
        given = self.cleaned_data
        return Use(given["occasion"], given["kind"], tuple(given["categories"]), given["name_zh"], given["name_en"])


class OptionsField(forms.CharField):
    """The answers of a choice, a line each: code | Chinese | English, with a ! in front of one that fails."""

    def to_python(self, value: Any) -> Any:
        """The answers as they are stored. Raises ValidationError naming the line that cannot be read."""
        text = super().to_python(value) or ""
        return [self._option(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]

    def _option(self, number: int, line: str) -> dict[str, Any]:
        fails = line.strip().startswith(FAILS)
        parts = [part.strip() for part in line.strip().removeprefix(FAILS).split("|")]
        if len(parts) != PARTS_OF_AN_OPTION or not all(parts):
            raise forms.ValidationError(
                _("Line %(line)s needs code, Chinese and English, with | between them."),
                code="option_unreadable",
                params={"line": number},
            )
        found: dict[str, Any] = dict(zip(("code", "zh", "en"), parts, strict=True))
        return {**found, "fails": True} if fails else found

    def prepare_value(self, value: Any) -> Any:
        """The lines as they are typed."""
        if not isinstance(value, list):
            return value
        return "\n".join(
            (FAILS if one.get("fails") else "") + " | ".join((one["code"], one["zh"], one["en"])) for one in value
        )


class AnswersField(forms.CharField):
    """Answers with commas between them: done and not done in words, those of a choice by their codes."""

    def to_python(self, value: Any) -> Any:
        """The answers as a list of codes."""
        codes = {str(label).lower(): code for code, label in LABELS.items()}
        text = (super().to_python(value) or "").replace("，", ",")
        return [codes.get(part.strip().lower(), part.strip()) for part in text.split(",") if part.strip()]

    def prepare_value(self, value: Any) -> Any:
        """The answers as they are typed."""
        return ", ".join(str(LABELS.get(one, one)) for one in value) if isinstance(value, list) else value


def _limit(label: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, required=False, max_digits=10, decimal_places=3)


class ItemForm(forms.Form):
    """An item of a draft. What belongs to another kind of answer is left as it is."""

    code = forms.RegexField(
        label=_("Code"),
        regex=r"^[A-Za-z0-9.]{1,8}$",
        max_length=8,
        error_messages={"invalid": _("Letters, figures and points only.")},
        help_text=_("Answers belong to it in every version and every list; a new meaning needs a new code."),
    )
    group = forms.ChoiceField(label=_("Group"), choices=ChecklistGroup.choices)
    text_zh = forms.CharField(label=_("Chinese text"), max_length=120)
    text_en = forms.CharField(label=_("English text"), max_length=120)
    proof = forms.ChoiceField(label=_("Kind of answer"), choices=ChecklistItem.Proof.choices)
    required = forms.BooleanField(label=_("Required"), required=False)
    not_applicable = forms.BooleanField(
        label=_("Not applicable in this list"),
        required=False,
        help_text=_("The list says so, never the technician."),
    )
    excused = forms.MultipleChoiceField(
        label=_("Not asked for after"),
        required=False,
        choices=[(one.value, one.label) for one in OF_VISITS],
        widget=forms.CheckboxSelectMultiple,
    )
    unit = forms.CharField(label=_("Unit"), max_length=12, required=False)
    least = _limit(_("Measurable from"))
    low = _limit(_("Kept from"))
    high = _limit(_("Kept up to"))
    most = _limit(_("Measurable up to"))
    options = OptionsField(
        label=_("Answers of the choice"),
        required=False,
        max_length=LONGEST_OPTIONS,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One in a line: code | Chinese | English. A ! in front: the norm is not kept with it."),
    )
    on_fail = forms.ChoiceField(
        label=_("When it fails"),
        required=False,
        choices=[("", _("Nothing more is to be done")), *FollowUpKind.choices],
        help_text=_("Made for the owner of the ticket when the visit is completed."),
    )
    shown_item = forms.ChoiceField(label=_("Shown only when this item"), required=False)
    shown_answers = AnswersField(
        label=_("was answered with"),
        required=False,
        max_length=120,
        help_text=_("Done, not done or codes of a choice, with commas between them."),
    )
    required_item = forms.ChoiceField(label=_("Required also when this item"), required=False)
    required_answers = AnswersField(label=_("was answered with"), required=False, max_length=120)
    expected = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, draft: ChecklistVersion, item: ChecklistItem | None, data: Any = None) -> None:
        super().__init__(data, initial=_initial(draft, item))
        above = draft.items.filter(position__lt=item.position) if item is not None else draft.items.all()
        choices = [("", "–"), *((row.code, str(row)) for row in above)]
        for name in ("shown_item", "required_item"):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = choices

    def values(self) -> dict[str, Any]:
        """The fields of the item, once the form is valid."""
        given = dict(self.cleaned_data)
        del given["expected"]
        for name in ("shown", "required"):
            item, answers = given.pop(f"{name}_item"), given.pop(f"{name}_answers")
            given[f"{name}_when"] = {"item": item, "answers": answers} if item else {}
        return given


def _initial(draft: ChecklistVersion, item: ChecklistItem | None) -> dict[str, Any]:
    found: dict[str, Any] = {"expected": draft.row_version}
    if item is None:
        return {**found, "required": True}
    same = (
        "code",
        "group",
        "text_zh",
        "text_en",
        "proof",
        "required",
        "not_applicable",
        "excused",
        "unit",
        "options",
        "on_fail",
    )
    found |= {name: getattr(item, name) for name in (*same, "least", "low", "high", "most")}
    for name in ("shown", "required"):
        when = getattr(item, f"{name}_when")
        found |= {f"{name}_item": when.get("item", ""), f"{name}_answers": when.get("answers", [])}
    return found


class PublishForm(forms.Form):
    """When a draft is in force from, and why it is changed."""

    effective_from = forms.DateTimeField(
        label=_("In force from"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Empty: at once. Visits that have begun keep their list."),
    )
    note = forms.CharField(label=_("Reason of the change"), max_length=LONGEST_NOTE, required=False)
    expected = forms.IntegerField(widget=forms.HiddenInput)
