"""Cases B and D: the fault that came back, and the finding that went into the product."""

from pathlib import Path

import pytest

from tests.replay.test_cases import ROOT, replay

CASES = ROOT / "docs" / "cases"
CASE_B = CASES / "b-two-years-with-the-same-fault.yaml"
CASE_D = CASES / "d-the-tap-at-the-commercial-break.yaml"
IN_B = (
    "ok       drum history: expected ['T201', 'T202', 'T203', 'T301']",
    "ok       t1 visit 1 warning: expected None, actual None",
    "ok       t1 visit 2 warning: expected repeat_repair, actual repeat_repair",
    "ok       t1 visit 3 came_back: expected 2, actual 2",
    "ok       t1 visit 3 proposal: expected ['higher_skill', 'other_outlet']",
    "ok       t2 offered_as_article: expected True, actual True",
    "ok       t3 known_issue: expected ['bolts'], actual ['bolts']",
    "ok       drum warranty on 2000-06-18: expected ['repair'], actual ['repair']",
    "ok       drum warranty on 2002-06-03: expected ['paid_repair'], actual ['paid_repair']",
)
IN_D = (
    "ok       idea fill_time steps: expected ['proposed', 'routed', 'accepted', 'shipped', 'answered']",
    "ok       idea fill_time answered: expected ['customer', 'proposer']",
    "ok       t1 known_issue: expected [], actual []",
    "ok       t2 known_issue: expected ['fill_time'], actual ['fill_time']",
)
# A figure of each kind, told wrongly.
WRONG_IN_B = (
    ("history: [T201, T202, T203, T301]", "history: [T201, T202, T301]"),
    ("visit: 1, warning: null", "visit: 1, warning: repeat_repair"),
    ("visit: 2, warning: repeat_repair, came_back: 1", "visit: 2, warning: null, came_back: 2"),
    ("first_repair_by: T201, proposal: []", "first_repair_by: T202, proposal: [other_outlet]"),
    ("{ticket: t1, offered_as_article: false}", "{ticket: t1, offered_as_article: true}"),
    ("state: published, version: 1", "state: draft, version: 2"),
    ("{ticket: t3, known_issue: [bolts]}", "{ticket: t3, known_issue: []}"),
    ("ticket: t1, warranty: [paid_repair]", "ticket: t1, warranty: [repair]"),
    ('{at: "2000-07-03T09:00", appliance: drum, ticket: t1, warranty: [repair]}',
     '{at: "2000-07-03T09:00", appliance: drum, ticket: t1, warranty: [exchange, repair]}'),
    ('{at: "2002-06-03T09:00", appliance: drum, warranty: [paid_repair]}',
     '{at: "2002-06-03T09:00", appliance: drum, warranty: [repair]}'),
)  # fmt: skip
WRONG_IN_D = (
    ("state: answered\n", "state: shipped\n"),
    ("department: product\n      tickets: [t1]", "department: quality\n      tickets: [t2]"),
    ("models: [XQB50-1]", "models: []"),
    ("answered: [customer, proposer]", "answered: [proposer]"),
    ("shipped, answered]", "shipped]"),
    ("{ticket: t2, known_issue: [fill_time]}", "{ticket: t2, known_issue: []}"),
    ("{ticket: t3, known_issue: []}", "{ticket: t3, known_issue: [fill_time]}"),
)


def told_wrongly(path: Path, into: Path, wrong: tuple[tuple[str, str], ...]) -> int:
    """How many figures differ when each of these is expected wrongly, in one playing."""
    text = path.read_text(encoding="utf-8")
    for right, other in wrong:
        assert right in text, right
        text = text.replace(right, other, 1)
    into.write_text(text, encoding="utf-8")
    done = replay(into)
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stdout.count("DIFFERS")


@pytest.mark.parametrize(("path", "lines"), [(CASE_B, IN_B), (CASE_D, IN_D)])
def test_the_case_gives_the_figures_of_the_story(path: Path, lines: tuple[str, ...]) -> None:
    done = replay(path)
    assert done.returncode == 0, done.stdout + done.stderr
    for line in (*lines, "all expectations hold"):
        assert line in done.stdout


def test_every_figure_of_case_b_that_is_expected_wrongly_differs(tmp_path: Path) -> None:
    # Three of the lines hold two wrong figures each.
    assert told_wrongly(CASE_B, tmp_path / "b.yaml", WRONG_IN_B) == len(WRONG_IN_B) + 3


def test_every_figure_of_case_d_that_is_expected_wrongly_differs(tmp_path: Path) -> None:
    assert told_wrongly(CASE_D, tmp_path / "d.yaml", WRONG_IN_D) == len(WRONG_IN_D) + 1


def test_an_unknown_figure_of_an_idea_is_named_with_its_place(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(
        "case: bad\nevents:\n  - {at: '2026-03-10T10:00', do: add_note, with: {ticket: t1}}\n"
        "expect:\n  - {idea: {of: i, colour: red}}\n  - {article: bolts}\n  - {history: [T1]}\n"
    )
    done = replay(bad)
    assert done.returncode == 2
    assert "expect[0].idea.colour: is not known" in done.stderr
    assert "expect[1].article: must be a mapping" in done.stderr
    assert "expect[2]: history needs an appliance" in done.stderr
