"""What leaves the house in words: places in braces, and how many text messages a text takes."""

import pytest

from servicedesk.notify.letters import PlaceError, parts_of, places_in, signed, without_places


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("工单{number}即将到期", ["number"]),
        ("{sentence} {link}", ["sentence", "link"]),
        ("no place at all", []),
        ("{{number}} stays as it is written", []),
    ],
)
def test_a_text_names_its_places(text: str, places: list[str]) -> None:
    assert places_in(text) == places


@pytest.mark.parametrize(
    "text",
    ["{customer}", "{number.owner}", "{number!r}", "{number:>10}", "{", "}", "{}", "{0}", "{phone}", "{link[0]}"],
)
def test_what_is_not_on_the_list_is_refused(text: str) -> None:
    with pytest.raises(PlaceError):
        places_in(text)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 0),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("工" * 70, 1),
        ("工" * 71, 2),
        ("工" * 134, 2),
        ("工" * 135, 3),
        ("a" * 70 + "工", 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
    ],
)
def test_text_messages_are_counted_as_providers_count_them(text: str, parts: int) -> None:
    assert parts_of(text) == parts


def test_a_signature_stands_in_front_and_counts() -> None:
    assert signed("易票", "您好") == "【易票】您好"
    assert signed("", "您好") == "您好"
    assert parts_of(signed("易票", "工" * 67)) == 2


def test_the_least_a_text_says_is_found_also_where_its_braces_do_not_match() -> None:
    assert without_places("工单{number}。") == "工单。"
    assert without_places("{broken") == "{broken"
