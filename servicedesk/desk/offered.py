"""The windows that are promised, as the intake shows them: the cheapest first, then day by day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from servicedesk.clock import LOCAL
from servicedesk.desk.windows import promise_value
from servicedesk.ports import HeldWindow, WindowOffer, WindowOffers
from servicedesk.templatetags.moments import local_text

# So many of the cheapest stand in front of the days.
FIRST = 3


@dataclass(frozen=True)
class Choice:
    """A promised window to choose: `value` stands in the form."""

    value: str
    day: str
    hours: str
    offer: WindowOffer

    @property
    def words(self) -> str:
        """How many places are left, and what the window costs us on the road."""
        return f"{self.offer.left_words} · {self.offer.way}"


@dataclass(frozen=True)
class Group:
    """Windows under one head."""

    label: str
    choices: list[Choice]


@dataclass(frozen=True)
class Offered:
    """What the agent may promise: `groups` to choose from, the place `held` for this form, and a note in words."""

    promised: bool
    groups: list[Group]
    note: str
    held: HeldWindow | None = None
    refusal: str = ""

    @property
    def held_value(self) -> str:
        """The value of the window that is held."""
        return promise_value(self.held.start, self.held.end) if self.held else ""

    @property
    def values(self) -> set[str]:
        """The windows that may be chosen."""
        return {choice.value for group in self.groups for choice in group.choices}


def offered_of(found: WindowOffers, held: HeldWindow | None, now: datetime, refusal: str = "") -> Offered:
    """The offers for the page: up to three of the cheapest, then the others by day, each day the cheapest first."""
    first = found.offers[:FIRST]
    groups = [Group(_("Cheapest"), [_choice(one, now) for one in first])] if first else []
    rest: dict[date, list[WindowOffer]] = {}
    for one in found.offers[FIRST:]:
        rest.setdefault(_day(one.start), []).append(one)
    groups += [Group(day_words(day, now), [_choice(one, now) for one in rest[day]]) for day in sorted(rest)]
    return Offered(found.promised, groups, found.note, held, refusal)


def day_words(day: date, now: datetime) -> str:
    """A day as one says it: today, tomorrow, then its date."""
    ahead = (day - _day(now)).days
    names = (_("Today"), _("Tomorrow"), _("Day after tomorrow"))
    if 0 <= ahead < len(names):
        return names[ahead]
    return local_text(datetime.combine(day, datetime.min.time(), LOCAL) + timedelta(hours=12), "day")


def _choice(offer: WindowOffer, now: datetime) -> Choice:
    start, end = offer.start.astimezone(LOCAL), offer.end.astimezone(LOCAL)
    hours = f"{start:%H:%M}–{end:%H:%M}"
    return Choice(promise_value(start, end), day_words(_day(start), now), hours, offer)


def _day(instant: datetime) -> date:
    return instant.astimezone(LOCAL).date()
