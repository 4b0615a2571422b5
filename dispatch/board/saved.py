"""Views of the board kept under a name."""

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from dispatch.models import BoardView
from servicedesk.errors import ActionError, invalid, require_text
from servicedesk.people.models import User

# The day is never kept: a view is opened on the present one.
KEPT = ("outlet", "scale", "view", "skill", "state", "district", "q")
LONGEST_NAME = 40
LONGEST_QUERY = 600
MOST = 30


def save_view(name: str, query: str, *, actor: User) -> BoardView:
    """The view under `name`, made or written over.

    Refuses 422 `name_missing`, `name_too_long`, `query_too_long`; 409 `too_many_views` beyond 30.
    """
    name = name.strip()
    require_text("name", name, LONGEST_NAME, missing=_("Give the view a name."))
    kept = kept_of(query)
    if len(kept) > LONGEST_QUERY:
        raise invalid("query", "query_too_long", _("This filter is too long to be kept."), longest=LONGEST_QUERY)
    others = BoardView.objects.filter(owner=actor).exclude(name=name)
    if others.count() >= MOST:
        raise ActionError("too_many_views", _("Thirty views are kept at most; delete one first."))
    view, _made = BoardView.objects.update_or_create(owner=actor, name=name, defaults={"query": kept})
    return view


def delete_view(view_id: int, *, actor: User) -> None:
    """Deletes one of the person's own views. Refuses 404 `view_not_found`."""
    deleted, _rows = BoardView.objects.filter(pk=view_id, owner=actor).delete()
    if not deleted:
        raise ActionError("view_not_found", _("This view is no longer there."), status=404)


def kept_of(query: str) -> str:
    """What of an address belongs to a view, in one order."""
    given = QueryDict(query.lstrip("?"))
    kept = QueryDict(mutable=True)
    for name in KEPT:
        if given.get(name):
            kept[name] = given[name]
    return kept.urlencode()
