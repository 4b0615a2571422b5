"""The first stage of dispatch: the ticket goes to an outlet, which accepts it or refuses with a reason."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from servicedesk.errors import OUT_OF_SCOPE, ActionError, invalid
from servicedesk.notify.services import notify
from servicedesk.people.models import Outlet, Role, User
from servicedesk.people.selectors import outlet_for
from servicedesk.sla.models import ClockKind
from servicedesk.sla.services import stop_clock
from servicedesk.tickets.locking import lock_ticket, save
from servicedesk.tickets.models import Handover, Ticket
from servicedesk.tickets.story import tell
from servicedesk.tickets.transitions import require

LIVING = (Handover.State.SENT, Handover.State.ACCEPTED)


def send_to_outlet(ticket_id: int, outlet: Outlet, *, actor: User | None, now: datetime, note: str = "") -> Handover:
    """The new hand-over; an earlier one that still lives is withdrawn. Stops the clock “sent to outlet”.

    Refuses with 422 for a ticket without a visit and an inactive outlet, 409 where the outlet has it already.
    """
    if not outlet.is_active:
        raise invalid("outlet", "outlet_inactive", _("This outlet takes no work at the moment."))
    with transaction.atomic():
        ticket = lock_ticket(ticket_id, actor)
        require("send_to_outlet", actor, ticket.state)
        if not ticket.wants_visit:
            raise ActionError("no_visit_wanted", _("A ticket of this kind is answered without a visit."))
        living = ticket.handovers.filter(state__in=LIVING).first()
        if living is not None and living.outlet_id == outlet.pk:
            raise ActionError("outlet_has_it", _("This outlet already has the ticket."))
        if living is not None:
            _end(living, Handover.State.WITHDRAWN, "", actor, now)
        handover = Handover.objects.create(ticket=ticket, outlet=outlet, sent_by=actor, sent_at=now)
        ticket.outlet = outlet
        save(ticket, "outlet")
        stop_clock(ticket, ClockKind.OUTLET_SENT, at=now, actor=actor)
        tell(ticket, "send_to_outlet", actor=actor, now=now, note=note.strip(), data={"outlet": outlet.pk})
        dispatchers = User.objects.filter(role=Role.DISPATCHER, outlets=outlet, is_active=True)
        notify(f"handover:{handover.pk}:sent", dispatchers, "handover_sent", ticket=ticket)
    return handover


def send_by_district(ticket: Ticket, *, now: datetime) -> Handover | None:
    """The system's own hand-over of a fresh ticket to the outlet of its district, where that outlet takes tickets so.

    None where nobody is sent to: no visit is wanted, no outlet serves the place, or its dispatchers wait for the desk.
    """
    if not ticket.wants_visit or ticket.address is None:
        return None
    outlet, _for_product = outlet_for(ticket.address.district, ticket.category_id)
    if outlet is None or not outlet.takes_automatically:
        return None
    handover = send_to_outlet(ticket.pk, outlet, actor=None, now=now)
    ticket.refresh_from_db()
    return handover


def accept_handover(ticket_id: int, *, actor: User | None, now: datetime) -> Handover:
    """The accepted hand-over; stops the clock “outlet accepts”."""
    with transaction.atomic():
        ticket, handover = _waiting(ticket_id, "accept_handover", actor)
        _end(handover, Handover.State.ACCEPTED, "", actor, now)
        stop_clock(ticket, ClockKind.OUTLET_ACCEPT, at=now, actor=actor)
        tell(ticket, "accept_handover", actor=actor, now=now, data={"outlet": handover.outlet_id})
    return handover


def refuse_handover(ticket_id: int, reason: str, *, actor: User | None, now: datetime) -> Handover:
    """The refused hand-over; the ticket is without outlet again and its owner is told.

    The customer's clocks run on: a refusal is ours, not his. Refuses with 422 without a reason.
    """
    reason = reason.strip()
    if not reason:
        raise invalid("reason", "reason_missing", _("Give a reason for the refusal."))
    with transaction.atomic():
        ticket, handover = _waiting(ticket_id, "refuse_handover", actor)
        _end(handover, Handover.State.REFUSED, reason, actor, now)
        ticket.outlet = None
        save(ticket, "outlet")
        data = {"outlet": handover.outlet_id}
        tell(ticket, "refuse_handover", actor=actor, now=now, note=reason, data=data)
        notify(f"handover:{handover.pk}:refused", [ticket.owner], "handover_refused", ticket=ticket, values=data)
    return handover


def _waiting(ticket_id: int, action: str, actor: User | None) -> tuple[Ticket, Handover]:
    ticket = lock_ticket(ticket_id, actor)
    handover = ticket.handovers.order_by("-id").first()
    if handover is None:
        raise ActionError("handover_not_found", _("This ticket is with no outlet."), status=OUT_OF_SCOPE)
    require(action, actor, handover.state)
    return ticket, handover


def _end(handover: Handover, state: str, reason: str, actor: User | None, now: datetime) -> None:
    handover.state, handover.reason = state, reason
    handover.answered_by, handover.answered_at = actor, now
    handover.save(update_fields=["state", "reason", "answered_by", "answered_at"])
