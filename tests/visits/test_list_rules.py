"""What is wrong with a checklist before it may be published (visits/lists/rules.py)."""

from decimal import Decimal

import pytest

from visits.completion import Condition
from visits.lists.rules import Line, Problem, answers_to, problems_of
from visits.measures import Limits, Option

OK, BAD = Option("ok", "好", "Good"), Option("bad", "不好", "Bad", fails=True)
EARTH = Line("W3", "choice", options=(OK, BAD))


def when(item: str, *answers: str) -> Condition:
    return Condition(item, frozenset(answers))


def faults(*lines: Line) -> list[tuple[str, str, str]]:
    return [(one.item, one.field, one.what) for one in problems_of(lines)]


def test_a_whole_list_has_no_fault() -> None:
    told = Line("W4", "text", shown_when=when("W3", "bad"), required_when=when("W3", "done", "ok"))
    number = Line("W2", "number", limits=Limits(Decimal(198), Decimal(235), Decimal(0), Decimal(500)))
    assert faults(Line("1.1", "certificate"), number, EARTH, told) == []


@pytest.mark.parametrize(
    ("line", "field", "what"),
    [
        (Line("W3", "tick"), "code", "code_twice"),
        (Line("X", "tick", text_zh=" "), "text_zh", "text_missing"),
        (Line("X", "tick", text_en=""), "text_en", "text_missing"),
        (Line("X", "number", limits=Limits(low=Decimal(2), high=Decimal(1))), "high", "limits_out_of_order"),
        (Line("X", "number", limits=Limits(low=Decimal(2), least=Decimal(3))), "low", "limits_out_of_order"),
        (Line("X", "number", limits=Limits(low=Decimal(2), most=Decimal(1))), "most", "limits_out_of_order"),
        (Line("X", "choice"), "options", "options_too_few"),
        (Line("X", "choice", options=(OK, OK)), "options", "options_twice"),
        (Line("X", "choice", options=(OK, Option("done", "完", "Done"))), "options", "options_twice"),
        (Line("X", "choice", options=(OK, Option("x", "", "X"))), "options", "option_text_missing"),
        (Line("X", "choice", options=(BAD, Option("c", "丙", "C", fails=True))), "options", "options_all_fail"),
        (Line("X", "tick", shown_when=when("W9", "done")), "shown_when", "condition_not_above"),
        (Line("X", "tick", shown_when=when("X", "done")), "shown_when", "condition_not_above"),
        (Line("X", "tick", shown_when=when("W3")), "shown_when", "condition_answer_unknown"),
        (Line("X", "tick", required_when=when("W3", "perhaps")), "required_when", "condition_answer_unknown"),
    ],
)
def test_each_fault_is_told_at_its_field(line: Line, field: str, what: str) -> None:
    assert faults(EARTH, line) == [(line.code, field, what)]


def test_limits_of_what_is_no_number_and_answers_of_what_is_no_choice_do_not_matter() -> None:
    line = Line("X", "tick", limits=Limits(low=Decimal(2), high=Decimal(1)), options=(OK, OK))
    assert faults(line) == []
    assert answers_to(line) == ("done", "not_done")


@pytest.mark.parametrize("lines", [[], [Line("1.1", "tick", not_applicable=True)]])
def test_a_list_in_which_nothing_applies_is_none(lines: list[Line]) -> None:
    assert problems_of(lines) == [Problem("", "", "nothing_applies")]
