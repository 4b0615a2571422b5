"""Where people go: the places of work in the bar, and the page of settings behind its one sign."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from servicedesk.people.models import Role, User

DESK = frozenset({Role.AGENT, Role.SUPERVISOR, Role.MANAGER})
DISPATCH = frozenset({Role.DISPATCHER, Role.SUPERVISOR, Role.MANAGER})
OFFICE = DESK | DISPATCH | {Role.AUDITOR, Role.ADMIN}
EVERYBODY = frozenset(Role)


@dataclass(frozen=True, eq=False, kw_only=True)
class Place:
    """A page somebody goes to by name: `key` is its letter after G, `args` belong to its address."""

    name: str
    label: str | Promise
    icon: str
    roles: frozenset[str]
    key: str = ""
    args: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """Its address."""
        return reverse(self.name, args=self.args)

    @property
    def keys(self) -> str:
        """The keys that lead there, as they are written; empty without any."""
        return f"G {self.key.upper()}" if self.key else ""

    def is_open_to(self, user: User) -> bool:
        """Whether the page lets `user` in; Django's admin asks for the mark of the staff besides the role."""
        return user.role in self.roles and (user.is_staff or not self.name.startswith("admin:"))


# What a day is made of. The bar holds no more than fits beside the search on a desk of 1280 pixels, in English too
# (tests/journeys/test_main_pages.py); what the house is run by is a card of the settings.
WORK = (
    Place(name="desk", label=_("Desk"), icon="headset", key="h", roles=DESK),
    Place(name="ticket_list", label=_("Tickets"), icon="ticket", key="t", roles=OFFICE),
    Place(name="dispatch_queue", label=_("Dispatch"), icon="list-check", key="d", roles=DISPATCH),
    Place(name="dispatch_timeline", label=_("Timeline"), icon="calendar-time", key="l", roles=DISPATCH),
    Place(name="visit_today", label=_("Today"), icon="calendar-event", key="v", roles=frozenset({Role.TECHNICIAN})),
    Place(
        name="callback_queue",
        label=_("Callbacks"),
        icon="phone-call",
        key="b",
        roles=frozenset({Role.AGENT, Role.MANAGER}),
    ),
    Place(
        name="mismatch_list",
        label=_("Mismatches"),
        icon="alert-triangle",
        key="x",
        roles=frozenset({Role.SUPERVISOR, Role.AUDITOR}),
    ),
    Place(name="story_list", label=_("Stories"), icon="book", key="y", roles=EVERYBODY),
    Place(name="article_list", label=_("Knowledge"), icon="school", key="k", roles=EVERYBODY),
    Place(name="dashboard", label=_("Dashboard"), icon="chart-histogram", key="m", roles=OFFICE),
)
KEEPERS = frozenset({Role.SUPERVISOR, Role.MANAGER, Role.ADMIN})
# Places of work that others lead to; by name they are reached in the palette.
BESIDE = (
    Place(name="late_work_list", label=_("Work sent late"), icon="clock-exclamation", roles=DISPATCH),
    Place(name="idea_list", label=_("Improvement ideas"), icon="bulb", key="i", roles=EVERYBODY),
    Place(
        name="mismatch_list", label=_("Mismatches"), icon="alert-triangle", key="x", roles=frozenset({Role.MANAGER})
    ),
    Place(name="follow_up_list", label=_("Follow-ups of visits"), icon="list-check", roles=OFFICE | {Role.AUDITOR}),
    Place(name="remedy_list", label=_("Exchanges and refunds"), icon="arrow-back-up", roles=EVERYBODY - {Role.ADMIN}),
    Place(name="warranty_compensation", label=_("Compensation guide"), icon="scale", roles=DESK),
    Place(name="warranty_calculator", label=_("Guarantee calculator"), icon="calculator", roles=DESK),
    Place(name="wait_list", label=_("Parts waiting"), icon="hourglass-high", roles=DESK | DISPATCH | {Role.AUDITOR}),
    Place(name="warranty_rules", label=_("Rules of the guarantee"), icon="scale", roles=EVERYBODY),
    # The keepers have cards of these two.
    Place(name="technician_list", label=_("Technicians"), icon="users", key="u", roles=frozenset({Role.DISPATCHER})),
    Place(name="attention_list", label=_("Needs attention"), icon="alert-triangle", roles=KEEPERS | {Role.DISPATCHER}),
    Place(name="import_list", label=_("Imports"), icon="file-import", roles=frozenset({Role.DISPATCHER})),
    Place(name="job_list", label=_("Long work"), icon="refresh", roles=KEEPERS | {Role.DISPATCHER}),
    Place(name="notifications", label=_("Notifications"), icon="bell", roles=EVERYBODY),
)
