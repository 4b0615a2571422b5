"""Vector files: what is taken, and what is refused with file, line and column."""

from pathlib import Path

import pytest

from tests.warranty_rules.test_golden import FOLDER
from warranty.rules.cells import CellError, cell, day_of
from warranty.rules.facts import Buyer, Channel, Proof, Remedy, Wait
from warranty.rules.vector_file import VectorFileError, vector_rows
from warranty.rules.vectors import facts_of

HEADER, *LINES = (FOLDER / "warranty.csv").read_text("utf-8").splitlines()
COLUMNS = HEADER.split(",")
# A row without a comma in any cell.
PLAIN = dict(zip(COLUMNS, next(line for line in LINES if line.startswith("A11,")).split(","), strict=True))


def changed(column: str, value: str) -> str:
    return ",".join((PLAIN | {column: value}).values())


def written(folder: Path, *lines: str, start: str = "", end: str = "\n") -> Path:
    path = folder / "rows.csv"
    path.write_bytes((start + end.join([HEADER, *lines]) + end).encode("utf-8"))
    return path


def refused(path: Path) -> str:
    with pytest.raises(VectorFileError) as caught:
        vector_rows(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_byte_order_mark_other_line_ends_empty_lines_and_spaces_are_taken(tmp_path: Path) -> None:
    path = written(tmp_path, "", changed("product", " refrigerator "), "," * 3, start="\ufeff", end="\r\n")

    rows = vector_rows(path)

    assert [(row.line, row.cells["product"]) for row in rows] == [(3, "refrigerator")]


def test_columns_that_only_describe_may_be_left_out(tmp_path: Path) -> None:
    kept = {name: text for name, text in PLAIN.items() if name not in {"profile", "in_catalogue", "note", "checked"}}
    path = tmp_path / "rows.csv"
    path.write_text(f"{','.join(kept)}\n{','.join(kept.values())}\n", "utf-8")

    assert vector_rows(path)[0].cells == kept


def test_an_empty_word_is_the_default_of_the_facts() -> None:
    words = ("jurisdiction", "channel", "buyer_type", "invoice_status", "asked_remedy", "misuse", "membership")

    facts = facts_of(PLAIN | dict.fromkeys(words, ""))

    assert (facts.jurisdiction, facts.channel, facts.buyer) == ("CN", Channel.STORE, Buyer.CONSUMER)
    assert (facts.proof, facts.asked, facts.misuse) == (Proof.PRESENT, Remedy.REPAIR, False)


def test_a_repair_may_come_without_a_fault_and_a_wait_without_an_end() -> None:
    facts = facts_of(PLAIN | {"repairs": "2023-03-08>2023-03-09|paid", "parts_wait": "2023-03-08>"})

    assert [(item.kind.value, item.symptom) for item in facts.repairs] == [("paid", "")]
    assert facts.parts_waits == (Wait(first=facts.repairs[0].handed_on),)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (changed("id", ""), "line 2, column id: '' must not be empty"),
        (changed("invoice_date", "2023-02-29"), "line 2, column invoice_date: '2023-02-29' is no day"),
        (changed("invoice_date", "20230227"), "line 2, column invoice_date: '20230227' is no day"),
        (changed("evaluate_on", ""), "line 2, column evaluate_on: '' must not be empty"),
        (changed("price_cny", "NaN"), "line 2, column price_cny: 'NaN' is no sum"),
        (changed("price_cny", "1e9"), "line 2, column price_cny: '1e9' is no sum"),
        (changed("fault_type", "magic"), "column fault_type: 'magic' is an unknown code; known are performance"),
        (changed("fault_type", ""), "column fault_type: '' is an unknown code"),
        (changed("misuse", "maybe"), "column misuse: 'maybe' is an unknown code; known are Y, N"),
        (changed("jurisdiction", "Mars"), "column jurisdiction: 'Mars' is no jurisdiction"),
        (changed("profile", "N1900"), "column profile: 'N1900' is an unknown code"),
        (changed("in_catalogue", "maybe"), "column in_catalogue: 'maybe' is an unknown code"),
        (changed("repairs", "2023-03-08"), "column repairs: '2023-03-08' is no span: 2023-03-08 has no >"),
        (changed("repairs", "2023-03-08>|gift|x"), "column repairs: '2023-03-08>|gift|x' is an unknown code"),
        (changed("parts_wait", ">2023-03-08"), "column parts_wait: '>2023-03-08' must not be empty"),
        (changed("brand_promise", "whole unit 99999 months"), "is no promise: whole unit 99999 months"),
        (changed("brand_promise", "whole unit 12 months from month after production 2021-13"), "2021-13-01"),
        (changed("no_return_class", "secret"), "column no_return_class: 'secret' is an unknown code"),
        (changed("exp_entitlements", "repair|hug"), "column exp_entitlements: 'repair|hug' is an unknown code: hug"),
        (changed("exp_transport_by", "post"), "column exp_transport_by: 'post' is an unknown code"),
        (changed("confidence", "sure"), "column confidence: 'sure' is an unknown code"),
        (changed("confidence", ""), "column confidence: '' must not be empty"),
        (changed("note", "a") + ",more", "line 2: 46 cells, but the header has 45"),
        ('"open', "line 2: unexpected end of data"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused_with_line_and_column(tmp_path: Path, line: str, message: str) -> None:
    said = refused(written(tmp_path, line))

    assert said.startswith("rows.csv, line 2")
    assert message in said


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "rows.csv: no rows"),
        ((HEADER + "\n\n").encode(), "rows.csv: no rows"),
        (b"id,product\nA01,fan\n", "rows.csv, line 1: columns are missing: jurisdiction"),
        ((HEADER + ",id\n").encode(), "rows.csv, line 1: columns are given twice: id"),
        (b"\xff\xfe\x00", "rows.csv: cannot be read"),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(content)

    assert message in refused(path)


def test_a_file_that_is_not_there_and_a_folder_are_refused(tmp_path: Path) -> None:
    assert "none.csv: cannot be read" in refused(tmp_path / "none.csv")
    assert "cannot be read" in refused(tmp_path)


def test_a_cell_asked_for_by_itself_names_its_column() -> None:
    with pytest.raises(CellError, match="'12,5' is no sum") as caught:
        cell({"price_cny": "12,5"}, "price_cny")

    assert caught.value.column == "price_cny"
    with pytest.raises(CellError, match="must not be empty"):
        day_of({"invoice_date": ""}, "invoice_date")
