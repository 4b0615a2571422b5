"""The new unit, the money, the old unit: the second half of an exchange or a refund, until both are done."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from servicedesk.catalogue.models import Appliance, ProductModel
from servicedesk.catalogue.selectors import appliance_of_serial, clean_serial
from servicedesk.catalogue.services import serial_taken
from servicedesk.errors import ActionError, invalid
from servicedesk.people.models import User
from servicedesk.tickets.models import Outcome, Ticket, TicketFacts
from servicedesk.tickets.story import tell
from warranty.facts_builder import local_day
from warranty.models import RemedyCase, RemedyKind
from warranty.remedies.basis import reduced_amount
from warranty.remedies.choosing import lock_remedy, save, told
from warranty.signals import old_unit_kept, remedy_done

State = RemedyCase.State
LONGEST_REFERENCE = 60
LONGEST_WORDS = 300


@dataclass(frozen=True)
class NewUnit:
    """The unit the customer gets: its serial number, the day, and the model where it is another one."""

    serial: str
    handed_over_on: date
    model: ProductModel | None = None


@dataclass(frozen=True)
class OldUnit:
    """The unit that comes back: serial number as read, the day, what it looks like; or why it stays."""

    serial: str = ""
    back_on: date | None = None
    condition: str = ""
    left_because: str = ""


@dataclass(frozen=True)
class Payment:
    """The money: the day, how, and the reference by which it is found again."""

    paid_on: date
    how: str
    reference: str = ""


def record_exchange(remedy_id: int, unit: NewUnit, *, actor: User | None, now: datetime) -> RemedyCase:
    """The remedy with the new unit, which stands in the household in place of the old one and restarts its terms.

    The chain keeps both serial numbers (R458 art. 14). Refuses with 409 wrong_remedy, already_recorded, with 422 a
    missing serial number or one that is known already, a day before the choice or in the future, another product.
    """
    serial = clean_serial(unit.serial)
    with transaction.atomic():
        ticket, remedy = lock_remedy(remedy_id, "record_exchange", actor)
        if not remedy.is_exchange:
            raise ActionError("wrong_remedy", _("The customer chose his money, not another unit."))
        if remedy.new_appliance is not None:
            if remedy.new_appliance.serial == serial:
                return remedy
            raise ActionError("already_recorded", _("The new unit is recorded already."))
        _check_day("handed_over_on", unit.handed_over_on, remedy, now)
        _check_new(remedy.appliance, serial, unit)
        remedy.new_appliance = _place(remedy.appliance, serial, unit)
        remedy.handed_over_on = unit.handed_over_on
        save(remedy, "new_appliance", "handed_over_on")
        data = {**told(remedy), "appliance": remedy.new_appliance.pk}
        tell(ticket, "record_exchange", actor=actor, now=now, data=data)
        _finish_if_over(ticket, remedy, actor, now)
    return remedy


def _check_new(old: Appliance, serial: str, unit: NewUnit) -> None:
    if not serial:
        raise invalid("serial", "serial_missing", _("Enter the serial number of the new unit."))
    if serial == old.serial:
        raise invalid("serial", "serial_of_old_unit", _("This is the serial number of the old unit."))
    if appliance_of_serial(serial) is not None:
        raise invalid(
            "serial", "serial_known", _("This serial number is known already: a repaired unit is no replacement.")
        )
    if unit.model is not None and unit.model.category_id != old.category_id:
        raise invalid("model", "model_of_other_category", _("This model belongs to another kind of product."))


def _place(old: Appliance, serial: str, unit: NewUnit) -> Appliance:
    """The new unit with the purchase of the old one; its own day is that of the hand-over."""
    try:
        with transaction.atomic():
            return Appliance.objects.create(
                customer_id=old.customer_id,
                address_id=old.address_id,
                category_id=old.category_id,
                model_id=unit.model.pk if unit.model is not None else old.model_id,
                serial=serial,
                price=old.price,
                sales_channel=old.sales_channel,
                invoice_status=old.invoice_status,
                invoice_date=old.invoice_date,
                delivery_date=unit.handed_over_on,
                replaces=old,
            )
    except IntegrityError:
        raise serial_taken() from None


def record_old_unit(remedy_id: int, unit: OldUnit, *, actor: User | None, now: datetime) -> RemedyCase:
    """The remedy with the old unit settled: back with us, or left with the customer for a reason.

    A refund less depreciation gets its sum by the day of the return. Refuses with 422 a day before the choice or in
    the future, a missing condition, a serial number that is not the one on record.
    """
    condition, left = unit.condition.strip()[:LONGEST_WORDS], unit.left_because.strip()[:LONGEST_WORDS]
    with transaction.atomic():
        ticket, remedy = lock_remedy(remedy_id, "record_old_unit", actor)
        if remedy.old_is_settled:
            if (remedy.old_back_on, remedy.old_left_because) == (unit.back_on, left):
                return remedy
            raise ActionError("already_recorded", _("The old unit is recorded already."))
        if unit.back_on is None:
            _leave(remedy, left)
        else:
            _take_back(remedy, unit, unit.back_on, condition, now)
        save(remedy, "old_back_on", "old_condition", "old_left_because", "amount")
        tell(ticket, "record_old_unit", actor=actor, now=now, note=left or condition, data=told(remedy))
        if remedy.old_back_on is not None:
            old_unit_kept.send(RemedyCase, ticket=ticket, remedy=remedy, actor=actor, now=now)
        _finish_if_over(ticket, remedy, actor, now)
    return remedy


def _leave(remedy: RemedyCase, left_because: str) -> None:
    if not left_because:
        raise invalid(
            "back_on", "day_or_reason_missing", _("Enter the day the old unit came back, or why it stays there.")
        )
    remedy.old_left_because = left_because


def _take_back(remedy: RemedyCase, unit: OldUnit, back_on: date, condition: str, now: datetime) -> None:
    _check_day("back_on", back_on, remedy, now)
    known, seen = remedy.appliance.serial, clean_serial(unit.serial)
    if not seen:
        raise invalid("serial", "serial_missing", _("Read the serial number off the old unit."))
    if known and seen != known:
        raise invalid(
            "serial",
            "serial_differs",
            _("On record is %(serial)s. Another unit cannot be taken back for it.") % {"serial": known},
        )
    if not condition:
        raise invalid("condition", "condition_missing", _("Write down what the unit looks like."))
    if not known:
        if appliance_of_serial(seen) is not None:
            raise serial_taken()
        # The exchange names both serial numbers, so the old one is kept where nobody had read it before.
        Appliance.objects.filter(pk=remedy.appliance_id).update(serial=seen)
    remedy.old_back_on, remedy.old_condition = back_on, condition
    if remedy.kind == RemedyKind.REDUCED and remedy.override_id is None:
        remedy.amount = reduced_amount(remedy.decision, back_on) or remedy.amount


def record_refund(remedy_id: int, payment: Payment, *, actor: User | None, now: datetime) -> RemedyCase:
    """The remedy with the money paid back: the sum on record, nothing else.

    Refuses with 409 wrong_remedy, already_recorded, with 409 unit_not_back a refund less depreciation whose unit is
    still with the customer (its sum hangs on that day), with 422 a wrong day, way or reference.
    """
    reference = payment.reference.strip()
    if payment.how not in RemedyCase.PaidHow.values:
        raise invalid("how", "how_unknown", _("Choose how the money was paid."))
    if len(reference) > LONGEST_REFERENCE:
        raise invalid("reference", "text_too_long", _("This text is too long."), longest=LONGEST_REFERENCE)
    if not reference and payment.how != RemedyCase.PaidHow.CASH:
        raise invalid("reference", "reference_missing", _("Enter the reference of the payment."))
    with transaction.atomic():
        ticket, remedy = lock_remedy(remedy_id, "record_refund", actor)
        if remedy.is_exchange:
            raise ActionError("wrong_remedy", _("The customer chose another unit, not his money."))
        if remedy.paid_on is not None:
            if (remedy.paid_on, remedy.payment_reference) == (payment.paid_on, reference):
                return remedy
            raise ActionError("already_recorded", _("The money was paid back already."))
        if remedy.kind == RemedyKind.REDUCED and not remedy.old_is_settled:
            raise ActionError(
                "unit_not_back", _("Take the old unit back first: the sum is counted to the day of its return.")
            )
        _check_day("paid_on", payment.paid_on, remedy, now)
        remedy.paid_on, remedy.paid_how, remedy.payment_reference = payment.paid_on, payment.how, reference
        save(remedy, "paid_on", "paid_how", "payment_reference")
        data = {**told(remedy), "amount": str(remedy.amount)}
        tell(ticket, "record_refund", actor=actor, now=now, data=data)
        _finish_if_over(ticket, remedy, actor, now)
    return remedy


def _check_day(field: str, day: date, remedy: RemedyCase, now: datetime) -> None:
    if day > local_day(now):
        raise invalid(field, "day_in_future", _("This day lies in the future."))
    if day < local_day(remedy.chosen_at):
        raise invalid(field, "day_before_choice", _("This day lies before the customer chose."))


def _finish_if_over(ticket: Ticket, remedy: RemedyCase, actor: User | None, now: datetime) -> None:
    """Ends the remedy once both sides have what is theirs; the apps above end the work on the ticket."""
    if not (remedy.is_given and remedy.old_is_settled):
        return
    remedy.state, remedy.ended_at = State.DONE, now
    save(remedy, "state", "ended_at")
    outcome = Outcome.REPLACED if remedy.is_exchange else Outcome.REFUNDED
    TicketFacts.objects.filter(ticket=ticket).update(outcome=outcome, completed_at=now)
    before = ticket.state
    remedy_done.send(RemedyCase, ticket=ticket, remedy=remedy, actor=actor, now=now)
    tell(ticket, "finish_remedy", actor=None, now=now, from_state=before, data=told(remedy))
