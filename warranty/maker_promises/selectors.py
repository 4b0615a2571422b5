"""Which promises hold for an appliance, as the rules read them, and the list of all of them."""

from datetime import date

from django.db.models import Q, QuerySet

from servicedesk.catalogue.models import Appliance
from servicedesk.people.models import Membership
from warranty.models import MakerPromise
from warranty.rules.facts import Promise, PromiseKind


def all_promises() -> QuerySet[MakerPromise]:
    """Every promise with its end, the newest sale day first."""
    return MakerPromise.objects.select_related("category", "made_by", "end__ended_by")


def promises_for(appliance: Appliance, sold_on: date | None, as_of: date) -> list[MakerPromise]:
    """The promises to the buyer of `appliance`, sold first on `sold_on`: by brand, product, sale day and card.

    A promise to the holders of a card holds while the card is valid on `as_of`. Without a sale day the month of
    production stands in for it; without either there is none.
    """
    day = sold_on or appliance.produced_month
    if day is None:
        return []
    brand = appliance.model.brand if appliance.model is not None else ""
    fits = Q(category=None) | Q(category=appliance.category_id)
    in_time = Q(sold_from__lte=day) & (Q(end=None) | Q(end__sold_until__gte=day))
    found = list(MakerPromise.objects.filter(fits, in_time, brand__in={"", brand}).order_by("id"))
    if any(promise.membership for promise in found):
        cards = Membership.objects.filter(
            customer=appliance.customer_id, valid_from__lte=as_of, valid_until__gte=as_of
        )
        held = {"", *cards.values_list("kind", flat=True)}
        found = [promise for promise in found if promise.membership in held]
    return found


def as_rule(promise: MakerPromise, produced_month: date | None) -> Promise | None:
    """The promise as the rules read it; None where it counts from a month of production that nobody knows."""
    if promise.from_production and produced_month is None:
        return None
    return Promise(
        kind=PromiseKind(promise.kind),
        months=promise.months or 0,
        main_part_months=promise.main_part_months,
        production_month=produced_month if promise.from_production else None,
        percent=promise.percent,
    )
