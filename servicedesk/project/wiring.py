"""The project as an app of its own: its commands, its system checks, and the one Celery application."""

from django.apps import AppConfig

from . import checks
from .celery import app as celery_app

__all__ = ["ProjectConfig", "celery_app", "checks"]


class ProjectConfig(AppConfig):
    """Being installed is what makes `task.delay()` use our broker in every process."""

    name = "servicedesk.project"
    label = "project"
