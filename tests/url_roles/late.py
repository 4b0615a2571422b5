"""Routes of work that technicians sent late."""

from typing import Any
from uuid import uuid4

from servicedesk import clock
from servicedesk.pictures import Picture, store
from tests.make_visits import jpeg
from tests.url_roles import Row
from visits.models import KeptPicture, VisitEntry

REVIEWERS = frozenset({"dispatcher", "supervisor", "manager"})


def of_late_work(world: Any) -> dict[str, Any]:
    now = clock.now()
    if not VisitEntry.objects.filter(visit=world.visit, state="review").exists():
        VisitEntry.objects.create(
            id=uuid4(),
            visit=world.visit,
            actor=world.technician.user,
            device=uuid4(),
            seq=1,
            action="depart",
            fingerprint="x",
            happened_at=now,
            sent_at=now,
            received_at=now,
            state="review",
        )
    return {"visit_id": world.visit.pk}


def of_late_picture(world: Any) -> dict[str, Any]:
    of_late_work(world)
    kept = KeptPicture.objects.filter(visit=world.visit).first()
    if kept is None:
        kept = KeptPicture.objects.create(token=uuid4(), visit=world.visit, width=64, height=48, kept_at=clock.now())
        store(str(kept.token), Picture(jpeg(), 64, 48))
    return {"token": kept.token}


ROWS = {
    "late_work_list": Row(allowed=REVIEWERS),
    "late_work": Row(of_late_work, allowed=REVIEWERS, scoped=True),
    "api_take_over_late_work": Row(of_late_work, "post", REVIEWERS, scoped=True, stranger=401),
    "api_keep_late_work": Row(of_late_work, "post", REVIEWERS, scoped=True, stranger=401),
    "late_work_picture": Row(of_late_picture, allowed=REVIEWERS, scoped=True),
}
