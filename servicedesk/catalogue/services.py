"""Actions on the appliances customers own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from servicedesk.catalogue.models import Appliance, ProductCategory, ProductModel
from servicedesk.catalogue.selectors import appliance_of_serial, clean_serial
from servicedesk.errors import ActionError, invalid
from servicedesk.people.models import Address, Customer, User
from servicedesk.people.services import require_keeper

EDITABLE = (
    "category",
    "model",
    "address",
    "serial",
    "price",
    "sales_channel",
    "invoice_status",
    "invoice_date",
    "delivery_date",
    "install_date",
    "produced_month",
)


def register_appliance(
    customer: Customer,
    category: ProductCategory,
    *,
    actor: User | None,
    now: datetime,
    serial: str = "",
    model: ProductModel | None = None,
    address: Address | None = None,
) -> Appliance:
    """The customer's appliance: the known one where he already owns this serial number, else a new one.

    Refuses with 422 serial_of_other_customer where somebody else owns it.
    """
    require_keeper(actor)
    serial = clean_serial(serial)
    known = appliance_of_serial(serial)
    if known is not None:
        if known.customer_id != customer.pk:
            raise serial_taken()
        return known
    try:
        with transaction.atomic():
            return Appliance.objects.create(
                customer=customer, category=category, serial=serial, model=model, address=address
            )
    except IntegrityError:
        raise serial_taken() from None


def serial_taken() -> ActionError:
    """The refusal of a serial number that stands on another customer's appliance."""
    return invalid(
        "serial",
        "serial_of_other_customer",
        _("This serial number belongs to another customer's appliance. Read it once more, or leave it empty."),
    )


def edit_appliance(appliance_id: int, changes: Mapping[str, Any], *, actor: User | None, now: datetime) -> Appliance:
    """The appliance with `changes` (fields of `EDITABLE`) saved.

    Refuses with 422 a foreign address, a serial number of another appliance, a day in the future.
    """
    require_keeper(actor)
    with transaction.atomic():
        appliance = Appliance.objects.select_for_update(of=("self",)).select_related("category").get(pk=appliance_id)
        for name in EDITABLE:
            if name in changes:
                setattr(appliance, name, changes[name])
        appliance.serial = clean_serial(appliance.serial)
        _check(appliance, now)
        _save(appliance)
    return appliance


def _save(appliance: Appliance) -> None:
    try:
        with transaction.atomic():
            appliance.save()
    except IntegrityError as error:
        # Somebody recorded the serial number in this very moment.
        if "serial_once" in str(error):
            raise serial_taken() from None
        raise


def _check(appliance: Appliance, now: datetime) -> None:
    if appliance.address is not None and appliance.address.customer_id != appliance.customer_id:
        raise invalid("address", "address_of_other_customer", _("This address belongs to another customer."))
    if appliance.model is not None and appliance.model.category_id != appliance.category_id:
        raise invalid("model", "model_of_other_category", _("This model belongs to another kind of product."))
    other = appliance_of_serial(appliance.serial)
    if other is not None and other.pk != appliance.pk:
        raise serial_taken()
    # A day more, for places whose day has already begun.
    for name in ("invoice_date", "delivery_date", "install_date", "produced_month"):
        day = getattr(appliance, name)
        if day is not None and (day - now.date()).days > 1:
            raise invalid(name, "day_in_future", _("This day lies in the future."))
