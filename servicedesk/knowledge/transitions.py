"""The rows of the table of transitions that move an article (docs/knowledge.md)."""

from django.utils.translation import gettext_lazy as _

from servicedesk.knowledge.models import ArticleState
from servicedesk.people.models import Role
from servicedesk.tickets.transitions import ANY, SAME, Transition

AUTHORS = frozenset({Role.TECHNICIAN, Role.AGENT, Role.DISPATCHER, Role.SUPERVISOR, Role.MANAGER})
REVIEWERS = frozenset({Role.SUPERVISOR, Role.MANAGER})

DRAFT, PUBLISHED, WITHDRAWN = ArticleState.DRAFT, ArticleState.PUBLISHED, ArticleState.WITHDRAWN

ARTICLE_ROWS = (
    Transition("propose_article", "article", ANY, (DRAFT,), AUTHORS, _("Propose as article")),
    Transition("edit_article", "article", frozenset({DRAFT, PUBLISHED}), (SAME,), AUTHORS, _("Edit"), "e"),
    Transition("publish_article", "article", frozenset({DRAFT, WITHDRAWN}), (PUBLISHED,), REVIEWERS, _("Publish")),
    Transition("withdraw_article", "article", frozenset({DRAFT, PUBLISHED}), (WITHDRAWN,), REVIEWERS, _("Withdraw")),
)
