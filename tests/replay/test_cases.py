"""The cases of the handbook, played by the command as somebody at a terminal would."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CASE_A = ROOT / "docs" / "cases" / "a-forty-nine-minutes.yaml"


def replay(*files: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "manage.py"), "replay", *map(str, files)]
    return subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False)


def test_case_a_gives_the_minutes_of_the_story() -> None:
    done = replay(CASE_A)
    assert done.returncode == 0, done.stdout + done.stderr
    for line in (
        "ok       t1 contact minutes: expected 6, actual 6",
        "ok       t1 technician_contact minutes: expected 31, actual 31",
        "ok       t1 arrival minutes: expected 49, actual 49",
        "ok       t1 fix minutes: expected 99, actual 99",
        "ok       t1 callback_after_arrival: expected 4, actual 4",
        "ok       t1 outcome: expected no_fault_found, actual no_fault_found",
        "all expectations hold",
    ):
        assert line in done.stdout


def test_an_arrival_a_minute_later_differs_and_names_the_clock(tmp_path: Path) -> None:
    text = CASE_A.read_text(encoding="utf-8")
    late = tmp_path / "late.yaml"
    late.write_text(text.replace('"2003-09-26T12:50", do: arrive', '"2003-09-26T12:51", do: arrive'), encoding="utf-8")
    done = replay(late)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "DIFFERS  t1 arrival minutes: expected 49, actual 50" in done.stdout
    assert "DIFFERS  t1 callback_after_arrival: expected 4, actual 3" in done.stdout


def test_the_database_is_dropped_even_when_the_story_breaks_off(tmp_path: Path) -> None:
    text = CASE_A.read_text(encoding="utf-8")
    broken = tmp_path / "broken.yaml"
    broken.write_text(text.replace("refused: checklist_incomplete", "note: x"), encoding="utf-8")
    assert replay(broken).returncode == 2
    broken.write_text(text.replace(", refused: checklist_incomplete", ""), encoding="utf-8")
    done = replay(broken)
    assert done.returncode == 2
    assert "refused with checklist_incomplete" in done.stderr


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("do: fly_over", "'fly_over' is no action"),
        ("do: arrive, by: T100, with: {ticket: t1, speed: 9}", "events[0].with.speed: arrive does not take it"),
        ("do: arrive, by: T100", "events[0].with.ticket: arrive needs it"),
        ("do: arrive, whoever: x, with: {ticket: t1}", "events[0].whoever: is not known"),
    ],
)
def test_a_bad_file_is_refused_with_the_place_of_each_mistake(tmp_path: Path, wrong: str, said: str) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(
        f"case: bad\nevents:\n  - {{at: '2026-03-10T10:00', {wrong}}}\nexpect:\n  - {{ticket: t1, visits: 1}}\n"
    )
    done = replay(bad)
    assert done.returncode == 2
    assert said in done.stderr
