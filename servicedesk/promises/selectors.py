"""Policies as pages show them: by code, with the version in force, those that wait, and equals that would win."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db.models import Prefetch, QuerySet

from servicedesk.promises.audit import entries_of
from servicedesk.sla.models import SlaClock, SlaPolicy, SlaTarget
from servicedesk.sla.policy import CRITERIA


@dataclass(frozen=True)
class PolicyLine:
    """All versions of one code, oldest first."""

    code: str
    versions: tuple[SlaPolicy, ...]
    now: datetime

    @property
    def current(self) -> SlaPolicy | None:
        """The version in force, withdrawn or not; None while the first one still waits."""
        begun = [version for version in self.versions if version.effective_from <= self.now]
        return max(begun, key=lambda version: (version.effective_from, version.version), default=None)

    @property
    def planned(self) -> list[SlaPolicy]:
        """The versions that wait for their instant, the next one first."""
        waiting = [version for version in self.versions if version.effective_from > self.now]
        return sorted(waiting, key=lambda version: (version.effective_from, version.version))

    @property
    def newest(self) -> SlaPolicy:
        """The version with the highest number: the one a change begins from."""
        return self.versions[-1]

    @property
    def shown(self) -> SlaPolicy:
        """What the list shows: the version in force, else the one that comes first."""
        return self.current or self.planned[0]

    @property
    def is_withdrawn(self) -> bool:
        """Whether it decides nothing now because it was taken back."""
        return self.current is not None and self.current.is_withdrawn


def policy_lines(now: datetime, *, clock: str = "") -> list[PolicyLine]:
    """Every policy, the most specific first; with `clock` those that promise it. Two queries."""
    found = _versions().order_by("code", "version")
    lines = [PolicyLine(code, tuple(rows), now) for code, rows in groupby(found, key=lambda row: row.code)]
    kept = [line for line in lines if not clock or clock in clocks_of(line.shown)]
    return sorted(kept, key=lambda line: (-line.shown.specificity, line.code))


def policy_line(code: str, now: datetime) -> PolicyLine | None:
    """The policy of that code; None where there is none."""
    versions = tuple(_versions().filter(code=code).order_by("version"))
    return PolicyLine(code, versions, now) if versions else None


def _versions() -> QuerySet[SlaPolicy]:
    targets = SlaTarget.objects.select_related("calendar").order_by("id")
    return SlaPolicy.objects.select_related("region").prefetch_related(Prefetch("targets", queryset=targets))


def clocks_of(policy: SlaPolicy) -> set[str]:
    """The clocks a version promises."""
    return {target.clock for target in policy.targets.all()}


def rivals_of(policy: SlaPolicy, lines: Iterable[PolicyLine]) -> list[tuple[SlaPolicy, list[str]]]:
    """Policies that fit the same tickets as strongly and win by their code, with the clocks that they take.

    Two memberships may belong to one customer, so they count as the same.
    """
    rivals = []
    for line in lines:
        other = line.shown
        if line.code >= policy.code or other.is_withdrawn or other.specificity != policy.specificity:
            continue
        same = all(getattr(other, name) == getattr(policy, name) for name in CRITERIA if name != "membership")
        shared = sorted(clocks_of(other) & clocks_of(policy))
        if same and shared:
            rivals.append((other, shared))
    return rivals


def authors_of(versions: Sequence[SlaPolicy]) -> dict[int, str]:
    """Who recorded each version, by its id; those of the installation have nobody."""
    entries = entries_of(SlaPolicy, [version.pk for version in versions])
    return {int(entry.object_id): str(entry.user) for entry in entries if entry.object_id}


def open_clocks_of(code: str) -> int:
    """How many promises under any version of the policy still stand to be kept."""
    return SlaClock.objects.filter(target__policy__code=code, stopped_at=None).count()
