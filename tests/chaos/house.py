"""A house of its own for a chaos run: PostgreSQL and Valkey that may be crashed, and the real processes on them."""

import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
import redis
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, connections

from servicedesk.notify.models import Heartbeat
from servicedesk.project.embedded import ServiceError, Services
from servicedesk.project.embedded.ports import LOOPBACK, free_port
from servicedesk.project.embedded.postgres import Postgres
from servicedesk.project.embedded.processes import wait_until
from servicedesk.project.embedded.services import start_temporary
from servicedesk.project.embedded.valkey import Valkey
from servicedesk.project.migrated import migrated
from servicedesk.project.schedule import QUEUES
from tests.chaos.processes import ROOT, Process, until
from tests.defaults import load_defaults

CELERY = [sys.executable, "-W", "ignore:You're running the worker", "-m", "celery", "--quiet"]
CELERY += ["-A", "servicedesk.project.celery:app"]
START_SECONDS = 60.0


@dataclass
class House:
    """Services and processes of a run. `kills` counts by name what was killed, `crashes` what the services bore."""

    services: Services
    folder: Path
    processes: list[Process] = field(default_factory=list)
    kills: Counter[str] = field(default_factory=Counter)
    crashes: Counter[str] = field(default_factory=Counter)
    web_port: int = 0

    # --- processes ---------------------------------------------------------------------------------------------------

    def timers(self, failpoint: str = "", **environment: str) -> Process:
        """A `manage.py timers`, failing at `failpoint` where one is named."""
        command = [sys.executable, str(ROOT / "manage.py"), "timers"]
        return self.start("timers", command, FAILPOINT=failpoint, **environment)

    def worker(self) -> Process:
        """A Celery worker with two children for all queues."""
        options = ["--queues", ",".join(QUEUES), "--concurrency", "2", "--without-gossip", "--without-mingle"]
        return self.start("worker", [*CELERY, "worker", *options, "--loglevel", "info"])

    def beat(self) -> Process:
        """A Celery beat with a schedule file of its own."""
        schedule = self.folder / f"beat-{len(list(self.folder.iterdir()))}"
        return self.start("beat", [*CELERY, "beat", "--schedule", str(schedule)])

    def web(self) -> Process:
        """The pages, on `web_port`."""
        self.web_port = free_port(None)
        command = [sys.executable, "-m", "gunicorn", "servicedesk.project.wsgi:application"]
        command += ["--bind", f"{LOOPBACK}:{self.web_port}", "--worker-class", "gthread", "--threads", "4"]
        return self.start("web", command)

    def start(self, name: str, command: list[str], **environment: str) -> Process:
        """Starts a process on this house's services."""
        settings = os.environ["DJANGO_SETTINGS_MODULE"]
        base = {**os.environ, **self.services.addresses.environment(), "DJANGO_SETTINGS_MODULE": settings}
        log = self.folder / f"{name}-{len(list(self.folder.iterdir()))}.log"
        process = Process(name, command, {**base, "PYTHONUNBUFFERED": "1", **environment}, log)
        self.processes.append(process)
        return process

    def kill(self, process: Process) -> None:
        """SIGKILL, counted."""
        process.kill()
        self.count(process)

    def count(self, process: Process, what: str = "") -> None:
        """Notes that `process` was killed, from outside or by a failpoint."""
        self.kills[what or process.name] += 1

    def end_processes(self) -> None:
        """Ends all that still run, without mercy: nothing here may depend on an orderly end."""
        for process in self.processes:
            process.kill_group()
        self.processes.clear()

    def wait_for_timers(self, since: datetime) -> None:
        """Waits until some timers have done a whole round after `since`."""
        late = Heartbeat.objects.filter(name="timers", at__gt=since)
        until(late.exists, START_SECONDS, "a round of the timers")

    # --- services ----------------------------------------------------------------------------------------------------

    @property
    def postgres(self) -> Postgres:
        """The database server."""
        assert self.services.postgres is not None
        return self.services.postgres

    @property
    def valkey(self) -> Valkey:
        """The Redis of the house; it keeps nothing over a restart."""
        assert self.services.valkey is not None
        return self.services.valkey

    def crash_database(self) -> None:
        """What `pg_ctl stop -m immediate` does: no checkpoint, every connection cut, recovery at the next start."""
        process = self.postgres.process
        assert process is not None
        process.send_signal(signal.SIGQUIT)
        process.wait()
        self.crashes["postgres"] += 1
        connections.close_all()

    def start_database(self) -> None:
        """Starts the server on its old port; what the crash left running may be in the way for a moment."""
        for attempt in range(5):
            try:
                self.postgres.start()
            except ServiceError:
                if attempt == 4:
                    raise
                time.sleep(0.5)
            else:
                return

    def redis(self) -> Any:
        """A client of this house's Redis."""
        return redis.Redis.from_url(self.services.addresses.redis_url)

    def flush_redis(self) -> None:
        """FLUSHALL: queue, cache and counters are gone."""
        with self.redis() as client:
            client.flushall()
        self.crashes["redis"] += 1


def durable(services: Services) -> None:
    """Makes the throw-away database keep what it has committed: full write-ahead log, as in production."""
    postgres = services.postgres
    assert postgres is not None
    postgres.stop()
    wait_until(lambda: not postgres.answers(), 5)
    (postgres.data / "postmaster.pid").unlink(missing_ok=True)
    postgres.durable = True
    postgres.start()


def forget_database() -> None:
    """Closes the connections of this process and drops what Django remembers of a database's rows."""
    connections.close_all()
    ContentType.objects.clear_cache()


@contextmanager
def django_on(address: str) -> Iterator[None]:
    """Within the block Django's models of this process speak to the database at `address`."""
    known = connections.settings["default"]
    before = dict(known)
    forget_database()
    found = environ.Env.db_url_config(address)
    known.update({name: found[name] for name in ("HOST", "PORT", "NAME", "USER", "PASSWORD")})
    try:
        yield
    finally:
        forget_database()
        known.clear()
        known.update(before)


@contextmanager
def open_house(folder: Path) -> Iterator[House]:
    """A house with a migrated, empty database; all its processes and servers are gone at the end."""
    prepared = migrated()
    services = start_temporary(prepared=prepared)
    address = urlsplit(services.addresses.database_url)._replace(path=f"/{prepared.name}")
    services.addresses = replace(services.addresses, database_url=address.geturl())
    house = House(services, folder)
    try:
        durable(services)
        yield house
    finally:
        house.end_processes()
        house.postgres.durable = False  # the end need not be orderly
        services.stop()


def empty(house: House) -> None:
    """Ends all processes, empties database and Redis, and loads the master data anew."""
    house.end_processes()
    house.kills.clear()
    house.crashes.clear()
    with house.redis() as client:
        client.flushall()
    connection.close()
    call_command("flush", verbosity=0, interactive=False)
    load_defaults()
