"""Arrival windows over the API: which hold, keeping a place while the customer decides, and letting it go."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from servicedesk.api.endpoint import Call, Endpoint, operation
from servicedesk.api.fields import Body, Choice, Moment, Number, Text, identity
from servicedesk.api.references import address_named, category_named, customer_named, symptom_named
from servicedesk.api.shapes import Shown
from servicedesk.errors import ActionError
from servicedesk.people.models import Role
from servicedesk.ports import HeldWindow, WindowAsk, WindowOffers, WindowSource, window_source
from servicedesk.tickets.models import TicketKind
from servicedesk.tickets.services import usual_priority

OPENERS = frozenset({Role.AGENT, Role.DISPATCHER, Role.SUPERVISOR, Role.MANAGER})
READ, WRITE = "tickets:read", "tickets:write"


class AskQuery(Body):
    """What is known of the visit."""

    kind = Choice(TicketKind.values)
    customer_id = identity(required=False)
    address_id = identity(required=False, help_text="One of the customer's addresses.")
    district = Text(
        required=False, default="", allow_blank=True, max_length=60, help_text="Where no address is known."
    )
    category = Text(required=False, max_length=40, help_text="Code of a product category.")
    symptom = Text(required=False, max_length=40, help_text="Code of a symptom of the category.")
    priority = Number(required=False, min_value=1, max_value=3, help_text="1 is the most urgent.")


class OffersQuery(AskQuery):
    """The same, and under which key a place may be held already."""

    key = serializers.UUIDField(required=False)


class HoldBody(AskQuery):
    """Which window is kept, under a key of the caller's own making."""

    key = serializers.UUIDField(help_text="Send it as `window_key` when the ticket is opened.")
    window_from = Moment()
    window_until = Moment()


class ReleaseBody(Body):
    """Which place is let go."""

    key = serializers.UUIDField()


class WindowOfferOut(Shown):
    """A window that holds."""

    window_from = serializers.DateTimeField(source="start")
    window_until = serializers.DateTimeField(source="end")
    left = serializers.IntegerField(help_text="Places left; 6 stands for 6 and more.")
    left_words = serializers.CharField()
    way = serializers.CharField(help_text="What it costs us on the road, in words.")
    extra_minutes = serializers.IntegerField(source="extra", allow_null=True)


class WindowOffersOut(Shown):
    """What may be promised, the cheapest first."""

    promised = serializers.BooleanField(help_text="False where nobody promises times: a window is a wish there.")
    offers = WindowOfferOut(many=True)
    note = serializers.CharField(allow_blank=True)


class HeldWindowOut(Shown):
    """A place that is kept."""

    window_from = serializers.DateTimeField(source="start")
    window_until = serializers.DateTimeField(source="end")
    expires_at = serializers.DateTimeField()


class ReleasedOut(Shown):
    """Whether a place was kept under the key."""

    released = serializers.BooleanField()


def _ask(call: Call, given: dict[str, Any]) -> WindowAsk:
    """What is sent, as the question a source of windows takes. Refuses with 422 what names nothing."""
    customer = customer_named(call.user, given["customer_id"]) if "customer_id" in given else None
    address = address_named(customer, given["address_id"]) if customer and "address_id" in given else None
    category = category_named(given["category"]) if "category" in given else None
    fault = symptom_named(category, given["symptom"]) if "symptom" in given else None
    return WindowAsk(
        district=address.district if address is not None else given["district"],
        category=category,
        fault=fault,
        kind=given["kind"],
        priority=given.get("priority") or usual_priority(given["kind"], fault),
        address=address,
        customer=customer,
    )


def _source() -> WindowSource:
    source = window_source()
    if source is None:
        raise ActionError("windows_not_promised", _("Nobody promises times for this place: name a wish instead."))
    return source


class Windows(Endpoint):
    """What may be promised."""

    tag = "tickets"

    @operation("read_windows", READ, WindowOffersOut, roles=OPENERS, query=OffersQuery)
    def get(self, call: Call) -> WindowOffers:
        """Lists the arrival windows that hold for a visit, the cheapest first."""
        source = window_source()
        if source is None:
            return WindowOffers(False)
        return source.offers(_ask(call, call.asked), call.now, call.asked.get("key"))


class HoldWindow(Endpoint):
    """A place while the customer decides."""

    tag = "tickets"

    @operation("hold_window", WRITE, HeldWindowOut, roles=OPENERS, body=HoldBody)
    def post(self, call: Call) -> HeldWindow:
        """Keeps a place for some minutes; the same key again renews it, another window moves it."""
        given = call.given
        window = (given["window_from"], given["window_until"])
        return _source().hold(given["key"], _ask(call, given), window, actor=call.user, now=call.now)


class ReleaseWindow(Endpoint):
    """A place is let go."""

    tag = "tickets"

    @operation("release_window", WRITE, ReleasedOut, roles=OPENERS, body=ReleaseBody)
    def post(self, call: Call) -> dict[str, bool]:
        """Lets the place go; one that is gone already is no mistake."""
        return {"released": _source().release(call.given["key"], now=call.now)}
