"""How a state looks: one shape, one word, one tone, for every thing that has a state.

The states are those of the model (tickets, hand-overs, assignments, visits, callbacks, answers, clocks). The
tone names a colour pair of ``tokens.css``; the shape differs inside a family, so that a black-and-white print
stays readable.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True, slots=True)
class Look:
    """A state as it is shown."""

    word: str | Promise
    icon: str
    tone: str


TONES: Final = ("neutral", "info", "active", "ok", "warn", "danger", "special")

LOOKS: Final[Mapping[str, Mapping[str, Look]]] = {
    "ticket": {
        "open": Look(pgettext_lazy("ticket state", "Open"), "circle-dashed", "special"),
        "scheduled": Look(pgettext_lazy("ticket state", "Scheduled"), "calendar-time", "info"),
        "in_service": Look(pgettext_lazy("ticket state", "In service"), "tool", "active"),
        "awaiting_callback": Look(pgettext_lazy("ticket state", "Awaiting callback"), "phone-call", "warn"),
        "closed": Look(pgettext_lazy("ticket state", "Closed"), "circle-check", "ok"),
        "cancelled": Look(pgettext_lazy("ticket state", "Cancelled"), "circle-minus", "neutral"),
    },
    "handover": {
        "sent": Look(pgettext_lazy("hand-over state", "Sent to outlet"), "send", "warn"),
        "accepted": Look(
            pgettext_lazy("hand-over state", "Accepted by outlet"),
            "building-store",
            "ok",
        ),
        "refused": Look(
            pgettext_lazy("hand-over state", "Refused by outlet"),
            "arrow-back-up",
            "danger",
        ),
        "withdrawn": Look(pgettext_lazy("hand-over state", "Withdrawn"), "arrows-exchange", "neutral"),
    },
    "assignment": {
        "offered": Look(pgettext_lazy("assignment state", "Offered"), "hourglass", "warn"),
        "accepted": Look(pgettext_lazy("assignment state", "Accepted"), "user-check", "info"),
        "done": Look(pgettext_lazy("assignment state", "Done"), "circle-check", "ok"),
        "refused": Look(pgettext_lazy("assignment state", "Refused"), "user-x", "danger"),
        "released": Look(pgettext_lazy("assignment state", "Released"), "arrows-exchange", "neutral"),
    },
    "visit": {
        "planned": Look(pgettext_lazy("visit state", "Planned"), "calendar-event", "info"),
        "en_route": Look(pgettext_lazy("visit state", "On the way"), "truck", "active"),
        "on_site": Look(pgettext_lazy("visit state", "On site"), "map-pin", "active"),
        "working": Look(pgettext_lazy("visit state", "Working"), "tool", "active"),
        "completed": Look(pgettext_lazy("visit state", "Completed"), "circle-check", "ok"),
        "aborted": Look(pgettext_lazy("visit state", "Broken off"), "circle-x", "danger"),
    },
    "callback": {
        "open": Look(pgettext_lazy("callback state", "To call"), "phone-call", "warn"),
        "done": Look(pgettext_lazy("callback state", "Called back"), "phone-check", "ok"),
        "exhausted": Look(pgettext_lazy("callback state", "Not reached"), "phone-off", "neutral"),
        "cancelled": Look(pgettext_lazy("callback state", "Not needed"), "circle-minus", "neutral"),
    },
    "follow_up": {
        "open": Look(pgettext_lazy("follow-up state", "To be done"), "circle-dashed", "warn"),
        "done": Look(pgettext_lazy("follow-up state", "Done"), "circle-check", "ok"),
        "dropped": Look(pgettext_lazy("follow-up state", "Not needed"), "circle-minus", "neutral"),
    },
    "mismatch": {
        "open": Look(pgettext_lazy("mismatch state", "To review"), "alert-triangle", "warn"),
        "confirmed": Look(pgettext_lazy("mismatch state", "Confirmed"), "circle-x", "danger"),
        "explained": Look(pgettext_lazy("mismatch state", "Explained"), "circle-check", "ok"),
    },
    "remedy": {
        "chosen": Look(pgettext_lazy("remedy state", "To approve"), "clock", "warn"),
        "approved": Look(pgettext_lazy("remedy state", "To carry out"), "circle-dot", "info"),
        "done": Look(pgettext_lazy("remedy state", "Done"), "circle-check", "ok"),
        "refused": Look(pgettext_lazy("remedy state", "Refused"), "circle-x", "danger"),
        "withdrawn": Look(pgettext_lazy("remedy state", "Withdrawn"), "circle-minus", "neutral"),
    },
    "idea": {
        "proposed": Look(pgettext_lazy("idea state", "Proposed"), "bulb", "special"),
        "routed": Look(pgettext_lazy("idea state", "Routed"), "send", "info"),
        "accepted": Look(pgettext_lazy("idea state", "Accepted"), "thumb-up", "active"),
        "declined": Look(pgettext_lazy("idea state", "Declined"), "circle-minus", "neutral"),
        "shipped": Look(pgettext_lazy("idea state", "Shipped"), "rocket", "warn"),
        "answered": Look(pgettext_lazy("idea state", "Answered"), "circle-check", "ok"),
    },
    "article": {
        "draft": Look(pgettext_lazy("article state", "Draft"), "pencil", "warn"),
        "published": Look(pgettext_lazy("article state", "Published"), "circle-check", "ok"),
        "withdrawn": Look(pgettext_lazy("article state", "Withdrawn"), "circle-minus", "neutral"),
    },
    "satisfaction": {
        "satisfied": Look(pgettext_lazy("satisfaction", "Satisfied"), "mood-smile", "ok"),
        "partly": Look(pgettext_lazy("satisfaction", "Partly satisfied"), "mood-neutral", "warn"),
        "not_satisfied": Look(pgettext_lazy("satisfaction", "Not satisfied"), "mood-sad", "danger"),
    },
    # Besides the stored states: "warned" is running and past its warning, "missed" is breached and stopped since.
    "clock": {
        "running": Look(pgettext_lazy("clock state", "On time"), "clock-hour-3", "info"),
        "warned": Look(pgettext_lazy("clock state", "Near break"), "alert-triangle", "warn"),
        "breached": Look(pgettext_lazy("clock state", "Overdue"), "alert-octagon", "danger"),
        "paused": Look(pgettext_lazy("clock state", "Paused"), "player-pause", "neutral"),
        "met": Look(pgettext_lazy("clock state", "Kept"), "circle-check", "ok"),
        "missed": Look(pgettext_lazy("clock state", "Missed"), "circle-x", "danger"),
        "void": Look(pgettext_lazy("clock state", "Not needed"), "circle-minus", "neutral"),
        "none": Look(pgettext_lazy("clock state", "No clock"), "circle-off", "neutral"),
    },
}


def look_of(family: str, state: str) -> Look:
    """How ``state`` of ``family`` is shown; an unknown state keeps its own name, grey, rather than break a page.

    Raises ``KeyError`` for an unknown family, which is a mistake in a template.
    """
    known = LOOKS[family].get(state)
    return known or Look(state.replace("_", " "), "circle", "neutral")
