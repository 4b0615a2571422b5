"""What runs by the clock: the steps of `manage.py timers` and the entries of Celery beat, which back each
other.

Every step may run twice at once and may miss rounds: what is due stands in the database, a tick only looks
there.
"""

from typing import Any

# Called with the present instant, in this order, once a second. The name is what a fault is logged under.
TIMER_STEPS = {
    "sweep": "servicedesk.sla.sweep.sweep_once",
    "ladders": "servicedesk.sla.escalation.climbing.climb_once",
    "pauses": "servicedesk.sla.pauses.remind_once",
    "look_back": "servicedesk.sla.reconcile.reconcile_once",
    "relay": "servicedesk.notify.relay.relay_once",
    "recompute": "servicedesk.sla.recompute.services.recompute_once",
    "channels": "servicedesk.notify.outgoing.tick",
    "courtesy_calls": "visits.care.services.run_daily",
    "quality_calls": "visits.aftercare.services.quality.draw_daily",
    "tallies": "servicedesk.dashboards.tallies.settle_once",
    "webhooks": "servicedesk.webhooks.relay.tick",
    "purge": "servicedesk.webhooks.retention.purge_once",
    "calendars": "servicedesk.calendars.horizon.warn_of_missing_year",
}

# A tick that waited longer than its period is worth nothing: the next one does its work.
BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "sweep": {
        "task": "servicedesk.sla.tasks.sweep",
        "schedule": 1.0,
        "options": {"expires": 1, "queue": "sla"},
    },
    "ladders": {
        "task": "servicedesk.sla.tasks.climb",
        "schedule": 1.0,
        "options": {"expires": 1, "queue": "sla"},
    },
    "pauses": {
        "task": "servicedesk.sla.tasks.remind_of_pauses",
        "schedule": 10.0,
        "options": {"expires": 10, "queue": "sla"},
    },
    "look_back": {
        "task": "servicedesk.sla.tasks.look_back",
        "schedule": 60.0,
        "options": {"expires": 60, "queue": "plan"},
    },
    "relay": {
        "task": "servicedesk.notify.tasks.relay",
        "schedule": 1.0,
        "options": {"expires": 1, "queue": "notify"},
    },
    "recompute": {
        "task": "servicedesk.sla.tasks.recompute",
        "schedule": 1.0,
        "options": {"expires": 1, "queue": "reports"},
    },
    "channels": {
        "task": "servicedesk.notify.tasks.relay_channels",
        "schedule": 1.0,
        "options": {"expires": 1, "queue": "notify"},
    },
    # Asked every ten minutes, done once a day.
    "courtesy_calls": {
        "task": "visits.care.tasks.courtesy_calls",
        "schedule": 600.0,
        "options": {"expires": 600, "queue": "plan"},
    },
    "quality_calls": {
        "task": "visits.aftercare.tasks.quality_calls",
        "schedule": 600.0,
        "options": {"expires": 600, "queue": "plan"},
    },
    "tallies": {
        "task": "servicedesk.dashboards.tasks.settle",
        "schedule": 1.0,
        "options": {"expires": 1, "queue": "reports"},
    },
    "calendars": {
        "task": "servicedesk.calendars.tasks.watch_horizon",
        "schedule": 600.0,
        "options": {"expires": 600, "queue": "plan"},
    },
    "webhooks": {
        "task": "servicedesk.webhooks.tasks.relay_webhooks",
        "schedule": 1.0,
        "options": {"expires": 1, "queue": "notify"},
    },
    # Asked every ten minutes, done once an hour.
    "purge": {
        "task": "servicedesk.webhooks.tasks.purge",
        "schedule": 600.0,
        "options": {"expires": 600, "queue": "reports"},
    },
}

# Workers may be given one of these each (`-Q`); an installation with one worker lets it take all.
QUEUES = ("sla", "notify", "plan", "reports")
