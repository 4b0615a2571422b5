"""Reading ideas: lists by state, the answers still owed, and the figures of the standard "information value-add"."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db.models import Count, QuerySet

from servicedesk.ideas.models import IdeaAnswer, IdeaEvent, IdeaState, ImprovementIdea
from servicedesk.ideas.transitions import ANSWERERS
from servicedesk.people.models import Role, User
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.selectors import beyond, read_key

# What is being changed or has been: worth knowing when the same symptom is reported again.
KNOWN_STATES = (IdeaState.ACCEPTED, IdeaState.SHIPPED, IdeaState.ANSWERED)
PERIOD = timedelta(days=28)


@dataclass(frozen=True)
class Figures:
    """The standard "information value-add" over the last 28 days (handbook/service-standards.md, standard 4).

    `per_hundred` are ideas per 100 tickets received, `accepted_percent` those accepted of those decided,
    `first_answer_days` the median from proposal to decision; None where there is nothing to count.
    """

    by_state: dict[str, int]
    ideas: int
    tickets: int
    shipped: int
    per_hundred: float | None
    accepted_percent: int | None
    first_answer_days: float | None


def ideas_page(state: str, limit: int = 100, after: str = "") -> list[ImprovementIdea]:
    """The ideas in a state, or all, newest first, loaded for a list; from behind the place `after` (`write_key`)."""
    rows = ImprovementIdea.objects.annotate(ticket_count=Count("tickets", distinct=True))
    if state in IdeaState.values:
        rows = rows.filter(state=state)
    key = read_key(after)
    if key is not None:
        rows = rows.filter(beyond("proposed_at", key, smaller=True))
    # Counting groups the rows, and grouped rows do not keep the model's own order.
    rows = rows.order_by("-proposed_at", "-id").select_related("category", "fault", "proposed_by")
    return list(rows.prefetch_related("product_models")[:limit])


def ideas_of(ticket: Ticket) -> list[ImprovementIdea]:
    """The ideas that name the ticket."""
    rows: QuerySet[ImprovementIdea] = ImprovementIdea.objects.filter(tickets=ticket)
    return list(rows)


def counts_by_state() -> dict[str, int]:
    """How many ideas stand in each state, also those with none."""
    found = dict(ImprovementIdea.objects.order_by().values_list("state").annotate(n=Count("pk")))
    return {state: found.get(state, 0) for state in IdeaState.values}


def figures(now: datetime) -> Figures:
    """The figures of the last 28 days, and how many ideas stand in each state now."""
    since = now - PERIOD
    proposed = ImprovementIdea.objects.filter(proposed_at__gt=since, proposed_at__lte=now).count()
    tickets = Ticket.objects.filter(received_at__gt=since, received_at__lte=now, excluded_from_measures=False).count()
    decided = ImprovementIdea.objects.filter(decided_at__gt=since, decided_at__lte=now)
    declined = IdeaEvent.objects.filter(idea__in=decided, action="decline_idea").count()
    waits = [(row.decided_at - row.proposed_at) / timedelta(days=1) for row in decided if row.decided_at]
    total = len(waits)
    return Figures(
        by_state=counts_by_state(),
        ideas=proposed,
        tickets=tickets,
        shipped=ImprovementIdea.objects.filter(shipped_at__gt=since, shipped_at__lte=now).count(),
        per_hundred=round(100 * proposed / tickets, 1) if tickets else None,
        accepted_percent=round(100 * (total - declined) / total) if total else None,
        first_answer_days=round(median(waits), 1) if waits else None,
    )


@dataclass(frozen=True)
class Owed:
    """Answers of an idea that are still to be given."""

    proposer: bool
    tickets: list[Ticket]


def owed_answers(idea: ImprovementIdea) -> Owed:
    """Who still waits for an answer: the one who proposed it, and the customers of its tickets."""
    told = IdeaAnswer.objects.filter(idea=idea)
    waiting = idea.tickets.exclude(pk__in=told.filter(ticket__isnull=False).values("ticket")).select_related(
        "customer"
    )
    proposer = idea.proposed_by_id is not None and not told.filter(audience=IdeaAnswer.Audience.PROPOSER).exists()
    return Owed(proposer, list(waiting.order_by("pk")))


def is_fully_answered(idea: ImprovementIdea) -> bool:
    """Whether proposer and every customer have been told."""
    owed = owed_answers(idea)
    return not owed.proposer and not owed.tickets


def may_read_answers(idea: ImprovementIdea, user: User) -> bool:
    """Whether `user` may read what was told: who answers or audits, and the proposer."""
    return user.role in ANSWERERS or user.role == Role.AUDITOR or idea.proposed_by_id == user.pk


def steps_of(idea: ImprovementIdea) -> list[IdeaEvent]:
    """The history of the idea, newest first."""
    rows = IdeaEvent.objects.filter(idea=idea).select_related("actor")
    return list(rows.order_by("-at", "-id"))


def visible_tickets(idea: ImprovementIdea, user: User) -> list[Ticket]:
    """The idea's tickets that `user` may know of."""
    mine = Ticket.objects.visible_to(user).filter(ideas=idea)
    return list(mine.select_related("category", "appliance__model", "appliance__category").order_by("pk"))


def known_since(now: datetime) -> QuerySet[ImprovementIdea]:
    """The ideas that are known issues at `now`: accepted by then, and not declined."""
    accepted = IdeaEvent.objects.filter(action="accept_idea", at__lte=now).values("idea")
    rows: QuerySet[ImprovementIdea] = ImprovementIdea.objects.filter(state__in=KNOWN_STATES, pk__in=accepted)
    return rows
