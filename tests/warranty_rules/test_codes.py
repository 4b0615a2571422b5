"""The list of codes is complete and each is used: the page words exactly these."""

from decimal import Decimal
from pathlib import Path

import pytest

import warranty.rules
from tests.warranty_rules.makers import day, rest_days, the_edition
from tests.warranty_rules.test_golden import ROWS
from warranty.rules import codes
from warranty.rules.decide import decide
from warranty.rules.outcome import Note, flag, line
from warranty.rules.vectors import facts_of

ROOM = Path(warranty.rules.__file__).parent


def test_no_declared_code_is_dead() -> None:
    source = "".join(path.read_text("utf-8") for path in ROOM.glob("*.py") if path.name != "codes.py")
    declared = [*codes.LINES, *codes.EXCLUSIONS, *codes.FLAGS, *codes.ENTITLEMENTS, *codes.GROUNDS, *codes.MISSING]

    assert [code for code in (*declared, *codes.CHANGES, *codes.CONTRADICTIONS) if f'"{code}"' not in source] == []


def test_every_golden_answer_speaks_only_in_declared_codes() -> None:
    for row in ROWS.values():
        answer = decide(facts_of(row), the_edition(), rest_days(), day(row["evaluate_on"]))
        assert set(answer.codes) <= set(codes.ENTITLEMENTS)
        assert {item.ground for item in answer.entitlements} <= set(codes.GROUNDS)
        assert {item.code for item in answer.what_would_change} <= set(codes.CHANGES)
        assert set(answer.missing) <= set(codes.MISSING)
        assert {item.norm for item in answer.entitlements} <= set(the_edition().norms)


@pytest.mark.parametrize(
    ("note", "error"),
    [
        (lambda: line("astrology"), ValueError),
        (lambda: line("exchanged"), ValueError),
        (lambda: line("exchanged", day="2022-03-14"), TypeError),
        (lambda: line("failed_repairs", count=Decimal(1), needed=2), TypeError),
        (lambda: flag("cause_disputed", party="judge"), ValueError),
    ],
)
def test_a_note_that_no_page_could_word_is_refused(note: object, error: type[Exception]) -> None:
    assert callable(note)
    with pytest.raises(error):
        note()


def test_a_note_gives_a_value_by_its_name() -> None:
    assert Note("line", "exchanged", (("day", day("2022-03-14")),)).value("day") == day("2022-03-14")
