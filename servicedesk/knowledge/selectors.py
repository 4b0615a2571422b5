"""Reading the library: known issues of a symptom, search, and which repairs are worth an article."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from servicedesk.catalogue.models import FaultCode, ProductModel
from servicedesk.ideas.models import ImprovementIdea
from servicedesk.ideas.selectors import known_since
from servicedesk.knowledge.models import Article, ArticleState
from servicedesk.people.models import User
from servicedesk.tickets.models import Outcome, Ticket, TicketKind, TicketState
from servicedesk.tickets.selectors import beyond, read_key

# Outcomes after which the trouble is over.
CURED = (Outcome.FIXED, Outcome.REPLACED, Outcome.NO_FAULT_FOUND)
KNOWN_SHOWN = 5


@dataclass(frozen=True)
class KnownIssue:
    """Something already learned about a symptom: a published article, or an idea that was accepted or built in."""

    kind: str
    pk: int
    title: str
    cause: str
    remedy: str
    url: str
    models: list[str]
    same_model: bool

    @property
    def is_idea(self) -> bool:
        """Whether it is an improvement of the product rather than an article."""
        return self.kind == "idea"


def known_issues(fault: FaultCode | None, model: ProductModel | None, now: datetime) -> list[KnownIssue]:
    """What is known at `now` about the symptom, what was learned on the same model first; empty without a symptom.

    A symptom belongs to one category of products, so the category needs no question of its own.
    """
    if fault is None:
        return []
    articles = Article.objects.filter(_in_force(now), fault=fault).select_related("model")
    ideas = known_since(now).filter(fault=fault).prefetch_related("product_models")
    found = [_from_article(row, model) for row in articles] + [_from_idea(row, model) for row in ideas]
    return sorted(found, key=lambda one: not one.same_model)[:KNOWN_SHOWN]


def known_to(ticket: Ticket, now: datetime) -> list[KnownIssue]:
    """What is known at `now` about the symptom of a ticket."""
    return known_issues(ticket.fault, ticket.appliance.model if ticket.appliance else None, now)


def _in_force(now: datetime) -> Q:
    standing = Q(withdrawn_at=None) | Q(withdrawn_at__gt=now)
    return Q(published_at__lte=now) & standing & ~Q(state=ArticleState.DRAFT)


def _from_article(article: Article, model: ProductModel | None) -> KnownIssue:
    return KnownIssue(
        kind="article",
        pk=article.pk,
        title=article.title,
        cause=article.cause,
        remedy=article.remedy,
        url=reverse("article_detail", args=[article.pk]),
        models=[str(article.model)] if article.model else [],
        same_model=model is not None and article.model_id == model.pk,
    )


def _from_idea(idea: ImprovementIdea, model: ProductModel | None) -> KnownIssue:
    models = list(idea.product_models.all())
    return KnownIssue(
        kind="idea",
        pk=idea.pk,
        title=idea.title,
        cause=idea.finding,
        remedy=idea.result or idea.proposal,
        url=reverse("idea_detail", args=[idea.pk]),
        models=[str(one) for one in models],
        same_model=model in models,
    )


def came_back(ticket: Ticket) -> bool:
    """Whether the same fault of the appliance was reported again after the ticket's work was completed."""
    completed = ticket.facts.completed_at
    if ticket.appliance_id is None or completed is None:
        return False
    later = Ticket.objects.filter(
        appliance=ticket.appliance_id, kind=TicketKind.REPAIR, received_at__gt=completed
    ).exclude(pk=ticket.pk)
    if ticket.fault is not None:
        later = later.filter(Q(fault=None) | Q(fault__group=ticket.fault.group))
    return later.exists()


def repair_held(ticket: Ticket) -> bool:
    """Whether the ticket is a closed repair that cured the trouble, and the trouble has stayed away."""
    return (
        ticket.kind == TicketKind.REPAIR
        and ticket.state == TicketState.CLOSED
        and ticket.facts.outcome in CURED
        and not came_back(ticket)
    )


def was_hard(ticket: Ticket) -> bool:
    """Whether it took more than one attempt: several visits, a reopening, or the same fault repaired before."""
    if ticket.facts.visits > 1 or ticket.facts.reopened:
        return True
    if ticket.appliance_id is None or ticket.fault is None:
        return False
    earlier = Ticket.objects.filter(
        appliance=ticket.appliance_id,
        kind=TicketKind.REPAIR,
        received_at__lt=ticket.received_at,
        fault__group=ticket.fault.group,
        facts__completed_at__isnull=False,
    )
    return earlier.exclude(pk=ticket.pk).exists()


def is_offered(ticket: Ticket) -> bool:
    """Whether the solved case is offered as an article: hard, held, and not written down yet."""
    return (
        ticket.fault_id is not None
        and repair_held(ticket)
        and was_hard(ticket)
        and not Article.objects.filter(tickets=ticket).exists()
    )


def articles_of(ticket: Ticket) -> list[Article]:
    """The articles that were learned on the ticket."""
    return list(Article.objects.filter(tickets=ticket))


def search_articles(text: str, state: str, limit: int = 100, after: str = "") -> list[Article]:
    """The articles in a state whose words, symptom, product or model hold every word of `text`, newest first; from
    behind the place `after` (`write_key`).
    """
    rows: QuerySet[Article] = Article.objects.select_related("category", "model", "fault", "author")
    if state in ArticleState.values:
        rows = rows.filter(state=state)
    for word in text.split():
        rows = rows.filter(_says(word))
    key = read_key(after)
    if key is not None:
        rows = rows.filter(beyond("created_at", key, smaller=True))
    return list(rows[:limit])


def _says(word: str) -> Q:
    places = (
        "title",
        "cause",
        "remedy",
        "fault__name_zh",
        "fault__name_en",
        "category__name_zh",
        "category__name_en",
        "model__code",
    )
    said = Q()
    for place in places:
        said |= Q(**{f"{place}__icontains": word})
    return said


def counts_by_state() -> dict[str, int]:
    """How many articles stand in each state, also those with none."""
    rows: Any = Article.objects.order_by().values_list("state").annotate(n=Count("pk"))
    found = dict(rows)
    return {state: found.get(state, 0) for state in ArticleState.values}


def sources_of(article: Article, user: User) -> list[Ticket]:
    """The tickets it was learned on that `user` may know of."""
    return list(Ticket.objects.visible_to(user).filter(articles=article).order_by("pk"))
