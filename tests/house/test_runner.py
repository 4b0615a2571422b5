"""`make run`: everything comes up, what dies is started again, and nothing is left behind."""

import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from servicedesk.project.embedded import Addresses, ServiceError
from servicedesk.project.embedded.paths import service_home
from servicedesk.project.embedded.ports import free_port, is_free
from servicedesk.project.embedded.processes import is_alive
from servicedesk.project.embedded.users import service_user
from servicedesk.project.runner import house
from servicedesk.project.runner.child import Child
from servicedesk.project.runner.console import Console
from servicedesk.project.runner.leftovers import end_leftovers, note_processes, start_time
from servicedesk.project.runner.plan import commands, environment_for

ROOT = Path(__file__).resolve().parents[2]
SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
Wait = Callable[[Callable[[], Any]], None]


@pytest.fixture
def console() -> Console:
    return Console(io.StringIO())


def printed(console: Console) -> str:
    assert isinstance(console.out, io.StringIO)
    return console.out.getvalue()


def child(console: Console, *command: str) -> Child:
    return Child("web", list(command), dict(os.environ), console)


def test_each_line_of_a_process_carries_its_name(console: Console, wait_for: Wait) -> None:
    one = child(console, sys.executable, "-c", "print('first'); print('second')")
    one.start()
    wait_for(lambda: "second" in printed(console))
    assert printed(console) == "web    | first\nweb    | second\n"


def test_colours_are_for_terminals_only(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    console.say("web", "plain")
    assert "\x1b" not in printed(console)
    monkeypatch.delenv("NO_COLOR", raising=False)
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    Console(terminal).say("web", "bright")
    assert terminal.getvalue() == "\x1b[32mweb    |\x1b[0m bright\n"


def test_a_process_that_dies_is_started_again_after_growing_pauses(console: Console, wait_for: Wait) -> None:
    one = child(console, sys.executable, "-c", "raise SystemExit(3)")
    now = time.monotonic()
    one.start()
    pauses = []
    for _round in range(3):
        wait_for(one.has_ended)
        assert one.look_after(now) is False
        assert one.restart_at is not None
        pauses.append(one.restart_at - now)
        assert one.look_after(one.restart_at - 0.01) is False, "not before its time"
        now = one.restart_at
        assert one.look_after(now) is True
    assert pauses == [1.0, 2.0, 4.0]
    assert "web ended with code 3; it starts again in 4 s" in printed(console)


def test_a_process_that_lived_long_starts_with_the_shortest_pause(console: Console, wait_for: Wait) -> None:
    one = child(console, sys.executable, "-c", "")
    one.start()
    one.pause = 16.0
    wait_for(one.has_ended)
    one.look_after(time.monotonic() + 61)
    assert "it starts again in 1 s" in printed(console)


def test_the_workers_of_a_process_end_with_it(console: Console, wait_for: Wait, tmp_path: Path) -> None:
    note = tmp_path / "pid"
    program = (
        "import subprocess, sys, time\n"
        f"p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"open({str(note)!r}, 'w').write(str(p.pid)); time.sleep(60)"
    )
    one = child(console, sys.executable, "-c", program)
    one.start()
    wait_for(lambda: note.exists() and note.read_text())
    one.send(signal.SIGKILL)
    wait_for(lambda: not is_alive(int(note.read_text())))
    wait_for(one.has_ended)


def test_what_a_killed_run_left_is_ended_and_strangers_are_not(tmp_path: Path) -> None:
    ours = subprocess.Popen(SLEEP, start_new_session=True)
    stranger = subprocess.Popen(SLEEP, start_new_session=True)
    noted = tmp_path / "run.json"
    note_processes(noted, [ours.pid])
    rows = json.loads(noted.read_text())
    noted.write_text(json.dumps([*rows, [stranger.pid, "1"], [999999, None]]))
    threading.Thread(target=ours.wait, daemon=True).start()
    try:
        assert end_leftovers(noted) == 1
        assert not noted.exists()
        assert stranger.poll() is None
        assert end_leftovers(noted) == 0
    finally:
        stranger.kill()
        stranger.wait()


def test_start_times_tell_processes_apart() -> None:
    assert start_time(os.getpid()) is not None
    assert start_time(999999) is None


def test_processes_know_services_and_each_other() -> None:
    environment = environment_for({"A": "1"}, Addresses("postgres://x", "redis://y"), 8000, 8001)
    assert environment["DATABASE_URL"] == "postgres://x"
    assert environment["EVENTS_URL"] == "http://127.0.0.1:8001/events"
    assert environment["EVENTS_ORIGINS"] == "http://127.0.0.1:8000,http://localhost:8000"
    planned = commands(8000, 8001, ROOT, ROOT / ".local")
    assert list(planned) == ["web", "events", "worker", "beat", "timers"]


def test_a_port_that_is_no_port_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "eighty")
    with pytest.raises(ServiceError, match="PORT has to be a number"):
        house.wanted_port()
    monkeypatch.setenv("PORT", "")
    assert house.wanted_port() == 8000


def test_a_second_run_in_the_same_checkout_is_refused(tmp_path: Path) -> None:
    with house.only_one(tmp_path), pytest.raises(house.AlreadyRunningError), house.only_one(tmp_path):
        pass


class Run:
    """A house started as `make run` starts it, in a folder of its own."""

    def __init__(self, local: Path) -> None:
        self.local = local
        self.port = free_port()
        self.lines: list[str] = []
        environment = {**os.environ, "YIPIAO_LOCAL": str(local), "PORT": str(self.port)}
        for name in ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE"):
            environment.pop(name, None)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "servicedesk.project.runner"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self.read, daemon=True).start()

    def read(self) -> None:
        assert self.process.stdout is not None
        self.lines.extend(self.process.stdout)

    @property
    def log(self) -> str:
        return "".join(self.lines)

    def wait_for_line(self, pattern: str, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not re.search(pattern, self.log):
            assert self.process.poll() is None, self.log
            assert time.monotonic() < end, self.log
            time.sleep(0.1)

    def children(self) -> list[int]:
        """The processes of this run, found by the folder in their environment."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if f"YIPIAO_LOCAL={self.local}".encode() in (folder / "environ").read_bytes():
                    found.append(int(folder.name))
            except OSError:
                continue
        return found


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    local = tmp_path / "local"
    started = Run(local)
    yield started
    if started.process.poll() is None:
        started.process.kill()
        started.process.wait()
        end_leftovers(local / "run.json")
    home = service_home(service_user(), local)
    if home != local:
        shutil.rmtree(home)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc to look for what is left")
def test_the_whole_house_comes_up_heals_and_leaves_nothing(run: Run, wait_for: Wait) -> None:
    # The demonstration is loaded first, and a busy machine takes minutes for it.
    run.wait_for_line(r"Ready: http://127\.0\.0\.1:\d+/", 500)
    with urllib.request.urlopen(f"http://127.0.0.1:{run.port}/healthz", timeout=5) as answer:
        assert answer.status == 200
    family = run.children()
    assert len(family) >= 8, "runner, two web workers and their master, stream, worker with two, beat, timers"
    addresses = json.loads((run.local / "services.json").read_text())
    ports = [run.port, *(urlsplit(url).port for url in addresses.values())]
    timers = next(pid for pid in family if b"timers" in Path(f"/proc/{pid}/cmdline").read_bytes())
    os.kill(timers, signal.SIGKILL)
    run.wait_for_line(r"timers ended with code -9; it starts again in 1 s", 10)
    run.process.send_signal(signal.SIGINT)
    assert run.process.wait(30) == 0, run.log
    assert run.children() == []
    assert all(map(is_free, ports))
    assert "stopped" in run.log
