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
TEXT = "text"
NUMBER = "number"
CHOICE = "choice"
PHOTO = "photo"
# Kinds whose answer comes by itself with what they ask for.
BY_THEMSELVES = frozenset({SIGNATURE, INSPECTION, PHOTO})
# Kinds whose answer is nothing without what was written, measured, chosen or shown.
TOLD = frozenset({CERTIFICATE, PRICE_LIST, TEXT, NUMBER, CHOICE})

DONE = "done"
NOT_DONE = "not_done"

UNANSWERED = "unanswered"
PROOF_MISSING = "proof_missing"
PROOF_INVALID = "proof_invalid"
SIGNATURE_MISSING = "signature_missing"
INSPECTION_MISSING = "inspection_missing"
PHOTO_MISSING = "photo_missing"
OUTCOME_MISSING = "outcome_missing"


@dataclass(frozen=True)
class Reply:
    """The latest answer to an item: `done` means that the norm was kept; for a no-accept, that nothing was taken."""

    value: str
    proof: str = ""


@dataclass(frozen=True)
class Condition:
    """An item further up, and the answers to it (`done`, `not_done`, the code of a choice) of which one must be."""

    item: str
    answers: frozenset[str]

    def holds(self, replies: Mapping[str, Reply]) -> bool:
        """Whether one of the answers was given."""
        reply = replies.get(self.item)
        return reply is not None and bool(self.answers & {reply.value, reply.proof})


@dataclass(frozen=True)
class Item:
    """A line of the checklist as its template has it.

    `excused` are the outcomes that do not ask for it: nothing was finished that could be shown, explained or
    inspected. Leaving it open then costs nothing; answering it still counts.
    """

    code: str
    proof: str = TICK
    required: bool = True
    not_applicable: bool = False
    excused: frozenset[str] = frozenset()
    shown_when: Condition | None = None
    required_when: Condition | None = None


@dataclass(frozen=True)
class Evidence:
    """What the visit can show: signature with opinion, inspection, the proofs that hold on its day, and the items that
    have a photo.
    """

    signed: bool = False
    inspected: bool = False
    certificates: frozenset[str] = field(default_factory=frozenset)
    price_lists: frozenset[str] = field(default_factory=frozenset)
    photos: frozenset[str] = field(default_factory=frozenset)


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


def applying(items: Iterable[Item], replies: Mapping[str, Reply]) -> list[Item]:
    """The items that can apply: neither "not applicable" by the template nor hidden by the answer to an item further
    up. What hangs on a hidden item is hidden too.
    """
    found: list[Item] = []
    codes: set[str] = set()
    for item in items:
        when = item.shown_when
        if item.not_applicable or (when is not None and not (when.item in codes and when.holds(replies))):
            continue
        found.append(item)
        codes.add(item.code)
    return found


def is_asked(item: Item, replies: Mapping[str, Reply], outcome: str) -> bool:
    """Whether the visit cannot end without it."""
    required = item.required or (item.required_when is not None and item.required_when.holds(replies))
    return required and outcome not in item.excused


def missing_of(items: Iterable[Item], replies: Mapping[str, Reply], evidence: Evidence, outcome: str) -> list[Missing]:
    """What keeps the visit from being completed, in the order of the checklist; empty when nothing does.

    A failing item is not missing: it was answered, and the score says what it means.
    """
    asked = [item for item in applying(items, replies) if is_asked(item, replies, outcome)]
    lacks = ((item.code, _lack(item, replies.get(item.code), evidence)) for item in asked)
    found = [Missing(code, lack) for code, lack in lacks if lack]
    return found if outcome else [*found, Missing("outcome", OUTCOME_MISSING)]


def _lack(item: Item, reply: Reply | None, evidence: Evidence) -> str:
    if reply is not None and reply.value == NOT_DONE:
        return ""
    if item.proof == SIGNATURE:
        return "" if evidence.signed else SIGNATURE_MISSING
    if item.proof == INSPECTION:
        return "" if evidence.inspected else INSPECTION_MISSING
    if item.proof == PHOTO:
        return "" if item.code in evidence.photos else PHOTO_MISSING
    if reply is None:
        return UNANSWERED
    return _proof_lack(item, reply, evidence)


def _proof_lack(item: Item, reply: Reply, evidence: Evidence) -> str:
    if item.proof not in TOLD:
        return ""
    if not reply.proof:
        return PROOF_MISSING
    if item.proof not in {CERTIFICATE, PRICE_LIST}:
        return ""
    valid = evidence.certificates if item.proof == CERTIFICATE else evidence.price_lists
    return "" if reply.proof in valid else PROOF_INVALID


def is_kept(item: Item, reply: Reply | None, evidence: Evidence) -> bool | None:
    """Whether the item was kept; None while it is open.

    Signature, inspection and photo answer their item by themselves.
    """
    if reply is not None and reply.value == NOT_DONE:
        return False
    return None if _lack(item, reply, evidence) else True


def score_of(items: Iterable[Item], replies: Mapping[str, Reply], evidence: Evidence) -> Score:
    """The score over the applying items that have been answered."""
    verdicts = [(item.code, is_kept(item, replies.get(item.code), evidence)) for item in applying(items, replies)]
    counted = [(code, kept) for code, kept in verdicts if kept is not None]
    failing = tuple(code for code, kept in counted if not kept)
    return Score(kept=len(counted) - len(failing), counted=len(counted), failing=failing)
