"""`manage.py warranty_vectors`: any file of golden rows, each difference printed, exit 1."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.checks import Error
from django.core.management import CommandError, call_command

from warranty import checks
from warranty.rules.parameters import ParameterError

GOLDEN = Path(__file__).parent.parent / "golden" / "warranty.csv"


def run(path: Path) -> str:
    out = StringIO()
    call_command("warranty_vectors", path, stdout=out)
    return out.getvalue()


def test_the_golden_rows_agree() -> None:
    assert "73 of 73 rows agree" in run(GOLDEN)


def test_a_difference_is_printed_with_both_values_and_ends_with_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = tmp_path / "rows.csv"
    changed.write_text(GOLDEN.read_text().replace("exchange|refund|repair,2024-03-07", "repair,2024-03-08"))
    out = StringIO()

    with pytest.raises(SystemExit) as ended:
        call_command("warranty_vectors", changed, stdout=out)

    assert ended.value.code == 1
    assert "A01 exp_whole_last_day: expected '2024-03-08', got '2024-03-07'" in out.getvalue()
    assert "rows agree" in out.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "no rows"),
        ("id,product\nA01,fan\n", "line 2"),
        (GOLDEN.read_text().splitlines()[0] + "\nX," + "," * 44 + "\n", "line 2"),
    ],
)
def test_a_file_that_is_none_is_refused_with_its_place(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(content)

    with pytest.raises(CommandError, match=message):
        run(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        run(tmp_path / "none.csv")


def test_the_start_names_every_mistake_of_the_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise ParameterError(["one mistake", "another"])

    assert checks.figures_can_be_used() == []
    monkeypatch.setattr(checks, "load_edition", broken)

    found = checks.figures_can_be_used()

    assert found == [Error("one mistake", id="warranty.E001"), Error("another", id="warranty.E001")]
