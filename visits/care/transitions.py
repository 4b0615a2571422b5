"""The rows of the transition table for units in our hands, care events and delight stories."""

from django.utils.translation import gettext_lazy as _

from servicedesk.people.models import Role
from servicedesk.tickets.transitions import ANY, EVERY_HAND, LIVING, OUTLET, SAME, Transition

HANDS = OUTLET | {Role.TECHNICIAN}
NOT_CANCELLED = LIVING | {"closed"}

CARE_ROWS = (
    Transition(
        "record_pickup",
        "ticket",
        LIVING,
        (SAME,),
        HANDS,
        _("Pick up the unit"),
        guards=("unit_with_us", "exception_needed"),
    ),
    Transition("record_return", "unit", frozenset({"with_us"}), ("returned",), HANDS, _("Return the unit")),
    Transition("record_care_event", "ticket", NOT_CANCELLED, (SAME,), EVERY_HAND, _("Record a care event")),
    Transition("propose_story", "story", ANY, ("draft",), EVERY_HAND, _("Tell a story"), guards=("story_exists",)),
    Transition(
        "approve_story",
        "story",
        frozenset({"draft"}),
        ("approved",),
        frozenset({Role.MANAGER}),
        _("Approve the story"),
        guards=("own_story",),
    ),
    Transition(
        "publish_story",
        "story",
        frozenset({"approved"}),
        ("published",),
        frozenset({Role.MANAGER}),
        _("Publish the story"),
        guards=("consent_missing",),
    ),
)
