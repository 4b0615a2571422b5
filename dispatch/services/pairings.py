"""What holds between a customer and a technician: ruled out for good, not again for a ticket, or asked for."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dispatch.access import require_outlet
from dispatch.models import Pairing, Technician
from servicedesk.errors import OUT_OF_SCOPE, ActionError, invalid, require_text
from servicedesk.people.models import Role, User
from servicedesk.tickets.locking import lock_ticket
from servicedesk.tickets.story import tell
from servicedesk.tickets.transitions import require

LONGEST_REASON = 300


def pair_technician(
    ticket_id: int, technician: Technician, kind: str, reason: str, *, actor: User | None, now: datetime
) -> Pairing:
    """What holds from now on; `barred` for all tickets of the customer, the other kinds for this ticket.

    A booking that is there already stays and stands among those that need attention. Refuses with 404 out of scope,
    403 a role or another outlet's dispatcher, 409 pairing_exists, 422 without a reason or for an unknown kind.
    """
    reason = reason.strip()
    require_text("reason", reason, LONGEST_REASON, missing=_("Give the reason."))
    if kind not in Pairing.Kind.values:
        raise invalid("kind", "kind_unknown", _("Choose what holds."))
    with transaction.atomic():
        ticket = lock_ticket(ticket_id, actor)
        require("pair_technician", actor, ticket.state)
        _require_planner(actor, ticket.outlet_id)
        of_ticket = None if kind == Pairing.Kind.BARRED else ticket
        held = Pairing.objects.filter(customer=ticket.customer_id, ended_at=None, ticket=of_ticket, kind=kind)
        if kind != Pairing.Kind.REQUESTED:
            held = held.filter(technician=technician)
        if held.exists():
            raise ActionError("pairing_exists", _("This is written down already; end it first."))
        pairing = Pairing.objects.create(
            customer_id=ticket.customer_id,
            technician=technician,
            ticket=of_ticket,
            kind=kind,
            reason=reason,
            by=actor,
            at=now,
        )
        tell(ticket, "pair_technician", actor=actor, now=now, note=reason, data=_data(pairing))
    return pairing


def end_pairing(ticket_id: int, pairing_id: int, *, actor: User | None, now: datetime) -> Pairing:
    """The pairing of the ticket's customer, ended; it stays in the record.

    Refuses with 404 an unknown one, 403 a role or another outlet's dispatcher, 409 wrong_state an ended one.
    """
    with transaction.atomic():
        ticket = lock_ticket(ticket_id, actor)
        require("end_pairing", actor, ticket.state)
        _require_planner(actor, ticket.outlet_id)
        pairing = Pairing.objects.filter(pk=pairing_id, customer=ticket.customer_id).select_for_update().first()
        if pairing is None:
            raise ActionError("pairing_not_found", _("There is no such wish."), status=OUT_OF_SCOPE)
        if pairing.ended_at is not None:
            raise ActionError("wrong_state", _("This wish has already ended."))
        pairing.ended_by, pairing.ended_at = actor, now
        pairing.save(update_fields=["ended_by", "ended_at"])
        tell(ticket, "end_pairing", actor=actor, now=now, data=_data(pairing))
    return pairing


def _require_planner(actor: User | None, outlet_id: int | None) -> None:
    """Who plans does so for the own outlets; the desk writes down what a customer says for any."""
    if actor is not None and actor.role in {Role.DISPATCHER, Role.SUPERVISOR} and actor.outlet_ids:
        require_outlet(actor, outlet_id)


def _data(pairing: Pairing) -> dict[str, object]:
    return {"pairing": pairing.pk, "technician": pairing.technician_id, "kind": pairing.kind}
