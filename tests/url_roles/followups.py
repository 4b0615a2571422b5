"""Routes of what visits leave to be done."""

from typing import Any

from tests.make_visits import make_follow_up
from tests.url_roles import Row
from visits.models import FollowUp

OFFICE = frozenset({"agent", "dispatcher", "supervisor", "manager"})
READERS = OFFICE | {"auditor"}


def of_follow_up(world: Any) -> dict[str, Any]:
    found = FollowUp.objects.filter(visit=world.visit).first() or make_follow_up(world.visit)
    return {"follow_up_id": found.pk}


ROWS = {
    "follow_up_list": Row(allowed=READERS),
    "follow_up_detail": Row(of_follow_up, allowed=READERS),
    "follow_up_reopen": Row(of_follow_up, method="post", allowed=OFFICE),
}
