"""Every state a row can have is shown with a word of its own."""

from enum import StrEnum

import pytest
from django.utils import translation

from dispatch.models import AssignmentState
from servicedesk.sla.models import ClockState
from servicedesk.templatetags.statuses import LOOKS, look_of
from servicedesk.tickets.models import Handover, TicketState
from visits.models import Callback, VisitState


@pytest.mark.parametrize(
    ("family", "states"),
    [
        ("ticket", TicketState),
        ("handover", Handover.State),
        ("assignment", AssignmentState),
        ("visit", VisitState),
        ("callback", Callback.State),
        ("satisfaction", Callback.Result),
        ("clock", ClockState),
    ],
)
def test_every_stored_state_has_a_look(family: str, states: type[StrEnum]) -> None:
    assert {str(state) for state in states} <= set(LOOKS[family])


def test_an_unknown_state_is_grey_and_keeps_its_name() -> None:
    look = look_of("ticket", "half_way")
    assert (look.word, look.tone) == ("half way", "neutral")


@pytest.mark.parametrize("family", LOOKS)
def test_two_states_of_a_family_never_share_a_word(family: str) -> None:
    with translation.override("en"):
        words = [str(look.word) for look in LOOKS[family].values()]
    assert len(words) == len(set(words))
