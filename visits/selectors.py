"""What is known of visits: their checklist as it stands, the proofs of the day, and a technician's days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet, Sum

from dispatch.models import Certification, Technician
from visits import completion
from visits.models import (
    Answer,
    Charge,
    ChecklistItem,
    ChecklistVersion,
    Inspection,
    PriceList,
    Signature,
    Visit,
)


@dataclass(frozen=True)
class Line:
    """An item of the checklist with its latest answer and what it still lacks."""

    item: ChecklistItem
    answer: Answer | None
    kept: bool | None
    lack: str = ""


@dataclass(frozen=True)
class Standing:
    """How a visit stands: its lines, what is missing for its outcome, the score, and the proofs behind it."""

    lines: list[Line]
    missing: list[completion.Missing]
    score: completion.Score
    evidence: completion.Evidence

    @property
    def lacking(self) -> int:
        """How many items of the checklist still lack something."""
        return sum(1 for one in self.missing if one.lack != completion.OUTCOME_MISSING)

    @property
    def unanswered(self) -> int:
        """How many applying items have no verdict yet; the score leaves them out."""
        return sum(1 for line in self.lines if line.kept is None)


def local_day(moment: datetime, zone: str = "Asia/Shanghai") -> date:
    """The day of `moment` where the outlet is."""
    return moment.astimezone(ZoneInfo(zone)).date()


def checklist_in_force(occasion: str, at: datetime) -> ChecklistVersion | None:
    """The newest version for `occasion` in force at `at`; None where no checklist has been loaded."""
    versions = ChecklistVersion.objects.filter(template__occasion=occasion, effective_from__lte=at)
    return versions.order_by("-effective_from", "-version").first()


def price_list_on(day: date) -> PriceList | None:
    """The unified price list in force on `day`."""
    return PriceList.objects.filter(effective_from__lte=day).order_by("-effective_from", "-id").first()


def valid_certificates(technician: Technician, at: datetime) -> list[str]:
    """Numbers of the technician's own certificates that are valid on the local day of `at`, the longest first."""
    day = local_day(at)
    found = Certification.objects.filter(technician=technician, valid_from__lte=day, valid_until__gte=day)
    standing = found.filter(Q(suspended_at=None) | Q(suspended_at__gt=at))
    return list(standing.order_by("-valid_until", "number").values_list("number", flat=True))


def day_of(visit: Visit, now: datetime) -> datetime:
    """The instant whose day a proof must hold on: the arrival, or `now` before it."""
    return visit.arrived_at or now


def latest_answers(visit: Visit) -> dict[str, Answer]:
    """The newest answer to each item of the norm, by the item's code; one query.

    By code and not by row, so that a switch to the pick-up template keeps what was already answered.
    """
    answers = Answer.objects.filter(visit=visit).select_related("item").order_by("id")
    return {answer.item.code: answer for answer in answers}


def evidence_of(visit: Visit, now: datetime) -> completion.Evidence:
    """The proofs of the visit as of now."""
    at = day_of(visit, now)
    prices = price_list_on(local_day(at))
    return completion.Evidence(
        signed=Signature.objects.filter(visit=visit).exists(),
        inspected=Inspection.objects.filter(visit=visit).exists(),
        certificates=frozenset(valid_certificates(visit.technician, at)),
        price_lists=frozenset({prices.version} if prices else ()),
    )


def standing_of(visit: Visit, now: datetime) -> Standing:
    """How the visit stands as of now; without a checklist there are no lines."""
    rows = list(ChecklistItem.objects.filter(version=visit.checklist_id)) if visit.checklist_id else []
    answers = latest_answers(visit)
    evidence = evidence_of(visit, now)
    items = [as_item(row) for row in rows]
    replies = as_replies(answers)
    missing = completion.missing_of(items, replies, evidence, visit.outcome)
    lacks = {one.code: one.lack for one in missing}
    lines = [
        Line(
            row,
            answers.get(row.code),
            completion.is_kept(item, replies.get(row.code), evidence),
            lacks.get(row.code, ""),
        )
        for row, item in zip(rows, items, strict=True)
        if not row.not_applicable
    ]
    return Standing(lines, missing, completion.score_of(items, replies, evidence), evidence)


def as_item(row: ChecklistItem) -> completion.Item:
    """The row as the pure rules read it."""
    return completion.Item(row.code, row.proof, row.required, row.not_applicable)


def as_replies(answers: Mapping[str, Answer]) -> dict[str, completion.Reply]:
    """The answers as the pure rules read them."""
    return {code: completion.Reply(answer.value, answer.proof) for code, answer in answers.items()}


def charges_of(visit: Visit) -> QuerySet[Charge]:
    """The charges of the visit with their price items, in the order of the list."""
    return Charge.objects.filter(visit=visit).select_related("item").order_by("item__code", "id")


def payable_fen(**of: object) -> int:
    """What is to be paid, in fen, for the charges found by `of` (visit=… or visit__ticket=…)."""
    total: int | None = Charge.objects.filter(**of).aggregate(total=Sum("fen"))["total"]
    return total or 0
