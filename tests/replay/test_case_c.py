"""Case C of the handbook, and the same story with one figure changed."""

from pathlib import Path

from tests.replay.test_cases import ROOT, replay

CASE_C = ROOT / "docs" / "cases" / "c-phone-and-broken-leg.yaml"


def test_case_c_goes_from_an_exception_to_a_published_story() -> None:
    done = replay(CASE_C)
    assert done.returncode == 0, done.stdout + done.stderr
    for line in (
        "record_care_note refused: expected consent_missing, actual consent_missing",
        "record_pickup refused: expected exception_needed, actual exception_needed",
        "ok       t1 sent_by: expected system, actual system",
        "ok       t1 fix due: expected 2003-10-08T17:00, actual 2003-10-08T17:00",
        "ok       t1 unit_minutes: expected 1133, actual 1133",
        "ok       t1 courtesy: expected 2003-10-16, actual 2003-10-16",
        "ok       t1 story: expected published, actual published",
    ):
        assert line in done.stdout


def test_a_holiday_less_and_another_day_of_the_operation_differ_and_are_named(tmp_path: Path) -> None:
    text = CASE_C.read_text(encoding="utf-8")
    changed = tmp_path / "changed.yaml"
    text = text.replace("known_day: 2003-10-13", "known_day: 2003-10-12")
    text = text.replace("- {day: 2003-10-07, kind: holiday, name: 国庆节}", "")
    changed.write_text(text, encoding="utf-8")
    done = replay(changed)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "DIFFERS  t1 courtesy: expected 2003-10-16, actual 2003-10-15" in done.stdout
    assert "DIFFERS  t1 fix due: expected 2003-10-08T17:00, actual 2003-10-07T17:00" in done.stdout
