"""The customer chooses, people approve: the first half of an exchange or a refund."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from servicedesk.errors import FORBIDDEN, OUT_OF_SCOPE, ActionError, invalid
from servicedesk.notify.services import notify
from servicedesk.people.models import User
from servicedesk.tickets.locking import lock_ticket
from servicedesk.tickets.models import Ticket, TicketState
from servicedesk.tickets.story import tell
from servicedesk.tickets.transitions import require, require_role
from warranty.facts_builder import local_day
from warranty.models import RemedyApproval, RemedyCase, RemedyKind
from warranty.remedies.approvals import Needed, approvers_of, needed_for, require_limit
from warranty.remedies.basis import basis_for

State = RemedyCase.State
LONGEST = 300
# While a ticket is worked on. One that waits for its callback is reopened first: the customer is not content.
WORKED_ON = frozenset({TicketState.OPEN, TicketState.SCHEDULED, TicketState.IN_SERVICE})


@dataclass(frozen=True)
class Choice:
    """What the customer chose and how he said so; whether the same model can be had, where that is known."""

    kind: str
    how: str
    words: str = ""
    same_model: bool | None = None

    def checked(self) -> "Choice":
        """The same, stripped. Refuses with 422 what is unknown or too long."""
        if self.kind not in RemedyKind.values:
            raise invalid("kind", "remedy_unknown", _("Choose exchange or refund."))
        if self.how not in RemedyCase.How.values:
            raise invalid("how", "how_unknown", _("Say how the customer told you."))
        words = self.words.strip()
        if len(words) > LONGEST:
            raise invalid("words", "text_too_long", _("This text is too long."), longest=LONGEST)
        return Choice(self.kind, self.how, words, self.same_model)


def choose_remedy(ticket_id: int, choice: Choice, *, actor: User | None, now: datetime) -> RemedyCase:
    """The exchange or refund the customer chose, waiting for approval; the same choice sent twice is one case.

    It rests on the verdict of today, which is recorded with it, or on what a person granted. Refuses with 403
    role_not_allowed, with 409 wrong_state, no_appliance, remedy_open (another one is on its way), not_entitled, with
    422 a wrong field and price_missing.
    """
    choice = choice.checked()
    with transaction.atomic():
        ticket = lock_ticket(ticket_id, actor)
        require_role("choose_remedy", actor)
        _refuse_unfit(ticket)
        living = living_remedy(ticket)
        if living is not None:
            if living.kind == choice.kind and living.state == State.CHOSEN:
                return living
            raise ActionError("remedy_open", _("An exchange or refund is on its way already. Withdraw it first."))
        basis = basis_for(ticket, choice.kind, choice.same_model, actor=actor, now=now)
        remedy = RemedyCase.objects.create(
            ticket=ticket,
            appliance=basis.decision.appliance,
            decision=basis.decision,
            override=basis.override,
            kind=choice.kind,
            worth=basis.worth,
            amount=basis.amount,
            choice_how=choice.how,
            choice_words=choice.words,
            chosen_at=now,
            chosen_by=actor,
        )
        tell(ticket, "choose_remedy", actor=actor, now=now, note=choice.words, data=told(remedy))
        needed = needed_for(remedy.worth, local_day(now))
        asked = [user for user in approvers_of(ticket, needed) if actor is None or user.pk != actor.pk]
        notify(f"remedy:{remedy.pk}:chosen", asked, "remedy_chosen", ticket=ticket, values=told(remedy))
    return remedy


def _refuse_unfit(ticket: Ticket) -> None:
    if ticket.appliance_id is None:
        raise ActionError("no_appliance", _("The ticket names no appliance. Enter it first."))
    if ticket.state not in WORKED_ON:
        raise ActionError(
            "wrong_state", _("The ticket is not being worked on. Reopen it before the customer chooses a remedy.")
        )
    if RemedyCase.objects.filter(appliance=ticket.appliance_id, state=State.DONE).exists():
        raise ActionError("already_given", _("This unit was exchanged or paid back already."))
    elsewhere = RemedyCase.objects.filter(appliance=ticket.appliance_id, state__in=[State.CHOSEN, State.APPROVED])
    if elsewhere.exclude(ticket=ticket).exists():
        raise ActionError("remedy_open", _("Another ticket has an exchange or refund of this unit on its way."))


def approve_remedy(remedy_id: int, *, actor: User, now: datetime, note: str = "") -> RemedyCase:
    """The remedy with one more approval; approved once there are enough (docs/warranty.md, approvals by amount).

    Refuses with 403 own_choice whoever recorded the choice, with 403 above_limit, with 409 wrong_state.
    """
    with transaction.atomic():
        ticket, remedy = lock_remedy(remedy_id, "approve_remedy", actor)
        _refuse_own(remedy, actor)
        require_limit(remedy.worth, actor=actor, now=now)
        _answer(remedy, actor, now, approved=True, reason=note.strip())
        needed = needed_for(remedy.worth, local_day(now))
        if enough(remedy, needed):
            remedy.state = State.APPROVED
            save(remedy, "state")
            _tell_owner(ticket, remedy, "remedy_approved")
        tell(ticket, "approve_remedy", actor=actor, now=now, note=note.strip(), data=told(remedy))
    return remedy


def enough(remedy: RemedyCase, needed: Needed) -> bool:
    """Whether as many people approved as the sum takes."""
    return remedy.approvals.filter(approved=True, by__role__in=needed.roles).count() >= needed.people


def refuse_remedy(remedy_id: int, reason: str, *, actor: User, now: datetime) -> RemedyCase:
    """The refused remedy; the owner is told and speaks with the customer. Refuses with 422 a missing reason."""
    reason = reason.strip()
    if not reason:
        raise invalid("reason", "reason_missing", _("Say why it is refused: the customer is owed an answer."))
    with transaction.atomic():
        ticket, remedy = lock_remedy(remedy_id, "refuse_remedy", actor)
        _refuse_own(remedy, actor)
        _answer(remedy, actor, now, approved=False, reason=reason[:LONGEST])
        _end(remedy, State.REFUSED, reason, now)
        tell(ticket, "refuse_remedy", actor=actor, now=now, note=reason, data=told(remedy))
        _tell_owner(ticket, remedy, "remedy_refused")
    return remedy


def withdraw_remedy(remedy_id: int, reason: str, *, actor: User | None, now: datetime) -> RemedyCase:
    """The withdrawn remedy: the customer changed his mind, or it was recorded by mistake; another can be chosen.

    Refuses with 409 already_given once he has the new unit or his money, with 422 a missing reason.
    """
    reason = reason.strip()
    if not reason:
        raise invalid("reason", "reason_missing", _("Say why it is withdrawn."))
    with transaction.atomic():
        ticket, remedy = lock_remedy(remedy_id, "withdraw_remedy", actor)
        if remedy.is_given or remedy.old_back_on is not None:
            raise ActionError(
                "already_given", _("Unit or money have changed hands already: carry the remedy to its end.")
            )
        _end(remedy, State.WITHDRAWN, reason, now)
        tell(ticket, "withdraw_remedy", actor=actor, now=now, note=reason, data=told(remedy))
    return remedy


def _refuse_own(remedy: RemedyCase, actor: User) -> None:
    if remedy.chosen_by_id == actor.pk:
        raise ActionError(
            "own_choice", _("You recorded this choice yourself: somebody else must decide."), status=FORBIDDEN
        )


def _answer(remedy: RemedyCase, actor: User, now: datetime, *, approved: bool, reason: str) -> None:
    if remedy.approvals.filter(by=actor).exists():
        raise ActionError("answered_already", _("You have answered already. A second person is needed."))
    RemedyApproval.objects.create(remedy=remedy, approved=approved, reason=reason[:LONGEST], by=actor, at=now)


def _end(remedy: RemedyCase, state: str, reason: str, now: datetime) -> None:
    remedy.state, remedy.end_reason, remedy.ended_at = state, reason[:LONGEST], now
    save(remedy, "state", "end_reason", "ended_at")


def _tell_owner(ticket: Ticket, remedy: RemedyCase, kind: str) -> None:
    people = [user for user in (ticket.owner, remedy.chosen_by) if user is not None]
    notify(f"remedy:{remedy.pk}:{kind}", people, kind, ticket=ticket, values=told(remedy))


def told(remedy: RemedyCase) -> dict[str, object]:
    """What a line of the story and a notice keep of a remedy: ids, codes, sums."""
    return {"remedy": remedy.pk, "kind": remedy.kind, "state": remedy.state, "worth": str(remedy.worth)}


def living_remedy(ticket: Ticket) -> RemedyCase | None:
    """The exchange or refund of the ticket that is on its way, or None."""
    return RemedyCase.objects.filter(ticket=ticket, state__in=[State.CHOSEN, State.APPROVED]).first()


def lock_remedy(remedy_id: int, action: str, actor: User | None) -> tuple[Ticket, RemedyCase]:
    """Ticket and remedy, locked in this order. Refuses with 404, with 403 role_not_allowed, with 409 wrong_state."""
    ticket_id = RemedyCase.objects.filter(pk=remedy_id).values_list("ticket_id", flat=True).first()
    if ticket_id is None:
        raise ActionError("remedy_not_found", _("There is no such exchange or refund."), status=OUT_OF_SCOPE)
    ticket = lock_ticket(ticket_id, actor)
    remedy = RemedyCase.objects.select_for_update(of=("self",)).select_related("appliance").get(pk=remedy_id)
    require(action, actor, remedy.state)
    return ticket, remedy


def save(remedy: RemedyCase, *fields: str) -> None:
    """Saves `fields` and counts the version up."""
    remedy.row_version += 1
    remedy.save(update_fields=[*fields, "row_version"])
