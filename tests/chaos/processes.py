"""Processes of a house under test: started on a leash, killed without a word, frozen, thawed, counted."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# The system kills the process when the one that started it is gone, however that ended (prctl PR_SET_PDEATHSIG).
LEASH = "import ctypes, os, sys; ctypes.CDLL(None).prctl(1, 9); os.execv(sys.argv[1], sys.argv[1:])"


def until(condition: Callable[[], object], seconds: float, what: str) -> float:
    """Waits until `condition` holds and gives the seconds that took; fails naming `what` when it does not."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds:
            raise AssertionError(f"in vain waited {seconds:.0f} s for: {what}")
        time.sleep(0.05)
    return time.monotonic() - began


def oversubscribed() -> float:
    """How many times as much work as it has cores this machine has to do by itself; 1 where it is free.

    Asked before a test adds its own: goals in seconds are those of a free machine.
    """
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


@dataclass
class Process:
    """One process with a group of its own; `ended` tells that it is gone, whoever ended it."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    popen: subprocess.Popen[bytes] = field(init=False, repr=False)
    started_at: float = field(init=False)

    def __post_init__(self) -> None:
        leashed = [sys.executable, "-S", "-E", "-c", LEASH, *self.command]
        with self.log.open("ab") as out:
            self.popen = subprocess.Popen(
                leashed,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.started_at = time.monotonic()

    @property
    def ended(self) -> bool:
        """Whether the process is gone."""
        return self.popen.poll() is not None

    @property
    def was_killed(self) -> bool:
        """Whether SIGKILL ended it, from outside or at a failpoint."""
        return self.popen.poll() == -signal.SIGKILL

    def wait_for_end(self, seconds: float = 60) -> None:
        """Waits until it has ended by itself or at its failpoint; fails with what it said."""
        try:
            self.popen.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.name} did not end:\n{self.said()}") from None

    def send(self, signum: signal.Signals) -> None:
        """Signals the process itself; one that is gone is fine."""
        if not self.ended:
            self.popen.send_signal(signum)

    def kill(self) -> None:
        """SIGKILL for the process alone; what it leaves in its group is the group's business."""
        self.send(signal.SIGKILL)
        self.popen.wait()

    def kill_group(self) -> None:
        """SIGKILL for the process and all it has started."""
        with suppress(ProcessLookupError):
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait()

    def children(self) -> list[int]:
        """The numbers of its living children."""
        try:
            found = Path(f"/proc/{self.popen.pid}/task/{self.popen.pid}/children").read_text().split()
        except OSError:
            return []
        return [int(pid) for pid in found]

    def kill_child(self) -> bool:
        """SIGKILL for one of its children; False where it has none."""
        for pid in self.children()[:1]:
            os.kill(pid, signal.SIGKILL)
            return True
        return False

    def is_frozen(self) -> bool:
        """Whether the system has it stopped."""
        try:
            state = Path(f"/proc/{self.popen.pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return False
        return state == "T"

    def said(self) -> str:
        """All it has written so far."""
        return self.log.read_text(errors="replace")
