"""Pytest plug-in: PostgreSQL and Valkey of this run, up before Django's settings load.

Loaded by `-p tests.services` (pyproject.toml), which is earlier than pytest-django. The process that was
started at the terminal gets services of its own and ends them; workers of pytest-xdist inherit their
addresses, each with a Redis database of its own. DATABASE_URL and REDIS_URL given together are used instead.
"""

import atexit
import os
import signal
import sys
from types import FrameType
from urllib.parse import urlsplit

import pytest

from servicedesk.project.embedded import ServiceError
from servicedesk.project.embedded.services import Services, start_temporary
from servicedesk.project.migrated import migrated

ASKS_ONLY = {"--version", "-V", "-VV", "--help", "-h", "--markers", "--fixtures"}


def use_services() -> Services | None:
    """Start services where the environment names none, and name them there."""
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        return None
    prepared = migrated()
    started = start_temporary(prepared=prepared)
    os.environ.update(started.addresses.environment() | {"TEST_TEMPLATE": prepared.name})
    return started


def use_own_redis_database(worker: str) -> None:
    """Point REDIS_URL at the database of a worker: `gw0` takes 1, `gw1` takes 2; 0 stays the single
    process's.
    """
    parts = urlsplit(os.environ["REDIS_URL"])
    os.environ["REDIS_URL"] = parts._replace(path=f"/{int(worker.removeprefix('gw')) + 1}").geturl()


def end_in_order(_signum: int, _frame: FrameType | None) -> None:
    """Turn a SIGTERM into the interrupt pytest cleans up after."""
    raise KeyboardInterrupt


def prepare() -> Services | None:
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is not None:
        use_own_redis_database(worker)
        return None
    if ASKS_ONLY.intersection(sys.argv[1:]):
        return None
    signal.signal(signal.SIGTERM, end_in_order)
    try:
        return use_services()
    except ServiceError as error:
        raise pytest.UsageError(str(error)) from None


SERVICES = prepare()
if SERVICES is not None:
    # Registered before xdist's own: workers are gone when this runs.
    atexit.register(SERVICES.stop)


def pytest_report_header() -> str:
    """Say where the services are, for a look inside while a test is stopped."""
    parts = urlsplit(os.environ.get("DATABASE_URL", ""))
    return f"services: {'embedded' if SERVICES is not None else 'given'}, PostgreSQL on port {parts.port}"
