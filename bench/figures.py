"""What a row of the table holds, and percentiles."""

from dataclasses import dataclass
from math import ceil


@dataclass(frozen=True)
class Goal:
    """The most a measure may take: milliseconds at p95 and queries; None where nothing is asked."""

    milliseconds: float | None = None
    queries: int | None = None


@dataclass(frozen=True)
class Row:
    """One measure: its name, its times in milliseconds, its queries (None where not counted), its goal."""

    name: str
    times: list[float]
    queries: int | None
    goal: Goal

    @property
    def p50(self) -> float:
        """The median in milliseconds."""
        return percentile(self.times, 50)

    @property
    def p95(self) -> float:
        """The 95th percentile in milliseconds."""
        return percentile(self.times, 95)

    @property
    def is_met(self) -> bool:
        """Whether both goals are kept."""
        slow = self.goal.milliseconds is not None and self.p95 > self.goal.milliseconds
        many = self.goal.queries is not None and self.queries is not None and self.queries > self.goal.queries
        return not (slow or many)


@dataclass(frozen=True)
class Figure:
    """One measure of an engine: a value with its unit, and the most it may be (None where nothing is asked).

    With `at_least` the goal is the least it may be.
    """

    name: str
    value: float
    unit: str
    goal: float | None = None
    at_least: bool = False

    @property
    def text(self) -> str:
        """The value with its unit."""
        return f"{self.value:,.{0 if self.value >= 1000 else 3 if self.value < 1 else 1}f} {self.unit}".rstrip()

    @property
    def goal_text(self) -> str:
        """The most (or the least) it may be, a dash where nothing is asked."""
        if self.goal is None:
            return "–"
        return f"at least {self.goal:,.0f}" if self.at_least else f"{self.goal:g} {self.unit}"

    @property
    def is_met(self) -> bool | None:
        """Whether the goal is kept; None where there is none."""
        if self.goal is None:
            return None
        return self.value >= self.goal if self.at_least else self.value <= self.goal


@dataclass(frozen=True)
class Load:
    """A load run: requests answered as they should be, errors, seconds, connections, p95 of reads and writes in ms."""

    reads: list[float]
    writes: list[float]
    errors: list[str]
    seconds: float
    connections: int

    @property
    def per_second(self) -> float:
        """Requests a second."""
        return (len(self.reads) + len(self.writes)) / self.seconds if self.seconds else 0.0


def percentile(values: list[float], percent: int) -> float:
    """The nearest-rank percentile; 0 where there is nothing."""
    ordered = sorted(values)
    return ordered[max(0, ceil(len(ordered) * percent / 100) - 1)] if ordered else 0.0
