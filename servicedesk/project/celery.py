"""Celery: the queue only wakes work up; what is due stands in the database."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicedesk.project.settings.dev")

app = Celery("yipiao")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
