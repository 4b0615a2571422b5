"""No code of the rules is without words, in either language."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import translation

from servicedesk.catalogue.defaults import load_catalogue
from servicedesk.catalogue.models import FaultCode
from tests.warranty_rules.makers import rest_days, the_edition
from warranty.facts_builder import ASKED_FOR
from warranty.presenting import facts_words, show
from warranty.rules.codes import CHANGES as CHANGE_CODES
from warranty.rules.codes import CODES, ENTITLEMENTS, GROUNDS, MISSING, TABLES
from warranty.rules.decide import decide
from warranty.rules.facts import Buyer, Channel, FaultType, Proof, Remedy, RepairKind
from warranty.rules.outcome import Note, NoteValue
from warranty.rules.vector_file import read_rows
from warranty.rules.vectors import facts_of
from warranty.wording import answers, cite, fault_words, headline_of, note_words, percent_words
from warranty.wording.names import CODE_NAMES, FAULT_GROUPS, PARTS, PRODUCTS
from warranty.wording.sentences import EXCLUSIONS, FLAGS, LINES

ROWS = read_rows(Path(__file__).parent.parent / "golden" / "warranty.csv")
CHINESE = re.compile("[\u4e00-\u9fff]")
SAMPLES: dict[str, NoteValue] = {
    "day": date(2026, 3, 9),
    "days": 7,
    "count": 3,
    "money": Decimal("2999.00"),
    "percent": Decimal("0.05"),
    "text": "9",
}
CODE_SAMPLES = {"norm": "R458", "product": "washing_machine", "part": "motor"}
NOTES = [
    Note(
        table,
        key,
        tuple(
            (name, CODE_SAMPLES.get(name) or CODES[name][0] if kind == "code" else SAMPLES[kind])
            for name, kind in values.items()
        ),
    )
    for table, keys in TABLES.items()
    for key, values in keys.items()
]


def test_every_key_of_the_rules_has_a_sentence_and_none_is_left_over() -> None:
    assert (set(LINES), set(EXCLUSIONS), set(FLAGS)) == tuple(map(set, TABLES.values()))


def test_every_code_of_the_rules_has_a_name() -> None:
    assert set(answers.HEADLINES) == set(answers.ENTITLEMENTS) == set(answers.LOOKS) == set(ENTITLEMENTS)
    assert set(answers.GROUNDS) == set(GROUNDS)
    assert set(answers.MISSING) == {*MISSING, *ASKED_FOR}
    assert set(answers.CHANGES) == set(CHANGE_CODES)
    assert {name: set(CODE_NAMES[name]) for name in CODES} == {name: set(codes) for name, codes in CODES.items()}


def test_every_word_of_the_facts_has_a_name() -> None:
    assert set(answers.FAULT_TYPES) == set(FaultType)
    assert set(answers.BUYERS) == set(Buyer)
    assert set(answers.PROOFS) == set(Proof)
    assert set(answers.CHANNELS) == set(Channel)
    assert set(answers.REMEDIES) == set(Remedy)
    assert set(answers.REPAIR_KINDS) == set(RepairKind)
    scopes = {figure.scope for figure in the_edition().figures if figure.scope.startswith("CN")}
    assert set(answers.SCOPES) == scopes | {"CN"}


def test_every_product_and_part_of_the_edition_has_a_name() -> None:
    assert set(PRODUCTS) == {product.code for product in the_edition().products}
    assert set(PARTS) == set(the_edition().parts.values())


@pytest.mark.parametrize("note", NOTES, ids=lambda note: f"{note.table}-{note.key}")
def test_a_note_is_worded_in_both_languages_with_all_its_values(note: Note, in_chinese: None) -> None:
    chinese = note_words(note, the_edition())
    with translation.override("en"):
        english = note_words(note, the_edition())

    assert CHINESE.search(chinese)
    assert not CHINESE.search(english)
    for name, value in note.values:
        if isinstance(value, date):
            assert f"{value}" in chinese, name
            assert f"{value}" in english, name


ANSWERS = ("HEADLINES", "ENTITLEMENTS", "GROUNDS", "MISSING", "CHANGES", "FAULT_TYPES", "BUYERS", "PROOFS", "CHANNELS")
TABLES_OF_NAMES = {
    **CODE_NAMES,
    **{name: getattr(answers, name) for name in (*ANSWERS, "REMEDIES", "REPAIR_KINDS", "SCOPES")},
}
NAMES = [(table, code, name) for table, names in TABLES_OF_NAMES.items() for code, name in names.items()]


def test_every_name_has_a_chinese_word_of_its_own(in_chinese: None) -> None:
    lacking = [(table, code) for table, code, name in NAMES if not CHINESE.search(str(name))]

    assert lacking == []


@pytest.mark.parametrize("headline", ENTITLEMENTS)
def test_each_headline_is_told_in_both_languages(headline: str, in_chinese: None) -> None:
    chinese = headline_of([headline], headline)
    with translation.override("en"):
        english = headline_of([headline], headline)

    assert CHINESE.search(chinese)
    assert english
    assert not CHINESE.search(english)


def test_where_several_remedies_are_open_the_headline_says_that_the_customer_chooses(in_english: None) -> None:
    told = headline_of(["refund", "exchange", "repair"], "repair")

    assert told == "The customer chooses: refund, exchange or free repair"


def test_a_review_beside_one_remedy_does_not_become_a_choice(in_english: None) -> None:
    assert headline_of(["repair", "review"], "repair") == "The repair is free"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_the_decision_of_a_golden_row_can_be_told_in_both_languages(row: dict[str, str], in_chinese: None) -> None:
    facts = facts_of(row)
    verdict = decide(facts, the_edition(), rest_days(), date.fromisoformat(row["evaluate_on"]))
    chinese = show(verdict, facts, the_edition(), verdict.missing)
    with translation.override("en"):
        english = show(verdict, facts, the_edition(), verdict.missing)
        known = facts_words(facts)

    assert len(chinese.lines) == len(english.lines) == len(verdict.lines)
    assert all(CHINESE.search(text) for text in (chinese.headline, *chinese.lines, *chinese.exclusions))
    assert not CHINESE.search(" ".join((english.headline, *english.lines, *english.exclusions)))
    assert "%(" not in " ".join((*english.lines, *english.changes, *(flag.text for flag in english.flags)))
    assert not CHINESE.search(" ".join(value for _label, value in known))


def test_every_fault_group_of_the_catalogue_has_a_name() -> None:
    load_catalogue()

    assert set(FaultCode.objects.values_list("group", flat=True)) == set(FAULT_GROUPS)


def test_a_fault_group_that_somebody_added_is_shown_by_its_code() -> None:
    assert fault_words("new_group") == "new_group"


def test_a_norm_without_a_known_article_stands_alone(in_english: None) -> None:
    assert cite("CPL13", "", the_edition()) == "Consumer Rights Protection Law (as amended in 2013)"
    assert cite("CPL13", "24", the_edition()).endswith(", art. 24")


def test_a_norm_that_the_edition_does_not_name_is_shown_by_its_code() -> None:
    assert cite("OLD99", "", the_edition()) == "OLD99"


def test_a_rate_is_shown_without_needless_zeros() -> None:
    assert percent_words(Decimal("0.0500")) == "0.05 %"
    assert percent_words(Decimal(30)) == "30 %"


def test_lengths_are_counted_in_english(in_english: None) -> None:
    one = Note("line", "excluded_stretch", (("first", date(2026, 1, 1)), ("last", date(2026, 1, 2)), ("days", 1)))

    assert note_words(one, the_edition()).endswith("1 day that do not count.")
