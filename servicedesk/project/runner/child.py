"""A supervised process: its output goes to the console, and when it dies it starts again after a pause."""

import os
import signal
import subprocess
import threading
import time
from dataclasses import dataclass, field
from typing import IO

from .console import Console

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
# A process that lived this long starts with the shortest pause again.
SETTLED_SECONDS = 60.0


@dataclass
class Child:
    """One command, run in a process group of its own so that its workers end with it."""

    name: str
    command: list[str]
    environment: dict[str, str]
    console: Console
    process: subprocess.Popen[str] | None = field(default=None, repr=False)
    started_at: float = 0.0
    pause: float = FIRST_PAUSE
    restart_at: float | None = None

    def start(self) -> None:
        """Start the process and a thread that passes on what it says."""
        self.process = subprocess.Popen(  # stopped by `finish`
            self.command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self.started_at, self.restart_at = time.monotonic(), None
        if self.process.stdout is not None:
            threading.Thread(target=self.pass_on, args=[self.process.stdout], daemon=True).start()

    def pass_on(self, output: IO[str]) -> None:
        """Print the output line by line until the process closes it."""
        with output:
            for line in output:
                self.console.say(self.name, line)

    def look_after(self, now: float) -> bool:
        """Restart a dead process when its pause is over; True when one was started."""
        if self.restart_at is not None:
            if now < self.restart_at:
                return False
            self.start()
            return True
        if self.process is None or self.process.poll() is None:
            return False
        if now - self.started_at > SETTLED_SECONDS:
            self.pause = FIRST_PAUSE
        # What it left in its group would hold the port.
        self.send(signal.SIGKILL)
        code = self.process.returncode
        self.console.say("house", f"{self.name} ended with code {code}; it starts again in {self.pause:.0f} s")
        self.restart_at = now + self.pause
        self.pause = min(self.pause * 2, LONGEST_PAUSE)
        return False

    def send(self, signum: signal.Signals) -> None:
        """Send a signal to the whole group."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, signum)
            except (ProcessLookupError, PermissionError):
                return

    def has_ended(self) -> bool:
        """Tell whether the process itself is gone."""
        return self.process is None or self.process.poll() is not None
