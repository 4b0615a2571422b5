"""What every room needs to know: categories, symptoms, outlets; and the reader's own notices."""

from typing import Any

from django.http import Http404

from servicedesk.api import bodies, shapes
from servicedesk.api.cursors import read_cursor, write_cursor
from servicedesk.api.endpoint import Call, Endpoint, operation
from servicedesk.api.tickets import READERS
from servicedesk.catalogue.models import ProductCategory
from servicedesk.catalogue.selectors import active_categories, question_text, symptoms_of
from servicedesk.notify.models import Notification
from servicedesk.notify.selectors import PAGE, notices_page
from servicedesk.notify.wording import sentence
from servicedesk.people.models import Outlet, Role, User

EVERYBODY = frozenset(Role.values)
SCOPE = "catalogue:read"


class Categories(Endpoint):
    """Product categories."""

    tag = "catalogue"

    @operation("list_categories", SCOPE, shapes.NamedOut, roles=EVERYBODY, many=True)
    def get(self, call: Call) -> list[Any]:
        """Lists the categories that are served, in the order of the catalogue."""
        return list(active_categories())


def category_or_404(_user: User, code: str) -> ProductCategory:
    """The category of that code that is served. Raises Http404."""
    found = active_categories().filter(code=code).first()
    if found is None:
        raise Http404
    return found


class Symptoms(Endpoint):
    """Symptoms of a category."""

    tag = "catalogue"

    @operation("list_symptoms", SCOPE, shapes.SymptomOut, roles=EVERYBODY, many=True, find=category_or_404)
    def get(self, call: Call) -> list[Any]:
        """Lists the symptoms of a category, most urgent first, with what to ask about each."""
        found = symptoms_of(call.found.pk)
        for fault in found:
            fault.questions = [question_text(entry) for entry in fault.questions]
        return found


class Outlets(Endpoint):
    """Service outlets."""

    tag = "catalogue"

    @operation("list_outlets", SCOPE, shapes.OutletOut, roles=EVERYBODY, many=True)
    def get(self, call: Call) -> list[Any]:
        """Lists the outlets that take work."""
        return list(Outlet.objects.filter(is_active=True))


class Notices(Endpoint):
    """The reader's notices."""

    tag = "notifications"

    @operation(
        "list_notifications", "notifications:read", shapes.NoticePageOut, roles=READERS, query=bodies.NoticeQuery
    )
    def get(self, call: Call) -> dict[str, Any]:
        """Lists own notices, newest first, 30 a page. Reading them here does not mark them read."""
        asked = call.asked
        older = read_cursor(asked["cursor"], asked).get("after")
        found = notices_page(call.user, unread=asked["view"] == "unread", older_than=int(older) if older else None)
        key = str(found[PAGE - 1].pk) if len(found) > PAGE else ""
        return {"items": [_line(notice) for notice in found[:PAGE]], "next": write_cursor(key, "after", asked)}


def _line(notice: Notification) -> dict[str, Any]:
    number = notice.ticket.number if notice.ticket is not None else None
    return {
        "id": notice.pk,
        "kind": notice.kind,
        "text": sentence(notice),
        "ticket": number,
        "created_at": notice.created_at,
        "read_at": notice.read_at,
    }
