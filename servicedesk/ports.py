"""Ports: how the shared model learns from the apps above it without importing them (docs/architecture.md).

Everything is registered in `AppConfig.ready()`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.dispatch import Signal
from django.utils.functional import Promise


@dataclass(frozen=True)
class Blocker:
    """Something that still keeps a ticket from being closed."""

    code: str
    message: str | Promise


@dataclass(frozen=True)
class Panel:
    """A fragment beside the ticket, loaded from the URL named `url_name` with the ticket's number."""

    key: str
    url_name: str
    title: str | Promise
    position: int = 50


@dataclass(frozen=True)
class Button:
    """An action offered on a ticket's page: a link to a form, or a POST when `method` is post."""

    action: str
    label: str | Promise
    url: str
    method: str = "get"
    key: str = ""
    primary: bool = False


@dataclass(frozen=True)
class Outbox:
    """Messages that wait to be sent: how many, and how to give them up (returns how many those were)."""

    name: str
    waiting: Callable[[], int]
    discard: Callable[[datetime], int]


@dataclass(frozen=True)
class Findings:
    """What the last completed visit found and did, in the technician's words."""

    finding: str
    work: str


@dataclass(frozen=True)
class PauseChange:
    """A clock of `kind` began or ceased to stand still for `reasons`; `until` is the end foreseen for a new pause."""

    ticket: Any
    kind: str
    began: frozenset[str]
    ended: frozenset[str]
    at: datetime
    actor: Any
    until: datetime | None


@dataclass(frozen=True)
class WindowAsk:
    """A visit somebody wants a time for: where, which product and symptom, what kind, how urgent (1 to 3).

    `address` is a saved one, where there is one; `ticket` the ticket it belongs to, once there is one.
    """

    district: str
    category: Any
    fault: Any
    kind: str
    priority: int
    address: Any = None
    customer: Any = None
    ticket: Any = None


@dataclass(frozen=True)
class WindowOffer:
    """A window that holds: `left` places may still be sold; `way` says what it costs us. `extra` are the minutes of
    extra travel, None where a place is unknown.
    """

    start: datetime
    end: datetime
    left: int
    left_words: str
    way: str
    extra: int | None


@dataclass(frozen=True)
class WindowOffers:
    """What may be promised: the cheapest first. `promised` is false where nobody promises windows there.

    `note` says in words why there are none, or what is special.
    """

    promised: bool
    offers: tuple[WindowOffer, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class HeldWindow:
    """A place that is kept for somebody until `expires_at`."""

    start: datetime
    end: datetime
    expires_at: datetime


class WindowSource(Protocol):
    """Who knows which arrival windows hold, keeps places and sells them.

    `hold` and `sell` refuse with 409 window_gone where nothing is left. `key` names the half-typed request: the same
    key has one place at most. `sell` is called inside the transaction that opens the ticket.
    """

    def offers(self, ask: WindowAsk, now: datetime, key: UUID | None = None) -> WindowOffers: ...

    def held(self, key: UUID, now: datetime) -> HeldWindow | None: ...

    def hold(
        self, key: UUID, ask: WindowAsk, window: tuple[datetime, datetime], *, actor: Any, now: datetime
    ) -> HeldWindow: ...

    def release(self, key: UUID, *, now: datetime) -> bool: ...

    def sell(
        self, ticket: Any, key: UUID, window: tuple[datetime, datetime], *, actor: Any, now: datetime
    ) -> None: ...


StoryListener = Callable[[Any, Any], None]
SlaListener = Callable[[Any, datetime], None]
PauseListener = Callable[[PauseChange], None]
CloseGuard = Callable[[Any], list[Blocker]]
ActionSource = Callable[[Any, Any], list[Button]]
DefaultsLoader = Callable[[], None]
FindingsSource = Callable[[Any], Findings | None]

close_guards: list[CloseGuard] = []
ticket_panels: list[Panel] = []
ticket_actions: list[ActionSource] = []
# What was found on a ticket, for forms that begin with the technician's words.
findings_sources: list[FindingsSource] = []
# The words of a line of the story, by action; what is missing here is worded by servicedesk.tickets.wording.
story_words: dict[str, Callable[[Any], str]] = {}
# At most one: arrival windows that hold. Without it a customer only names a wish.
window_sources: list[WindowSource] = []
# Each loads its master data (policies, checklists, prices …), again and again without harm.
defaults: list[DefaultsLoader] = []

# Called with the ticket and each new line of its story, with new warnings and breaches and their instant, and with
# pauses that began or ended. All inside the transaction that wrote them, so that what a listener writes stands or
# falls with it.
story_listeners: list[StoryListener] = []
sla_listeners: list[SlaListener] = []
pause_listeners: list[PauseListener] = []

# What a restore holds until a person has decided about it (servicedesk/notify/hold.py).
outboxes: list[Outbox] = []

# Sent inside the transaction; receivers live in each app's receivers.py and call one action each.
ticket_cancelled = Signal()  # ticket, actor, now, reason
ticket_reopened = Signal()  # ticket, actor, now, reason


def window_source() -> WindowSource | None:
    """Who promises arrival windows, if anybody does."""
    return window_sources[0] if window_sources else None


def findings_of(ticket: Any) -> Findings:
    """What was found and done on `ticket`, empty where no visit has been completed."""
    found = (source(ticket) for source in findings_sources)
    return next((one for one in found if one is not None), Findings("", ""))


def blockers_of(ticket: Any) -> list[Blocker]:
    """What every guard still has against closing `ticket`; empty when nothing."""
    return [blocker for guard in close_guards for blocker in guard(ticket)]
