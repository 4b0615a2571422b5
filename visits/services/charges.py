"""What a visit costs by the unified price list, or why it is free."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from servicedesk.errors import OUT_OF_SCOPE, ActionError, invalid
from servicedesk.people.models import User
from visits.models import Charge, PriceItem, Signature, Visit
from visits.selectors import day_of, local_day, price_list_on
from visits.services.base import Hand, lock_visit, note_step

MOST_OF_ONE = 20
LONGEST_REASON = 200


@dataclass(frozen=True)
class ChargeLine:
    """An item of the price list by its code, how many, and why it is free where it is."""

    item: str
    quantity: int = 1
    free_reason: str = ""


def add_charge(visit_id: int, line: ChargeLine, *, actor: User | None, now: datetime, on_behalf: str = "") -> Charge:
    """The line for an item of the price list in force: its quantity, and in fen what is to be paid, 0 with a reason
    why it is free.

    An item has one line; charging it again replaces quantity and reason, so a second tap does no harm. Refuses with
    422 an item that is not on the list in force and a quantity outside 1 to 20, with 409 already_signed once the
    customer has signed for the sheet.
    """
    hand = Hand(actor, now, None, on_behalf)
    quantity, free_reason = line.quantity, line.free_reason.strip()
    if not 1 <= quantity <= MOST_OF_ONE:
        raise invalid("quantity", "quantity_out_of_range", _("The quantity is from 1 to %(n)s.") % {"n": MOST_OF_ONE})
    if len(free_reason) > LONGEST_REASON:
        raise invalid("free_reason", "reason_too_long", _("The reason is too long."))
    with transaction.atomic():
        visit = lock_visit(visit_id, "add_charge", hand)
        _refuse_after_signature(visit)
        prices = price_list_on(local_day(day_of(visit, now)))
        item = PriceItem.objects.filter(price_list=prices, code=line.item).first() if prices else None
        if item is None:
            raise invalid("item", "price_item_unknown", _("This item is not on the price list in force."))
        fen = 0 if free_reason else item.fen * quantity
        charge, _made = Charge.objects.update_or_create(
            visit=visit, item=item, defaults={"quantity": quantity, "fen": fen, "free_reason": free_reason}
        )
        note_step(visit, "add_charge", hand, item=item.code, quantity=quantity, fen=fen)
    return charge


def remove_charge(visit_id: int, charge_id: int, *, actor: User | None, now: datetime, on_behalf: str = "") -> None:
    """Takes a line away again. One that is gone already does no harm.

    Refuses with 404 a line of another visit, with 409 already_signed once the customer has signed.
    """
    hand = Hand(actor, now, None, on_behalf)
    with transaction.atomic():
        visit = lock_visit(visit_id, "remove_charge", hand)
        _refuse_after_signature(visit)
        charge = Charge.objects.filter(pk=charge_id).select_related("item").first()
        if charge is None:
            return
        if charge.visit_id != visit.pk:
            raise ActionError("charge_not_found", _("There is no such charge."), status=OUT_OF_SCOPE)
        note_step(visit, "remove_charge", hand, item=charge.item.code, quantity=charge.quantity)
        charge.delete()


def _refuse_after_signature(visit: Visit) -> None:
    if Signature.objects.filter(visit=visit).exists():
        raise ActionError(
            "already_signed", _("The customer has signed for these charges; they can no longer be changed.")
        )
