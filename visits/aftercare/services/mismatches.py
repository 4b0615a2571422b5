"""Mismatches: found by the system when a visit ends or a customer was heard, decided by a person who was not there."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dispatch.services import note_conduct, withdraw_conduct
from servicedesk.errors import FORBIDDEN, OUT_OF_SCOPE, ActionError, invalid
from servicedesk.notify.services import notify
from servicedesk.people.models import Role, User
from servicedesk.tickets.locking import lock_ticket
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.story import tell
from servicedesk.tickets.transitions import require
from visits.aftercare.comparison import Found, against_answers, against_sheet, bill_of, sheet_of
from visits.aftercare.script import script_of
from visits.fees import expectation_of, fee_findings, parts_charged_before
from visits.models import Callback, Mismatch, PriceItem, SurveyResponse, Visit
from visits.selectors import charges_of, standing_of

State = Mismatch.State
DECIDED = (State.CONFIRMED, State.EXPLAINED)
LONGEST_REASON = 500


def note_sheet_mismatches(visit: Visit, *, now: datetime) -> list[Mismatch]:
    """The differences between the completed visit and the sheet its customer signed, each kept once."""
    charges = list(charges_of(visit))
    sheet = sheet_of(visit, _kinds())
    return _keep(visit, None, against_sheet(visit.outcome, bill_of(charges), sheet), now)


def note_fee_mismatches(visit: Visit, *, now: datetime) -> list[Mismatch]:
    """Where the visit's charges are not what verdict and price list expect, and suspicious patterns, each once."""
    found = fee_findings(
        visit, list(charges_of(visit)), expectation_of(visit.ticket, now), parts_charged_before(visit, now)
    )
    return _keep(visit, None, [Found(one.code, one.sides) for one in found], now)


def note_answer_mismatches(
    ticket: Ticket, callback: Callback, response: SurveyResponse, *, now: datetime
) -> list[Mismatch]:
    """The answers of the call that contradict record or signed sheet of its visit, each kept once."""
    visit = callback.visit
    if visit is None or not response.answers:
        return []
    visit.ticket = ticket
    charges = list(charges_of(visit))
    bill = bill_of(charges)
    script = script_of(callback, visit, standing_of(visit, now).lines, bill.fen)
    sheet = sheet_of(visit, _kinds())
    return _keep(visit, response, against_answers(script, response.answers, visit, bill, sheet), now)


def _kinds() -> dict[str, str]:
    return dict(PriceItem.objects.values_list("code", "kind"))


def _keep(visit: Visit, response: SurveyResponse | None, found: Iterable[Found], now: datetime) -> list[Mismatch]:
    kept = []
    for one in found:
        mismatch, made = Mismatch.objects.get_or_create(
            visit=visit,
            code=one.code,
            response=response,
            defaults={
                "ticket_id": visit.ticket_id,
                "technician_id": visit.technician_id,
                "sides": one.sides,
                "found_at": now,
            },
        )
        if made:
            kept.append(mismatch)
    if kept:
        _tell_found(visit.ticket, kept, now)
    return kept


def _tell_found(ticket: Ticket, kept: list[Mismatch], now: datetime) -> None:
    data = {"mismatches": [one.pk for one in kept], "codes": [one.code for one in kept]}
    tell(ticket, "find_mismatch", actor=None, now=now, data=data)
    values = {"mismatch": kept[0].pk}
    notify(f"mismatch:{kept[0].pk}", reviewers_of(ticket), "mismatch_found", ticket=ticket, values=values)


def reviewers_of(ticket: Ticket) -> list[User]:
    """The supervisors who are told: those of the outlet, or those of the desk where it has none; else the managers."""
    supervisors = User.objects.filter(role=Role.SUPERVISOR, is_active=True)
    own = list(supervisors.filter(outlets=ticket.outlet_id)) if ticket.outlet_id else []
    desk = own or list(supervisors.filter(outlets=None))
    return desk or list(User.objects.filter(role=Role.MANAGER, is_active=True))


def conduct_code(mismatch: Mismatch) -> str:
    """Under which code a confirmed mismatch is held against the technician."""
    return f"mismatch.{mismatch.code}"


def decide_mismatch(
    mismatch_id: int,
    state: str,
    *,
    actor: User | None,
    now: datetime,
    reason: str = "",
    expected_version: int | None = None,
) -> Mismatch:
    """The mismatch, confirmed or explained. Its facts stay as they were found.

    Refuses with 403 own_visit the person it is about, with 422 reason_missing an explanation without words, with 422
    decision_unknown, with 409 wrong_state what was decided before, with 409 edited_meanwhile.
    """
    reason = reason.strip()
    if state not in DECIDED:
        raise invalid("state", "decision_unknown", _("Choose whether the mismatch is confirmed or explained."))
    if state == State.EXPLAINED and not reason:
        raise invalid("reason", "reason_missing", _("Write down what explains it."))
    if len(reason) > LONGEST_REASON:
        raise invalid("reason", "reason_too_long", _("The reason is too long."), longest=LONGEST_REASON)
    with transaction.atomic():
        ticket, mismatch = _lock(mismatch_id, "decide_mismatch", actor)
        _refuse_second(mismatch, expected_version)
        mismatch.state, mismatch.reason = state, reason
        mismatch.decided_by, mismatch.decided_at = actor, now
        _save(mismatch)
        if state == State.CONFIRMED:
            note_conduct(ticket, mismatch.technician, [conduct_code(mismatch)], now=now)
        data = {"mismatch": mismatch.pk, "code": mismatch.code, "state": state}
        tell(ticket, "decide_mismatch", actor=actor, now=now, note=reason, data=data)
    return mismatch


def reopen_mismatch(
    mismatch_id: int, *, actor: User | None, now: datetime, expected_version: int | None = None
) -> Mismatch:
    """The mismatch, to be reviewed again; what was decided stays in the story. Refuses like `decide_mismatch`."""
    with transaction.atomic():
        ticket, mismatch = _lock(mismatch_id, "reopen_mismatch", actor)
        _refuse_second(mismatch, expected_version)
        before = mismatch.state
        mismatch.state, mismatch.reason = State.OPEN, ""
        mismatch.decided_by = mismatch.decided_at = None
        _save(mismatch)
        withdraw_conduct(ticket, mismatch.technician, conduct_code(mismatch), now=now)
        data = {"mismatch": mismatch.pk, "code": mismatch.code, "before": before}
        tell(ticket, "reopen_mismatch", actor=actor, now=now, data=data)
    return mismatch


def is_about(mismatch: Mismatch, user: User) -> bool:
    """Whether the mismatch is about `user` himself: he was at this customer's."""
    return Visit.objects.filter(ticket=mismatch.ticket_id, technician__user=user).exists()


def _lock(mismatch_id: int, action: str, actor: User | None) -> tuple[Ticket, Mismatch]:
    ticket_id = Mismatch.objects.filter(pk=mismatch_id).values_list("ticket_id", flat=True).first()
    if ticket_id is None:
        raise ActionError("mismatch_not_found", _("There is no such mismatch."), status=OUT_OF_SCOPE)
    ticket = lock_ticket(ticket_id, actor)
    mismatch = Mismatch.objects.select_for_update().get(pk=mismatch_id)
    require(action, actor, mismatch.state)
    if actor is not None and is_about(mismatch, actor):
        raise ActionError("own_visit", _("This is about your own visit: somebody else must decide."), status=FORBIDDEN)
    return ticket, mismatch


def _refuse_second(mismatch: Mismatch, expected: int | None) -> None:
    if expected is not None and expected != mismatch.row_version:
        raise ActionError(
            "edited_meanwhile",
            _("Somebody else has decided in the meantime. Look at it again."),
            detail={"version": mismatch.row_version},
        )


def _save(mismatch: Mismatch) -> None:
    mismatch.row_version += 1
    mismatch.save(update_fields=["state", "reason", "decided_by", "decided_at", "row_version"])
