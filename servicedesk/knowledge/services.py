"""The actions of an article. Each is one function with the five beats of docs/architecture.md."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from servicedesk.errors import FORBIDDEN, OUT_OF_SCOPE, ActionError, invalid, require_text
from servicedesk.knowledge.models import Article, ArticleState, ArticleStep
from servicedesk.knowledge.selectors import repair_held
from servicedesk.knowledge.transitions import REVIEWERS
from servicedesk.notify.services import notify
from servicedesk.people.models import Role, User
from servicedesk.tickets.locking import lock_ticket
from servicedesk.tickets.story import tell
from servicedesk.tickets.transitions import require, require_role

LONGEST_TITLE = 120
LONGEST_TEXT = 2000
LONGEST_REASON = 300


@dataclass(frozen=True)
class Words:
    """The text of an article."""

    title: str
    cause: str
    remedy: str


def propose_article(
    ticket_id: int, words: Words, *, actor: User | None, now: datetime, for_model: bool = True
) -> Article:
    """The draft of an article from a repair that held, about its symptom and, with `for_model`, its model; managers
    are told.

    Refuses with 404 a ticket out of scope, with 409 repair_did_not_hold one that is no closed and cured repair or
    whose fault came back, with 422 fault_missing one without symptom and an empty or too long text.
    """
    words = _checked(words)
    with transaction.atomic():
        ticket = lock_ticket(ticket_id, actor)
        require_role("propose_article", actor)
        if ticket.fault is None or ticket.category is None:
            raise invalid("ticket", "fault_missing", _("The ticket names no symptom; enter it first."))
        if not repair_held(ticket):
            raise ActionError(
                "repair_did_not_hold",
                _("Only a closed repair whose fault stayed away can become an article."),
            )
        article = Article.objects.create(
            category=ticket.category,
            model=ticket.appliance.model if for_model and ticket.appliance else None,
            fault=ticket.fault,
            title=words.title,
            cause=words.cause,
            remedy=words.remedy,
            author=actor,
            created_at=now,
        )
        article.tickets.add(ticket)
        _step(article, "propose_article", actor, now)
        tell(ticket, "propose_article", actor=actor, now=now, data={"article": article.pk})
        managers = User.objects.filter(role=Role.MANAGER, is_active=True)
        values = {"article": article.pk}
        notify(f"article:{article.pk}:proposed", managers, "article_proposed", ticket=ticket, values=values)
    return article


def edit_article(
    article_id: int, words: Words, *, actor: User | None, now: datetime, expected_version: int | None = None
) -> Article:
    """The article with its next version; the one before stays in its steps. The same text changes nothing.

    A draft is edited by its author and by those who publish, a published one only by the latter (403 not_the_author).
    Refuses with 409 edited_meanwhile where it has another version than the one that was read.
    """
    words = _checked(words)
    with transaction.atomic():
        article = _lock(article_id)
        require("edit_article", actor, article.state)
        if not may_edit(article, actor):
            raise ActionError(
                "not_the_author", _("Only its author or a supervisor may change this article."), status=FORBIDDEN
            )
        if expected_version is not None and expected_version != article.version:
            raise ActionError(
                "edited_meanwhile",
                _("Somebody else has changed this article in the meantime. Look at it again before you save."),
                detail={"version": article.version},
            )
        if words == Words(article.title, article.cause, article.remedy):
            return article
        article.title, article.cause, article.remedy = words.title, words.cause, words.remedy
        article.version += 1
        article.save(update_fields=["title", "cause", "remedy", "version"])
        _step(article, "edit_article", actor, now)
    return article


def may_edit(article: Article, actor: User | None) -> bool:
    """Whether `actor` may change the text: who publishes may always, the author while it is a draft."""
    if actor is None or actor.role in REVIEWERS:
        return True
    return article.state == ArticleState.DRAFT and article.author_id == actor.pk


def publish_article(article_id: int, *, actor: User | None, now: datetime) -> Article:
    """The article, a known issue from now on; its author is told."""
    with transaction.atomic():
        article = _lock(article_id)
        require("publish_article", actor, article.state)
        article.state = ArticleState.PUBLISHED
        article.published_at, article.withdrawn_at = now, None
        article.save(update_fields=["state", "published_at", "withdrawn_at"])
        step = _step(article, "publish_article", actor, now)
        for ticket in article.tickets.all():
            tell(ticket, "publish_article", actor=actor, now=now, data={"article": article.pk})
        if article.author is not None:
            ticket = article.tickets.order_by("pk").first()
            key = f"article:{article.pk}:published:{step.pk}"
            values = {"article": article.pk}
            notify(key, [article.author], "article_published", ticket=ticket, values=values)
    return article


def withdraw_article(article_id: int, reason: str, *, actor: User | None, now: datetime) -> Article:
    """The article, no longer shown as a known issue. Refuses with 422 a missing or too long reason."""
    reason = reason.strip()
    require_text("reason", reason, LONGEST_REASON, missing=_("Give a reason."))
    with transaction.atomic():
        article = _lock(article_id)
        require("withdraw_article", actor, article.state)
        article.state, article.withdrawn_at = ArticleState.WITHDRAWN, now
        article.save(update_fields=["state", "withdrawn_at"])
        _step(article, "withdraw_article", actor, now, reason)
    return article


def _lock(article_id: int) -> Article:
    rows = Article.objects.select_for_update(of=("self",)).select_related("author")
    article = rows.filter(pk=article_id).first()
    if article is None:
        raise ActionError("article_not_found", _("There is no such article."), status=OUT_OF_SCOPE)
    return article


def _step(article: Article, action: str, actor: User | None, now: datetime, reason: str = "") -> ArticleStep:
    return ArticleStep.objects.create(
        article=article,
        action=action,
        at=now,
        actor=actor,
        to_state=article.state,
        version=article.version,
        title=article.title,
        cause=article.cause,
        remedy=article.remedy,
        reason=reason,
    )


def _checked(words: Words) -> Words:
    words = Words(words.title.strip(), words.cause.strip(), words.remedy.strip())
    require_text("title", words.title, LONGEST_TITLE, missing=_("Give the article a title."))
    require_text("cause", words.cause, LONGEST_TEXT, missing=_("Write down the cause."))
    require_text("remedy", words.remedy, LONGEST_TEXT, missing=_("Write down the remedy."))
    return words
