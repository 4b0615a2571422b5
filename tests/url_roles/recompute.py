"""Routes of the recompute: read by those who answer for promises, started by managers and administrators."""

from typing import Any

from servicedesk import clock
from servicedesk.sla.recompute.models import RecomputeJob
from tests.url_roles import Row

READERS = frozenset({"supervisor", "manager", "admin", "auditor"})
EDITORS = frozenset({"manager", "admin"})


def of_job(_world: Any) -> dict[str, Any]:
    """A recompute that waits for a decision, made anew after one was decided on."""
    ready = RecomputeJob.objects.filter(state="ready").first()
    RecomputeJob.objects.filter(state="running").update(state="done")
    found = ready or RecomputeJob.objects.create(asked_at=clock.now(), state="ready")
    return {"job_id": found.pk}


ROWS = {
    "recompute_list": Row(allowed=READERS),
    "recompute_detail": Row(of_job, allowed=READERS),
    "recompute_apply": Row(of_job, method="post", allowed=EDITORS),
    "recompute_cancel": Row(of_job, method="post", allowed=EDITORS),
}
