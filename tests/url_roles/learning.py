"""Routes of ideas, articles and an appliance's history."""

from typing import Any

from servicedesk.ideas.models import ImprovementIdea
from servicedesk.ideas.services import Finding, propose_idea
from servicedesk.knowledge.models import Article, ArticleStep
from tests.make import make_fault
from tests.url_roles import EVERYBODY, Row

HANDS = frozenset({"agent", "dispatcher", "technician", "supervisor", "manager"})
DECIDERS = frozenset({"supervisor", "manager"})


def of_ticket(world: Any) -> dict[str, Any]:
    return {"number": world.ticket.number}


def of_idea(world: Any) -> dict[str, Any]:
    found = ImprovementIdea.objects.first()
    said = Finding("title", "finding", "proposal")
    idea = found or propose_idea(world.ticket.pk, said, actor=None, now=world.ticket.received_at)
    return {"idea_id": idea.pk}


def of_article(world: Any) -> dict[str, Any]:
    article = Article.objects.first()
    if article is None:
        fault = make_fault(category=world.ticket.category)
        words = {"title": "title", "cause": "cause", "remedy": "remedy"}
        article = Article.objects.create(
            category=fault.category, fault=fault, created_at=world.ticket.received_at, **words
        )
        ArticleStep.objects.create(
            article=article,
            action="propose_article",
            at=world.ticket.received_at,
            to_state="draft",
            version=1,
            **words,
        )
    return {"article_id": article.pk}


def step(allowed: frozenset[str], **data: str) -> Row:
    return Row(of_idea, method="post", allowed=allowed, data=lambda world: data)


ROWS = {
    "idea_list": Row(),
    "idea_detail": Row(of_idea),
    "idea_propose": Row(of_ticket, allowed=HANDS, scoped=True),
    "idea_route": step(DECIDERS, **{"route-department": "product"}),
    "idea_accept": step(DECIDERS),
    "idea_decline": step(DECIDERS),
    "idea_ship": step(DECIDERS),
    "idea_link": step(HANDS),
    "idea_answer": step(frozenset({"agent", "supervisor", "manager"})),
    "idea_answer_customer": step(frozenset({"agent", "supervisor", "manager"})),
    "article_list": Row(),
    "article_detail": Row(of_article),
    "article_propose": Row(of_ticket, allowed=HANDS, scoped=True),
    "article_edit": Row(of_article, allowed=HANDS),
    "article_publish": Row(of_article, method="post", allowed=DECIDERS),
    "article_withdraw": Row(of_article, method="post", allowed=DECIDERS),
    "knowledge_panel": Row(of_ticket, scoped=True),
    "history_panel": Row(of_ticket, scoped=True),
    "appliance_history": Row(
        lambda world: {"appliance_id": world.ticket.appliance_id}, allowed=EVERYBODY - {"admin"}, scoped=True
    ),
}
