"""Fields that take what the schema says and nothing that merely could be read as such."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError as DjangoError
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

# Nobody means an instant outside; the ends of the calendar have no day before or after.
YEARS = range(2000, 2100)


class Text(serializers.CharField):
    """A text that is sent as a text, no longer than the schema says, blanks at its ends included."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if isinstance(data, str) and self.max_length is not None and len(data) > self.max_length:
            self.fail("max_length", max_length=self.max_length)
        return super().run_validation(data)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Number(serializers.IntegerField):
    """A whole number that is sent as a number."""

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        return int(super().to_internal_value(data))


def identity(**options: Any) -> Number:
    """The id of a row."""
    return Number(min_value=1, max_value=2**63 - 1, **options)


class YesNo(serializers.BooleanField):
    """True or false, and no word for it."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Choice(serializers.ChoiceField):
    """One of the codes."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid_choice", input=data)
        return str(super().to_internal_value(data))


class Moment(serializers.DateTimeField):
    """An instant, ISO 8601 with its zone, of a year in which somebody could mean it."""

    default_error_messages = {"zone_missing": _("Give the instant with its zone, such as +08:00.")}

    def to_internal_value(self, value: Any) -> datetime:
        if not isinstance(value, str):
            self.fail("invalid", format="YYYY-MM-DDThh:mm:ss+hh:mm")
        try:
            naive = datetime.fromisoformat(value).tzinfo is None
        except ValueError:
            self.fail("invalid", format="YYYY-MM-DDThh:mm:ss+hh:mm")
        if naive:
            self.fail("zone_missing")
        moment: datetime = super().to_internal_value(value)
        if moment.year not in YEARS:
            self.fail("overflow")
        return moment


class Day(serializers.DateField):
    """A day, as `2026-03-10`."""

    years = YEARS

    def to_internal_value(self, value: Any) -> date:
        if not isinstance(value, str):
            self.fail("invalid", format="YYYY-MM-DD")
        day: date = super().to_internal_value(value)
        if day.year not in self.years:
            self.fail("invalid", format="YYYY-MM-DD")
        return day


class Body(serializers.Serializer[Any]):
    """What is sent with a request; a field it does not know is refused, since it was meant to say something."""

    def to_internal_value(self, data: Any) -> Any:
        given = super().to_internal_value(data)
        unknown = sorted(str(name) for name in set(data) - set(self.fields)) if isinstance(data, Mapping) else []
        if unknown:
            word = str(_("This field is not known here."))
            raise serializers.ValidationError({name: [ErrorDetail(word, code="unknown_field")] for name in unknown})
        return given


class Nothing(Body):
    """No fields: an empty object, or no body at all."""


def checked(shape: type[Body], data: Any) -> dict[str, Any]:
    """What fits `shape`. Raises ValidationError naming each field that does not."""
    asked = shape(data=data)
    try:
        asked.is_valid(raise_exception=True)
    except DjangoError as error:
        raise serializers.ValidationError(error.messages) from None
    return dict(asked.validated_data)
