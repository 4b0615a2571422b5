"""The only way from an id to a visit, an offered job or a photo."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from dispatch.models import Assignment, AssignmentState, Technician
from servicedesk.people.models import Role, User
from servicedesk.tickets.models import Ticket
from visits.models import DelightStory, Photo, Visit

# Who opens a visit's own pages (docs/roles.md): the technician works, a supervisor steps in, the others read.
VISIT_READERS = (Role.TECHNICIAN, Role.SUPERVISOR, Role.MANAGER, Role.AUDITOR)


def visits_for(user: User) -> QuerySet[Visit]:
    """The visits of the tickets `user` may know of; for a technician only his own."""
    visits = Visit.objects.filter(ticket__in=Ticket.objects.visible_to(user))
    return visits.filter(technician__user=user) if user.role == Role.TECHNICIAN else visits


def visit_or_404(user: User, visit_id: int) -> Visit:
    """The visit with everything its pages show, if `user` may know of it. Raises Http404."""
    found = visits_for(user).select_related(
        "ticket__customer",
        "ticket__address",
        "ticket__category",
        "ticket__outlet",
        "ticket__appliance__category",
        "ticket__appliance__model",
        "ticket__fault",
        "technician__user",
        "assignment",
        "checklist",
        "confirmed_fault",
    )
    visit = found.filter(pk=visit_id).first()
    if visit is None:
        raise Http404
    return visit


def offered_or_404(user: User, assignment_id: int) -> Assignment:
    """A job offered to `user` himself. Raises Http404."""
    offered = Assignment.objects.filter(technician__user=user, state=AssignmentState.OFFERED)
    found = offered.select_related("ticket__customer", "ticket__address", "ticket__category", "ticket__fault")
    job = found.filter(pk=assignment_id, ticket__in=Ticket.objects.visible_to(user)).first()
    if job is None:
        raise Http404
    return job


def photo_or_404(user: User, token: UUID) -> Photo:
    """A photo of a visit `user` may know of. Raises Http404."""
    photo = Photo.objects.filter(token=token, visit__in=visits_for(user)).first()
    if photo is None:
        raise Http404
    return photo


def story_or_404(user: User, story_id: int) -> DelightStory:
    """A story of a ticket `user` may know of. Raises Http404."""
    story = DelightStory.objects.filter(pk=story_id, ticket__in=Ticket.objects.visible_to(user)).first()
    if story is None:
        raise Http404
    return story


def technician_of(user: User) -> Technician:
    """The technician behind the signed-in person. Raises Http404 where an account has none."""
    technician = Technician.objects.select_related("user", "outlet").filter(user=user).first()
    if technician is None:
        raise Http404
    return technician
