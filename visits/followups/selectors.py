"""Reading follow-ups: the lists of the office, and those of a visit's panel."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from servicedesk.people.models import User
from visits.followups.access import follow_ups_for
from visits.followups.wording import told_of
from visits.models import ChecklistItem, FollowUp

State = FollowUp.State
VIEWS = (State.OPEN, State.DONE, State.DROPPED)
PAGE = 40


@dataclass(frozen=True)
class Row:
    """A follow-up in words."""

    follow_up: FollowUp
    words: str


def follow_up_counts(user: User, *, mine: bool) -> dict[str, int]:
    """How many follow-ups stand in each state, in one query; `mine` counts those of tickets the user owns."""
    counts: dict[str, int] = _narrowed(user, mine).aggregate(
        **{str(state): Count("pk", filter=Q(state=state)) for state in VIEWS}
    )
    return counts


def follow_up_rows(user: User, state: str, start: int, *, mine: bool) -> list[Row]:
    """The follow-ups in a state from place `start` on, one more than a page: the oldest first while they wait."""
    rows = (
        _narrowed(user, mine)
        .filter(state=state)
        .select_related(
            "visit__ticket__owner",
            "visit__technician__user",
            "appliance__category",
            "appliance__model",
            "ticket",
            "ended_by",
        )
    )
    rows = rows.order_by(*(("made_at", "id") if state == State.OPEN else ("-ended_at", "-id")))
    return in_words(list(rows[start : start + PAGE + 1]))


def _narrowed(user: User, mine: bool) -> Any:
    found = follow_ups_for(user)
    return found.filter(visit__ticket__owner=user) if mine else found


def in_words(follow_ups: Iterable[FollowUp]) -> list[Row]:
    """The follow-ups with their words; the items they came from are read at once."""
    rows = list(follow_ups)
    codes = {one.code for one in rows if one.source == FollowUp.Source.ITEM}
    versions = {one.visit.checklist_id for one in rows}
    found = ChecklistItem.objects.filter(version__in=versions, code__in=codes) if codes else []
    items: dict[tuple[int | None, str], ChecklistItem] = {(item.version_id, item.code): item for item in found}
    return [Row(one, told_of(one, items.get((one.visit.checklist_id, one.code)))) for one in rows]


def follow_ups_of(visit_ids: Iterable[int]) -> list[Row]:
    """The follow-ups of these visits, the oldest first; the caller has asked for the visits through access."""
    found = FollowUp.objects.filter(visit__in=list(visit_ids)).select_related(
        "visit", "ticket", "appliance__category", "appliance__model"
    )
    return in_words(found)
