"""What is done to a ticket; each endpoint calls the function the page calls."""

from typing import Any

from servicedesk.access import FULL_CONTACT, ticket_or_404
from servicedesk.api import bodies, shapes
from servicedesk.api.endpoint import Call, Endpoint, operation
from servicedesk.api.references import outlet_named
from servicedesk.api.tickets import ticket_action
from servicedesk.desk.reveal import reveal_contact_phone
from servicedesk.tickets import services


class RecordContact(Endpoint):
    """A call to the customer."""

    @ticket_action("record_contact", body=bodies.ContactBody)
    def post(self, call: Call) -> None:
        """Records a call; reaching the customer stops the contact clock."""
        services.record_contact(call.found.pk, actor=call.user, now=call.now, **call.given)


class SendToOutlet(Endpoint):
    """The first stage of dispatch."""

    @ticket_action("send_to_outlet", body=bodies.SendBody)
    def post(self, call: Call) -> None:
        """Sends a ticket to an outlet, which accepts or refuses it."""
        outlet = outlet_named(call.given["outlet"])
        services.send_to_outlet(call.found.pk, outlet, actor=call.user, now=call.now, note=call.given["note"])


class AcceptHandover(Endpoint):
    """The outlet's answer."""

    @ticket_action("accept_handover")
    def post(self, call: Call) -> None:
        """Accepts the ticket for the outlet."""
        services.accept_handover(call.found.pk, actor=call.user, now=call.now)


class RefuseHandover(Endpoint):
    """The outlet's answer."""

    @ticket_action("refuse_handover", body=bodies.ReasonBody)
    def post(self, call: Call) -> None:
        """Refuses the ticket; its owner is told, the clocks run on."""
        services.refuse_handover(call.found.pk, call.given["reason"], actor=call.user, now=call.now)


class PauseClock(Endpoint):
    """Waiting for the customer or for parts."""

    @ticket_action("pause_clock", body=bodies.PauseBody)
    def post(self, call: Call) -> None:
        """Pauses the clocks that may stand still for this reason."""
        services.pause_clock(call.found.pk, actor=call.user, now=call.now, **call.given)


class ResumeClock(Endpoint):
    """The end of a pause."""

    @ticket_action("resume_clock", body=bodies.NoteBody)
    def post(self, call: Call) -> None:
        """Lets the paused clocks run again."""
        services.resume_clock(call.found.pk, actor=call.user, now=call.now, **call.given)


class TakeOn(Endpoint):
    """Somebody answers for a broken promise."""

    @ticket_action("acknowledge_breach", body=bodies.NoteBody)
    def post(self, call: Call) -> None:
        """Takes the overdue promises on; their ladders tell nobody any more."""
        services.acknowledge_breach(call.found.pk, actor=call.user, now=call.now, **call.given)


class CloseTicket(Endpoint):
    """The end of a ticket."""

    @ticket_action("close_ticket", body=bodies.NoteBody)
    def post(self, call: Call) -> None:
        """Closes a ticket; refused while a visit, a callback or a promise is open."""
        services.close_ticket(call.found.pk, actor=call.user, now=call.now, **call.given)


class ReopenTicket(Endpoint):
    """The way back."""

    @ticket_action("reopen_ticket", body=bodies.ReasonBody)
    def post(self, call: Call) -> None:
        """Opens a closed ticket again under its number, with a new fix clock."""
        services.reopen_ticket(call.found.pk, call.given["reason"], actor=call.user, now=call.now)


class CancelTicket(Endpoint):
    """A ticket that is not worked."""

    @ticket_action("cancel_ticket", body=bodies.CancelBody)
    def post(self, call: Call) -> None:
        """Cancels a ticket: its clocks are void, its technician is free again."""
        services.cancel_ticket(call.found.pk, actor=call.user, now=call.now, **call.given)


class AddNote(Endpoint):
    """A remark."""

    @ticket_action("add_note", body=bodies.WriteNoteBody)
    def post(self, call: Call) -> None:
        """Adds a note to the story."""
        services.add_note(call.found.pk, call.given["note"], actor=call.user, now=call.now)


class RecordPraise(Endpoint):
    """Praise."""

    @ticket_action("record_praise", body=bodies.PraiseBody)
    def post(self, call: Call) -> None:
        """Records what the customer praised; the owner is told."""
        services.record_praise(call.found.pk, call.given["text"], call.given["channel"], actor=call.user, now=call.now)


class GrantException(Endpoint):
    """A departure from a rule."""

    @ticket_action("grant_exception", body=bodies.ExceptionBody)
    def post(self, call: Call) -> None:
        """Grants an exception to a rule, with its reason."""
        services.grant_exception(
            call.found.pk, call.given["rule"], call.given["reason"], actor=call.user, now=call.now
        )


class RevealPhone(Endpoint):
    """The full number."""

    @operation(
        "reveal_phone", "customers:read", shapes.PhoneNumberOut, roles=frozenset(FULL_CONTACT), find=ticket_or_404
    )
    def post(self, call: Call) -> dict[str, Any]:
        """Shows the whole contact number; who looked is written into the story."""
        return {"number": reveal_contact_phone(call.found.pk, actor=call.user, now=call.now)}
