"""The next version of a checklist or price list: what has been used is never edited, a copy takes over."""

from datetime import datetime, time, timedelta
from itertools import count

from django.db import transaction

from servicedesk.clock import LOCAL
from visits.models import Charge, ChecklistItem, ChecklistVersion, PriceItem, PriceList, Visit

# Time to check and correct the copy before it is in force.
NOTICE = timedelta(days=7)


def checklist_is_used(version: ChecklistVersion) -> bool:
    """Whether a visit was started with it."""
    return Visit.objects.filter(checklist=version).exists()


def price_list_is_used(prices: PriceList) -> bool:
    """Whether a customer was charged by it."""
    return Charge.objects.filter(item__price_list=prices).exists()


def copy_checklist(version: ChecklistVersion, *, now: datetime) -> ChecklistVersion:
    """The next version of the same template with the same items, in force from a local midnight a week ahead."""
    with transaction.atomic():
        newest = ChecklistVersion.objects.filter(template=version.template_id).order_by("-version").first()
        number = 1 + (newest.version if newest is not None else version.version)
        copy = ChecklistVersion.objects.create(
            template=version.template, version=number, effective_from=_midnight_ahead(now)
        )
        copy_items(version, copy)
    return copy


def copy_items(source: ChecklistVersion, copy: ChecklistVersion) -> None:
    """Gives `copy`, which has none yet, the items of `source`."""
    items = list(ChecklistItem.objects.filter(version=source))
    for item in items:
        item.pk, item.version = None, copy
    ChecklistItem.objects.bulk_create(items)


def copy_price_list(prices: PriceList, *, now: datetime) -> PriceList:
    """A new list `YEAR-N` with the same items and prices, in force from a day a week ahead."""
    day = _midnight_ahead(now).date()
    with transaction.atomic():
        taken = set(PriceList.objects.filter(version__startswith=f"{day.year}-").values_list("version", flat=True))
        name = next(name for name in (f"{day.year}-{n}" for n in count(1)) if name not in taken)
        copy = PriceList.objects.create(version=name, effective_from=day)
        items = list(PriceItem.objects.filter(price_list=prices))
        for item in items:
            item.pk, item.price_list = None, copy
        PriceItem.objects.bulk_create(items)
    return copy


def _midnight_ahead(now: datetime) -> datetime:
    return datetime.combine(now.astimezone(LOCAL).date(), time(), LOCAL) + NOTICE
