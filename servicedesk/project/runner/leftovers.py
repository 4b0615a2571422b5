"""What a killed run left behind: its processes are written down, so that the next start can end them."""

import json
import os
import signal
from collections.abc import Iterable
from pathlib import Path

from servicedesk.project.embedded.processes import is_alive, wait_until

PATIENCE = 5.0


def note_processes(path: Path, pids: Iterable[int]) -> None:
    """Write down process groups with their start times, which tell them from later bearers of the number."""
    path.write_text(json.dumps([[pid, start_time(pid)] for pid in pids]))


def end_leftovers(path: Path) -> int:
    """End the process groups written down in `path` and return how many lived."""
    try:
        noted = json.loads(path.read_text())
    except (OSError, ValueError):
        return 0
    ours = [pid for pid, started in noted if started is not None and start_time(pid) == started]
    for signum in (signal.SIGTERM, signal.SIGKILL):
        for pid in ours:
            signal_group(pid, signum)
        if wait_until(lambda: not any(map(is_alive, ours)), PATIENCE):
            break
    # Workers whose leader went first still hold ports.
    for pid in ours:
        signal_group(pid, signal.SIGKILL)
    path.unlink(missing_ok=True)
    return len(ours)


def signal_group(pid: int, signum: signal.Signals) -> None:
    """Signal a process group; one that is gone is fine."""
    try:
        os.killpg(pid, signum)
    except (ProcessLookupError, PermissionError):
        return


def start_time(pid: int) -> str | None:
    """Return when a process started, in the system's ticks; None when gone or not told."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return None
