"""The only way from an id to what a phone may write, and to what the office looks at."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from servicedesk.people.models import Role, User
from servicedesk.tickets.models import Ticket
from visits.models import KeptPicture, Visit, VisitEntry

# Who looks at work that came too late: whoever plans for the outlet, and those above.
REVIEWERS = frozenset({Role.DISPATCHER, Role.SUPERVISOR, Role.MANAGER})


def phone_visit_or_404(user: User, visit_id: int) -> Visit:
    """A visit that is or was the technician's own, also one called off: his phone may still send what he did.

    Gives nothing to read but id and state. Raises Http404.
    """
    visit = Visit.objects.filter(pk=visit_id, technician__user=user).first()
    if visit is None or user.role != Role.TECHNICIAN:
        raise Http404
    return visit


def reviewed_visits(user: User) -> QuerySet[Visit]:
    """The visits of the tickets `user` may know of that have entries for review."""
    if user.role not in REVIEWERS:
        return Visit.objects.none()
    held = VisitEntry.objects.filter(state=VisitEntry.State.REVIEW)
    visible = Ticket.objects.visible_to(user)
    return Visit.objects.filter(pk__in=held.values("visit"), ticket__in=visible)


def review_or_404(user: User, visit_id: int) -> Visit:
    """A visit with entries for review. Raises Http404."""
    related = ("ticket__customer", "ticket__outlet", "technician__user", "assignment")
    visit = reviewed_visits(user).select_related(*related).filter(pk=visit_id).first()
    if visit is None:
        raise Http404
    return visit


def kept_picture_or_404(user: User, token: UUID) -> KeptPicture:
    """A picture of a visit under review. Raises Http404."""
    picture = KeptPicture.objects.filter(token=token, visit__in=reviewed_visits(user)).first()
    if picture is None:
        raise Http404
    return picture
