"""Reading one row of a parameter file: take typed values, note what is wrong, go on with a harmless value."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

T = TypeVar("T")
UNVERIFIED = "unverified"
CONFIDENCES = ("high", "medium", "low")
# What stands in for a value that cannot be used; the loader refuses the files anyway.
_NEUTRAL: Mapping[type, Any] = {str: "", int: 0, bool: False, list: [], dict: {}, date: date.max}


class Row:
    """A row being read. Problems are added to the list shared by all rows; nothing is raised."""

    def __init__(self, where: str, values: Mapping[str, Any], problems: list[str]) -> None:
        self._where, self._values, self._problems = where, dict(values), problems
        self._unverified: set[str] = set()

    @property
    def unverified(self) -> frozenset[str]:
        """The keys whose value was the word `unverified`."""
        return frozenset(self._unverified)

    def note(self, problem: str) -> None:
        """Add a mistake of this row."""
        self._problems.append(f"{self._where}: {problem}")

    def any_of(self, key: str, kind: type[T]) -> T:
        """Take a value of exactly the type asked for; the empty value of the type when it is missing or wrong."""
        value = self._values.pop(key, None)
        if type(value) is kind:
            return value
        self.note(f"{key} is missing" if value is None else f"{key} must be of type {kind.__name__}")
        neutral: T = _NEUTRAL[kind]
        return neutral

    def text(self, key: str, *, empty: bool = False) -> str:
        """Take a text; noted when it is empty and may not be."""
        present = key in self._values
        value = self.any_of(key, str)
        if present and not value and not empty:
            self.note(f"{key} is empty")
        return value

    def number(self, key: str) -> int:
        """Take a whole number, not negative."""
        value = self.any_of(key, int)
        if value < 0:
            self.note(f"{key} must not be negative")
        return value

    def switch(self, key: str) -> bool:
        """Take true or false."""
        return self.any_of(key, bool)

    def day(self, key: str) -> date:
        """Take a day."""
        return self.any_of(key, date)

    def maybe_day(self, key: str) -> date | None:
        """Take a day that may be absent."""
        return self.day(key) if key in self._values else None

    def maybe_number(self, key: str) -> int | None:
        """Take a whole number that may be absent or unverified."""
        return None if self._absent(key) else self.number(key)

    def maybe_decimal(self, key: str) -> Decimal | None:
        """Take an exact decimal written as text, above 0 and at most 100, that may be absent or unverified."""
        if self._absent(key):
            return None
        text = self.text(key)
        try:
            value = Decimal(text)
        except InvalidOperation:
            self.note(f"{key} must be a decimal written as text")
            return None
        if not 0 < value <= 100:
            self.note(f"{key} must lie above 0 and at most at 100")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Take a list of texts that may be absent or unverified."""
        if self._absent(key):
            return ()
        value = self.any_of(key, list)
        if not all(isinstance(item, str) for item in value):
            self.note(f"{key} must be a list of texts")
            return ()
        return tuple(value)

    def numbers_by_name(self, key: str) -> tuple[tuple[str, int], ...]:
        """Take a table of whole numbers by name that may be absent."""
        if key not in self._values:
            return ()
        value = self.any_of(key, dict)
        if not all(type(number) is int and number > 0 for number in value.values()):
            self.note(f"{key} must hold whole numbers above 0")
            return ()
        return tuple(value.items())

    def confidence(self) -> str:
        """Take the confidence: high, medium or low."""
        value = self.text("confidence")
        if value and value not in CONFIDENCES:
            self.note(f"confidence cannot be {value}")
        return value

    def finish(self) -> None:
        """Note each key that nobody took."""
        for key in self._values:
            self.note(f"unknown key {key}")

    def _absent(self, key: str) -> bool:
        if self._values.get(key) == UNVERIFIED:
            self._unverified.add(key)
            del self._values[key]
            return True
        return key not in self._values
