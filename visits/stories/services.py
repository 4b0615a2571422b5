"""The actions of a delight story: proposed, approved, published; and withdrawn with the customer's consent."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from servicedesk.care.models import Consent
from servicedesk.care.services import living_consent
from servicedesk.errors import FORBIDDEN, OUT_OF_SCOPE, ActionError, invalid
from servicedesk.people.models import Customer, User
from servicedesk.people.services import lock_customer
from servicedesk.tickets.locking import lock_ticket
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.story import tell
from servicedesk.tickets.transitions import require, require_role
from visits.models import DelightStory
from visits.stories.personal import Known, found_in

State = DelightStory.State
LONGEST = {"title": 80, "text": 2000, "beyond": 300}
TELLING = {
    "name": _("The text names the customer. Tell the story without the name."),
    "phone": _("The text holds a phone number. Leave it out."),
    "address": _("The text holds the customer's address. Leave it out."),
}


@dataclass(frozen=True)
class Telling:
    """What is told: a title, the story, and what in it was beyond duty."""

    title: str
    text: str
    beyond: str

    def checked(self) -> "Telling":
        """The same, stripped. Refuses with 422 the field that is empty or too long."""
        told = Telling(self.title.strip(), self.text.strip(), self.beyond.strip())
        for name, longest in LONGEST.items():
            value = getattr(told, name)
            if not value:
                raise invalid(name, "text_missing", _("This cannot be empty."))
            if len(value) > longest:
                raise invalid(name, "text_too_long", _("This text is too long."), longest=longest)
        return told


def propose_story(ticket_id: int, told: Telling, *, actor: User | None, now: datetime) -> DelightStory:
    """The story as a draft. Refuses with 422 personal_data and the field in which the customer can be told,
    with 409 story_exists where the ticket has one already.
    """
    told = told.checked()
    with transaction.atomic():
        ticket = lock_ticket(ticket_id, actor)
        require_role("propose_story", actor)
        if DelightStory.objects.filter(ticket=ticket).exclude(state=State.WITHDRAWN).exists():
            raise ActionError("story_exists", _("This ticket has a story already."))
        _refuse_personal(ticket, told)
        story = DelightStory.objects.create(
            ticket=ticket, title=told.title, text=told.text, beyond=told.beyond, author=actor, proposed_at=now
        )
        tell(ticket, "propose_story", actor=actor, now=now, data={"story": story.pk})
    return story


def approve_story(story_id: int, *, actor: User | None, now: datetime) -> DelightStory:
    """The approved story. Refuses with 403 own_story its author: four eyes see more than two."""
    with transaction.atomic():
        ticket, story = _lock(story_id, "approve_story", actor)
        if actor is not None and story.author_id == actor.pk:
            message = _("You told this story yourself: somebody else must approve it.")
            raise ActionError("own_story", message, status=FORBIDDEN)
        story.state, story.approved_by, story.approved_at = State.APPROVED, actor, now
        story.save(update_fields=["state", "approved_by", "approved_at"])
        tell(ticket, "approve_story", actor=actor, now=now, data={"story": story.pk})
    return story


def publish_story(story_id: int, *, actor: User | None, now: datetime) -> DelightStory:
    """The published story. Refuses with 409 consent_missing without the customer's living consent to tell it.

    The text is looked through once more, since the customer's names, numbers and addresses may have changed.
    """
    with transaction.atomic():
        ticket, story = _lock(story_id, "publish_story", actor)
        # A withdrawal waits for this lock, so that it finds the story and takes it back.
        lock_customer(ticket.customer_id)
        if living_consent(ticket.customer_id, Consent.Purpose.STORY) is None:
            raise ActionError(
                "consent_missing",
                _("The customer has not agreed yet that the story is told. Ask and record the consent first."),
            )
        _refuse_personal(ticket, Telling(story.title, story.text, story.beyond))
        story.state, story.published_at = State.PUBLISHED, now
        story.save(update_fields=["state", "published_at"])
        tell(ticket, "publish_story", actor=actor, now=now, data={"story": story.pk})
    return story


def on_consent_withdrawn(sender: Any, *, customer: Customer, purpose: str, **_facts: Any) -> None:
    """A story whose customer has taken back his consent is told no longer."""
    if purpose == Consent.Purpose.STORY:
        told = DelightStory.objects.filter(ticket__customer=customer).exclude(state=State.WITHDRAWN)
        told.update(state=State.WITHDRAWN)


def known_of(ticket: Ticket) -> Known:
    """By what the customer of the ticket could be told."""
    customer = ticket.customer
    phones = [*customer.phones.values_list("raw", flat=True), ticket.contact_phone_raw]
    return Known(
        names=tuple(name for name in {customer.name, ticket.contact_name} if name),
        phones=tuple(phones),
        addresses=tuple(customer.addresses.values_list("detail", flat=True)),
    )


def _refuse_personal(ticket: Ticket, told: Telling) -> None:
    known = known_of(ticket)
    for field in LONGEST:
        what = found_in(getattr(told, field), known)
        if what:
            raise invalid(field, "personal_data", TELLING[what], what=what)


def _lock(story_id: int, action: str, actor: User | None) -> tuple[Ticket, DelightStory]:
    ticket_id = DelightStory.objects.filter(pk=story_id).values_list("ticket_id", flat=True).first()
    if ticket_id is None:
        raise ActionError("story_not_found", _("There is no such story."), status=OUT_OF_SCOPE)
    ticket = lock_ticket(ticket_id, actor)
    story = DelightStory.objects.select_for_update().get(pk=story_id)
    require(action, actor, story.state)
    return ticket, story
