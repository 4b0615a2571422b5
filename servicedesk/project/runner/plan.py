"""Which processes make up the house, and with what environment."""

import sys
from collections.abc import Mapping
from pathlib import Path

from servicedesk.project.embedded import Addresses
from servicedesk.project.embedded.ports import LOOPBACK
from servicedesk.project.schedule import QUEUES

# Celery advises against root at every start; here it listens to our own broker on this machine only.
QUIET = ["-W", "ignore:You're running the worker"]
CELERY = [sys.executable, *QUIET, "-m", "celery", "--quiet", "-A", "servicedesk.project.celery:app"]


def environment_for(base: Mapping[str, str], addresses: Addresses, web_port: int, events_port: int) -> dict[str, str]:
    """Return what every process gets: where the services are, and where pages and stream find each other."""
    return {
        **base,
        "DJANGO_SETTINGS_MODULE": base.get("DJANGO_SETTINGS_MODULE", "servicedesk.project.settings.dev"),
        **addresses.environment(),
        "EVENTS_URL": f"http://{LOOPBACK}:{events_port}/events",
        "EVENTS_ORIGINS": f"http://{LOOPBACK}:{web_port},http://localhost:{web_port}",
        "PYTHONUNBUFFERED": "1",
    }


def commands(web_port: int, events_port: int, root: Path, local: Path) -> dict[str, list[str]]:
    """Return the command of each process by its name in the log."""
    manage = [sys.executable, str(root / "manage.py")]
    web = [
        "--bind",
        f"{LOOPBACK}:{web_port}",
        "--worker-class",
        "gthread",
        "--workers",
        "2",
        "--threads",
        "4",
    ]
    # Loaded once and forked: a quicker start, and no connection is opened before the fork.
    web += ["--preload", "--graceful-timeout", "5", "--log-level", "warning", "--no-control-socket"]
    events = ["--host", LOOPBACK, "--port", str(events_port), "--log-level", "warning"]
    events += ["--timeout-graceful-shutdown", "2"]
    worker = ["--concurrency", "2", "--queues", ",".join(QUEUES), "--loglevel", "warning"]
    worker += ["--without-gossip", "--without-mingle"]
    beat = ["--schedule", str(local / "beat"), "--pidfile=", "--loglevel", "warning"]
    return {
        "web": [sys.executable, "-m", "gunicorn", "servicedesk.project.wsgi:application", *web],
        "events": [sys.executable, "-m", "uvicorn", "servicedesk.project.asgi_events:application", *events],
        "worker": [*CELERY, "worker", *worker],
        "beat": [*CELERY, "beat", *beat],
        "timers": [*manage, "timers"],
    }
