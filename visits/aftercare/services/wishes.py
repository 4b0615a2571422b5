"""How a customer wants to be reached: recorded on a ticket, kept with the customer, honoured from then on."""

from dataclasses import dataclass
from datetime import datetime, time
from functools import partial

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from servicedesk.errors import invalid
from servicedesk.people.models import User
from servicedesk.people.services import lock_customer
from servicedesk.sla.models import ClockKind
from servicedesk.sla.services import void_clocks
from servicedesk.tickets.locking import lock_ticket
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.story import tell
from servicedesk.tickets.transitions import require_role
from visits.aftercare.calling import calling_of, house_ladder, rules_in_force
from visits.aftercare.services.base import call_asked_at, save
from visits.models import Callback, CallWish

Contact = CallWish.Contact
LONGEST_LANGUAGE, LONGEST_NOTE = 30, 300


@dataclass(frozen=True)
class Wish:
    """How the customer wants to be reached; hours are wall times of his outlet's zone, None for no wish."""

    contact: str = Contact.CALL
    earliest: time | None = None
    latest: time | None = None
    language: str = ""
    note: str = ""

    def checked(self) -> "Wish":
        """The same, stripped. Refuses with 422 the field that cannot be so."""
        wish = Wish(self.contact, self.earliest, self.latest, self.language.strip(), self.note.strip())
        if wish.contact not in Contact.values:
            raise invalid("contact", "contact_unknown", _("Choose how the customer wants to be reached."))
        if len(wish.language) > LONGEST_LANGUAGE:
            raise invalid("language", "language_too_long", _("This text is too long."), longest=LONGEST_LANGUAGE)
        if len(wish.note) > LONGEST_NOTE:
            raise invalid("note", "note_too_long", _("The note is too long."), longest=LONGEST_NOTE)
        if wish.earliest is not None and wish.latest is not None and wish.earliest >= wish.latest:
            raise invalid("latest", "wish_hours_in_order", _("The end must be after the beginning."))
        return wish


def record_call_wish(ticket_id: int, wish: Wish, *, actor: User | None, now: datetime) -> CallWish:
    """The wish, which holds for every ticket of the customer until he says otherwise.

    Where he wants no calls any more, his open callbacks end, except those he asked for himself; otherwise they move
    into the hours he wishes. Refuses with 422 hours that leave nothing of the calling hours (outside_calling_hours).
    """
    wish = wish.checked()
    with transaction.atomic():
        ticket = lock_ticket(ticket_id, actor)
        require_role("record_call_wish", actor)
        _refuse_outside(wish)
        lock_customer(ticket.customer_id)
        kept = CallWish.objects.create(
            customer_id=ticket.customer_id,
            ticket=ticket,
            contact=wish.contact,
            earliest=wish.earliest,
            latest=wish.latest,
            language=wish.language,
            note=wish.note,
            at=now,
            by=actor,
        )
        tell(ticket, "record_call_wish", actor=actor, now=now, note=wish.note, data=_data(kept))
        honour_wish(ticket.pk, now=now)
        # His other tickets follow one by one: two wishes at once must not wait for each other's tickets. What a crash
        # leaves undone is refused when somebody wants to call, and ended by the daily run.
        for other in _others_with_calls(ticket):
            transaction.on_commit(partial(honour_wish, other, now=now), robust=True)
    return kept


def honour_wish(ticket_id: int, *, now: datetime) -> int:
    """How many open callbacks of a ticket ended or moved, so that they are as its customer wishes."""
    with transaction.atomic():
        ticket = lock_ticket(ticket_id, None)
        calling = calling_of(ticket)
        # Who is on the phone at this moment records his call first; the daily run comes back for what he leaves.
        free = Q(claimed_until=None) | Q(claimed_until__lte=now)
        callbacks = Callback.objects.select_for_update().filter(free, ticket=ticket, state=Callback.State.OPEN)
        changed = 0
        for callback in callbacks:
            at = max(callback.not_before, now)
            if not calling.may_be_called and call_asked_at(callback) is None:
                spare(ticket, callback, now)
            elif not calling.allows(at):
                callback.not_before = calling.inside(at)
                save(callback, "not_before")
            else:
                continue
            changed += 1
    return changed


def spare_unwanted(now: datetime) -> int:
    """How many open callbacks ended because their customers want no calls; a step of the daily run."""
    newest = CallWish.objects.filter(customer=OuterRef("ticket__customer")).order_by("-id").values("contact")[:1]
    owed = Callback.objects.filter(state=Callback.State.OPEN).annotate(wish=Subquery(newest))
    tickets = owed.filter(wish__in=[Contact.MESSAGE, Contact.NEVER]).values_list("ticket_id", flat=True)
    return sum(honour_wish(ticket_id, now=now) for ticket_id in sorted(set(tickets)))


def spare(ticket: Ticket, callback: Callback, now: datetime) -> None:
    """Ends the locked callback because the customer wants no call; its clock is not needed any more."""
    callback.state, callback.ended_at = Callback.State.CANCELLED, now
    callback.claimed_by = callback.claimed_until = None
    save(callback, "state", "ended_at", "claimed_by", "claimed_until")
    if callback.kind == Callback.Kind.COMPLETION:
        void_clocks(ticket, at=now, actor=None, kinds=[ClockKind.CALLBACK])
    tell(ticket, "spare_callback", actor=None, now=now, data={"callback": callback.pk, "kind": callback.kind})


def _others_with_calls(ticket: Ticket) -> list[int]:
    owed = Callback.objects.filter(ticket__customer=ticket.customer_id, state=Callback.State.OPEN)
    return sorted(set(owed.exclude(ticket=ticket).values_list("ticket_id", flat=True)))


def _refuse_outside(wish: Wish) -> None:
    hours = house_ladder(rules_in_force()).hours
    if wish.contact == Contact.CALL and hours.narrowed(wish.earliest, wish.latest) is None:
        words = _("Calls are made from %(opens)s to %(closes)s. Choose hours within, or messages only.")
        raise invalid(
            "earliest",
            "outside_calling_hours",
            words % {"opens": f"{hours.opens:%H:%M}", "closes": f"{hours.closes:%H:%M}"},
        )


def _data(wish: CallWish) -> dict[str, str | int]:
    hours = {
        name: f"{at:%H:%M}" for name, at in (("earliest", wish.earliest), ("latest", wish.latest)) if at is not None
    }
    return {"wish": wish.pk, "contact": wish.contact, **hours}
