"""Every key of the arithmetic has words, in sentences that can be read."""

from datetime import datetime
from typing import Any

import pytest
from django.utils import translation

from servicedesk.sla.arithmetic import FLAGS as CODES
from servicedesk.sla.arithmetic import LABELS as KEYS
from servicedesk.sla.arithmetic import LINE_KEYS, Line
from servicedesk.sla.models import SlaPolicy
from servicedesk.sla.wording import FLAGS, LABELS, criterion_text, line_text
from tests.make_sla import local

VALUES: dict[str, Any] = {
    "at": local("2026-03-10 10:00"),
    "start": local("2026-03-10 10:00"),
    "end": local("2026-03-10 11:30"),
    "until": local("2026-03-11 16:00"),
    "minutes": 90.0,
    "reason": "waiting_for_parts",
    "broken_at": local("2026-03-10 09:45"),
}


def test_every_label_and_flag_has_words() -> None:
    assert set(LABELS) == set(KEYS)
    assert set(FLAGS) == set(CODES)


@pytest.mark.parametrize("key", sorted(LINE_KEYS))
def test_every_line_of_the_arithmetic_is_a_sentence_with_its_values(key: str) -> None:
    values = {name: VALUES[name] for name in LINE_KEYS[key]}

    with translation.override("en"):
        text = line_text(Line(key, values))

    assert text.endswith(".")
    assert "%(" not in text
    shown = {"at": "03-10 10:00", "minutes": "1 h 30 min", "until": "03-11 16:00", "reason": "Waiting for parts"}
    assert all(shown[name] in text for name in values if name in shown)


def test_a_window_taken_back_is_said_so() -> None:
    at: datetime = VALUES["at"]

    with translation.override("en"):
        text = line_text(Line("window_changed", {"at": at, "until": None}))

    assert text == "2026-03-10 10:00: the requested time was taken back."


@pytest.mark.parametrize(
    ("fits", "criterion", "text"),
    [
        ({"membership": "club"}, "membership", "Club card"),
        ({"grade": "A"}, "grade", "Customer grade A"),
        ({"priority": 1}, "priority", "Priority 1"),
        ({"channel": "phone"}, "channel", "Channel: Phone"),
        ({"kind": "complaint"}, "kind", "Kind of ticket: Complaint"),
    ],
)
def test_what_a_policy_was_chosen_for_is_named(fits: dict[str, Any], criterion: str, text: str) -> None:
    with translation.override("en"):
        assert criterion_text(SlaPolicy(**fits), criterion, {"kind": "Complaint", "channel": "Phone"}) == text
