"""Who sees which tickets: the one scope behind lists, counts, search, details and files."""

from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models import Q

from servicedesk import clock

# A technician keeps sight of a job this long after his part in it ended (docs/roles.md).
TECHNICIAN_AFTERGLOW = timedelta(hours=24)


class TicketQuerySet(models.QuerySet[Any]):
    """Ticket queries by scope and stage."""

    def visible_to(self, user: Any) -> "TicketQuerySet":
        """The tickets `user` may know of; for somebody not signed in, none."""
        if not getattr(user, "is_active", False):
            return self.none()
        if user.sees_all_tickets:
            return self.all()
        if user.role == "technician":
            parts = user.parts.filter(Q(until=None) | Q(until__gt=clock.expression() - TECHNICIAN_AFTERGLOW))
            return self.filter(pk__in=parts.values("ticket_id"))
        # Who owns a ticket stays answerable for it, wherever it is.
        return self.filter(Q(outlet_id__in=user.outlet_ids) | Q(owner=user))

    def living(self) -> "TicketQuerySet":
        """Those that are neither closed nor cancelled."""
        return self.filter(state__in=["open", "scheduled", "in_service", "awaiting_callback"])
