"""Routes of care beside a ticket and of the delight stories."""

from typing import Any

from tests.url_roles import EVERYBODY, Row
from visits.stories.services import Telling, propose_story

HANDS = frozenset({"dispatcher", "technician", "supervisor", "manager"})
EVERY_HAND = HANDS | {"agent"}
DESK = frozenset({"agent", "supervisor", "manager"})


def of_ticket(world: Any) -> dict[str, Any]:
    return {"number": world.ticket.number}


def of_story(world: Any) -> dict[str, Any]:
    """A story told by the manager's people on the ticket; the request's transaction takes it back."""
    story = world.ticket.stories.first() or propose_story(
        world.ticket.pk,
        Telling("一次破例", "上门取机，次日送回。", "上门取送"),
        actor=world.people["agent"],
        now=world.assignment.offered_at,
    )
    return {"story_id": story.pk}


# Who sees a story before it is published: its author and the managers.
UNPUBLISHED = EVERYBODY - {"agent", "manager"}

ROWS = {
    "ticket_pickup": Row(of_ticket, allowed=HANDS, scoped=True),
    "ticket_return": Row(of_ticket, allowed=HANDS, scoped=True),
    "ticket_consent": Row(of_ticket, allowed=EVERY_HAND, scoped=True),
    "ticket_consent_withdraw": Row(of_ticket, allowed=EVERY_HAND, scoped=True),
    "ticket_care_note": Row(of_ticket, allowed=DESK),
    "ticket_care_event": Row(of_ticket, allowed=EVERY_HAND, scoped=True),
    "ticket_story": Row(of_ticket, allowed=EVERY_HAND, scoped=True),
    "care_panel": Row(of_ticket, scoped=True),
    # The ticket under test has no note: for those who may ask it is as if there were none.
    "care_notes": Row(of_ticket, method="post", allowed=DESK, hidden_from=DESK),
    "story_list": Row(),
    "story_detail": Row(of_story, hidden_from=UNPUBLISHED),
    "story_approve": Row(of_story, method="post", allowed=frozenset({"manager"})),
    "story_publish": Row(of_story, method="post", allowed=frozenset({"manager"})),
}
