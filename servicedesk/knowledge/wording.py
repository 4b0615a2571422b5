"""The words of articles: lines of a ticket's story, steps of the article, and notices."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext_lazy

from servicedesk.knowledge.models import Article
from servicedesk.notify.models import Notification
from servicedesk.notify.wording import NoticeKind, page_of


def _title(event: Any) -> str:
    """The title of the article a line names; all articles of the ticket are read once however many lines ask."""
    titles: dict[int, str] | None = getattr(event.ticket, "article_titles", None)
    if titles is None:
        rows = Article.objects.filter(tickets=event.ticket).values_list("pk", "title")
        titles = event.ticket.article_titles = dict(rows)
    return titles.get(event.data.get("article", 0), "")


def _line(sentence: str) -> Callable[[Any], str]:
    return lambda event: _(sentence) % {"article": _title(event)}


STORY = {
    "propose_article": _line(gettext_noop("Proposed as an article: %(article)s")),
    "publish_article": _line(gettext_noop("Article published: %(article)s")),
}


def _notice(sentence: str) -> Callable[[Notification], str]:
    def words(notice: Notification) -> str:
        rows = Article.objects.filter(pk=notice.values.get("article", 0))
        return _(sentence) % {"article": rows.values_list("title", flat=True).first() or ""}

    return words


ITS_PAGE = page_of("article_detail", "article")
NOTICES = {
    "article_proposed": NoticeKind(
        _notice(gettext_noop("An article waits for review: %(article)s.")), "book", about=ITS_PAGE
    ),
    "article_published": NoticeKind(
        _notice(gettext_noop("Your article is published: %(article)s.")), "book", "ok", ITS_PAGE
    ),
}
STEP_LABELS = {
    "propose_article": pgettext_lazy("article step", "Proposed"),
    "edit_article": pgettext_lazy("article step", "Changed"),
    "publish_article": pgettext_lazy("article step", "Published"),
    "withdraw_article": pgettext_lazy("article step", "Withdrawn"),
}
