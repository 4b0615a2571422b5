"""The only way from an id or a token to a callback or a customer's ticket."""

from django.db.models import QuerySet
from django.http import Http404

from servicedesk.people.models import Role, User
from servicedesk.tickets.models import Ticket
from visits.models import Callback, Mismatch

# Who reads mismatches and settings; who decides and sets is narrower (docs/aftercare.md).
MISMATCH_READERS = frozenset({Role.SUPERVISOR, Role.MANAGER, Role.AUDITOR})
SETTINGS_READERS = frozenset({Role.SUPERVISOR, Role.MANAGER, Role.AUDITOR, Role.ADMIN})


def callbacks_for(user: User) -> QuerySet[Callback]:
    """The callbacks of the tickets `user` may know of."""
    return Callback.objects.filter(ticket__in=Ticket.objects.visible_to(user))


def callback_or_404(user: User, callback_id: int) -> Callback:
    """The callback with what its card shows, if `user` may know of it. Raises Http404."""
    found = callbacks_for(user).select_related(
        "ticket__customer",
        "ticket__address",
        "ticket__category",
        "ticket__outlet",
        "ticket__owner",
        "ticket__appliance__category",
        "ticket__appliance__model",
        "ticket__fault",
        "visit__technician__user",
        "visit__ticket",
        "claimed_by",
    )
    callback = found.filter(pk=callback_id).first()
    if callback is None:
        raise Http404
    return callback


def mismatches_for(user: User) -> QuerySet[Mismatch]:
    """The mismatches `user` may know of: those of his tickets for supervisors, managers and auditors, else none."""
    if user.role not in MISMATCH_READERS:
        return Mismatch.objects.none()
    return Mismatch.objects.filter(ticket__in=Ticket.objects.visible_to(user))


def mismatch_or_404(user: User, mismatch_id: int) -> Mismatch:
    """The mismatch with what its page shows, if `user` may know of it. Raises Http404."""
    found = mismatches_for(user).select_related(
        "ticket__customer", "ticket__outlet", "ticket__category", "visit", "technician__user", "response", "decided_by"
    )
    mismatch = found.filter(pk=mismatch_id).first()
    if mismatch is None:
        raise Http404
    return mismatch


def ticket_of_link(token: str) -> Ticket | None:
    """The one ticket behind a customer's link; None for a token nobody was given."""
    found = Ticket.objects.select_related(
        "customer", "address", "category", "outlet", "appliance__category", "appliance__model", "facts"
    )
    ticket: Ticket | None = found.filter(token=token).first()
    return ticket
