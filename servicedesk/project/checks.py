"""System checks of the wiring. `manage.py check` runs the first, `manage.py check --deploy` all.

E001 the database is not PostgreSQL · E002 a timer step cannot be imported · E003 Celery beat names a task
nobody wrote · W001 no event stream, pages poll.
"""

from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from celery import current_app
from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, register
from django.utils.module_loading import import_string

from servicedesk.project.celery import task_packages

Apps = Sequence[AppConfig] | None


@register("house")
def check_database_engine(app_configs: Apps, **_kwargs: Any) -> list[CheckMessage]:
    """Locks, exclusion constraints and triggers are PostgreSQL's; nothing works without them."""
    engine = settings.DATABASES["default"]["ENGINE"]
    if engine == "django.db.backends.postgresql":
        return []
    hint = "Set DATABASE_URL to postgres://user:password@host:5432/name."
    return [Error(f"The database has to be PostgreSQL, not {engine}.", hint=hint, id="house.E001")]


@register("house", deploy=True)
def check_timer_steps(app_configs: Apps, **_kwargs: Any) -> list[CheckMessage]:
    """A step that is missing would be missed by nobody but customers."""
    faults: list[CheckMessage] = []
    for name, step in settings.TIMER_STEPS.items():
        try:
            import_string(step.function)
        except ImportError as error:
            faults.append(Error(f"Timer step {name} cannot be imported: {error}", id="house.E002"))
    return faults


@register("house", deploy=True)
def check_beat_schedule(app_configs: Apps, **_kwargs: Any) -> list[CheckMessage]:
    """Beat sends names; one that no worker knows would be dropped with a line in a log."""
    for package in task_packages():
        if find_spec(f"{package}.tasks") is not None:
            import_module(f"{package}.tasks")
    return [
        Error(f"Celery beat entry {name} names the unknown task {entry['task']}.", id="house.E003")
        for name, entry in settings.CELERY_BEAT_SCHEDULE.items()
        if entry["task"] not in current_app.tasks
    ]


@register("house", deploy=True)
def check_event_stream(app_configs: Apps, **_kwargs: Any) -> list[CheckMessage]:
    """Polling works, but costs a request per open page every few seconds."""
    if settings.EVENTS_URL:
        return []
    hint = "Set it to /events."
    return [checks.Warning("EVENTS_URL is empty, so open pages poll.", hint=hint, id="house.W001")]
