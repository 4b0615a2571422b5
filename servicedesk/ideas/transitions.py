"""The rows of the table of transitions that move an improvement idea (docs/knowledge.md)."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from servicedesk.ideas.models import IdeaState
from servicedesk.people.models import Role
from servicedesk.tickets.transitions import ANY, SAME, Transition

# Whoever meets customers or products may propose; deciding is for those who carry feedback up (docs/roles.md).
PROPOSERS = frozenset({Role.TECHNICIAN, Role.AGENT, Role.DISPATCHER, Role.SUPERVISOR, Role.MANAGER})
DECIDERS = frozenset({Role.SUPERVISOR, Role.MANAGER})
ANSWERERS = frozenset({Role.AGENT, Role.SUPERVISOR, Role.MANAGER})

PROPOSED, ROUTED = IdeaState.PROPOSED, IdeaState.ROUTED
ACCEPTED, DECLINED = IdeaState.ACCEPTED, IdeaState.DECLINED
SHIPPED, ANSWERED = IdeaState.SHIPPED, IdeaState.ANSWERED
UNDECIDED = frozenset({PROPOSED, ROUTED})
# Tickets with the same trouble are added as long as there is something to wait for.
LINKABLE = UNDECIDED | {ACCEPTED}
# What is over and waits for its answers.
OVER = frozenset({SHIPPED, DECLINED})

IDEA_ROWS = (
    Transition("propose_idea", "idea", ANY, (PROPOSED,), PROPOSERS, _("Propose an improvement")),
    Transition("link_idea", "idea", LINKABLE, (SAME,), PROPOSERS, _("Add a ticket")),
    Transition("route_idea", "idea", UNDECIDED, (ROUTED,), DECIDERS, _("Route"), "r"),
    Transition(
        "accept_idea", "idea", frozenset({ROUTED}), (ACCEPTED,), DECIDERS, pgettext_lazy("idea step", "Accept"), "a"
    ),
    Transition("decline_idea", "idea", frozenset({ROUTED}), (DECLINED,), DECIDERS, _("Decline")),
    Transition("ship_idea", "idea", frozenset({ACCEPTED}), (SHIPPED,), DECIDERS, _("Mark as shipped"), "s"),
    Transition("answer_idea", "idea", OVER, (SAME, ANSWERED), ANSWERERS, _("Answer"), "w"),
)
