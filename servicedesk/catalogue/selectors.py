"""Reading the catalogue and the appliances of customers."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from servicedesk.catalogue.models import Appliance, FaultCode, ProductCategory
from servicedesk.people.models import Customer
from servicedesk.people.wording import in_language


@dataclass(frozen=True)
class Question:
    """A question that a symptom brings to the intake, in the language being spoken."""

    field: str
    text: str


def active_categories() -> QuerySet[ProductCategory]:
    """The categories that are served, in the order of the catalogue."""
    return ProductCategory.objects.filter(is_active=True)


def symptoms_of(category_id: int) -> list[FaultCode]:
    """The symptoms of a category, most urgent first."""
    faults = FaultCode.objects.filter(category_id=category_id, is_active=True)
    return list(faults.order_by("priority", "code"))


def questions_of(fault: FaultCode | None) -> list[Question]:
    """What to ask about a symptom; entries of the catalogue hold both languages or one plain sentence."""
    if fault is None:
        return []
    return [Question(f"answer_{place}", question_text(entry)) for place, entry in enumerate(fault.questions)]


def question_text(entry: Any) -> str:
    """A question of the catalogue in the language being spoken."""
    if isinstance(entry, dict):
        return in_language(str(entry.get("zh", "")), str(entry.get("en", "")))
    return str(entry)


def find_appliances(scope: QuerySet[Customer], text: str, limit: int) -> list[Appliance]:
    """Appliances of customers in `scope` whose serial number begins with `text`; case does not count."""
    serial = clean_serial(text)
    if len(serial) < 4:
        return []
    # A range, since only it can use the plain index of the unique constraint.
    found = Appliance.objects.exclude(serial="").filter(serial__gte=serial, serial__lt=f"{serial}\U0010ffff")
    rows = found.filter(customer__in=scope).select_related("category", "model", "customer")
    return list(rows.order_by("serial")[:limit])


def appliance_of_serial(text: str) -> Appliance | None:
    """The appliance with this serial number, whoever owns it."""
    serial = clean_serial(text)
    if not serial:
        return None
    return Appliance.objects.select_related("category", "model", "customer").filter(serial=serial).first()


def appliances_of(customer: Customer) -> list[Appliance]:
    """The customer's appliances that were not exchanged for another, newest first."""
    rows = customer.appliances.filter(Q(replaced_by=None)).select_related("category", "model", "address")
    return list(rows.order_by("-id"))


def clean_serial(text: str) -> str:
    """A serial number as it is stored: without spaces, in capitals."""
    return "".join(text.split()).upper()[:60]
