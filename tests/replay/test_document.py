"""Reading replay files: every mistake at once, each with its place."""

from pathlib import Path

import pytest

from servicedesk.project.replay.document import FileError, read_case
from servicedesk.project.replay.expectations import mistakes_in


def mistakes(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "case.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileError) as caught:
        read_case(path)
    return caught.value.mistakes


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    text = """
timezone: Moon/Crater
given: {planets: [], outlets: 3}
events:
  - {do: arrive}
  - {at: "2026-03-10T10:00"}
expect: []
extra: 1
"""
    found = mistakes(tmp_path, text)
    places = [mistake.split(":")[0] for mistake in found]
    assert places == [
        "extra",
        "timezone",
        "given.planets",
        "given.outlets",
        "events[0].at",
        "events[1].do",
        "expect",
    ]


def test_events_out_of_order_are_named(tmp_path: Path) -> None:
    text = """
events:
  - {at: "2026-03-10T10:00", do: add_note}
  - {at: "2026-03-10T09:00", do: add_note}
expect: [{ticket: t1, visits: 1}]
"""
    assert mistakes(tmp_path, text) == ["events[1]: happens before the event in front of it"]


def test_a_missing_file_and_broken_yaml_are_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(FileError) as caught:
        read_case(tmp_path / "nowhere.yaml")
    assert "cannot be read" in caught.value.mistakes[0]
    assert "is not YAML" in mistakes(tmp_path, "a: [")[0]


def test_an_instant_without_offset_is_local_to_the_story(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(
        "case: x\ntimezone: Asia/Shanghai\n"
        "events: [{at: '2026-03-10T10:00', do: add_note}]\nexpect: [{ticket: t, clock: arival, minutes: 1}]\n"
    )
    case = read_case(path)
    assert case.events[0].at.isoformat() == "2026-03-10T10:00:00+08:00"
    assert "'arival' is not known" in mistakes_in(case.expect[0])[0]
