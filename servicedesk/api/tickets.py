"""Tickets: reading, opening, editing."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from rest_framework.response import Response

from servicedesk.access import ticket_or_404
from servicedesk.api import bodies, shapes
from servicedesk.api.cursors import read_cursor, write_cursor
from servicedesk.api.endpoint import REQUIRED, Call, Endpoint, Handler, Method, Shape, operation
from servicedesk.api.references import customer_named, outlet_named, rows_of, ticket_named
from servicedesk.api.versions import etag_of, is_known, stale
from servicedesk.people.models import Role, User
from servicedesk.sla.explain import clock_of_ticket, explain
from servicedesk.sla.selectors import chip_of, chips, with_pause
from servicedesk.sla.wording import line_text
from servicedesk.tickets.locking import lock_ticket
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.selectors import Filters, page_of, story_of
from servicedesk.tickets.services import Intake, edit_ticket, open_ticket

LISTERS = frozenset({Role.AGENT, Role.DISPATCHER, Role.SUPERVISOR, Role.MANAGER, Role.AUDITOR, Role.ADMIN})
READERS = LISTERS | {Role.TECHNICIAN}
RELATED = ("owner", "outlet", "customer", "address", "category", "appliance__category", "fault")
NOT_MODIFIED = 304
TEXTS = ("contact_name", "description", "requested_from", "requested_until")


def shown_ticket(ticket: Ticket, reader: User) -> dict[str, Any]:
    """The ticket as `reader` sees it."""
    handover = ticket.handovers.select_related("outlet").order_by("-id").first()
    ticket.handover = handover  # type: ignore[attr-defined]
    return dict(shapes.TicketOut(ticket, context={"reader": reader}).data)


def answer_with(ticket_id: int, reader: User, status: int = 200) -> Response:
    """The ticket as it stands in the transaction, with its tag.

    Read without the scope: who has just refused a hand-over sees what he did, and nothing after.
    """
    ticket = Ticket.objects.select_related(*RELATED).get(pk=ticket_id)
    shown = shown_ticket(ticket, reader)
    headers = {"ETag": etag_of(ticket.row_version, shown)}
    if status == 201:
        headers["Location"] = reverse("api_ticket", args=[ticket.number])
    return Response(shown, status=status, headers=headers)


def ticket_action(name: str, answer: Shape = shapes.TicketOut, **more: Any) -> Callable[[Handler], Method]:
    """Makes a method from an action on the ticket named in the address, done on the version `If-Match` names.

    The ticket is locked before the versions are compared, so of two editors one is refused (412). Answers with the
    ticket after it, unless `answer` is something else.
    """
    scope = more.pop("scope", "tickets:write")
    made = operation(name, scope, answer, find=ticket_or_404, versioned=True, tagged=True, **more)

    def decorate(handler: Handler) -> Method:
        @wraps(handler)
        def guarded(self: Any, call: Call) -> Any:
            locked = lock_ticket(call.found.pk, call.user)
            if call.version != locked.row_version:
                words = _("Somebody else has changed this ticket in the meantime. Read it again before you go on.")
                theirs = shown_ticket(locked, call.user)
                raise stale(locked.row_version, call.version or 0, dict(call.request.data), theirs, words)
            result = handler(self, call)
            return answer_with(locked.pk, call.user) if answer is shapes.TicketOut else result

        return made(guarded)

    return decorate


class Tickets(Endpoint):
    """The tickets the user may know of."""

    @operation("list_tickets", "tickets:read", shapes.TicketPageOut, roles=LISTERS, query=bodies.TicketListQuery)
    def get(self, call: Call) -> dict[str, Any]:
        """Lists tickets by keys: newest first, those at risk by their next due time."""
        asked = call.asked
        filters = Filters(
            view=asked["view"],
            state=asked.get("state", ""),
            kind=asked.get("kind", ""),
            outlet=outlet_named(asked["outlet"]).pk if asked["outlet"] else None,
            priority=asked.get("priority"),
            text=asked["text"],
        )
        place = read_cursor(asked["cursor"], asked)
        page = page_of(call.user, filters, call.now, size=asked["limit"], **place)
        return {
            "items": page.rows,
            "next": write_cursor(page.after, "after", asked),
            "previous": write_cursor(page.before, "before", asked),
        }

    @operation("open_ticket", "tickets:write", shapes.TicketOut, body=bodies.OpenTicketBody, status=201, key=REQUIRED)
    def post(self, call: Call) -> Response:
        """Opens a ticket; its clocks start at once.

        A call or a visit to the outlet counts as contact made, so for these channels the contact clock stops too.
        """
        given, user = call.given, call.user
        customer = customer_named(user, given["customer_id"])
        intake = Intake(
            kind=given["kind"],
            channel=given["channel"],
            customer=customer,
            contact_name=given.get("contact_name", ""),
            contact_phone=given.get("contact_phone", ""),
            description=given.get("description", ""),
            answers=[dict(one) for one in given.get("answers", [])],
            requested_from=given.get("requested_from"),
            requested_until=given.get("requested_until"),
            priority=given.get("priority"),
            read_back=given["read_back"],
            received_at=given.get("received_at"),
            window_key=given.get("window_key"),
            parent=ticket_named(user, given["parent"]) if given.get("parent") else None,
            **rows_of(user, given, customer, None),
        )
        return answer_with(open_ticket(intake, actor=user, now=call.now).pk, user, status=201)


class OneTicket(Endpoint):
    """One ticket."""

    @operation("read_ticket", "tickets:read", shapes.TicketOut, roles=READERS, find=ticket_or_404, tagged=True)
    def get(self, call: Call) -> Response:
        """Reads a ticket; the `ETag` is what `If-Match` needs for changing it."""
        shown = shown_ticket(call.found, call.user)
        etag = etag_of(call.found.row_version, shown)
        if is_known(call.request, etag):
            return Response(status=NOT_MODIFIED, headers={"ETag": etag})
        return Response(shown, headers={"ETag": etag})

    @ticket_action("edit_ticket", body=bodies.EditTicketBody)
    def patch(self, call: Call) -> None:
        """Changes the fields that are named; a changed requested time moves the arrival clock."""
        given, ticket = call.given, call.found
        changes = {name: given[name] for name in TEXTS if name in given}
        if "contact_phone" in given:
            changes["contact_phone_raw"] = given["contact_phone"]
        changes |= rows_of(call.user, given, ticket.customer, ticket.category)
        edit_ticket(ticket.pk, changes, expected_version=call.version or 0, actor=call.user, now=call.now)


class Story(Endpoint):
    """The story of a ticket."""

    @operation("read_story", "tickets:read", shapes.StoryLineOut, roles=READERS, find=ticket_or_404, many=True)
    def get(self, call: Call) -> list[Any]:
        """Reads what happened, newest first, at most 300 lines."""
        return story_of(call.found)


class Clocks(Endpoint):
    """The clocks of a ticket."""

    @operation("read_clocks", "tickets:read", shapes.ClockOut, roles=READERS, find=ticket_or_404, many=True)
    def get(self, call: Call) -> list[Any]:
        """Reads the promises of a ticket as of now, in the order in which it meets them."""
        return chips([call.found], call.now)[call.found.pk]


def clock_or_404(user: User, number: str, clock_id: int) -> Any:
    """The clock of the ticket, if `user` may know of it. Raises Http404."""
    found = clock_of_ticket(ticket_or_404(user, number), clock_id)
    if found is None:
        raise Http404
    return with_pause(type(found).objects.select_related("target__policy__region", "target__calendar")).get(
        pk=found.pk
    )


class ClockWhy(Endpoint):
    """Why a clock is due when it is."""

    @operation(
        "explain_clock",
        "tickets:read",
        shapes.WhyOut,
        roles=READERS,
        find=clock_or_404,
    )
    def get(self, call: Call) -> dict[str, Any]:
        """Explains a clock: the policy and why it was chosen, every stretch of time, every pause, the arithmetic."""
        why = explain(call.found, call.now)
        return {
            "clock": chip_of(call.found, call.now),
            "policy": str(why.policy),
            "criteria": why.criteria,
            "pauses": why.pauses,
            "strip": [{"kind": one.kind.value, "start": one.start, "end": one.end} for one in why.explanation.strip],
            "lines": [line_text(line) for line in why.explanation.lines],
        }
