"""`manage.py warranty_vectors`: any file of golden rows, differences with reasons, exit 1 for a high row only."""

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.checks import Error
from django.core.management import CommandError, call_command

from servicedesk.worktime.defaults import read_days
from tests.warranty_rules.makers import rest_days
from warranty import checks
from warranty.rules.parameters import ParameterError
from warranty.selectors import rest_days_of

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden" / "warranty.csv"
HEADER, *LINES = GOLDEN.read_text("utf-8").splitlines()
COLUMNS = HEADER.split(",")


def run(path: Path) -> str:
    out = StringIO()
    call_command("warranty_vectors", path, stdout=out)
    return out.getvalue()


def written(tmp_path: Path, *lines: str, newline: str = "\n", start: str = "") -> Path:
    path = tmp_path / "rows.csv"
    path.write_bytes((start + newline.join([HEADER, *lines]) + newline).encode("utf-8"))
    return path


def changed(column: str, value: str, row: str = "A11") -> str:
    """The row that has no comma in any cell, with one cell changed."""
    cells = next(line for line in LINES if line.startswith(f"{row},")).split(",")
    assert len(cells) == len(COLUMNS)
    cells[COLUMNS.index(column)] = value
    return ",".join(cells)


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("warranty.csv", "high 30 of 30, medium 34 of 34, low 9 of 9; 73 of 73 rows agree"),
        ("warranty-more.csv", "rows agree"),
    ],
)
def test_the_golden_rows_agree_counted_by_confidence(name: str, counts: str) -> None:
    assert counts in run(GOLDEN.parent / name)


def test_each_medium_and_low_row_is_listed_with_what_decides_it_and_the_meaning() -> None:
    said = run(GOLDEN)

    assert "D06 (low) agrees; decided by same_fault_required" in said
    assert "same_fault_required: switch: off" in said
    assert "\nB01 " not in said


def test_a_high_row_that_differs_is_printed_with_its_reasons_and_ends_with_one(tmp_path: Path) -> None:
    out = StringIO()

    with pytest.raises(SystemExit) as ended:
        call_command("warranty_vectors", written(tmp_path, changed("exp_entitlements", "repair")), stdout=out)

    assert ended.value.code == 1
    assert "A11 exp_entitlements: expected 'repair', got 'exchange|refund|repair'" in out.getvalue()
    assert "refund by seven_days: R458 9 (high)" in out.getvalue()
    assert "line window_open window=refund" in out.getvalue()
    assert "high 0 of 1" in out.getvalue()


def test_a_low_row_that_differs_is_listed_with_its_convention_and_does_not_fail(tmp_path: Path) -> None:
    row = changed("confidence", "low").replace("exchange|refund|repair", "repair")

    said = run(written(tmp_path, row))

    assert "A11 (low) differs; decided by C1" in said
    assert "low 0 of 1; 0 of 1 rows agree" in said


def test_a_byte_order_mark_and_the_line_ends_of_another_system_are_taken(tmp_path: Path) -> None:
    assert "high 1 of 1" in run(written(tmp_path, changed("note", ""), newline="\r\n", start="\ufeff"))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (changed("invoice_date", "2023-02-29"), "rows.csv, line 2, column invoice_date: '2023-02-29' is no day"),
        (changed("exp_entitlements", "hug"), "rows.csv, line 2, column exp_entitlements: 'hug' is an unknown code"),
        ("", "rows.csv: no rows"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_one_line(tmp_path: Path, line: str, message: str) -> None:
    with pytest.raises(CommandError, match=message):
        run(written(tmp_path, line))


def test_a_file_that_is_not_there_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(CommandError, match="cannot be read"):
            run(path)


def test_the_command_runs_without_any_address_of_a_database() -> None:
    bare = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}

    done = subprocess.run(
        [sys.executable, "manage.py", "warranty_vectors", str(GOLDEN)],
        cwd=ROOT, env=bare, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, "")
    assert "73 of 73 rows agree" in done.stdout


def test_every_installation_starts_with_the_rest_days_of_2004_to_2026_from_a_file() -> None:
    seeded = rest_days_of({day.day: day.kind for day in read_days()})

    assert seeded.loaded_years == frozenset(range(2004, 2027))
    assert (seeded.holidays, seeded.makeup) == (rest_days().holidays, rest_days().makeup)


def test_the_start_names_every_mistake_of_the_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise ParameterError(["one mistake", "another"])

    assert checks.figures_can_be_used() == []
    monkeypatch.setattr(checks, "load_edition", broken)

    found = checks.figures_can_be_used()

    assert found == [Error("one mistake", id="warranty.E001"), Error("another", id="warranty.E001")]
