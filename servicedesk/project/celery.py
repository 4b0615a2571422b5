"""Celery: the queue only wakes work up; what is due stands in the database."""

import os
import pkgutil
from pathlib import Path

from celery import Celery

APPS = ("servicedesk", "dispatch", "warranty", "visits")
TOP = Path(__file__).resolve().parents[2]

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicedesk.project.settings.dev")


def task_packages() -> list[str]:
    """Return the packages that may hold a `tasks` module: the apps and the rooms inside them."""
    rooms = [f"{name}.{room.name}" for name in APPS for room in pkgutil.iter_modules([TOP / name]) if room.ispkg]
    return [*APPS, *rooms]


app = Celery("yipiao")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(task_packages)
