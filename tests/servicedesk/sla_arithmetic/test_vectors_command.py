"""`manage.py sla_vectors` prints what differs, counts what agrees, and exits 1 on any difference."""

import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

GOLDEN = Path(__file__).parents[2] / "golden"
CSV = GOLDEN / "sla.csv"
CALENDARS = GOLDEN / "sla-calendars.json"


def run(path: Path, **options: object) -> str:
    out = StringIO()
    call_command("sla_vectors", str(path), stdout=out, **options)
    return out.getvalue()


def spoil(tmp_path: Path, old: str, new: str) -> Path:
    path = tmp_path / "sla.csv"
    text = CSV.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


def test_the_golden_rows_agree_with_the_calendars_beside_them() -> None:
    rows = len(CSV.read_text(encoding="utf-8").splitlines()) - 1
    assert run(CSV) == f"{rows} of {rows} rows agree\n"


def test_a_row_that_differs_is_printed_and_the_exit_is_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = spoil(tmp_path, "2026-03-10T11:10:00+08:00", "2026-03-10T11:11:00+08:00")
    with pytest.raises(SystemExit) as stopped:
        call_command("sla_vectors", str(path), "--calendars", str(CALENDARS))
    assert stopped.value.code == 1
    first, last = capsys.readouterr().out.splitlines()
    assert first.startswith("G06 expected_due_at: expected '2026-03-10T11:11:00+08:00', got '2026-03-10T11:10")
    rows = len(CSV.read_text(encoding="utf-8").splitlines()) - 1
    assert last == f"{rows - 1} of {rows} rows agree"


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"none\.csv"):
        run(tmp_path / "none.csv", calendars=CALENDARS)
    copy = tmp_path / "sla.csv"
    copy.write_bytes(CSV.read_bytes())
    with pytest.raises(CommandError, match=r"sla-calendars\.json"):
        run(copy)


def test_a_file_without_rows_is_no_success(tmp_path: Path) -> None:
    path = tmp_path / "sla.csv"
    path.write_text(CSV.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    with pytest.raises(CommandError, match="no rows"):
        run(path, calendars=CALENDARS)


def test_rows_that_cannot_be_read_are_told_by_their_line_and_the_others_are_still_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head, good, *_rest = CSV.read_text(encoding="utf-8").splitlines()
    bad = [
        good.replace("2026-03-10T10:00:00+08:00", "tomorrow"),
        good.replace("2026-03-10T10:00:00+08:00", "9999-12-31T10:00:00+08:00").replace("A01,CN_5X9", ",CN_247"),
        "A01,CN_5X9",
        "",
        good.replace("CN_5X9", "MOON") + ",more,than,there,are,columns",
    ]
    path = tmp_path / "rows.csv"
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join([head, good, *bad, good]).encode())

    with pytest.raises(SystemExit):
        call_command("sla_vectors", str(path), "--calendars", str(CALENDARS))

    *told, last = capsys.readouterr().out.splitlines()
    assert [line.partition(" cannot")[0] for line in told if "cannot be read" in line] == [
        "A01 in line 3",
        "line 4 in line 4",
        "A01 in line 5",
        "A01 in line 7",
    ]
    assert last == "2 of 6 rows agree"


def test_calendars_with_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    path = tmp_path / "calendars.json"
    path.write_bytes(b"\xef\xbb\xbf" + CALENDARS.read_bytes())
    assert run(CSV, calendars=path).endswith("rows agree\n")


def test_it_runs_without_any_setting_and_without_a_database() -> None:
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "manage.py", "sla_vectors", str(CSV), "--calendars", str(CALENDARS)],
        cwd=root,
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.splitlines()[-1:]) == (0, ["68 of 68 rows agree"]), done.stderr


def test_the_arithmetic_needs_no_django() -> None:
    code = (
        "import sys, servicedesk.sla.arithmetic.vectors\n"
        "sys.exit(any(name.split('.')[0] in ('django', 'celery', 'psycopg2') for name in sys.modules))"
    )
    root = Path(__file__).parents[3]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0
