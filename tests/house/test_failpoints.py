"""Failpoints: what the variable may ask for, and that nothing fails without it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from servicedesk.failpoints import POINTS, Armed, reach, read

ROOT = Path(__file__).resolve().parents[2]


def test_the_variable_names_a_point_a_visit_and_a_manner() -> None:
    assert read("") is None
    assert read("relay.after_send") == Armed("relay.after_send", 1, signal.SIGKILL)
    assert read("relay.after_send:3") == Armed("relay.after_send", 3, signal.SIGKILL)
    assert read("sweep.before_commit:2=freeze") == Armed("sweep.before_commit", 2, signal.SIGSTOP)


@pytest.mark.parametrize("text", ["sweep.nowhere", "relay.after_send:often", "relay.after_send=melt"])
def test_what_does_not_exist_is_refused_by_name(text: str) -> None:
    with pytest.raises(ValueError, match=r"the points are sweep\.before_statement"):
        read(text)


def test_without_the_variable_every_point_is_passed() -> None:
    for point in POINTS:
        reach(point)


def test_the_process_is_killed_at_the_visit_that_was_asked_for() -> None:
    visits = "for n in range(5): print(n, flush=True); failpoints.reach('sweep.after_commit')"
    code = f"from servicedesk import failpoints\n{visits}"
    asked = {**os.environ, "FAILPOINT": "sweep.after_commit:3"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=asked, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.split()) == (-signal.SIGKILL, ["0", "1", "2"])


def test_every_point_stands_somewhere_in_the_code() -> None:
    rooms = ("servicedesk", "warranty")
    sources = [path.read_text() for room in rooms for path in (ROOT / room).rglob("*.py")]
    reached = {point for point in POINTS if any(f'reach("{point}")' in source for source in sources)}
    assert reached == set(POINTS)
