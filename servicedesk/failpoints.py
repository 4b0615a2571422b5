"""Places at which a process ends or freezes itself on request, so that tests can fail it where it hurts most.

The variable FAILPOINT names one: `webhooks.after_send` kills the process (SIGKILL, nothing is tidied up) the first
time it gets there, `webhooks.after_send:3` the third time, `webhooks.after_send=freeze` stops it (SIGSTOP) until
somebody wakes it up. Without the variable a failpoint does nothing; production refuses to start with it
(servicedesk/project/demands.py).
"""

import os
import signal
from dataclasses import dataclass

VARIABLE = "FAILPOINT"
POINTS = (
    "sweep.before_statement",
    "sweep.after_statement",
    "sweep.before_commit",
    "sweep.after_commit",
    "relay.after_lease",
    "relay.after_send",
    "channels.after_lease",
    "channels.after_send",
    "webhooks.after_lease",
    "webhooks.after_send",
    "jobs.before_commit",
    "imports.after_row",
    "rights.after_claim",
    "rights.before_commit",
)
FREEZE = "freeze"


@dataclass
class Armed:
    """The point this process fails at, how many visits are left until then, and how it fails."""

    point: str
    visits: int
    signal: signal.Signals


def read(text: str) -> Armed | None:
    """What the variable's text asks for; None for none. Raises ValueError for a point that does not exist."""
    if not text:
        return None
    place, _, manner = text.partition("=")
    point, _, visits = place.partition(":")
    if point not in POINTS or manner not in {"", FREEZE} or (visits and not visits.isdecimal()):
        raise ValueError(f"{VARIABLE}={text!r} asks for nothing that exists; the points are {', '.join(POINTS)}")
    return Armed(point, int(visits or 1), signal.SIGSTOP if manner == FREEZE else signal.SIGKILL)


_armed = read(os.environ.get(VARIABLE, ""))


def reach(point: str) -> None:
    """Fails here, if this is the point and the visit that was asked for; else nothing."""
    if _armed is None or _armed.point != point:
        return
    _armed.visits -= 1
    if _armed.visits == 0:
        os.kill(os.getpid(), _armed.signal)
