"""The one door from an id to an assignment, and who may plan for which outlet."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from dispatch.models import Assignment, AssignmentMove
from servicedesk.errors import FORBIDDEN, ActionError
from servicedesk.people.models import Outlet, Role
from servicedesk.tickets.models import Ticket


def planned_outlets(user: Any) -> QuerySet[Outlet]:
    """The outlets whose technicians `user` may assign: all for managers, else the own ones."""
    outlets = Outlet.objects.filter(is_active=True)
    return outlets if user.role == Role.MANAGER else outlets.filter(pk__in=user.outlet_ids)


def require_outlet(actor: Any, outlet_id: int | None) -> None:
    """Refuses (403 not_your_outlet) a dispatcher or supervisor who plans for another outlet; `None` is the system."""
    if actor is None or actor.role in {Role.MANAGER, Role.TECHNICIAN} or outlet_id in actor.outlet_ids:
        return
    raise ActionError("not_your_outlet", _("You plan for another outlet."), status=FORBIDDEN)


def assignments_for(user: Any) -> QuerySet[Assignment]:
    """The assignments of visible tickets; a technician sees only his own."""
    mine = Q(technician__user=user) if user.role == Role.TECHNICIAN else Q()
    tickets = Ticket.objects.visible_to(user)
    return Assignment.objects.filter(mine, ticket__in=tickets).select_related("ticket", "technician__user")


def assignment_or_404(user: Any, assignment_id: int) -> Assignment:
    """The assignment, if `user` may know of it. Raises Http404."""
    assignment = assignments_for(user).filter(pk=assignment_id).first()
    if assignment is None:
        raise Http404
    return assignment


def move_or_404(user: Any, move_id: int) -> AssignmentMove:
    """The line of the ledger of a visible ticket. Raises Http404."""
    tickets = Ticket.objects.visible_to(user)
    move = AssignmentMove.objects.filter(pk=move_id, ticket__in=tickets).select_related("ticket").first()
    if move is None:
        raise Http404
    return move
