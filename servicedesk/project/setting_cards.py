"""The cards of the settings: what the house is run by, in groups, each for those who may open it.

A page that is set up or runs behind the scenes gets a card here instead of a place in the bar. The card brings it into
the palette with its letter, marks the settings in the bar, and puts the way back above its title.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from servicedesk.people.models import Role, User
from servicedesk.project import setting_facts as facts
from servicedesk.project.places import Place

READERS = frozenset({Role.SUPERVISOR, Role.MANAGER, Role.ADMIN, Role.AUDITOR})
EDITORS = frozenset({Role.MANAGER, Role.ADMIN})
ADMIN = frozenset({Role.ADMIN})

SETTINGS = Place(name="settings", label=_("Settings"), icon="settings", key="o", roles=READERS)


@dataclass(frozen=True, eq=False, kw_only=True)
class Card(Place):
    """A page of the settings with a line that says what it is for; `fact` is asked when the settings are shown."""

    text: str | Promise
    fact: Callable[[datetime], facts.Fact | None] | None = None


@dataclass(frozen=True)
class CardGroup:
    """Cards that belong together."""

    key: str
    label: str | Promise
    cards: tuple[Card, ...]


PROMISES = (
    Card(
        name="policy_list",
        label=pgettext_lazy("navigation", "Promises"),
        icon="stairs-up",
        key="p",
        roles=READERS,
        text=_("Within what time each kind of request is answered, visited and fixed; in versions."),
        fact=facts.policies,
    ),
    Card(
        name="ladder_list",
        label=_("Escalation ladders"),
        icon="urgent",
        roles=READERS,
        text=_("Who hears of a warning, a breach and each step after it, and on which channel."),
        fact=facts.ladders,
    ),
    Card(
        name="notice_rules",
        label=_("Rules of notices"),
        icon="moon",
        roles=EDITORS,
        text=_("When staff is left in peace, and from how many notices a minute on they are gathered."),
        fact=facts.quiet_hours,
    ),
    Card(
        name="promise_test",
        label=_("Try the promises"),
        icon="calculator",
        roles=READERS,
        text=_("What a request would be promised, by which policy, and when each time is up."),
    ),
    Card(
        name="window_plans",
        label=_("Promise windows"),
        icon="calendar-stats",
        roles=READERS,
        text=_("Which arrival times each outlet promises, and how many places it keeps for emergencies."),
    ),
    Card(
        name="calendar_list",
        label=_("Calendars"),
        icon="calendar-stats",
        key="c",
        roles=READERS,
        text=_("The hours in which promises count, each with a tester and a view of the year."),
        fact=facts.calendars,
    ),
    Card(
        name="public_days",
        label=_("Public days"),
        icon="calendar-event",
        roles=READERS,
        text=_("Holidays and make-up workdays, loaded year by year."),
        fact=facts.public_days,
    ),
    Card(
        name="recompute_list",
        label=_("Recompute clocks"),
        icon="refresh",
        roles=READERS,
        text=_("Takes a changed calendar or target into the clocks that run, counted before it is carried out."),
        fact=facts.recomputes,
    ),
)
VISITS = (
    Card(
        name="checklist_templates",
        label=_("Checklists"),
        icon="checklist",
        roles=READERS,
        text=_("What is ticked off, measured and shown at the customer's, by kind of visit and product."),
    ),
)
CALLS = (
    Card(
        name="call_settings",
        label=_("Calling hours and attempts"),
        icon="phone-calling",
        roles=READERS,
        text=_("When customers are rung, how often, and how long to wait in between."),
        fact=facts.calling,
    ),
    Card(
        name="sampling_settings",
        label=_("Rules of quality calls"),
        icon="adjustments-horizontal",
        roles=READERS,
        text=_("Which closed tickets are asked about once more, and how many a day."),
        fact=facts.sampling,
    ),
    Card(
        name="sample_list",
        label=_("Draws of quality calls"),
        icon="dice",
        roles=READERS,
        text=_("What each day's draw gave: the ticket, why, and its call."),
    ),
)
GUARANTEE = (
    Card(
        name="maker_promises",
        label=_("Promises beside the law"),
        icon="rosette",
        roles=READERS,
        text=_("Longer terms by makers and benefits of cards, dated; every verdict counts with them."),
        fact=facts.maker_promises,
    ),
    Card(
        name="approval_limits",
        label=_("Limits of approval"),
        icon="scale",
        roles=READERS,
        text=_("Who may approve exchanges, refunds and grants, up to what sum."),
        fact=facts.approvals,
    ),
)
MESSAGES = (
    Card(
        name="channel_list",
        label=_("Channels"),
        icon="send",
        key="n",
        roles=ADMIN,
        text=_("How news leaves the house: e-mail and text messages, with a test."),
        fact=facts.channels,
    ),
    Card(
        name="message_texts",
        label=_("Texts of messages"),
        icon="message-2-cog",
        roles=ADMIN,
        args=("sms",),
        text=_("The words of text messages where they are not the notices' own."),
        fact=facts.texts,
    ),
    Card(
        name="delivery_list",
        label=_("Deliveries"),
        icon="mail-forward",
        key="e",
        roles=EDITORS,
        text=_("All that left the house, what became of it, and sending it again."),
        fact=facts.deliveries,
    ),
    Card(
        name="webhook_list",
        label=_("Webhooks and group robots"),
        icon="webhook",
        key="w",
        roles=ADMIN,
        text=_("Other systems and chat groups that hear of what happens to tickets."),
        fact=facts.webhooks,
    ),
)
HOUSE = (
    Card(
        name="admin:servicedesk_user_changelist",
        label=_("Staff and roles"),
        icon="users",
        roles=ADMIN,
        text=_("Accounts with their role and outlets; an account is closed, never deleted."),
        fact=facts.staff,
    ),
    Card(
        name="technician_list",
        label=_("Technicians"),
        icon="users",
        key="u",
        roles=READERS - {Role.AUDITOR},
        text=_("Skills with their days, certificates, districts, shifts and leave, each with its history."),
    ),
    Card(
        name="import_list",
        label=_("Imports"),
        icon="file-import",
        roles=READERS - {Role.AUDITOR},
        text=_("Lists of people, hours and zones from CSV or Excel, with a dry run."),
    ),
    Card(
        name="admin:index",
        label=_("Master data"),
        icon="database",
        key="s",
        roles=EDITORS,
        text=_("Outlets, technicians, products, symptoms, price lists and checklists."),
    ),
    Card(
        name="pace_list",
        label=_("Travel times"),
        icon="route",
        roles=READERS,
        text=_("How fast technicians get on, by outlet and hour, with a way to try."),
    ),
    Card(
        name="admin:servicedesk_apitoken_changelist",
        label=_("API tokens"),
        icon="key",
        roles=ADMIN,
        text=_("Keys for other systems, each for one member of staff and no more than he may."),
        fact=facts.tokens,
    ),
    Card(
        name="api_docs",
        label=_("API documentation"),
        icon="api",
        roles=ADMIN,
        text=_("Every operation of the REST API, to read and to try."),
    ),
)
GROUPS = (
    CardGroup("promises", _("Promises and clocks"), PROMISES),
    CardGroup("visits", _("At the customer's"), VISITS),
    CardGroup("calls", _("Calls after the visit"), CALLS),
    CardGroup("guarantee", _("Three guarantees"), GUARANTEE),
    CardGroup("messages", pgettext_lazy("settings", "Messages"), MESSAGES),
    CardGroup("house", pgettext_lazy("settings", "House"), HOUSE),
)


def groups_of(user: User) -> list[CardGroup]:
    """The groups with the cards `user` may open; a group without any is left out."""
    own = [
        CardGroup(each.key, each.label, tuple(card for card in each.cards if card.is_open_to(user))) for each in GROUPS
    ]
    return [group for group in own if group.cards]


def cards_of(user: User) -> list[Card]:
    """Every card `user` may open."""
    return [card for group in groups_of(user) for card in group.cards]
