"""Starting, watching and ending the house."""

import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from servicedesk.project.embedded import ServiceError, Services, local_services
from servicedesk.project.embedded.paths import LOCAL, ROOT
from servicedesk.project.embedded.ports import LOOPBACK, next_free_port

from .child import Child
from .console import Console
from .leftovers import end_leftovers, note_processes
from .plan import commands, environment_for

WATCH_SECONDS = 0.25
STOP_SECONDS = 10.0
READY_SECONDS = 90.0
DEFAULT_PORT = 8000


class AlreadyRunningError(Exception):
    """Another `make run` holds this checkout."""


class House:
    """The processes of one run, between `open` and `close`."""

    def __init__(self, console: Console, local: Path = LOCAL) -> None:
        self.console = console
        self.local = local
        self.stopping = threading.Event()
        self.services: Services | None = None
        self.children: list[Child] = []
        self.port = 0

    def open(self) -> None:
        """Start services, bring the database up to date, start the processes. Raises ServiceError."""
        ended = end_leftovers(self.local / "run.json")
        if ended:
            self.say(f"ended {ended} processes a killed run had left")
        self.say("starting PostgreSQL and Valkey")
        self.services = local_services(os.environ, self.local)
        self.port = next_free_port(wanted_port())
        if self.port != wanted_port():
            self.say(f"port {wanted_port()} is taken, using {self.port}")
        events_port = next_free_port(self.port + 1)
        environment = environment_for(os.environ, self.services.addresses, self.port, events_port)
        if self.stopping.is_set():
            return
        self.prepare(environment)
        for name, command in commands(self.port, events_port, ROOT, self.local).items():
            if not self.stopping.is_set():
                self.children.append(Child(name, command, environment, self.console))
                self.children[-1].start()
        self.note_children()

    def prepare(self, environment: dict[str, str]) -> None:
        """Run `manage.py prepare`: migrations and demo data. Raises ServiceError when it fails."""
        command = [
            sys.executable,
            str(ROOT / "manage.py"),
            "prepare",
            "--logins",
            str(self.local / "logins.txt"),
        ]
        done = Child("house", command, environment, self.console)
        done.start()
        while not done.has_ended():
            if self.stopping.wait(0.05):
                done.send(signal.SIGTERM)
        if done.process is not None and done.process.returncode and not self.stopping.is_set():
            raise ServiceError("The database could not be made ready; the lines above say why.")

    def note_children(self) -> None:
        """Write the processes down for the case that this one is killed."""
        pids = [child.process.pid for child in self.children if child.process is not None]
        note_processes(self.local / "run.json", pids)

    def watch(self) -> None:
        """Look after the processes until somebody wants the end; says `Ready:` once."""
        began, announced = time.monotonic(), False
        while not self.stopping.wait(WATCH_SECONDS):
            now = time.monotonic()
            restarted = [child.name for child in self.children if child.look_after(now)]
            if restarted:
                self.note_children()
            if not announced and (self.answers() or now - began > READY_SECONDS):
                self.announce()
                announced = True

    def answers(self) -> bool:
        """Tell whether the pages answer."""
        try:
            with urllib.request.urlopen(f"http://{LOOPBACK}:{self.port}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def announce(self) -> None:
        """Say where the pages are, or that they do not answer."""
        if not self.answers():
            self.say(f"the pages do not answer after {READY_SECONDS:.0f} s; the lines above say why")
            return
        logins = self.local / "logins.txt"
        if logins.exists():
            self.say(logins.read_text())
        self.say(f"Ready: http://{LOOPBACK}:{self.port}/")
        self.say("Ctrl-C ends everything.")

    def close(self) -> None:
        """End the processes in order, then the services; afterwards nothing of this run is left."""
        self.say("stopping")
        for child in self.children:
            child.send(signal.SIGTERM)
        end = time.monotonic() + STOP_SECONDS
        while time.monotonic() < end and not all(child.has_ended() for child in self.children):
            time.sleep(0.05)
        for child in self.children:
            child.send(signal.SIGKILL)
            if child.process is not None:
                child.process.wait()
        if self.services is not None:
            self.services.stop()
        (self.local / "run.json").unlink(missing_ok=True)
        self.say("stopped")

    def say(self, text: str) -> None:
        self.console.say("house", text)


def wanted_port() -> int:
    """Return PORT of the environment, else 8000. Raises ServiceError when it is no port."""
    text = os.environ.get("PORT", "") or str(DEFAULT_PORT)
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise ServiceError(f"PORT has to be a number between 1 and 65535, not {text!r}.")
    return int(text)


@contextmanager
def only_one(local: Path) -> Iterator[None]:
    """Hold this checkout for one run. Raises AlreadyRunningError."""
    local.mkdir(mode=0o755, parents=True, exist_ok=True)
    with (local / "run.lock").open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunningError from None
        yield


def main() -> int:
    """Run until Ctrl-C or SIGTERM. Returns 0 when it was ended on request, 1 when it could not start."""
    console = Console()
    house = House(console)
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # Started under nohup, the end of the terminal is meant to be ignored.
        if signal.getsignal(signum) is not signal.SIG_IGN or signum != signal.SIGHUP:
            signal.signal(signum, lambda *_: house.stopping.set())
    try:
        with only_one(house.local):
            return run(house)
    except AlreadyRunningError:
        console.say("house", "This checkout already runs (another `make run`). End that one first.")
        return 1


def run(house: House) -> int:
    """Open, watch and close the house; it is closed whatever happens."""
    try:
        house.open()
        house.watch()
    except (ServiceError, subprocess.SubprocessError, OSError) as error:
        house.say(str(error))
        return 1
    finally:
        house.close()
    return 0
