"""The only way from a number or a link to a record sheet."""

from django.http import Http404

from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from visits.access import visit_or_404
from visits.models import ServiceRecord


def sheet_or_404(user: User, visit_id: int, version: int) -> ServiceRecord:
    """A sheet of a visit `user` may know of. Raises Http404."""
    visit = visit_or_404(user, visit_id)
    found = ServiceRecord.objects.filter(visit=visit, version=version).select_related("replaced_by").first()
    if found is None:
        raise Http404
    found.visit = visit
    return found


def sheet_of_link(ticket: Ticket, visit_no: int, version: int) -> ServiceRecord | None:
    """A sheet of the customer's own ticket; None where it has none of these numbers."""
    sheets = ServiceRecord.objects.filter(visit__ticket=ticket, number=f"{ticket.number}-{visit_no}/{version}")
    return sheets.select_related("visit", "replaced_by").first()
