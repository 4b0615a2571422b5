"""Small readings the desk's pages share."""

from dataclasses import dataclass

from django.utils.translation import get_language

from servicedesk.people.models import Customer, ServiceZone
from servicedesk.people.phones import place_and_carrier
from servicedesk.templatetags.moments import masked_phone


@dataclass(frozen=True)
class ShownPhone:
    """A number as a page shows it before anybody asks for the whole of it."""

    pk: int
    masked: str
    place: str
    readable: bool
    is_primary: bool

    @property
    def slot(self) -> str:
        """The id of its place on a page."""
        return f"phone-{self.pk}"


def summary_phones(customer: Customer) -> list[ShownPhone]:
    """The customer's numbers, masked, with place and carrier."""
    language = get_language() or "zh"
    return [
        ShownPhone(
            pk=phone.pk,
            masked=masked_phone(str(phone.number) or phone.raw),
            place=place_and_carrier(str(phone.number), language),
            readable=bool(phone.number),
            is_primary=phone.is_primary,
        )
        for phone in customer.phones.all()
    ]


def districts() -> list[str]:
    """The districts that are served, for the list under an address."""
    return list(ServiceZone.objects.order_by("district").values_list("district", flat=True).distinct()[:200])
