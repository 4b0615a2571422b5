"""Facts without a ticket over the API: what the rules say about them; nothing is stored.

The body is drawn from `warranty.rules.facts.Facts`, so that a fact the rules learn to read can be sent at once.
"""

from collections.abc import Callable
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from servicedesk.api.endpoint import Call, Endpoint, operation
from servicedesk.api.fields import Body, Choice, Day, Number, Text, YesNo
from servicedesk.api.shapes import Shown
from warranty.access import RECORDERS
from warranty.checking import problems_of
from warranty.facts_builder import local_day
from warranty.presenting import Shown as Words
from warranty.presenting import show
from warranty.rules.decide import decide
from warranty.rules.facts import Facts
from warranty.rules.storage import as_json
from warranty.selectors import rest_days, the_edition
from warranty.wording.answers import SCOPES
from warranty.wording.problems import problem_words

# The first sales the rules know of lie in 1995; a maker's month of production may lie before.
YEARS = range(1990, 2100)
LONGEST_LIST = 50
LONGEST_TEXT = 40
MOST_MONTHS = 1200
Made = type[serializers.Field[Any, Any, Any, Any]]


class LawDay(Day):
    """A day on which some of the rules hold, or one before them; a day that no calendar has is said to be none."""

    years = YEARS
    default_error_messages = {"no_such_day": _("No calendar has this day.")}

    def to_internal_value(self, value: Any) -> date:
        parts = str(value).split("-")
        if len(parts) == 3 and [len(part) for part in parts] == [4, 2, 2] and all(part.isdecimal() for part in parts):
            try:
                date(*map(int, parts))
            except ValueError:
                self.fail("no_such_day")
        return super().to_internal_value(value)


class Money(serializers.DecimalField):
    """An exact number that is sent as text."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=11, decimal_places=2, **options)

    def to_internal_value(self, data: Any) -> Decimal:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


def _code(kind: type[StrEnum], options: dict[str, Any]) -> Any:
    return Choice([one.value for one in kind], **options)


def _text(name: str, options: dict[str, Any]) -> Any:
    if name == "jurisdiction":
        return Choice(list(SCOPES), **options)
    return Text(max_length=LONGEST_TEXT, allow_blank=not options["required"], **options)


_PLAIN: dict[Any, Callable[[dict[str, Any]], Any]] = {
    date: lambda options: LawDay(**options),
    Decimal: lambda options: Money(**options),
    bool: lambda options: YesNo(**options),
    int: lambda options: Number(min_value=0, max_value=MOST_MONTHS, **options),
}


def _field(name: str, hint: Any, options: dict[str, Any]) -> Any:
    """The field of the API for a fact of the type `hint`."""
    inner = [arg for arg in get_args(hint) if arg is not type(None)]
    if get_origin(hint) is tuple:
        child = _field("", inner[0], {})
        return serializers.ListField(child=child, max_length=LONGEST_LIST, **options)
    if inner:
        return _field(name, inner[0], {**options, "allow_null": True})
    if is_dataclass(hint):
        return body_of(hint)(**options)  # type: ignore[arg-type]
    if hint is str:
        return _text(name, options)
    return _PLAIN[hint](options) if hint in _PLAIN else _code(hint, options)


def _options(item: "Field[Any]") -> dict[str, Any]:
    if item.default is MISSING:
        return {"required": True}
    default = item.default.value if isinstance(item.default, StrEnum) else item.default
    return {"required": False, "default": list(default) if isinstance(default, tuple) else default}


@cache
def body_of(kind: type) -> type[Body]:
    """A body with one field for each of a frozen value of the rules: required where it has no default."""
    hints = get_type_hints(kind)
    made = {item.name: _field(item.name, hints[item.name], _options(item)) for item in fields(kind)}
    return type(f"{kind.__name__}Body", (Body,), {"__doc__": kind.__doc__, "__module__": __name__, **made})


def value_of(hint: Any, data: Any) -> Any:
    """What was read by `body_of`, as the values of the rules."""
    inner = [arg for arg in get_args(hint) if arg is not type(None)]
    if get_origin(hint) is tuple:
        return tuple(value_of(inner[0], item) for item in data)
    if inner:
        return None if data is None else value_of(inner[0], data)
    if is_dataclass(hint):
        hints = get_type_hints(hint)
        return hint(**{name: value_of(hints[name], value) for name, value in data.items()})  # type: ignore[operator]
    return hint(data) if isinstance(hint, type) and issubclass(hint, StrEnum) else data


class AssessBody(body_of(Facts)):  # type: ignore[misc]
    """The facts by their names, days as `2026-03-10`, sums as decimal text; what is not sent is not known."""

    as_of = LawDay(required=False, allow_null=True, default=None, help_text="Day of the decision; else today.")


class RightOut(Shown):
    """A right in words."""

    name = serializers.CharField()
    ground = serializers.CharField()
    norm = serializers.CharField(help_text="Norm and article.")
    sure = serializers.CharField()
    span = serializers.CharField(allow_blank=True)
    amount = serializers.CharField(allow_blank=True)


class WordsOut(Shown):
    """The answer in the language of the request."""

    headline = serializers.CharField()
    rights = RightOut(many=True)
    lines = serializers.ListField(child=serializers.CharField(), help_text="The steps of the reasoning, in order.")
    exclusions = serializers.ListField(child=serializers.CharField())
    remarks = serializers.SerializerMethodField()
    missing = serializers.ListField(child=serializers.CharField(), source="missing.texts")
    changes = serializers.ListField(child=serializers.CharField(), help_text="What would change the answer.")
    burden_of_proof = serializers.CharField(source="burden", allow_blank=True)
    transport_by = serializers.CharField(source="transport", allow_blank=True)
    counsel = serializers.SerializerMethodField()

    def get_remarks(self, words: Words) -> list[str]:
        """What has to be known beside the answer."""
        return [remark.text for remark in words.flags] + words.side_remarks

    def get_counsel(self, words: Words) -> str:
        """Where the texts come from."""
        return str(COUNSEL)


COUNSEL = _("Check with counsel: the texts of the law were gathered from several copies, not from an official site.")


class AssessmentOut(Shown):
    """What the rules say about the facts; nothing is stored."""

    headline = serializers.CharField(help_text="Code of the answer to what is asked for.")
    as_of = serializers.DateField()
    edition = serializers.CharField(help_text="The edition of the law's figures.")
    calendar = serializers.CharField(help_text="The version of the public holidays.")
    entitlements = serializers.ListField(child=serializers.CharField(), help_text="Codes of the rights open.")
    missing = serializers.ListField(child=serializers.CharField(), help_text="Facts that have to be asked for.")
    words = WordsOut()
    facts = serializers.DictField(help_text="The facts as they were read, every field.")
    verdict = serializers.DictField(help_text="The whole answer: every term, ground, step and sum by name.")


class Assess(Endpoint):
    """The guarantee of goods that are not on record."""

    tag = "warranty"

    @operation("assess_warranty", "warranty:read", AssessmentOut, roles=frozenset(RECORDERS), body=AssessBody)
    def post(self, call: Call) -> dict[str, Any]:
        """Answers what the rules give for facts without a ticket; nothing is stored, nothing is assumed."""
        given = dict(call.given)
        as_of = given.pop("as_of") or local_day(call.now)
        facts: Facts = value_of(Facts, given)
        edition = the_edition()
        wrong = problems_of(facts, edition, as_of)
        if wrong:
            raise serializers.ValidationError(
                {one.path: [ErrorDetail(problem_words(one.code), code=one.code)] for one in reversed(wrong)}
            )
        verdict = decide(facts, edition, rest_days(), as_of)
        return {
            "headline": verdict.headline,
            "as_of": as_of,
            "edition": verdict.edition,
            "calendar": verdict.calendar,
            "entitlements": verdict.codes,
            "missing": verdict.missing,
            "words": show(verdict, facts, edition, verdict.missing),
            "facts": as_json(facts),
            "verdict": as_json(verdict),
        }
