"""One compared figure of a story."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Line:
    """One figure: what it is called, what was expected, what was found."""

    name: str
    expected: Any
    actual: Any

    @property
    def agrees(self) -> bool:
        """Whether the two are the same."""
        return bool(self.expected == self.actual)

    def __str__(self) -> str:
        mark = "ok     " if self.agrees else "DIFFERS"
        return f"{mark}  {self.name}: expected {self.expected}, actual {self.actual}"
