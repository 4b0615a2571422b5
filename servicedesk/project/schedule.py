"""What runs by the clock: the steps of `manage.py timers` and the entries of Celery beat, which back each other.

Every step may run twice at once and may miss rounds: what is due stands in the database, a tick only looks there.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Step:
    """A function called with the present instant, the Celery task that does the same, its queue, and how often in
    seconds.
    """

    function: str
    task: str
    queue: str
    every: float = 1.0


# In this order within a round. The name is what a fault is logged under.
STEPS = {
    "sweep": Step("servicedesk.sla.sweep.sweep_once", "servicedesk.sla.tasks.sweep", "sla"),
    "ladders": Step("servicedesk.sla.escalation.climbing.climb_once", "servicedesk.sla.tasks.climb", "sla"),
    "pauses": Step("servicedesk.sla.pauses.remind_once", "servicedesk.sla.tasks.remind_of_pauses", "sla", 10),
    "relay": Step("servicedesk.notify.relay.relay_once", "servicedesk.notify.tasks.relay", "notify"),
    "recompute": Step(
        "servicedesk.sla.recompute.services.recompute_once", "servicedesk.sla.tasks.recompute", "reports"
    ),
    "jobs": Step("servicedesk.jobs.services.run_once", "servicedesk.jobs.tasks.run_jobs", "reports"),
    "channels": Step("servicedesk.notify.outgoing.tick", "servicedesk.notify.tasks.relay_channels", "notify"),
    "tallies": Step("servicedesk.dashboards.tallies.settle_once", "servicedesk.dashboards.tasks.settle", "reports"),
    "webhooks": Step("servicedesk.webhooks.relay.tick", "servicedesk.webhooks.tasks.relay_webhooks", "notify"),
    # Looks every five minutes; whoever asks first in a slot does it.
    "look_back": Step("servicedesk.sla.reconcile.reconcile_once", "servicedesk.sla.tasks.look_back", "plan", 60),
    # Done once a day or an hour, asked so often that a day that began with a fault is made up for soon.
    "courtesy_calls": Step("visits.care.services.run_daily", "visits.care.tasks.courtesy_calls", "plan", 600),
    "quality_calls": Step(
        "visits.aftercare.services.quality.draw_daily", "visits.aftercare.tasks.quality_calls", "plan", 600
    ),
    "positions": Step(
        "visits.entries.positions.forget_positions_daily", "visits.entries.tasks.forget_positions", "plan", 600
    ),
    "calendars": Step(
        "servicedesk.calendars.horizon.warn_of_missing_year", "servicedesk.calendars.tasks.watch_horizon", "plan", 600
    ),
    "holds": Step("dispatch.windows.services.tidy_holds", "dispatch.tasks.tidy_holds", "plan", 60),
    "time_changes": Step("dispatch.services.forgetting.forget_changes", "dispatch.tasks.forget_changes", "plan", 600),
    "rights": Step("warranty.watching.watch_once", "warranty.tasks.watch_rights", "plan", 60),
    "imports": Step("servicedesk.imports.carrying.forget_once", "servicedesk.imports.tasks.forget", "reports", 600),
    "sheets": Step("visits.sheets.retention.forget_once", "visits.sheets.tasks.forget", "reports", 600),
    "purge": Step("servicedesk.webhooks.retention.purge_once", "servicedesk.webhooks.tasks.purge", "reports", 600),
}

# A tick that waited longer than its period is worth nothing: the next one does its work.
BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    name: {
        "task": step.task,
        "schedule": float(step.every),
        "options": {"expires": step.every, "queue": step.queue},
    }
    for name, step in STEPS.items()
}

# Workers may be given one of these each (`-Q`); an installation with one worker lets it take all.
QUEUES = ("sla", "notify", "plan", "reports")
