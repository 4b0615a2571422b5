"""The actions of an improvement idea. Each is one function with the five beats of docs/architecture.md.

Locks are taken in the order ticket, idea. Every step stands in the idea's own history and in the story of each of its
tickets.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from servicedesk.catalogue.models import ProductModel
from servicedesk.errors import OUT_OF_SCOPE, ActionError, invalid, require_text
from servicedesk.ideas.models import Department, IdeaAnswer, IdeaEvent, IdeaState, ImprovementIdea
from servicedesk.ideas.selectors import is_fully_answered
from servicedesk.notify.services import notify
from servicedesk.people.models import Role, User
from servicedesk.tickets.locking import lock_ticket
from servicedesk.tickets.models import IntakeChannel, Ticket
from servicedesk.tickets.story import tell
from servicedesk.tickets.transitions import require, require_role

LONGEST_TITLE = 120
LONGEST_TEXT = 2000


@dataclass(frozen=True)
class Finding:
    """What was found on a ticket and what is proposed; without models the model of the ticket's appliance is meant."""

    title: str
    finding: str
    proposal: str
    models: Sequence[ProductModel] = ()


def propose_idea(ticket_id: int, said: Finding, *, actor: User | None, now: datetime) -> ImprovementIdea:
    """The idea, linked to the ticket it was found on and to the models it is about; managers are told.

    Refuses with 404 a ticket out of scope, with 422 an empty or too long text, a ticket without product
    (category_missing) and models of another kind of product.
    """
    title, finding, proposal = said.title.strip(), said.finding.strip(), said.proposal.strip()
    require_text("title", title, LONGEST_TITLE, missing=_("Give the idea a title."))
    require_text("finding", finding, LONGEST_TEXT, missing=_("Write down what was found."))
    require_text("proposal", proposal, LONGEST_TEXT, missing=_("Write down what is proposed."))
    with transaction.atomic():
        ticket = lock_ticket(ticket_id, actor)
        require_role("propose_idea", actor)
        if ticket.category is None:
            raise invalid("ticket", "category_missing", _("The ticket names no product; enter it first."))
        models = list(said.models) or _model_of(ticket)
        if any(model.category_id != ticket.category_id for model in models):
            raise invalid("models", "model_of_other_category", _("This model belongs to another kind of product."))
        idea = ImprovementIdea.objects.create(
            title=title,
            finding=finding,
            proposal=proposal,
            category=ticket.category,
            fault=ticket.fault,
            proposed_by=actor,
            proposed_at=now,
        )
        idea.product_models.set(models)
        idea.tickets.add(ticket)
        _tell(idea, "propose_idea", actor=actor, now=now, before="")
        managers = User.objects.filter(role=Role.MANAGER, is_active=True)
        notify(f"idea:{idea.pk}:proposed", managers, "idea_proposed", ticket=ticket, values={"idea": idea.pk})
    return idea


def link_idea(idea_id: int, ticket_id: int, *, actor: User | None, now: datetime) -> ImprovementIdea:
    """The idea with one more ticket on which the same was found.

    Refuses with 404 a ticket out of scope, with 409 already_linked, with 422 a ticket about another kind of product.
    """
    with transaction.atomic():
        ticket = lock_ticket(ticket_id, actor)
        idea = _lock(idea_id)
        require("link_idea", actor, idea.state)
        if ticket.category_id != idea.category_id:
            raise invalid("ticket", "ticket_of_other_category", _("The ticket is about another kind of product."))
        if idea.tickets.filter(pk=ticket.pk).exists():
            raise ActionError("already_linked", _("This ticket belongs to the idea already."))
        idea.tickets.add(ticket)
        _note(idea, "link_idea", actor=actor, now=now, before=idea.state, reason=ticket.number)
        tell(ticket, "link_idea", actor=actor, now=now, data={"idea": idea.pk})
    return idea


def route_idea(
    idea_id: int, department: str, *, actor: User | None, now: datetime, reason: str = ""
) -> ImprovementIdea:
    """The idea, given to the department that can change it; who routes it keeps after it. Refuses with 422 an
    unknown department.
    """
    if department not in Department.values:
        raise invalid("department", "department_unknown", _("Choose who can change it."))
    with transaction.atomic():
        idea = _lock(idea_id)
        require("route_idea", actor, idea.state)
        before, idea.state = idea.state, IdeaState.ROUTED
        idea.department, idea.owner = department, actor
        idea.save(update_fields=["state", "department", "owner"])
        _tell(idea, "route_idea", actor=actor, now=now, before=before, reason=reason.strip())
    return idea


def accept_idea(idea_id: int, *, actor: User | None, now: datetime, reason: str = "") -> ImprovementIdea:
    """The idea the department will carry out; who proposed it is told."""
    return _decide(idea_id, "accept_idea", IdeaState.ACCEPTED, reason.strip(), actor=actor, now=now)


def decline_idea(idea_id: int, reason: str, *, actor: User | None, now: datetime) -> ImprovementIdea:
    """The idea that is not carried out; it still owes everybody its answer. Refuses with 422 a missing reason, with
    409 wrong_state one that is not with a department.
    """
    reason = reason.strip()
    require_text("reason", reason, LONGEST_TEXT, missing=_("Give a reason."))
    return _decide(idea_id, "decline_idea", IdeaState.DECLINED, reason, actor=actor, now=now)


def ship_idea(idea_id: int, result: str, *, actor: User | None, now: datetime) -> ImprovementIdea:
    """The idea that went into the product, with what came of it; from here on it is a known issue with its remedy."""
    result = result.strip()
    require_text("result", result, LONGEST_TEXT, missing=_("Write down what came of it."))
    with transaction.atomic():
        idea = _lock(idea_id)
        require("ship_idea", actor, idea.state)
        before, idea.state = idea.state, IdeaState.SHIPPED
        idea.result, idea.shipped_at = result, now
        idea.save(update_fields=["state", "result", "shipped_at"])
        _tell(idea, "ship_idea", actor=actor, now=now, before=before, reason=result)
        _tell_proposer(idea, "idea_shipped")
    return idea


def answer_proposer(idea_id: int, text: str, *, actor: User | None, now: datetime) -> IdeaAnswer:
    """The answer to the one who proposed it, who gets it as a notice too. Refuses with 409 already_answered."""
    text = text.strip()
    require_text("text", text, LONGEST_TEXT, missing=_("Write down the answer."))
    with transaction.atomic():
        idea = _lock(idea_id)
        require("answer_idea", actor, idea.state)
        if idea.answers.filter(audience=IdeaAnswer.Audience.PROPOSER).exists():
            raise _answered_before()
        answer = IdeaAnswer.objects.create(
            idea=idea, audience=IdeaAnswer.Audience.PROPOSER, text=text, at=now, by=actor
        )
        _tell_proposer(idea, "idea_answered")
        _answered(idea, actor=actor, now=now, text=text)
    return answer


def answer_customer(
    idea_id: int, ticket_id: int, text: str, channel: str, *, actor: User | None, now: datetime
) -> IdeaAnswer:
    """What the customer of one of the idea's tickets was told, with a line in that ticket's story.

    Refuses with 404 a ticket out of scope, with 409 already_answered, with 422 a ticket that is none of the idea's
    and an unknown channel.
    """
    text = text.strip()
    require_text("text", text, LONGEST_TEXT, missing=_("Write down what the customer was told."))
    if channel not in IntakeChannel.values:
        raise invalid("channel", "channel_unknown", _("Choose how the customer was told."))
    with transaction.atomic():
        ticket = lock_ticket(ticket_id, actor)
        idea = _lock(idea_id)
        require("answer_idea", actor, idea.state)
        if not idea.tickets.filter(pk=ticket.pk).exists():
            raise invalid("ticket", "ticket_not_linked", _("This ticket does not belong to the idea."))
        if idea.answers.filter(ticket=ticket).exists():
            raise _answered_before()
        answer = IdeaAnswer.objects.create(
            idea=idea,
            audience=IdeaAnswer.Audience.CUSTOMER,
            ticket=ticket,
            channel=channel,
            text=text,
            at=now,
            by=actor,
        )
        tell(ticket, "answer_idea", actor=actor, now=now, note=text, data={"idea": idea.pk, "channel": channel})
        _answered(idea, actor=actor, now=now, text=text)
    return answer


def _answered(idea: ImprovementIdea, *, actor: User | None, now: datetime, text: str) -> None:
    """Writes the step; with the last answer the idea is done."""
    before = idea.state
    if is_fully_answered(idea):
        idea.state = IdeaState.ANSWERED
        idea.save(update_fields=["state"])
    _note(idea, "answer_idea", actor=actor, now=now, before=before, reason=text)


def _decide(
    idea_id: int, action: str, state: IdeaState, reason: str, *, actor: User | None, now: datetime
) -> ImprovementIdea:
    with transaction.atomic():
        idea = _lock(idea_id)
        require(action, actor, idea.state)
        before, idea.state = idea.state, state
        idea.decided_at = now
        idea.save(update_fields=["state", "decided_at"])
        _tell(idea, action, actor=actor, now=now, before=before, reason=reason)
        _tell_proposer(idea, "idea_accepted" if state == IdeaState.ACCEPTED else "idea_declined")
    return idea


def _lock(idea_id: int) -> ImprovementIdea:
    idea: ImprovementIdea | None = (
        ImprovementIdea.objects.select_for_update(of=("self",))
        .select_related("proposed_by")
        .filter(pk=idea_id)
        .first()
    )
    if idea is None:
        raise ActionError("idea_not_found", _("There is no such idea."), status=OUT_OF_SCOPE)
    return idea


def _tell(
    idea: ImprovementIdea, action: str, *, actor: User | None, now: datetime, before: str, reason: str = ""
) -> None:
    """The step in the idea's history and in the story of each of its tickets."""
    _note(idea, action, actor=actor, now=now, before=before, reason=reason)
    data = {"idea": idea.pk, **({"department": idea.department} if idea.department else {})}
    for ticket in idea.tickets.all():
        tell(ticket, action, actor=actor, now=now, note=reason, data=data)


def _note(idea: ImprovementIdea, action: str, *, actor: User | None, now: datetime, before: str, reason: str) -> None:
    IdeaEvent.objects.create(
        idea=idea, action=action, at=now, actor=actor, from_state=before, to_state=idea.state, reason=reason
    )


def _tell_proposer(idea: ImprovementIdea, kind: str) -> None:
    if idea.proposed_by is not None:
        ticket = idea.tickets.order_by("pk").first()
        notify(f"idea:{idea.pk}:{kind}", [idea.proposed_by], kind, ticket=ticket, values={"idea": idea.pk})


def _model_of(ticket: Ticket) -> list[ProductModel]:
    model = ticket.appliance.model if ticket.appliance else None
    return [model] if model else []


def _answered_before() -> ActionError:
    return ActionError("already_answered", _("This answer has been given already."))
