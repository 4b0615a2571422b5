"""The windows as the shared model asks for them (servicedesk/ports.py, `WindowSource`)."""

from datetime import datetime
from uuid import UUID

from dispatch.rules import Span
from dispatch.windows.offering import offers_of
from dispatch.windows.services import held_of, hold_window, release_window, sell_window
from servicedesk.people.models import User
from servicedesk.ports import HeldWindow, WindowAsk, WindowOffers
from servicedesk.tickets.models import Ticket


class PromiseWindows:
    """Arrival windows out of the outlets' capacity."""

    def offers(self, ask: WindowAsk, now: datetime, key: UUID | None = None) -> WindowOffers:
        """The windows that hold, the cheapest first."""
        return offers_of(ask, now, key)

    def held(self, key: UUID, now: datetime) -> HeldWindow | None:
        """What is held under `key`."""
        place = held_of(key, now)
        if place is None or place.expires_at is None:
            return None
        return HeldWindow(place.start, place.end, place.expires_at)

    def hold(
        self, key: UUID, ask: WindowAsk, window: tuple[datetime, datetime], *, actor: User | None, now: datetime
    ) -> HeldWindow:
        """Keeps a place, or renews it."""
        return hold_window(key, ask, Span(*window), actor=actor, now=now)

    def release(self, key: UUID, *, now: datetime) -> bool:
        """Gives a held place back."""
        return release_window(key, now=now)

    def sell(
        self, ticket: Ticket, key: UUID, window: tuple[datetime, datetime], *, actor: User | None, now: datetime
    ) -> None:
        """Promises the window to the ticket."""
        sell_window(ticket, key, Span(*window), actor=actor, now=now)
