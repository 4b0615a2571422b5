"""Plain makers of the guarantee: an appliance with a complete purchase, lines of its repair log."""

import io
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from servicedesk.catalogue.models import Appliance
from servicedesk.people.models import Customer
from tests.make import NOW, make_appliance, make_customer
from tests.make_visits import jpeg
from warranty.maker_promises.services import NewPromise, enter_promise
from warranty.models import MakerPromise, ProofPhoto, RepairRecord
from warranty.proofs import add_proof
from warranty.services import record_repair

# Tests stand at NOW, 2026-03-10: this washing machine is in its year.
SOLD = date(2025, 9, 1)


def make_sold(customer: Customer | None = None, **overrides: Any) -> Appliance:
    """A washing machine with invoice, price, delivery and installation."""
    fields: dict[str, Any] = {
        "price": Decimal("2999.00"),
        "invoice_status": "present",
        "invoice_date": SOLD,
        "delivery_date": SOLD,
        "install_date": SOLD,
    }
    return make_appliance(customer or make_customer(), **{**fields, **overrides})


def make_repair(appliance: Appliance, handed: date, returned: date | None = None, **overrides: Any) -> RepairRecord:
    fields: dict[str, Any] = {"ticket": None, "kind": "warranty", **overrides}
    return record_repair(appliance, handed_over_on=handed, returned_on=returned or handed, **fields)


def make_proof(appliance: Appliance, **overrides: Any) -> ProofPhoto:
    """A picture of a repair sheet, added by the system unless told otherwise."""
    fields: dict[str, Any] = {"kind": "repair_sheet", "token": uuid4(), "actor": None, "now": NOW, **overrides}
    return add_proof(appliance.pk, io.BytesIO(jpeg()), **fields)


def make_promise(**overrides: Any) -> MakerPromise:
    """Two years for the whole unit and five for main parts, whatever the brand, for goods sold since 2020."""
    fields: dict[str, Any] = {
        "name_zh": "整机两年保修",
        "name_en": "Two years for the unit",
        "kind": "whole_unit",
        "months": 24,
        "main_part_months": 60,
        "sold_from": date(2020, 1, 1),
        "source": "Guarantee card",
        **overrides,
    }
    return enter_promise(NewPromise(**fields), actor=None, now=NOW)
