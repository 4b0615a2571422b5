"""Answering the checklist and recording the one-stop inspection."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from servicedesk.errors import OUT_OF_SCOPE, ActionError, invalid
from servicedesk.people.models import User
from servicedesk.tickets.models import VISIT_KINDS
from visits.inspection import CHECKS
from visits.measures import number_from, option_named, plain_number
from visits.models import Answer, ChecklistItem, Inspection, Visit
from visits.selectors import day_of, local_day, others_of, price_list_on, valid_certificates
from visits.services.base import DeviceClock, Hand, device_moment, lock_visit, note_step, tell_step

LONGEST_PROOF = 300
LONGEST_NOTE = 300
LONGEST_READING = 20
LONGEST_REMARK = 500
LONGEST_HEARD = 300


@dataclass(frozen=True)
class ItemAnswer:
    """What is said about an item, by its code: `done` when the norm was kept, `not_done` when it was not."""

    code: str
    value: str
    proof: str = ""
    note: str = ""


@dataclass(frozen=True)
class CheckResult:
    """One check of the inspection: in order or not, with its reading where it was measured."""

    code: str
    ok: bool
    reading: str = ""


def answer_item(
    visit_id: int,
    said: ItemAnswer,
    *,
    actor: User | None,
    now: datetime,
    device_at: DeviceClock = None,
    on_behalf: str = "",
) -> Answer:
    """The answer; an earlier one stays, the newest counts. Saying the same again gives the answer already there.

    A number and a choice say themselves whether the norm was kept, whatever `value` was sent with them. Refuses with
    404 an item that is not on the visit's checklist, with 422 an unknown value, a missing or invalid certificate
    number (the technician's own, valid on the day), a price list that is not in force, a number nobody can have
    measured, an unknown choice, a text too long.
    """
    hand = Hand(actor, now, device_at, on_behalf)
    _check_texts(said)
    with transaction.atomic():
        visit = lock_visit(visit_id, "answer_item", hand)
        item = ChecklistItem.objects.filter(version=visit.checklist_id, code=said.code, not_applicable=False).first()
        if item is None:
            raise ActionError("item_not_found", _("This item is not on the checklist."), status=OUT_OF_SCOPE)
        value, proof = _checked(visit, item, said, now)
        last = Answer.objects.filter(visit=visit, item__code=item.code).order_by("-id").first()
        note = said.note.strip()
        if last is not None and (last.value, last.proof, last.note) == (value, proof, note):
            return last
        if on_behalf.strip():
            note_step(visit, "answer_item", hand, item=item.code)
        return Answer.objects.create(
            visit=visit,
            item=item,
            value=value,
            proof=proof,
            note=note,
            at=now,
            device_at=device_moment(device_at),
            actor=actor,
        )


def _check_texts(said: ItemAnswer) -> None:
    if said.value not in Answer.Value.values:
        raise invalid("value", "answer_unknown", _("Choose an answer."))
    if len(said.proof.strip()) > LONGEST_PROOF:
        raise invalid("proof", "proof_too_long", _("This is too long."))
    if len(said.note.strip()) > LONGEST_NOTE:
        raise invalid("note", "note_too_long", _("The note is too long."))


def _checked(visit: Visit, item: ChecklistItem, said: ItemAnswer, now: datetime) -> tuple[str, str]:
    """The answer and its proof as they are kept."""
    proof, kind = said.proof.strip(), ChecklistItem.Proof(item.proof)
    if said.value == Answer.Value.NOT_DONE:
        return said.value, proof
    if kind == kind.NUMBER:
        return _measured(item, proof)
    if kind == kind.CHOICE:
        return _chosen(item, proof)
    if kind == kind.CERTIFICATE:
        _check_certificate(visit, proof, now)
    if kind == kind.PRICE_LIST:
        _check_price_list(visit, proof, now)
    if kind == kind.TEXT and not proof:
        raise invalid("proof", "text_missing", _("Write down what was found."))
    return said.value, proof


def _check_certificate(visit: Visit, proof: str, now: datetime) -> None:
    if not proof:
        raise invalid("proof", "certificate_missing", _("Enter the number of the certificate that was shown."))
    if proof not in valid_certificates(visit.technician, day_of(visit, now)):
        raise invalid(
            "proof",
            "certificate_invalid",
            _("This is no certificate of the technician that is valid on the day of the visit."),
        )


def _check_price_list(visit: Visit, proof: str, now: datetime) -> None:
    in_force = price_list_on(local_day(day_of(visit, now)))
    if in_force is None or proof != in_force.version:
        raise invalid("proof", "price_list_invalid", _("This price list is not in force on the day of the visit."))


def _measured(item: ChecklistItem, proof: str) -> tuple[str, str]:
    number = number_from(proof)
    if number is None:
        raise invalid("proof", "number_needed", _("Enter a number, for example 12.5."))
    if not item.limits.is_possible(number):
        values = {"least": plain_number(item.least), "most": plain_number(item.most), "unit": item.unit}
        sentence = _("Only %(least)s to %(most)s %(unit)s can be measured. Look at the number again.")
        raise invalid("proof", "number_impossible", sentence % values)
    kept = item.limits.is_kept(number)
    return (Answer.Value.DONE if kept else Answer.Value.NOT_DONE), str(number)


def _chosen(item: ChecklistItem, proof: str) -> tuple[str, str]:
    option = option_named(item.choices, proof)
    if option is None:
        raise invalid("proof", "choice_unknown", _("Choose one of the answers."))
    return (Answer.Value.NOT_DONE if option.fails else Answer.Value.DONE), option.code


@dataclass(frozen=True)
class Heard:
    """What was said about another appliance at home: its id, the kind of ticket it asks for, and the words."""

    appliance: int
    kind: str
    words: str


@dataclass(frozen=True)
class Findings:
    """What the inspection showed, and what was said about the other appliances at home."""

    checks: Sequence[CheckResult]
    remark: str = ""
    others_asked: bool = False
    others: Sequence[Heard] = ()


def record_inspection(
    visit_id: int,
    findings: Findings,
    *,
    actor: User | None,
    now: datetime,
    device_at: DeviceClock = None,
    on_behalf: str = "",
) -> Inspection:
    """The inspection of the product; recorded again it replaces what was noted before, the step is kept.

    What was found wrong goes into the story; when the visit is completed it becomes a task, and what was heard about
    each other appliance a follow-on ticket (visits.followups). Refuses with 422 an empty list, an unknown check, a
    text too long, an appliance of somebody else, and what was heard without the question or without words.
    """
    hand = Hand(actor, now, device_at, on_behalf)
    remark = findings.remark.strip()
    _check_findings(findings.checks, remark)
    with transaction.atomic():
        visit = lock_visit(visit_id, "record_inspection", hand)
        _check_others(visit, findings)
        fields = {
            "checks": [asdict(one) for one in findings.checks],
            "remark": remark,
            "others_asked": findings.others_asked,
            "others": [asdict(one) for one in findings.others],
            "recorded_at": now,
            "recorded_by": actor,
        }
        inspection, _made = Inspection.objects.update_or_create(visit=visit, defaults=fields)
        wrong = [one.code for one in findings.checks if not one.ok]
        note_step(visit, "record_inspection", hand, wrong=wrong)
        if wrong or remark:
            before = visit.ticket.state
            tell_step(visit, "record_inspection", hand, from_state=before, note=remark, wrong=wrong)
    return inspection


def _check_findings(checks: Sequence[CheckResult], remark: str) -> None:
    if not checks:
        raise invalid("checks", "inspection_empty", _("Go through the checks of the inspection."))
    if any(one.code not in CHECKS for one in checks):
        raise invalid("checks", "check_unknown", _("This check is not part of the inspection."))
    if any(len(one.reading) > LONGEST_READING for one in checks):
        raise invalid("checks", "reading_too_long", _("A reading is too long."))
    if len(remark) > LONGEST_REMARK:
        raise invalid("remark", "remark_too_long", _("The remark is too long."))


def _check_others(visit: Visit, findings: Findings) -> None:
    """Only what the customer really has at home, each once, and only where the question was asked."""
    if findings.others and not findings.others_asked:
        raise invalid("others_asked", "others_not_asked", _("Tick that you asked about the other appliances."))
    named = [one.appliance for one in findings.others]
    known = {appliance.pk for appliance in others_of(visit)}
    if len(set(named)) != len(named) or not set(named) <= known:
        raise invalid("others", "appliance_unknown", _("Choose one of the other appliances of this customer."))
    for one in findings.others:
        if one.kind not in VISIT_KINDS:
            raise invalid("others", "kind_unknown", _("Choose what the request is about."))
        if not one.words.strip():
            raise invalid("others", "words_missing", _("Write down what the customer said about it."))
        if len(one.words.strip()) > LONGEST_HEARD:
            raise invalid("others", "words_too_long", _("What the customer said is too long."))
