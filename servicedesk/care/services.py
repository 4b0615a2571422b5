"""The actions of consent: given, withdrawn, a sensitive note kept by it, and each look at such notes."""

from datetime import date, datetime

from django.db import transaction
from django.dispatch import Signal
from django.utils.translation import gettext_lazy as _

from servicedesk.care.models import CareNote, Consent
from servicedesk.errors import OUT_OF_SCOPE, ActionError, invalid
from servicedesk.people.models import User
from servicedesk.people.services import lock_customer
from servicedesk.ports import blockers_of
from servicedesk.tickets.locking import lock_ticket
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.story import tell
from servicedesk.tickets.transitions import require_role

LONGEST_NOTE = 500

# Sent inside the transaction, for what lives by the consent in the apps above: customer, purpose, actor, now.
consent_withdrawn = Signal()


def living_consent(customer_id: int, purpose: str) -> Consent | None:
    """The consent of the customer for the purpose that has not been withdrawn."""
    return Consent.objects.filter(customer_id=customer_id, purpose=purpose, withdrawn_at=None).first()


def give_consent(ticket_id: int, purpose: str, how: str, *, actor: User | None, now: datetime) -> Consent:
    """The living consent of the ticket's customer: the one that stands already, or a new one.

    Refuses with 422 an unknown purpose or way of giving it.
    """
    _check_purpose(purpose)
    if how not in Consent.How.values:
        raise invalid("how", "consent_how_unknown", _("Say how the customer gave the consent."))
    with transaction.atomic():
        ticket = lock_ticket(ticket_id, actor)
        require_role("give_consent", actor)
        lock_customer(ticket.customer_id)
        standing = living_consent(ticket.customer_id, purpose)
        if standing is not None:
            return standing
        consent = Consent.objects.create(
            customer=ticket.customer, purpose=purpose, how=how, given_at=now, recorded_by=actor
        )
        tell(ticket, "give_consent", actor=actor, now=now, data={"consent": consent.pk, "purpose": purpose})
    return consent


def withdraw_consent(ticket_id: int, purpose: str, *, actor: User | None, now: datetime) -> Consent:
    """The withdrawn consent. What was kept by it is erased in the same transaction, on every ticket of the customer.

    Refuses with 409 consent_missing where there is none to withdraw.
    """
    _check_purpose(purpose)
    with transaction.atomic():
        ticket = lock_ticket(ticket_id, actor)
        require_role("withdraw_consent", actor)
        lock_customer(ticket.customer_id)
        consent = living_consent(ticket.customer_id, purpose)
        if consent is None:
            raise ActionError("consent_missing", _("The customer has given no such consent."))
        consent.withdrawn_at, consent.withdrawn_by = now, actor
        consent.save(update_fields=["withdrawn_at", "withdrawn_by"])
        erased, _models = CareNote.objects.filter(consent=consent).delete()
        consent_withdrawn.send(Consent, customer=ticket.customer, purpose=purpose, actor=actor, now=now)
        data = {"consent": consent.pk, "purpose": purpose, "erased": erased}
        tell(ticket, "withdraw_consent", actor=actor, now=now, data=data)
    return consent


def record_care_note(
    ticket_id: int,
    kind: str,
    text: str,
    *,
    actor: User | None,
    now: datetime,
    known_day: date | None = None,
) -> CareNote:
    """The note about the health of the ticket's customer. The story says that there is one, never what it says.

    Refuses with 409 consent_missing without a living consent, with 422 an unknown kind, an empty or a long note.
    """
    text = text.strip()
    if kind not in CareNote.Kind.values:
        raise invalid("kind", "care_kind_unknown", _("Choose what the note is about."))
    if not text:
        raise invalid("text", "note_empty", _("The note is empty."))
    if len(text) > LONGEST_NOTE:
        raise invalid("text", "note_too_long", _("The note is too long."), longest=LONGEST_NOTE)
    with transaction.atomic():
        ticket = lock_ticket(ticket_id, actor)
        require_role("record_care_note", actor)
        _refuse_ended(ticket)
        # A withdrawal waits for this lock, so that it finds the note and erases it.
        lock_customer(ticket.customer_id)
        consent = living_consent(ticket.customer_id, Consent.Purpose.HEALTH)
        if consent is None:
            raise ActionError(
                "consent_missing",
                _("Health data may be kept only with the customer's consent. Ask for it and record it first."),
            )
        note = CareNote.objects.create(
            ticket=ticket,
            consent=consent,
            kind=kind,
            text=text,
            known_day=known_day,
            recorded_by=actor,
            recorded_at=now,
        )
        tell(ticket, "record_care_note", actor=actor, now=now, data={"care_note": note.pk})
    return note


def read_care_notes(ticket_id: int, *, actor: User, now: datetime) -> list[CareNote]:
    """The care notes of a ticket in hand; the look is a line of the story, as with phone numbers.

    Refuses with 403 the role, with 404 where there is no note, with 409 no_ticket_in_hand once the work and every
    call owed for it are over.
    """
    with transaction.atomic():
        ticket = lock_ticket(ticket_id, actor)
        require_role("read_care_notes", actor)
        _refuse_ended(ticket)
        notes = notes_of(ticket)
        if not notes:
            raise ActionError("care_note_not_found", _("There is no care note."), status=OUT_OF_SCOPE)
        tell(ticket, "read_care_notes", actor=actor, now=now, data={"care_notes": [note.pk for note in notes]})
    return notes


def notes_of(ticket: Ticket) -> list[CareNote]:
    """The notes of the ticket that a living consent carries."""
    living = CareNote.objects.filter(ticket=ticket, consent__withdrawn_at=None)
    return list(living.select_related("recorded_by"))


def is_in_hand(ticket: Ticket) -> bool:
    """Whether somebody works for the customer: the ticket lives, or a call is still owed for it."""
    return not ticket.has_ended or bool(blockers_of(ticket))


def _refuse_ended(ticket: Ticket) -> None:
    if not is_in_hand(ticket):
        raise ActionError("no_ticket_in_hand", _("The ticket has ended; care notes are not shown any more."))


def _check_purpose(purpose: str) -> None:
    if purpose not in Consent.Purpose.values:
        raise invalid("purpose", "purpose_unknown", _("Choose what the customer agrees to."))
