"""Server processes: started in a session of their own, found again by their folder, stopped for certain."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from .errors import ServiceError
from .users import ServiceUser, become

POLL_SECONDS = 0.02


def spawn(command: list[str], folder: Path, log: Path, user: ServiceUser | None = None) -> subprocess.Popen[bytes]:
    """Start `command` in `folder`, its output appended to `log`.

    It gets a session of its own: a Ctrl-C at the terminal reaches the launcher only, which stops it in order.
    """
    with log.open("ab") as out:
        return subprocess.Popen(  # the caller keeps and stops it
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=plain_environment(),
            start_new_session=True,
            **become(user),
        )


def plain_environment() -> dict[str, str]:
    """Return the environment of a server: UTF-8, UTC, nothing of the caller's settings."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8", "TZ": "UTC"}


def works_in(pid: int, folder: Path) -> bool:
    """Tell whether process `pid` lives and has `folder` as its working directory.

    A pid file outlives a crash and its number may belong to a stranger by now; both servers work in their
    data folder, which tells them from strangers. Where the system has no /proc, being alive has to do.
    """
    if not is_alive(pid):
        return False
    if not sys.platform.startswith("linux"):
        return True
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == folder.resolve()
    except OSError:
        return False


def is_alive(pid: int) -> bool:
    """Tell whether process `pid` exists and is not a zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state != "Z"


def stop_process(pid: int, process: subprocess.Popen[bytes] | None, first: signal.Signals, patience: float) -> None:
    """Send `first` to `pid`, wait up to `patience` seconds, then kill it. `process` is given for our own
    child.
    """

    def gone() -> bool:
        return process.poll() is not None if process is not None else not is_alive(pid)

    for signum, seconds in ((first, patience), (signal.SIGKILL, 5.0)):
        try:
            os.kill(pid, signum)
        except ProcessLookupError:
            return
        if wait_until(gone, seconds):
            return


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Return True as soon as `condition()` holds, False after `seconds` without."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(POLL_SECONDS)
    return True


def tail(log: Path, lines: int = 12) -> str:
    """Return the last lines of a log for an error message, indented."""
    try:
        found = log.read_text(errors="replace").splitlines()[-lines:]
    except OSError:
        return "    (no log)"
    return "\n".join(f"    {line}" for line in found)


def run_tool(command: list[str], folder: Path, user: ServiceUser | None) -> None:
    """Run a server's tool to its end. Raises ServiceError with what it said."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=plain_environment(),
        capture_output=True,
        text=True,
        check=False,
        **become(user),
    )
    if done.returncode:
        said = (done.stderr or done.stdout).strip()
        raise ServiceError(f"{Path(command[0]).name} ended with code {done.returncode}:\n{said}")
