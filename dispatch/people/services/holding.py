"""What every action on a technician begins and ends with: his row held, a line of his history, news for open pages."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from dispatch.models import Technician, TechnicianEvent
from dispatch.people.access import not_found, require_keeper
from dispatch.services.booking import lock_technicians
from servicedesk.errors import require_text
from servicedesk.notify import live
from servicedesk.people.models import User

LONGEST_REASON = 300


def held(technician_id: int, actor: User | None) -> Technician:
    """The technician, locked as a booking locks him. Refuses with 404 and as `require_keeper`."""
    technician = lock_technicians(technician_id).get(technician_id)
    if technician is None:
        raise not_found()
    require_keeper(actor, technician.outlet_id)
    return technician


def note(
    technician: Technician,
    action: str,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    *,
    actor: User | None,
    now: datetime,
    reason: str = "",
) -> None:
    """Writes a line of the history, unless nothing differs; open pages of the outlet look again."""
    if before == after:
        return
    TechnicianEvent.objects.create(
        technician=technician, action=action, actor=actor, at=now, before=before, after=after, reason=reason
    )
    live.publish({f"outlet:{technician.outlet_id}"}, "ticket", {"number": "", "action": "people"})


def why(reason: str, field: str = "reason") -> str:
    """The reason without blanks round it. Refuses with 422 an empty one and one that is too long."""
    reason = reason.strip()
    require_text(field, reason, LONGEST_REASON, missing=_("Give a reason."))
    return reason
