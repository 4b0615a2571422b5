"""The house under measure: services, the web server of `make run`, the timers."""

import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2

from bench.client import BenchError
from servicedesk.project.embedded import local_services
from servicedesk.project.embedded.paths import ROOT
from servicedesk.project.embedded.ports import LOOPBACK, next_free_port
from servicedesk.project.runner.child import Child
from servicedesk.project.runner.console import Console
from servicedesk.project.runner.plan import commands, environment_for

READY_SECONDS = 90.0
STOP_SECONDS = 10.0
# What stands beside the pages in production and costs time: the sweep and the settling of the counters.
PARTS = ("web", "timers")
# The database of the bench of the engine, beside the kept one.
SCRATCH = "yipiao_bench_engine"


@dataclass(frozen=True)
class House:
    """A running house: where its pages are and the environment of its processes."""

    port: int
    environment: dict[str, str]


@contextmanager
def open_house(
    local: Path, base: Mapping[str, str] = os.environ, *, scratch: bool = False, parts: tuple[str, ...] = PARTS
) -> Iterator[House]:
    """Give a running house on the data in `local`, or on the services `base` names; it is ended afterwards.

    With `scratch` it stands on an empty database of its own beside the kept one, dropped at the end. Services that ran
    before go on running. Raises BenchError when the pages do not answer, ServiceError when a service does not start.
    """
    ran_before = (local / "services.json").exists()
    services = local_services(base, local)
    children: list[Child] = []
    addresses = services.addresses
    try:
        if scratch:
            addresses = replace(addresses, database_url=make_scratch(addresses.database_url))
        port = next_free_port(8600)
        environment = environment_for(base, addresses, port, next_free_port(port + 1))
        environment["YIPIAO_LOCAL"] = str(local)
        prepare(environment)
        for name, command in commands(port, port + 1, ROOT, local).items():
            if name in parts:
                children.append(Child(name, command, environment, Console(sys.stderr)))
                children[-1].start()
        if "web" in parts:
            wait_until_it_answers(port)
        yield House(port, environment)
    finally:
        end(children)
        if scratch:
            drop_scratch(services.addresses.database_url)
        if not ran_before:
            services.stop()


def make_scratch(kept_url: str) -> str:
    """The address of an empty database beside the kept one; one of an earlier run that died is dropped."""
    drop_scratch(kept_url)
    on_server(kept_url, f"CREATE DATABASE {SCRATCH}")
    return urlsplit(kept_url)._replace(path=f"/{SCRATCH}").geturl()


def drop_scratch(kept_url: str) -> None:
    """Drop the database of the bench, with whoever is still connected to it."""
    on_server(kept_url, f"DROP DATABASE IF EXISTS {SCRATCH} WITH (FORCE)")


def on_server(url: str, statement: str) -> None:
    """Run a statement that stands in no transaction. Raises BenchError when the database refuses."""
    try:
        connection = psycopg2.connect(url)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
        connection.close()
    except psycopg2.Error as error:
        raise BenchError(f"{statement}: {error}") from error


def prepare(environment: dict[str, str]) -> None:
    """Bring the database up to date. Raises BenchError when that fails."""
    command = [sys.executable, str(ROOT / "manage.py"), "migrate", "-v0"]
    migrate = Child("house", command, environment, Console(sys.stderr))
    migrate.start()
    if migrate.process is not None and migrate.process.wait() != 0:
        raise BenchError("The database could not be brought up to date; the lines above say why.")


def wait_until_it_answers(port: int) -> None:
    """Wait for the first answer of the pages. Raises BenchError when none comes."""
    end_at = time.monotonic() + READY_SECONDS
    while time.monotonic() < end_at:
        connection = HTTPConnection(LOOPBACK, port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except (OSError, HTTPException):
            time.sleep(0.2)
        finally:
            connection.close()
    raise BenchError(f"The pages did not answer within {READY_SECONDS:.0f} seconds.")


def end(children: list[Child]) -> None:
    """End the processes in order, by force where that takes too long."""
    for child in children:
        child.send(signal.SIGTERM)
    end_at = time.monotonic() + STOP_SECONDS
    while time.monotonic() < end_at and not all(child.has_ended() for child in children):
        time.sleep(0.05)
    for child in children:
        child.send(signal.SIGKILL)
