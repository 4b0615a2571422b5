"""The pure rules of completion and score (handbook/visit-norms.md)."""

import pytest

from visits.completion import Evidence, Item, Missing, Reply, applying, is_kept, missing_of, score_of

NORM = [
    Item("1.1", "certificate"),
    Item("2.1", "price_list"),
    Item("2.2", "signature"),
    Item("3.1"),
    Item("3.2", "reading"),
    Item("3.3"),
    Item("4.1", "statement"),
    Item("5.1"),
    Item("5.5", "inspection"),
]
FULL = Evidence(signed=True, inspected=True, certificates=frozenset({"XJ1"}), price_lists=frozenset({"2026-1"}))
KEPT = {
    "1.1": Reply("done", "XJ1"),
    "2.1": Reply("done", "2026-1"),
    **{code: Reply("done") for code in ("3.1", "3.2", "3.3", "4.1", "5.1")},
}


def test_nothing_is_missing_when_every_item_is_answered_with_its_proof() -> None:
    assert missing_of(NORM, KEPT, FULL, "fixed") == []


def test_everything_is_missing_from_an_untouched_checklist_and_the_outcome_comes_last() -> None:
    missing = missing_of(NORM, {}, Evidence(), "")
    assert [one.code for one in missing] == [item.code for item in NORM] + ["outcome"]


@pytest.mark.parametrize(
    ("code", "reply", "lack"),
    [
        ("1.1", Reply("done", ""), "proof_missing"),
        ("1.1", Reply("done", "somebody-else"), "proof_invalid"),
        ("2.1", Reply("done", "2019-1"), "proof_invalid"),
        ("3.1", None, "unanswered"),
        ("4.1", None, "unanswered"),
    ],
)
def test_an_item_without_its_answer_or_proof_is_missing(code: str, reply: Reply | None, lack: str) -> None:
    replies = {name: answer for name, answer in KEPT.items() if name != code}
    if reply is not None:
        replies[code] = reply
    assert missing_of(NORM, replies, FULL, "fixed") == [Missing(code, lack)]


def test_signature_and_inspection_are_missing_by_their_own_words() -> None:
    missing = missing_of(NORM, KEPT, Evidence(certificates=FULL.certificates, price_lists=FULL.price_lists), "fixed")
    assert missing == [Missing("2.2", "signature_missing"), Missing("5.5", "inspection_missing")]


def test_a_failing_answer_is_not_missing() -> None:
    replies = {**KEPT, "4.1": Reply("not_done"), "2.2": Reply("not_done")}
    without_signature = Evidence(inspected=True, certificates=FULL.certificates, price_lists=FULL.price_lists)
    assert missing_of(NORM, replies, without_signature, "fixed") == []


@pytest.mark.parametrize(
    ("outcome", "asked"),
    [
        ("fixed", {"1.1", "2.1", "2.2", "3.1", "3.2", "3.3", "4.1", "5.1", "5.5"}),
        ("replaced", {"1.1", "2.1", "2.2", "3.1", "3.2", "3.3", "4.1", "5.1", "5.5"}),
        ("no_fault_found", {"1.1", "2.1", "2.2", "3.1", "3.2", "3.3", "4.1", "5.1", "5.5"}),
        ("taken_to_workshop", {"1.1", "2.1", "2.2", "3.1", "3.2", "3.3", "4.1", "5.1", "5.5"}),
        ("needs_part", {"1.1", "2.1", "2.2", "3.1", "4.1", "5.1"}),
        ("needs_another_visit", {"1.1", "2.1", "2.2", "3.1", "4.1", "5.1"}),
        ("refused_by_customer", {"1.1", "2.1", "3.1", "4.1", "5.1"}),
    ],
)
def test_each_outcome_asks_for_what_it_can(outcome: str, asked: set[str]) -> None:
    assert {one.code for one in missing_of(NORM, {}, Evidence(), outcome)} == asked


def test_an_unknown_outcome_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        missing_of(NORM, {}, Evidence(), "vanished")


def test_what_is_not_applicable_is_neither_asked_nor_counted() -> None:
    items = [Item("3.1"), Item("3.2", "reading", not_applicable=True)]
    replies = {"3.1": Reply("done"), "3.2": Reply("not_done")}
    assert [item.code for item in applying(items)] == ["3.1"]
    assert missing_of(items, replies, Evidence(), "fixed") == []
    assert score_of(items, replies, Evidence()).passed is True


def test_an_item_that_is_not_required_may_stay_open() -> None:
    assert missing_of([Item("5.1", required=False)], {}, Evidence(), "fixed") == []


@pytest.mark.parametrize(
    ("failing", "kept", "share", "passed"),
    [((), 9, 100, True), (("4.1",), 8, 88, False), (("4.1", "5.1"), 7, 77, False)],
)
def test_one_failing_item_fails_the_visit(failing: tuple[str, ...], kept: int, share: int, passed: bool) -> None:
    replies = {**KEPT, **{code: Reply("not_done") for code in failing}}
    score = score_of(NORM, replies, FULL)
    assert (score.kept, score.counted, score.share, score.passed, score.failing) == (kept, 9, share, passed, failing)


def test_nothing_counted_is_neither_passed_nor_failed() -> None:
    score = score_of(NORM, {}, Evidence())
    assert (score.counted, score.share, score.passed) == (0, 0, None)


def test_open_items_do_not_count_yet() -> None:
    score = score_of(NORM, {"3.1": Reply("done")}, Evidence())
    assert (score.kept, score.counted) == (1, 1)
    assert is_kept(Item("1.1", "certificate"), Reply("done", "XJ9"), FULL) is None
