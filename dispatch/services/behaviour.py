"""What the visit tells dispatch about a technician: where he was seen, and how he behaved. Called downward."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from dispatch.models import ConductNote, Technician
from servicedesk.tickets.models import Ticket


def seen_at(technician: Technician, lat: float, lon: float, *, now: datetime) -> None:
    """The technician stood at this place at `now`; his way begins there for the rest of the day.

    What is told late does not take the place of where he was seen since.
    """
    earlier = Q(last_seen_at=None) | Q(last_seen_at__lte=now)
    Technician.objects.filter(earlier, pk=technician.pk).update(last_lat=lat, last_lon=lon, last_seen_at=now)


def note_conduct(ticket: Ticket, technician: Technician, codes: Iterable[str], *, now: datetime) -> list[ConductNote]:
    """The new notes of breaches by code, in the caller's transaction; one that holds already stays as it is."""
    held = ConductNote.objects.filter(ticket=ticket, technician=technician, withdrawn_at=None)
    known = set(held.values_list("code", flat=True))
    return ConductNote.objects.bulk_create(
        ConductNote(
            ticket=ticket,
            technician=technician,
            customer_id=ticket.customer_id,
            category_id=ticket.category_id,
            code=code,
            at=now,
        )
        for code in dict.fromkeys(codes)
        if code not in known
    )


def withdraw_conduct(ticket: Ticket, technician: Technician, code: str, *, now: datetime) -> int:
    """How many notes no longer count: what they tell of is under review again."""
    held = ConductNote.objects.filter(ticket=ticket, technician=technician, code=code, withdrawn_at=None)
    return held.update(withdrawn_at=now)
