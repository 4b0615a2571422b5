"""Improvement ideas: from the finding on a ticket to the answers it owes."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from rest_framework import serializers
from rest_framework.response import Response

from servicedesk.access import idea_or_404, ticket_or_404
from servicedesk.api.bodies import LIMIT, MOST, CursorQuery, ReasonBody
from servicedesk.api.catalogue import EVERYBODY
from servicedesk.api.cursors import read_cursor, write_cursor
from servicedesk.api.endpoint import REQUIRED, Call, Endpoint, operation
from servicedesk.api.fields import Body, Choice, Text
from servicedesk.api.references import model_named, ticket_named
from servicedesk.api.shapes import ModelOut, PersonOut, Shown
from servicedesk.ideas import services
from servicedesk.ideas.models import Department, IdeaAnswer, IdeaEvent, IdeaState, ImprovementIdea
from servicedesk.ideas.selectors import ideas_page, may_read_answers, owed_answers, steps_of, visible_tickets
from servicedesk.ideas.services import LONGEST_TEXT, LONGEST_TITLE
from servicedesk.ideas.transitions import ANSWERERS
from servicedesk.people.models import User
from servicedesk.tickets.models import IntakeChannel
from servicedesk.tickets.selectors import write_key

READ, WRITE = "ideas:read", "ideas:write"
NUMBER = 14


class IdeaRowOut(Shown):
    """An idea in a list."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    state = serializers.ChoiceField(IdeaState.values)
    department = serializers.ChoiceField(Department.values, allow_blank=True, help_text="Empty until it is routed.")
    category = serializers.CharField(source="category.code")
    symptom = serializers.CharField(source="fault.code", allow_null=True, default=None)
    models = ModelOut(many=True, source="product_models.all")
    proposed_by = PersonOut(allow_null=True, help_text="Null is the system.")
    proposed_at = serializers.DateTimeField()


class IdeaPageOut(Shown):
    """A page of ideas; `next` is a cursor, null at the end."""

    items = IdeaRowOut(many=True)
    next = serializers.CharField(allow_null=True)


class IdeaStepOut(Shown):
    """A step of an idea."""

    action = serializers.CharField()
    at = serializers.DateTimeField()
    actor = PersonOut(allow_null=True, help_text="Null is the system.")
    from_state = serializers.CharField(allow_blank=True)
    to_state = serializers.CharField()
    reason = serializers.CharField(allow_blank=True)


class IdeaAnswerOut(Shown):
    """What came of the idea, as it was told to somebody who waited for it."""

    audience = serializers.ChoiceField(IdeaAnswer.Audience.values)
    ticket = serializers.CharField(allow_null=True, help_text="Null for the proposer, or out of the reader's scope.")
    channel = serializers.ChoiceField(IntakeChannel.values, allow_blank=True)
    text = serializers.CharField(allow_null=True, help_text="Null where it is not for the reader.")
    at = serializers.DateTimeField()
    by = PersonOut(allow_null=True)


class OwedOut(Shown):
    """Who still waits for an answer."""

    proposer = serializers.BooleanField()
    customers = serializers.IntegerField()


class IdeaOut(IdeaRowOut):
    """One idea with its tickets, steps and answers, as far as the reader may know of them."""

    finding = serializers.CharField()
    proposal = serializers.CharField()
    result = serializers.CharField(allow_blank=True, help_text="What came of it, once it is shipped.")
    owner = PersonOut(allow_null=True, help_text="Who keeps after it.")
    decided_at = serializers.DateTimeField(allow_null=True)
    shipped_at = serializers.DateTimeField(allow_null=True)
    tickets = serializers.ListField(child=serializers.CharField(), source="seen.tickets")
    hidden_tickets = serializers.IntegerField(source="seen.hidden", help_text="Tickets out of the reader's scope.")
    steps = IdeaStepOut(many=True, source="seen.steps")
    answers = IdeaAnswerOut(many=True, source="seen.answers")
    owed = OwedOut(source="seen.owed")


class IdeaListQuery(CursorQuery):
    """Which ideas."""

    state = Choice(IdeaState.values, required=False, default="", help_text="All without it.")
    limit = serializers.IntegerField(required=False, default=LIMIT, min_value=1, max_value=MOST)


class ModelBody(Body):
    """A model as printed on the type plate."""

    brand = Text(max_length=40)
    code = Text(max_length=60)


class FindingBody(Body):
    """What was found and what is proposed; without models the model of the ticket's appliance is meant."""

    title = Text(max_length=LONGEST_TITLE)
    finding = Text(max_length=LONGEST_TEXT)
    proposal = Text(max_length=LONGEST_TEXT)
    models = serializers.ListField(child=ModelBody(), required=False, default=list, max_length=20)


class LinkBody(Body):
    """One more ticket on which the same was found."""

    ticket = Text(max_length=NUMBER, help_text="Number of a ticket.")


class OptionalReasonBody(Body):
    """A reason that may be left out."""

    reason = Text(required=False, default="", allow_blank=True, max_length=LONGEST_TEXT)


class RouteBody(OptionalReasonBody):
    """Who can change it."""

    department = Choice(Department.values)


class DeclineBody(ReasonBody):
    """Why it is not carried out."""

    reason = Text(max_length=LONGEST_TEXT)


class ShipBody(Body):
    """What came of it."""

    result = Text(max_length=LONGEST_TEXT)


class AnswerProposerBody(Body):
    """What the proposer is told."""

    text = Text(max_length=LONGEST_TEXT)


class AnswerCustomerBody(AnswerProposerBody):
    """What the customer of one of its tickets was told, and how."""

    ticket = Text(max_length=NUMBER, help_text="Number of a ticket of the idea.")
    channel = Choice(IntakeChannel.values)


@dataclass(frozen=True)
class Seen:
    """What `reader` may know of an idea's tickets and answers."""

    tickets: list[str]
    hidden: int
    steps: list[dict[str, Any]]
    answers: list[dict[str, Any]]
    owed: dict[str, Any]


def _seen_by(idea: ImprovementIdea, reader: User) -> Seen:
    numbers = [ticket.number for ticket in visible_tickets(idea, reader)]
    may_read = may_read_answers(idea, reader)
    owed = owed_answers(idea)
    answers = idea.answers.select_related("by", "ticket")
    return Seen(
        tickets=numbers,
        hidden=idea.tickets.count() - len(numbers),
        steps=[_step(event, numbers) for event in steps_of(idea)],
        answers=[_answer(answer, numbers, may_read=may_read) for answer in answers],
        owed={"proposer": owed.proposer, "customers": len(owed.tickets)},
    )


def _step(event: IdeaEvent, numbers: list[str]) -> dict[str, Any]:
    """The step; the words of an answer stand with the answers, and no ticket is named that the reader cannot see."""
    kept_back = event.action == "answer_idea" or (event.action == "link_idea" and event.reason not in numbers)
    return {
        "action": event.action,
        "at": event.at,
        "actor": event.actor,
        "from_state": event.from_state,
        "to_state": event.to_state,
        "reason": "" if kept_back else event.reason,
    }


def _answer(answer: IdeaAnswer, numbers: list[str], *, may_read: bool) -> dict[str, Any]:
    number = answer.ticket.number if answer.ticket is not None else None
    return {
        "audience": answer.audience,
        "ticket": number if number in numbers else None,
        "channel": answer.channel,
        "text": answer.text if may_read else None,
        "at": answer.at,
        "by": answer.by,
    }


def idea_of(_user: User, idea_id: int) -> ImprovementIdea:
    """The idea; every member of staff may read it. Raises Http404."""
    return idea_or_404(idea_id)


def _as_it_stands(idea_id: int, reader: User) -> ImprovementIdea:
    """The idea read again, with what `reader` may know around it."""
    idea = idea_or_404(idea_id)
    idea.seen = _seen_by(idea, reader)  # type: ignore[attr-defined]
    return idea


class IdeaEndpoint(Endpoint):
    """An address of the ideas."""

    tag = "ideas"


class Ideas(IdeaEndpoint):
    """All ideas."""

    @operation("list_ideas", READ, IdeaPageOut, roles=EVERYBODY, query=IdeaListQuery)
    def get(self, call: Call) -> dict[str, Any]:
        """Lists ideas by keys, newest first."""
        asked = call.asked
        after = read_cursor(asked["cursor"], asked).get("after", "")
        found = ideas_page(asked["state"], asked["limit"] + 1, after)
        rows = found[: asked["limit"]]
        key = write_key(rows[-1], "proposed_at") if len(found) > len(rows) else ""
        return {"items": rows, "next": write_cursor(key, "after", asked)}


class OneIdea(IdeaEndpoint):
    """One idea."""

    @operation("read_idea", READ, IdeaOut, roles=EVERYBODY, find=idea_of)
    def get(self, call: Call) -> ImprovementIdea:
        """Reads an idea with its steps, and the tickets and answers the reader may know of."""
        return _as_it_stands(call.found.pk, call.user)


class ProposeIdea(IdeaEndpoint):
    """An idea begins on a ticket."""

    @operation("propose_idea", WRITE, IdeaOut, body=FindingBody, find=ticket_or_404, status=201, key=REQUIRED)
    def post(self, call: Call) -> Response:
        """Proposes an improvement found on a ticket; managers are told. The ticket keeps its version."""
        given = call.given
        models = [model_named("models", one["brand"], one["code"]) for one in given["models"]]
        said = services.Finding(given["title"], given["finding"], given["proposal"], models)
        idea = services.propose_idea(call.found.pk, said, actor=call.user, now=call.now)
        shown = IdeaOut(_as_it_stands(idea.pk, call.user), context={"reader": call.user}).data
        return Response(shown, status=201, headers={"Location": reverse("api_idea", args=[idea.pk])})


class LinkIdea(IdeaEndpoint):
    """The same was found again."""

    @operation("link_idea", WRITE, IdeaOut, body=LinkBody, find=idea_of)
    def post(self, call: Call) -> ImprovementIdea:
        """Adds a ticket to an idea that is not shipped or declined yet."""
        ticket = ticket_named(call.user, call.given["ticket"], "ticket")
        services.link_idea(call.found.pk, ticket.pk, actor=call.user, now=call.now)
        return _as_it_stands(call.found.pk, call.user)


class RouteIdea(IdeaEndpoint):
    """The way to those who can change it."""

    @operation("route_idea", WRITE, IdeaOut, body=RouteBody, find=idea_of)
    def post(self, call: Call) -> ImprovementIdea:
        """Gives an idea to a department; who routes it keeps after it."""
        services.route_idea(call.found.pk, actor=call.user, now=call.now, **call.given)
        return _as_it_stands(call.found.pk, call.user)


class AcceptIdea(IdeaEndpoint):
    """The department's yes."""

    @operation("accept_idea", WRITE, IdeaOut, body=OptionalReasonBody, find=idea_of)
    def post(self, call: Call) -> ImprovementIdea:
        """Accepts a routed idea: a known issue from now on; who proposed it is told."""
        services.accept_idea(call.found.pk, actor=call.user, now=call.now, **call.given)
        return _as_it_stands(call.found.pk, call.user)


class DeclineIdea(IdeaEndpoint):
    """The department's no."""

    @operation("decline_idea", WRITE, IdeaOut, body=DeclineBody, find=idea_of)
    def post(self, call: Call) -> ImprovementIdea:
        """Declines a routed idea with a reason; it still owes everybody its answer."""
        services.decline_idea(call.found.pk, call.given["reason"], actor=call.user, now=call.now)
        return _as_it_stands(call.found.pk, call.user)


class ShipIdea(IdeaEndpoint):
    """It is in the product."""

    @operation("ship_idea", WRITE, IdeaOut, body=ShipBody, find=idea_of)
    def post(self, call: Call) -> ImprovementIdea:
        """Marks an accepted idea as shipped, with what came of it."""
        services.ship_idea(call.found.pk, call.given["result"], actor=call.user, now=call.now)
        return _as_it_stands(call.found.pk, call.user)


class AnswerProposer(IdeaEndpoint):
    """The answer to a colleague."""

    @operation("answer_proposer", WRITE, IdeaOut, roles=ANSWERERS, body=AnswerProposerBody, find=idea_of)
    def post(self, call: Call) -> ImprovementIdea:
        """Tells the proposer of a shipped or declined idea what came of it, once."""
        services.answer_proposer(call.found.pk, call.given["text"], actor=call.user, now=call.now)
        return _as_it_stands(call.found.pk, call.user)


class AnswerCustomer(IdeaEndpoint):
    """The answer to a customer."""

    @operation("answer_customer", WRITE, IdeaOut, roles=ANSWERERS, body=AnswerCustomerBody, find=idea_of)
    def post(self, call: Call) -> ImprovementIdea:
        """Records what the customer of one of its tickets was told, once for each; with the last answer it is done."""
        given = call.given
        ticket = ticket_named(call.user, given["ticket"], "ticket")
        services.answer_customer(
            call.found.pk, ticket.pk, given["text"], given["channel"], actor=call.user, now=call.now
        )
        return _as_it_stands(call.found.pk, call.user)
