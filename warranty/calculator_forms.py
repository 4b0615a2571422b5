"""The form of the calculator: every fact the rules read, in plain fields, with rows for what comes in numbers."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from warranty.checking import Problem, problems_of
from warranty.law_fields import DayField, MoneyField, MonthField, choices, keep_typed
from warranty.rules.edition import Edition
from warranty.rules.facts import (
    Buyer,
    Channel,
    Facts,
    FaultType,
    MembershipCard,
    NoReturnClass,
    Promise,
    PromiseKind,
    Proof,
    Remedy,
    Repair,
    RepairKind,
    Wait,
)
from warranty.wording.answers import (
    BUYERS,
    CHANNELS,
    FAULT_TYPES,
    PROMISE_KINDS,
    PROOFS,
    REMEDIES,
    REPAIR_KINDS,
    SCOPES,
)
from warranty.wording.names import CODE_NAMES, FAULT_GROUPS, PARTS, PRODUCTS
from warranty.wording.problems import problem_words

MOST_ROWS = 20
MOST_MONTHS = 1200
NOT_KNOWN = _("not known")
_STOCK = {"yes": True, "no": False}
_STOCK_WORDS = {True: "yes", False: "no", None: ""}
_WAITS = {"parts": "parts_waits", "repairer": "repairer_delays"}
# Fraud has a guide of its own, which asks what has to be asked.
_ASKABLE = tuple(kind for kind in FaultType if kind is not FaultType.FRAUD)


class CalculatorForm(forms.Form):
    """The facts that stand once; `as_of` is the day of the decision, `compare_on` a second one beside it."""

    product = forms.ChoiceField(label=_("Product"))
    jurisdiction = forms.ChoiceField(label=_("Local law"), required=False, choices=[*SCOPES.items()])
    buyer = forms.ChoiceField(label=_("Buyer"), required=False, choices=[*BUYERS.items()])
    channel = forms.ChoiceField(label=_("Bought"), required=False, choices=[*CHANNELS.items()])
    invoice_on = DayField(label=_("Sold on (invoice)"))
    delivered_on = DayField(label=_("Delivered on"))
    installed_on = DayField(label=_("Installed on"), help_text=_("Where the trader installs."))
    exchanged_on = DayField(label=_("Exchanged on"), help_text=_("Where this unit came in exchange."))
    proof = forms.ChoiceField(label=_("Proof of purchase"), required=False, choices=[*PROOFS.items()])
    price = MoneyField(label=_("Price (¥)"))
    price_paid = MoneyField(label=_("Really paid (¥)"), help_text=_("Only where the trader proves another sum."))
    fault_type = forms.ChoiceField(
        label=_("What is it about"), required=False, choices=[(kind.value, FAULT_TYPES[kind]) for kind in _ASKABLE]
    )
    occurred_on = DayField(label=_("Fault appeared on"), help_text=_("Only where an earlier day is documented."))
    reported_on = DayField(label=_("Reported on"))
    main_part = forms.ChoiceField(label=_("Faulty part"), required=False)
    symptom = forms.ChoiceField(label=_("Fault group"), required=False)
    same_model = forms.ChoiceField(
        label=_("Same model"),
        required=False,
        choices=[("", NOT_KNOWN), ("yes", _("can be had")), ("no", _("cannot be had"))],
    )
    no_return_class = forms.ChoiceField(
        label=_("Not returnable"), required=False, choices=[("", _("no such goods")), *CODE_NAMES["class"].items()]
    )
    membership = forms.ChoiceField(label=_("Card of the customer"), required=False)
    maintenance_on = DayField(label=_("Last free maintenance visit"))
    cause_disputed = forms.BooleanField(label=_("The parties disagree about the cause"), required=False)
    misuse = forms.BooleanField(label=_("A misuse is alleged"), required=False)
    asked = forms.ChoiceField(label=_("The customer asks for"), required=False)
    as_of = DayField(label=_("Day of the decision"), help_text=_("Left empty: today."))
    compare_on = DayField(label=_("Compare with"), help_text=_("The answer of a second day stands beside it."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["product"].choices = choices(PRODUCTS, _("Choose"))
        fields["main_part"].choices = choices(PARTS, NOT_KNOWN)
        fields["symptom"].choices = choices(FAULT_GROUPS, NOT_KNOWN)
        fields["membership"].choices = [
            (code, CODE_NAMES["card"][code]) for code in ("none", "club", "gold_card_valid", "gold_card_expired")
        ]
        others = [remedy for remedy in Remedy if remedy is not Remedy.REPAIR]
        fields["asked"].choices = [(remedy.value, REMEDIES[remedy]) for remedy in (Remedy.REPAIR, *others)]


class RepairRow(forms.Form):
    """A repair; a row without days is none."""

    handed_on = DayField(label=_("Handed over on"))
    returned_on = DayField(label=_("Returned on"))
    kind = forms.ChoiceField(label=_("Closed as"), required=False, choices=[*REPAIR_KINDS.items()])
    symptom = forms.ChoiceField(label=_("Fault group"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["symptom"].choices = choices(FAULT_GROUPS, NOT_KNOWN)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("returned_on") and not given.get("handed_on") and "handed_on" not in self.errors:
            self.add_error("handed_on", _("Say when the repair began."))
        return given

    def made(self) -> Repair | None:
        """The repair of the row, None where it is empty or cannot be read."""
        given = self.cleaned_data
        if self.errors or not given["handed_on"]:
            return None
        kind = RepairKind(given["kind"] or RepairKind.WARRANTY)
        return Repair(
            handed_on=given["handed_on"], returned_on=given["returned_on"], kind=kind, symptom=given["symptom"]
        )


class WaitRow(forms.Form):
    """Days of waiting within an open or past repair; a row without days is none."""

    first = DayField(label=_("Waiting since"))
    last = DayField(label=_("Until"), help_text=_("Left empty: it goes on."))
    cause = forms.ChoiceField(
        label=pgettext_lazy("wait", "Why"),
        required=False,
        choices=[("parts", _("no parts")), ("repairer", _("the repairer's own cause"))],
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("last") and not given.get("first") and "first" not in self.errors:
            self.add_error("first", _("Say since when."))
        return given

    def made(self) -> Wait | None:
        """The wait of the row, None where it is empty or cannot be read."""
        given = self.cleaned_data
        if self.errors or not given["first"]:
            return None
        return Wait(first=given["first"], last=given["last"])


class PromiseRow(forms.Form):
    """A maker's promise; a row without its kind is none."""

    kind = forms.ChoiceField(label=_("Promise"), required=False, choices=[("", "–"), *PROMISE_KINDS.items()])
    months = forms.IntegerField(label=_("Months"), required=False, min_value=0, max_value=MOST_MONTHS)
    main_part_months = forms.IntegerField(
        label=_("Months for main parts"), required=False, min_value=0, max_value=MOST_MONTHS
    )
    production_month = MonthField(
        label=_("From the month after production"), help_text=_("As the serial number tells.")
    )
    percent = forms.DecimalField(
        label=_("Percent of the charge for use"), required=False, min_value=0, max_value=100, decimal_places=2
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        told = any(
            given.get(name) is not None for name in ("months", "main_part_months", "production_month", "percent")
        )
        if told and not given.get("kind"):
            self.add_error("kind", _("Say what the promise covers."))
        return given

    def made(self) -> Promise | None:
        """The promise of the row, None where it is empty or cannot be read."""
        given = self.cleaned_data
        if self.errors or not given["kind"]:
            return None
        return Promise(
            kind=PromiseKind(given["kind"]),
            months=given["months"] or 0,
            main_part_months=given["main_part_months"],
            production_month=given["production_month"],
            percent=given["percent"],
        )


ROWS: Mapping[str, type[forms.Form]] = {"repairs": RepairRow, "waits": WaitRow, "promises": PromiseRow}


class Calculator:
    """All forms of one question. With `add` in the address nothing is judged yet: one more row is shown."""

    def __init__(self, data: Mapping[str, Any], *, edition: Edition, today: date) -> None:
        self.edition, self.today = edition, today
        self.added = data.get("add", "") if data.get("add") in ROWS else ""
        self.asked = bool(data) and not self.added
        self.form = self._form(CalculatorForm, data)
        self.rows = {
            name: [self._form(kind, data, f"{name}-{place}") for place in range(self._count(name, data))]
            for name, kind in ROWS.items()
        }
        self.facts: Facts | None = None
        if self.asked:
            self._read()
            keep_typed(self._all())

    @property
    def is_valid(self) -> bool:
        """Whether there are facts to decide on."""
        return self.facts is not None

    @property
    def all_rows(self) -> list[forms.Form]:
        """Every row in the order of the page."""
        return [row for rows in self.rows.values() for row in rows]

    @property
    def rows_wrong(self) -> bool:
        """Whether a mistake stands in a row."""
        return self.asked and any(row.errors for row in self.all_rows)

    @property
    def days(self) -> tuple[date, ...]:
        """The day of the decision and, where it is asked for, the one to compare it with."""
        given = self.form.cleaned_data
        as_of = given.get("as_of") or self.today
        other = given.get("compare_on")
        return (as_of, other) if other and other != as_of else (as_of,)

    def _form(self, kind: Any, data: Mapping[str, Any], prefix: str | None = None) -> Any:
        if self.asked:
            return kind(data, prefix=prefix)
        begin = f"{prefix}-" if prefix else ""
        typed = {name: data[begin + name] for name in kind.base_fields if begin + name in data}
        return kind(prefix=prefix, initial=typed)

    def _count(self, name: str, data: Mapping[str, Any]) -> int:
        """As many rows as were filled in, an empty one, and one more where it was asked for."""
        filled = [
            place for place in range(MOST_ROWS) if any(data.get(f"{name}-{place}-{field}") for field in _typed(name))
        ]
        return min(MOST_ROWS, max(filled, default=-1) + 2 + (self.added == name))

    def _all(self) -> Iterator[forms.Form]:
        yield self.form
        yield from self.all_rows

    def _read(self) -> None:
        """Reads the facts as far as the fields can be read, so that all mistakes are told in one go."""
        readable = [form.is_valid() for form in self._all()]
        lists = self._lists()
        facts = self._facts({name: tuple(value for _row, value in held) for name, held in lists.items()})
        as_of, *others = self.days
        for problem in problems_of(facts, self.edition, as_of):
            self._tell(problem, lists)
        if not any(form.errors for form in self._all()):
            if any(problems_of(facts, self.edition, day) for day in others):
                self.form.add_error("compare_on", _("On that day some of these facts lie in the future."))
            elif all(readable):
                self.facts = facts

    def _lists(self) -> dict[str, list[tuple[Any, Any]]]:
        """The filled rows by the name of the fact they make, each with its value."""
        made: dict[str, list[tuple[Any, Any]]] = {name: [] for name in ("repairs", *_WAITS.values(), "promises")}
        for name, rows in self.rows.items():
            for row in rows:
                value = row.made()
                if value is not None:
                    made[_WAITS[row.cleaned_data.get("cause") or "parts"] if name == "waits" else name].append(
                        (row, value)
                    )
        return made

    def _facts(self, lists: dict[str, Any]) -> Facts:
        given = self.form.cleaned_data
        visit = given.get("maintenance_on")
        excluded = given.get("no_return_class")
        return Facts(
            product=given.get("product", ""),
            jurisdiction=given.get("jurisdiction") or "CN",
            buyer=Buyer(given.get("buyer") or Buyer.CONSUMER),
            channel=Channel(given.get("channel") or Channel.STORE),
            proof=Proof(given.get("proof") or Proof.PRESENT),
            fault_type=FaultType(given.get("fault_type") or FaultType.PERFORMANCE),
            same_model_in_stock=_STOCK.get(given.get("same_model", "")),
            no_return_class=NoReturnClass(excluded) if excluded else None,
            asked=Remedy(given.get("asked") or Remedy.REPAIR),
            membership=MembershipCard(given.get("membership") or MembershipCard.NONE),
            maintenance_visits=(visit,) if visit else (),
            **{name: given[name] for name in _SAME if name in given},
            **lists,
        )

    def _tell(self, problem: Problem, lists: dict[str, list[tuple[Any, Any]]]) -> None:
        """Writes a mistake beside its field; what stands in no one field, above the form."""
        words = problem_words(problem.code)
        outer, _bracket, rest = problem.path.partition("[")
        if outer in lists:
            place, _dot, field = rest.partition("].")
            lists[outer][int(place)][0].add_error(field, forms.ValidationError(words, code=problem.code))
            return
        name = "maintenance_on" if outer == "maintenance_visits" else outer
        if name in self.form.errors:
            return
        self.form.add_error(name or None, forms.ValidationError(words, code=problem.code))


def query_of(facts: Facts, as_of: date) -> str:
    """The query of the calculator's address for facts on record; of several visits the last."""
    said: dict[str, Any] = {name: getattr(facts, name) for name in (*_SAME, *_CHOSEN)}
    said |= {"as_of": as_of, "same_model": _STOCK_WORDS[facts.same_model_in_stock]}
    said["maintenance_on"] = max(facts.maintenance_visits, default=None)
    waits = [(wait, "parts") for wait in facts.parts_waits] + [(wait, "repairer") for wait in facts.repairer_delays]
    rows: list[tuple[str, Any, dict[str, Any]]] = [("repairs", repair, {}) for repair in facts.repairs]
    rows += [("waits", wait, {"cause": cause}) for wait, cause in waits]
    rows += [("promises", promise, {}) for promise in facts.promises]
    places: Counter[str] = Counter()
    for name, value, more in rows:
        for field in ROWS[name].base_fields:
            said[f"{name}-{places[name]}-{field}"] = more.get(field) or getattr(value, field, None)
        places[name] += 1
    return urlencode({name: _written(name, value) for name, value in said.items() if value})


def _written(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "on"
    if name.endswith("production_month"):
        return f"{value:%Y-%m}"
    return value.value if isinstance(value, StrEnum) else str(value)


# Fields whose value is the fact as it stands.
_SAME = (
    "price", "price_paid", "invoice_on", "delivered_on", "installed_on", "exchanged_on", "occurred_on", "reported_on",
    "main_part", "symptom", "misuse", "cause_disputed",
)  # fmt: skip
# Facts that are chosen from a list and not known by another name.
_CHOSEN = (
    "product",
    "jurisdiction",
    "buyer",
    "channel",
    "proof",
    "fault_type",
    "asked",
    "no_return_class",
    "membership",
)


def _typed(name: str) -> list[str]:
    """The fields that make a row; a choice that stands there by itself makes none."""
    kind: Any = ROWS[name]
    return [
        field
        for field in kind.base_fields
        if field not in {"cause", "symptom"} and (name, field) != ("repairs", "kind")
    ]
