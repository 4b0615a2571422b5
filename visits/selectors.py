"""What is known of visits: their checklist as it stands, the proofs of the day, and a technician's days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Sum, When

from dispatch.models import Certification, Technician
from servicedesk.catalogue.models import Appliance
from servicedesk.people.wording import in_language
from servicedesk.tickets.models import Ticket
from visits import completion
from visits.measures import limits_text, option_named, plain_number
from visits.models import (
    Answer,
    Charge,
    ChecklistItem,
    ChecklistVersion,
    Inspection,
    Photo,
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

    @property
    def options(self) -> list[dict[str, str]]:
        """The answers of a choice, in the language being spoken."""
        return [{"code": one.code, "text": in_language(one.zh, one.en)} for one in self.item.choices]

    @property
    def norm(self) -> str:
        """The limits of a number within which the norm is kept, with the unit; empty without limits."""
        return limits_text(self.item.limits, self.item.unit)

    @property
    def told(self) -> str:
        """What was written, measured or chosen, as it is read."""
        if self.answer is None or not self.answer.proof:
            return ""
        if self.item.proof == completion.NUMBER:
            return f"{self.answer.proof} {self.item.unit}".strip()
        option = option_named(self.item.choices, self.answer.proof)
        return self.answer.proof if option is None else in_language(option.zh, option.en)


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


def checklist_in_force(occasion: str, at: datetime, kind: str = "", category: str = "") -> ChecklistVersion | None:
    """The version in force at `at` of the most special template that fits: kind and product before the kind, the kind
    before the product, these before the one for all. None where no checklist has been loaded.
    """
    fitting = ChecklistVersion.objects.filter(
        Q(template__categories=[]) | Q(template__categories__contains=[category]),
        Q(template__retired_at=None) | Q(template__retired_at__gt=at),
        template__occasion=occasion,
        template__kind__in=["", kind],
        effective_from__lte=at,
    )
    for_all = Case(When(template__categories=[], then=1), default=0)
    return fitting.order_by("-template__kind", for_all, "-effective_from", "-version").first()


def checklist_for(ticket: Ticket, occasion: str, at: datetime) -> ChecklistVersion | None:
    """The version in force at `at` for a visit of this ticket."""
    category = ticket.category.code if ticket.category is not None else ""
    return checklist_in_force(occasion, at, ticket.kind, category)


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
    """The proofs of the visit as of now; three queries."""
    at = day_of(visit, now)
    prices = price_list_on(local_day(at))
    signature = Signature.objects.filter(visit=OuterRef("pk"))
    inspection = Inspection.objects.filter(visit=OuterRef("pk"))
    shown = Photo.objects.filter(visit=OuterRef("pk")).exclude(item="").values("item")
    proofs = (Exists(signature), Exists(inspection), ArraySubquery(shown))
    signed, inspected, photos = Visit.objects.values_list(*proofs).get(pk=visit.pk)
    return completion.Evidence(
        signed=signed,
        inspected=inspected,
        certificates=frozenset(valid_certificates(visit.technician, at)),
        price_lists=frozenset({prices.version} if prices else ()),
        photos=frozenset(photos),
    )


def standing_of(visit: Visit, now: datetime) -> Standing:
    """How the visit stands as of now; without a checklist there are no lines."""
    rows = list(ChecklistItem.objects.filter(version=visit.checklist_id)) if visit.checklist_id else []
    answers = latest_answers(visit)
    evidence = evidence_of(visit, now)
    items = [as_item(row) for row in rows]
    replies = as_replies(answers)
    shown = {item.code for item in completion.applying(items, replies)}
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
        if row.code in shown
    ]
    return Standing(lines, missing, completion.score_of(items, replies, evidence), evidence)


def photo_item(visit: Visit, code: str) -> ChecklistItem | None:
    """The item of the visit's checklist with that code, if it asks for a photo."""
    photos = ChecklistItem.objects.filter(version=visit.checklist_id, proof=ChecklistItem.Proof.PHOTO)
    return photos.filter(code=code, not_applicable=False).first()


def items_to_play(visit: Visit) -> list[ChecklistItem]:
    """The items that are answered by hand and hang on no other: for whoever plays a visit through."""
    asked = ChecklistItem.objects.filter(version=visit.checklist_id, not_applicable=False, shown_when={})
    return list(asked.exclude(proof__in=completion.BY_THEMSELVES).order_by("position"))


def proof_of_keeping(item: ChecklistItem) -> str:
    """An answer with which a choice, a number or a text keeps the norm: for whoever plays a visit through."""
    if item.proof == completion.CHOICE:
        return next(one.code for one in item.choices if not one.fails)
    if item.proof == completion.NUMBER:
        return plain_number(
            next(limit for limit in (item.low, item.high, item.least, Decimal(0)) if limit is not None)
        )
    return "正常" if item.proof == completion.TEXT else ""


def as_item(row: ChecklistItem) -> completion.Item:
    """The row as the pure rules read it."""
    return completion.Item(
        row.code,
        row.proof,
        row.required,
        row.not_applicable,
        frozenset(row.excused),
        row.condition("shown_when"),
        row.condition("required_when"),
    )


def as_replies(answers: Mapping[str, Answer]) -> dict[str, completion.Reply]:
    """The answers as the pure rules read them."""
    return {code: completion.Reply(answer.value, answer.proof) for code, answer in answers.items()}


def charges_of(visit: Visit) -> QuerySet[Charge]:
    """The charges of the visit with their price items, in the order of the list."""
    return Charge.objects.filter(visit=visit).select_related("item").order_by("item__code", "id")


def others_of(visit: Visit) -> list[Appliance]:
    """The customer's other appliances that are still with him, with category and model, in the order of the list."""
    at_home = Appliance.objects.filter(customer=visit.ticket.customer_id, replaced_by=None)
    found = at_home.exclude(pk=visit.ticket.appliance_id) if visit.ticket.appliance_id else at_home
    return list(found.select_related("category", "model").order_by("category__code", "pk"))


def payable_fen(**of: object) -> int:
    """What is to be paid, in fen, for the charges found by `of` (visit=… or visit__ticket=…)."""
    total: int | None = Charge.objects.filter(**of).aggregate(total=Sum("fen"))["total"]
    return total or 0
