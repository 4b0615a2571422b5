"""The experience library: articles, and what is known of a symptom."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.response import Response

from servicedesk.access import article_or_404, ticket_or_404
from servicedesk.api.bodies import LIMIT, MOST, CursorQuery, ReasonBody
from servicedesk.api.catalogue import EVERYBODY, category_or_404
from servicedesk.api.cursors import read_cursor, write_cursor
from servicedesk.api.endpoint import REQUIRED, Call, Endpoint, operation
from servicedesk.api.fields import Body, Choice, Text, YesNo
from servicedesk.api.references import model_named
from servicedesk.api.shapes import ModelOut, PersonOut, Shown
from servicedesk.api.tickets import NOT_MODIFIED
from servicedesk.api.versions import etag_of, is_known, stale
from servicedesk.catalogue.models import FaultCode
from servicedesk.errors import ActionError
from servicedesk.knowledge import services
from servicedesk.knowledge.models import Article, ArticleState, ArticleStep
from servicedesk.knowledge.selectors import KnownIssue, known_issues, search_articles, sources_of
from servicedesk.knowledge.services import LONGEST_TEXT, LONGEST_TITLE, Words
from servicedesk.people.models import User
from servicedesk.tickets.selectors import write_key

READ, WRITE = "knowledge:read", "knowledge:write"
TEXTS = ("title", "cause", "remedy")


class ArticleRowOut(Shown):
    """An article in a list."""

    id = serializers.IntegerField()
    version = serializers.IntegerField(help_text="Counts the texts; `If-Match` names it when the text is changed.")
    title = serializers.CharField()
    state = serializers.ChoiceField(ArticleState.values)
    category = serializers.CharField(source="category.code")
    symptom = serializers.CharField(source="fault.code")
    model = ModelOut(allow_null=True, help_text="Null where it is about all models.")
    author = PersonOut(allow_null=True, help_text="Null is the system.")
    created_at = serializers.DateTimeField()
    published_at = serializers.DateTimeField(allow_null=True)


class ArticlePageOut(Shown):
    """A page of articles; `next` is a cursor, null at the end."""

    items = ArticleRowOut(many=True)
    next = serializers.CharField(allow_null=True)


class ArticleStepOut(Shown):
    """A step of an article with the text as it stood then."""

    action = serializers.CharField()
    at = serializers.DateTimeField()
    actor = PersonOut(allow_null=True, help_text="Null is the system.")
    to_state = serializers.CharField()
    version = serializers.IntegerField()
    title = serializers.CharField()
    cause = serializers.CharField()
    remedy = serializers.CharField()
    reason = serializers.CharField(allow_blank=True)


class ArticleOut(ArticleRowOut):
    """One article with where it was learned, as far as the reader may know of it, and its versions."""

    cause = serializers.CharField()
    remedy = serializers.CharField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    tickets = serializers.ListField(child=serializers.CharField(), source="seen.tickets")
    hidden_tickets = serializers.IntegerField(source="seen.hidden", help_text="Tickets out of the reader's scope.")
    steps = ArticleStepOut(many=True, source="seen.steps")


class KnownIssueOut(Shown):
    """Something learned about a symptom already: a published article, or an idea from its acceptance on."""

    kind = serializers.ChoiceField(["article", "idea"])
    id = serializers.IntegerField(source="pk")
    title = serializers.CharField()
    cause = serializers.CharField()
    remedy = serializers.CharField()
    models = serializers.ListField(child=serializers.CharField(), help_text="Brand and code; empty for all models.")
    same_model = serializers.BooleanField(help_text="It was learned on the model that was asked for.")


class ArticleListQuery(CursorQuery):
    """Which articles."""

    state = Choice(ArticleState.values, required=False, default=ArticleState.PUBLISHED.value)
    text = Text(
        required=False,
        default="",
        allow_blank=True,
        max_length=60,
        help_text="Words of the text, the symptom, the product or the model; all of them must be found.",
    )
    limit = serializers.IntegerField(required=False, default=LIMIT, min_value=1, max_value=MOST)


class KnownIssueQuery(Body):
    """The model, by both its names; without it no model goes before another."""

    brand = Text(required=False, max_length=40)
    model = Text(required=False, max_length=60)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Both or none: a code is a model's own within its brand only."""
        if len(attrs) == 1:
            missing = ({"brand", "model"} - set(attrs)).pop()
            word = _("Name brand and model together.")
            raise serializers.ValidationError({missing: [ErrorDetail(str(word), code="required")]})
        return attrs


class WordsBody(Body):
    """The text of an article, and whether it is about the ticket's model only."""

    title = Text(max_length=LONGEST_TITLE)
    cause = Text(max_length=LONGEST_TEXT)
    remedy = Text(max_length=LONGEST_TEXT)
    for_model = YesNo(required=False, default=True)


class EditArticleBody(Body):
    """The texts to change; what is not named stays."""

    title = Text(required=False, max_length=LONGEST_TITLE)
    cause = Text(required=False, max_length=LONGEST_TEXT)
    remedy = Text(required=False, max_length=LONGEST_TEXT)


@dataclass(frozen=True)
class Seen:
    """What a reader may know of where an article was learned, and its steps, newest first."""

    tickets: list[str]
    hidden: int
    steps: list[ArticleStep]


def article_of(_user: User, article_id: int) -> Article:
    """The article; every member of staff may read it. Raises Http404."""
    return article_or_404(article_id)


def symptom_of(user: User, code: str, symptom: str) -> FaultCode:
    """The symptom of the category that is served. Raises Http404."""
    found = FaultCode.objects.filter(category=category_or_404(user, code), code=symptom, is_active=True).first()
    if found is None:
        raise Http404
    return found


def shown_article(article: Article, reader: User) -> dict[str, Any]:
    """The article as `reader` sees it."""
    numbers = [ticket.number for ticket in sources_of(article, reader)]
    steps = list(article.steps.select_related("actor").order_by("-at", "-id"))
    article.seen = Seen(numbers, article.tickets.count() - len(numbers), steps)  # type: ignore[attr-defined]
    return dict(ArticleOut(article, context={"reader": reader}).data)


def _answer_with(article_id: int, reader: User, status: int = 200) -> Response:
    """The article read again, with its tag."""
    article = article_or_404(article_id)
    shown = shown_article(article, reader)
    headers = {"ETag": etag_of(article.version, shown)}
    if status == 201:
        headers["Location"] = reverse("api_article", args=[article.pk])
    return Response(shown, status=status, headers=headers)


class KnowledgeEndpoint(Endpoint):
    """An address of the library."""

    tag = "knowledge"


class Articles(KnowledgeEndpoint):
    """All articles."""

    @operation("list_articles", READ, ArticlePageOut, roles=EVERYBODY, query=ArticleListQuery)
    def get(self, call: Call) -> dict[str, Any]:
        """Lists or searches the articles of a state by keys, newest first; the published ones unless told."""
        asked = call.asked
        after = read_cursor(asked["cursor"], asked).get("after", "")
        found = search_articles(asked["text"], asked["state"], asked["limit"] + 1, after)
        rows = found[: asked["limit"]]
        key = write_key(rows[-1], "created_at") if len(found) > len(rows) else ""
        return {"items": rows, "next": write_cursor(key, "after", asked)}


class KnownIssues(KnowledgeEndpoint):
    """What is known of a symptom."""

    @operation(
        "list_known_issues",
        READ,
        KnownIssueOut,
        roles=EVERYBODY,
        query=KnownIssueQuery,
        find=symptom_of,
        many=True,
    )
    def get(self, call: Call) -> list[KnownIssue]:
        """Lists what is known of a symptom, at most five, what was learned on the same model first."""
        asked = call.asked
        model = model_named("model", asked["brand"], asked["model"]) if asked else None
        return known_issues(call.found, model, call.now)


class ProposeArticle(KnowledgeEndpoint):
    """A solved case becomes an article."""

    @operation("propose_article", WRITE, ArticleOut, body=WordsBody, find=ticket_or_404, status=201, key=REQUIRED)
    def post(self, call: Call) -> Response:
        """Proposes an article from a closed repair that held; managers are told. The ticket keeps its version."""
        given = call.given
        words = Words(*(given[name] for name in TEXTS))
        article = services.propose_article(
            call.found.pk, words, actor=call.user, now=call.now, for_model=given["for_model"]
        )
        return _answer_with(article.pk, call.user, status=201)


class OneArticle(KnowledgeEndpoint):
    """One article."""

    @operation("read_article", READ, ArticleOut, roles=EVERYBODY, find=article_of, tagged=True)
    def get(self, call: Call) -> Response:
        """Reads an article; the `ETag` is what `If-Match` needs for changing it."""
        answer = _answer_with(call.found.pk, call.user)
        if is_known(call.request, answer.headers["ETag"]):
            return Response(status=NOT_MODIFIED, headers={"ETag": answer.headers["ETag"]})
        return answer

    @operation("edit_article", WRITE, ArticleOut, body=EditArticleBody, find=article_of, versioned=True)
    def patch(self, call: Call) -> Response:
        """Changes the texts that are named; a draft by its author or a reviewer, a published one by a reviewer.

        The version before stays in the steps.
        """
        article, given = call.found, call.given
        words = Words(*(given.get(name, getattr(article, name)) for name in TEXTS))
        try:
            services.edit_article(article.pk, words, actor=call.user, now=call.now, expected_version=call.version)
        except ActionError as error:
            if error.code != "edited_meanwhile":
                raise
            theirs = article_or_404(article.pk)
            now_there = {name: getattr(theirs, name) for name in TEXTS}
            raise stale(theirs.version, call.version or 0, given, now_there, error.message) from error
        return _answer_with(article.pk, call.user)


class PublishArticle(KnowledgeEndpoint):
    """A known issue for all."""

    @operation("publish_article", WRITE, ArticleOut, find=article_of)
    def post(self, call: Call) -> Response:
        """Publishes an article; its author is told."""
        services.publish_article(call.found.pk, actor=call.user, now=call.now)
        return _answer_with(call.found.pk, call.user)


class WithdrawArticle(KnowledgeEndpoint):
    """No known issue any more."""

    @operation("withdraw_article", WRITE, ArticleOut, body=ReasonBody, find=article_of)
    def post(self, call: Call) -> Response:
        """Takes an article back, with the reason."""
        services.withdraw_article(call.found.pk, call.given["reason"], actor=call.user, now=call.now)
        return _answer_with(call.found.pk, call.user)
