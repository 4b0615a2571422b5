"""Loading the figures: the files as they ship, and every mistake named at once."""

import shutil
from pathlib import Path

import pytest

from tests.warranty_rules.makers import day, the_edition
from warranty.rules.edition import FIGURE_TYPES
from warranty.rules.parameters import FOLDER, ParameterError, load_edition


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the files as they ship."""
    return Path(shutil.copytree(FOLDER, tmp_path / "parameters"))


def problems_of(folder: Path) -> tuple[str, ...]:
    with pytest.raises(ParameterError) as caught:
        load_edition(folder)
    return caught.value.problems


def test_the_files_that_ship_load_and_fit_the_column_of_stored_decisions() -> None:
    edition = the_edition()

    assert edition.code.startswith("2026-11.3+")
    assert len(edition.code) <= 40
    assert {figure.code for figure in edition.figures} == set(FIGURE_TYPES)


def test_a_changed_figure_changes_the_edition(folder: Path) -> None:
    national = folder / "national.toml"
    national.write_text(national.read_text("utf-8").replace("value = 15", "value = 16"), "utf-8")

    assert load_edition(folder).code != the_edition().code


def test_every_mistake_is_named_in_one_error(folder: Path) -> None:
    (folder / "wrong.toml").write_text(
        """
[[figure]]
code = "no_such_figure"
scope = "national"
from = 1995-08-25
value = "x"
norm = "NOWHERE"
article = ""
confidence = "sure"

[[figure]]
code = "failed_repairs"
scope = "national"
from = 1995-08-25
value = "two"
norm = "R458"
article = "11"
confidence = "high"
colour = "red"

[[figure]]
code = "term_start"
scope = "CN-XX"
from = 1990-01-01
value = "moon"
norm = "R458"
article = "8"
confidence = "high"

[[figure]]
code = "parts_wait_days"
scope = "CN-XX"
from = 1996-01-01
value = -1
norm = "R458"
article = "8"
confidence = "high"

[[product]]
code = "refrigerator"
row = "8"
rule = "r458"
norm = "R458"
from = 2000-01-01
unit_months = 12
main_parts = ["hinge"]
accessories = { plug = "long" }
depreciation_percent = "much"
large = 1
durable = true
installed = false
confidence = "high"

[[product]]
code = "spaceship"
row = ""
rule = "r458"
norm = "R458"
from = 2000-01-01
unit_months = 12
main_parts = [1]
depreciation_percent = "101"
large = false
durable = true
installed = false
confidence = "high"

[[maintenance]]
products = ["starship"]
from = 2000-01-01
visits_a_year = -1
norm = "R458"
article = ""
confidence = "high"

[[fruit]]
code = "apple"

[parts]
motor = ["tube"]
frame = "bar"
""",
        "utf-8",
    )

    text = "\n".join(problems_of(folder))

    for words in (
        "no figure is called no_such_figure",
        "confidence cannot be sure",
        "value must be of type int",
        "unknown key colour",
        "term_start cannot be moon",
        "parts_wait_days must not be negative",
        "failed_repairs of national is given twice",
        "norm NOWHERE is cited and not declared",
        "holds from 1990-01-01, before its norm R458",
        "product refrigerator has two rows on 2000-01-01",
        "part hinge is not declared",
        "accessories must hold whole numbers",
        "depreciation_percent must be a decimal",
        "large must be of type bool",
        "row is empty",
        "main_parts must be a list of texts",
        "depreciation_percent must lie above 0 and at most at 100",
        "visits_a_year must not be negative",
        "maintenance names the unknown product starship",
        "unknown table fruit",
        "tube means both",
        "frame must be a list",
    ):
        assert words in text, words


def test_a_broken_file_and_a_missing_figure_are_both_named(folder: Path) -> None:
    (folder / "national.toml").write_text("[[figure", "utf-8")

    found = problems_of(folder)

    assert any(problem.startswith("national.toml: cannot be read") for problem in found)
    assert "figure free_repair is missing on 1995-08-25" in found


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    assert "edition: code is missing" in problems_of(tmp_path)


@pytest.mark.parametrize(
    ("code", "scopes", "on", "value"),
    [
        ("term_start", ("national",), "2024-06-30", "invoice"),
        ("term_start", ("national",), "2024-07-01", "delivery_or_installation"),
        ("parts_wait_days", ("pc2002", "national"), "2010-01-01", 60),
        ("parts_wait_days", ("r458", "national"), "2010-01-01", 90),
        ("fraud_multiple", ("national",), "2014-03-14", 1),
        ("fraud_multiple", ("national",), "2014-03-15", 3),
    ],
)
def test_the_day_and_the_scope_choose_the_figure(code: str, scopes: tuple[str, ...], on: str, value: object) -> None:
    figure = the_edition().find(code, scopes, day(on))

    assert figure is not None
    assert figure.value == value


def test_a_figure_ends_with_its_law() -> None:
    assert the_edition().find("promise_failed_repairs", ("national",), day("2014-03-15")) is None


def test_a_flat_panel_set_has_unverified_figures_before_the_notice_of_2011() -> None:
    before = the_edition().product("flat_tv", day("2011-02-28"))
    since = the_edition().product("flat_tv", day("2011-03-01"))

    assert before is not None
    assert since is not None
    assert "unit_months" in before.unverified
    assert (since.unit_months, since.main_part_months) == (12, 36)


def test_another_spelling_of_a_part_is_understood() -> None:
    edition = the_edition()

    assert (edition.part("Picture tube"), edition.part("motherboard"), edition.part("soul")) == ("tube", "board", None)
