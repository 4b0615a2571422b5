"""The pure rules of completion and score (handbook/visit-norms.md)."""

import pytest

from visits.completion import Condition, Evidence, Item, Missing, Reply, applying, is_kept, missing_of, score_of

UNFINISHED = frozenset({"needs_part", "needs_another_visit", "refused_by_customer"})
NORM = [
    Item("1.1", "certificate"),
    Item("2.1", "price_list"),
    Item("2.2", "signature", excused=frozenset({"refused_by_customer"})),
    Item("3.1"),
    Item("3.2", "reading", excused=UNFINISHED),
    Item("3.3", excused=UNFINISHED),
    Item("4.1", "statement"),
    Item("5.1"),
    Item("5.5", "inspection", excused=UNFINISHED),
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


def test_what_is_not_applicable_is_neither_asked_nor_counted() -> None:
    items = [Item("3.1"), Item("3.2", "reading", not_applicable=True)]
    replies = {"3.1": Reply("done"), "3.2": Reply("not_done")}
    assert [item.code for item in applying(items, replies)] == ["3.1"]
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


EARTH = [
    Item("W3", "choice"),
    Item("W4", shown_when=Condition("W3", frozenset({"bad"}))),
    Item("W5", "text", shown_when=Condition("W4", frozenset({"done"}))),
]


@pytest.mark.parametrize(
    ("replies", "shown"),
    [
        ({}, ["W3"]),
        ({"W3": Reply("done", "ok")}, ["W3"]),
        ({"W3": Reply("not_done", "bad")}, ["W3", "W4"]),
        ({"W3": Reply("not_done", "bad"), "W4": Reply("done")}, ["W3", "W4", "W5"]),
        # What hangs on a hidden item is hidden, whatever was answered before it was hidden.
        ({"W3": Reply("done", "ok"), "W4": Reply("done")}, ["W3"]),
    ],
)
def test_an_item_shows_when_the_one_it_hangs_on_was_answered_so(replies: dict[str, Reply], shown: list[str]) -> None:
    assert [item.code for item in applying(EARTH, replies)] == shown


def test_what_is_hidden_is_neither_asked_for_nor_counted() -> None:
    replies = {"W3": Reply("done", "ok"), "W4": Reply("not_done")}
    assert missing_of(EARTH, replies, Evidence(), "fixed") == []
    assert score_of(EARTH, replies, Evidence()).failing == ()


def test_an_item_is_required_by_the_answer_to_another() -> None:
    items = [Item("W1", "choice"), Item("W2", required=False, required_when=Condition("W1", frozenset({"bad"})))]
    assert missing_of(items, {"W1": Reply("done", "ok")}, Evidence(), "fixed") == []
    assert missing_of(items, {"W1": Reply("not_done", "bad")}, Evidence(), "fixed") == [Missing("W2", "unanswered")]


@pytest.mark.parametrize("kind", ["text", "number", "choice"])
def test_what_has_to_be_told_is_missing_without_it(kind: str) -> None:
    assert missing_of([Item("W1", kind)], {"W1": Reply("done")}, Evidence(), "fixed") == [
        Missing("W1", "proof_missing")
    ]
    assert missing_of([Item("W1", kind)], {"W1": Reply("done", "7")}, Evidence(), "fixed") == []


def test_a_photo_answers_its_item_by_itself() -> None:
    item = Item("W7", "photo")
    assert missing_of([item], {}, Evidence(), "fixed") == [Missing("W7", "photo_missing")]
    assert is_kept(item, None, Evidence(photos=frozenset({"W7"}))) is True
