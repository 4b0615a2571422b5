"""What the office sees of work sent late, and the times of a visit's steps as its phone told them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Min, Q

from servicedesk.people.models import User
from servicedesk.pictures import SIGNATURE_PREFIX
from servicedesk.tickets.models import Outcome
from visits.entries.access import reviewed_visits
from visits.entries.wording import ACTION_WORDS, mark_words, sent_moment
from visits.inspection import CHECKS
from visits.models import AbortReason, Answer, ChecklistItem, KeptPicture, PriceItem, Visit, VisitEntry, VisitEvent

PAGE = 25
SHOWN_SKEW = timedelta(minutes=2)
OPEN, DONE = "open", "done"
UNDECIDED = Q(entries__state=VisitEntry.State.REVIEW, entries__decision="")
HELD = Q(entries__state=VisitEntry.State.REVIEW)


def late_work(user: User, view: str, start: int = 0) -> list[Visit]:
    """A page of the visits with late work to look at, the oldest first, or of those decided, the newest first.

    One more than fit on a page says that there are others.
    """
    found = reviewed_visits(user).select_related("ticket__outlet", "technician__user")
    counted = found.annotate(
        waiting=Count("entries", UNDECIDED),
        held=Count("entries", HELD),
        since=Min("entries__received_at", filter=HELD),
        decided_at=Max("entries__decided_at"),
    )
    rows = counted.filter(waiting__gt=0) if view == OPEN else counted.filter(waiting=0)
    ordered = rows.order_by("since", "pk") if view == OPEN else rows.order_by("-decided_at", "-pk")
    return list(ordered[start : start + PAGE + 1])


def late_counts(user: User) -> dict[str, int]:
    """How many visits wait for a decision, and how many have theirs."""
    found = reviewed_visits(user)
    undecided = VisitEntry.objects.filter(state=VisitEntry.State.REVIEW, decision="").values("visit")
    waiting = found.filter(pk__in=undecided).count()
    return {OPEN: waiting, DONE: found.count() - waiting}


@dataclass(frozen=True)
class Done:
    """One thing done on the phone, as the office reads it."""

    entry: VisitEntry
    what: str
    said: list[str]
    marks: list[str]
    picture: KeptPicture | None = None
    drawing: str = ""

    @property
    def counted_at(self) -> datetime:
        """When it counts as having happened."""
        return self.entry.counted_at or self.entry.received_at


def work_of(visit: Visit) -> list[Done]:
    """What was held for review on a visit, in the order in which it was done; five queries."""
    held = VisitEntry.objects.filter(visit=visit, state=VisitEntry.State.REVIEW).select_related("decided_by")
    entries = list(held.order_by("device", "seq"))
    pictures = {str(one.token): one for one in KeptPicture.objects.filter(visit=visit)}
    codes = {one.target for one in entries}
    newest = ChecklistItem.objects.filter(code__in=codes, version__template__occasion="on_site").order_by("version_id")
    items = {item.code: item for item in newest}
    prices = {item.code: item for item in PriceItem.objects.filter(code__in=codes).order_by("price_list_id")}
    return [_done(one, pictures, {**items, **prices}) for one in entries]


def _done(entry: VisitEntry, pictures: dict[str, KeptPicture], names: dict[str, Any]) -> Done:
    data = entry.data
    drawing = str(data.get("drawing", ""))
    return Done(
        entry,
        str(ACTION_WORDS.get(entry.action, entry.action)),
        _said(entry, names),
        mark_words(entry.marks),
        pictures.get(str(data.get("token", ""))),
        drawing if drawing.startswith(SIGNATURE_PREFIX) else "",
    )


def _said(entry: VisitEntry, names: dict[str, Any]) -> list[str]:
    """The words of an entry, each in a line of its own."""
    data = entry.data
    parts = [str(names.get(entry.target, entry.target)) if entry.target else ""]
    if data.get("value") in Answer.Value.values:
        parts.append(str(Answer.Value(data["value"]).label))
    wrong = [one["code"] for one in data.get("checks", []) if isinstance(one, dict) and not one.get("ok")]
    parts.append(" · ".join(str(CHECKS[code].label) for code in wrong if code in CHECKS))
    if data.get("outcome") in Outcome.values:
        parts.append(str(Outcome(data["outcome"]).label))
    if data.get("reason") in AbortReason.values:
        parts.append(str(AbortReason(data["reason"]).label))
    texts = ("proof", "note", "remark", "opinion", "typed_name", "finding", "work", "serial", "free_reason")
    parts += [str(data.get(name) or "") for name in texts]
    return [part for part in parts if part]


@dataclass(frozen=True)
class ToldStep:
    """A step a phone told: when it happened, when it was received, what is odd about it."""

    event: VisitEvent
    received_at: datetime
    marks: list[str]
    distance_m: int | None


def told_steps(steps: Iterable[VisitEvent]) -> Sequence[ToldStep]:
    """Those of the steps of a visit that a phone told and that are marked."""
    marked = (step for step in steps if step.step in _SHOWN and step.data.get("marks"))
    found = [(step, sent_moment(step.data)) for step in marked]
    return [
        ToldStep(step, received, mark_words(step.data["marks"]), step.data.get("distance_m"))
        for step, received in found
        if received is not None
    ]


_SHOWN = ("depart", "arrive", "start_work", "sign", "complete_visit", "abort_visit")


def late_work_waits(visit: Visit) -> bool:
    """Whether work sent late waits for the office on this visit."""
    return VisitEntry.objects.filter(visit=visit, state=VisitEntry.State.REVIEW, decision="").exists()
