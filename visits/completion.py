"""What a visit still lacks before it can be completed, and how well the conduct norm 1-2-3-4-5 was kept.

Pure: plain values in, plain values out (handbook/visit-norms.md; docs/visits.md explains the table of outcomes).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

TICK = "tick"
CERTIFICATE = "certificate"
PRICE_LIST = "price_list"
SIGNATURE = "signature"
READING = "reading"
STATEMENT = "statement"
INSPECTION = "inspection"

DONE = "done"
NOT_DONE = "not_done"

# What an outcome cannot ask for: nothing was finished that could be shown, explained or inspected. Leaving these open
# costs nothing; answering them still counts. Taking the product away has a template of its own instead.
_NOTHING_FINISHED = frozenset({"3.2", "3.3", "5.5"})
EXCUSED: Mapping[str, frozenset[str]] = {
    "fixed": frozenset(),
    "replaced": frozenset(),
    "no_fault_found": frozenset(),
    "taken_to_workshop": frozenset(),
    "needs_part": _NOTHING_FINISHED,
    "needs_another_visit": _NOTHING_FINISHED,
    # Who sends the work away may also refuse to sign for it.
    "refused_by_customer": _NOTHING_FINISHED | {"2.2"},
}

UNANSWERED = "unanswered"
PROOF_MISSING = "proof_missing"
PROOF_INVALID = "proof_invalid"
SIGNATURE_MISSING = "signature_missing"
INSPECTION_MISSING = "inspection_missing"
OUTCOME_MISSING = "outcome_missing"


@dataclass(frozen=True)
class Item:
    """A line of the checklist as its template has it."""

    code: str
    proof: str = TICK
    required: bool = True
    not_applicable: bool = False


@dataclass(frozen=True)
class Reply:
    """The latest answer to an item: `done` means that the norm was kept; for a no-accept, that nothing was taken."""

    value: str
    proof: str = ""


@dataclass(frozen=True)
class Evidence:
    """What the visit can show: signature with opinion, inspection, and the proofs that hold on its day."""

    signed: bool = False
    inspected: bool = False
    certificates: frozenset[str] = field(default_factory=frozenset)
    price_lists: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Missing:
    """Something that still has to be done: the item's code (`outcome` for the outcome itself) and what it lacks."""

    code: str
    lack: str


@dataclass(frozen=True)
class Score:
    """How the norm was kept: items kept of those that count, the failing ones, and pass or fail.

    One failing item fails the visit: 100 - 1 = 0. `passed` is None while nothing counts yet.
    """

    kept: int
    counted: int
    failing: tuple[str, ...]

    @property
    def share(self) -> int:
        """Percent of the counted items that were kept, rounded down; 0 while nothing counts."""
        return 100 * self.kept // self.counted if self.counted else 0

    @property
    def passed(self) -> bool | None:
        """Whether every counted item was kept."""
        return None if not self.counted else self.kept == self.counted


def applying(items: Iterable[Item]) -> list[Item]:
    """The items that can apply by the template; what is "not applicable" is never asked."""
    return [item for item in items if not item.not_applicable]


def missing_of(items: Iterable[Item], replies: Mapping[str, Reply], evidence: Evidence, outcome: str) -> list[Missing]:
    """What keeps the visit from being completed, in the order of the checklist; empty when nothing does.

    A failing item is not missing: it was answered, and the score says what it means. Raises KeyError for an outcome
    that is unknown.
    """
    if not outcome:
        excused: frozenset[str] = frozenset()
        found = [Missing("outcome", OUTCOME_MISSING)]
    else:
        excused = EXCUSED[outcome]
        found = []
    asked = [item for item in applying(items) if item.required and item.code not in excused]
    lacks = ((item.code, _lack(item, replies.get(item.code), evidence)) for item in asked)
    return [Missing(code, lack) for code, lack in lacks if lack] + found


def _lack(item: Item, reply: Reply | None, evidence: Evidence) -> str:
    if reply is not None and reply.value == NOT_DONE:
        return ""
    if item.proof == SIGNATURE:
        return "" if evidence.signed else SIGNATURE_MISSING
    if item.proof == INSPECTION:
        return "" if evidence.inspected else INSPECTION_MISSING
    if reply is None:
        return UNANSWERED
    return _proof_lack(item, reply, evidence)


def _proof_lack(item: Item, reply: Reply, evidence: Evidence) -> str:
    if item.proof not in {CERTIFICATE, PRICE_LIST}:
        return ""
    if not reply.proof:
        return PROOF_MISSING
    valid = evidence.certificates if item.proof == CERTIFICATE else evidence.price_lists
    return "" if reply.proof in valid else PROOF_INVALID


def is_kept(item: Item, reply: Reply | None, evidence: Evidence) -> bool | None:
    """Whether the item was kept; None while it is open. A signature or inspection answers its item by itself."""
    if reply is not None and reply.value == NOT_DONE:
        return False
    return None if _lack(item, reply, evidence) else True


def score_of(items: Iterable[Item], replies: Mapping[str, Reply], evidence: Evidence) -> Score:
    """The score over the applying items that have been answered."""
    verdicts = [(item.code, is_kept(item, replies.get(item.code), evidence)) for item in applying(items)]
    counted = [(code, kept) for code, kept in verdicts if kept is not None]
    failing = tuple(code for code, kept in counted if not kept)
    return Score(kept=len(counted) - len(failing), counted=len(counted), failing=failing)
