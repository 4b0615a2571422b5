"""The only way from an id to a follow-up."""

from django.db.models import QuerySet
from django.http import Http404

from servicedesk.people.models import Role, User
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.transitions import OFFICE
from visits.models import FollowUp

READERS = OFFICE | {Role.AUDITOR}


def follow_ups_for(user: User) -> QuerySet[FollowUp]:
    """The follow-ups of the tickets `user` may know of, for the office; else none."""
    if user.role not in READERS:
        return FollowUp.objects.none()
    return FollowUp.objects.filter(visit__ticket__in=Ticket.objects.visible_to(user))


def follow_up_or_404(user: User, follow_up_id: int) -> FollowUp:
    """The follow-up with what its page shows, if `user` may know of it. Raises Http404."""
    found = follow_ups_for(user).select_related(
        "visit__ticket__owner",
        "visit__ticket__outlet",
        "visit__technician__user",
        "visit__checklist",
        "appliance__category",
        "appliance__model",
        "ticket",
        "ended_by",
    )
    follow_up = found.filter(pk=follow_up_id).first()
    if follow_up is None:
        raise Http404
    return follow_up
