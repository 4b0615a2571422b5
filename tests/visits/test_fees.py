"""The fee guard: what the verdict lets a visit cost, and what a person has to look at when it cost something else."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from servicedesk.people.models import Role
from tests.defaults import load_defaults
from tests.make import NOW, make_fault, make_outlet, make_user
from tests.make_dispatch import make_technician
from tests.make_visits import make_ready, make_visit
from tests.make_warranty import make_sold
from visits.aftercare.reviews import in_words
from visits.fees import Expectation, expectation_of
from visits.models import Mismatch, PriceItem, Visit
from visits.services import ChargeLine, add_charge, complete_visit
from warranty.remedies.overriding import Grant, override_verdict
from warranty.services import decide_for

END = NOW + timedelta(minutes=90)
EXPIRED: dict[str, Any] = {
    "invoice_date": date(2019, 5, 6), "delivery_date": date(2019, 5, 6), "install_date": None,
}  # fmt: skip


@pytest.fixture(autouse=True)
def _defaults(db: None) -> None:
    load_defaults()


def item_of(kind: str) -> PriceItem:
    item = PriceItem.objects.filter(kind=kind).order_by("code").first()
    assert item is not None
    return item


def working(sold: dict[str, Any] | None = None, **ticket: Any) -> Visit:
    appliance = ticket.pop("appliance", None) or make_sold(**(sold or {}))
    technician = ticket.pop("technician", None) or make_technician(make_outlet())
    return make_visit(technician, "working", customer=appliance.customer, appliance=appliance, **ticket)


def charge(visit: Visit, kind: str, quantity: int = 1, free_reason: str = "") -> None:
    line = ChargeLine(item_of(kind).code, quantity, free_reason)
    add_charge(visit.pk, line, actor=visit.technician.user, now=NOW + timedelta(minutes=60))


def completed(visit: Visit, outcome: str = "fixed", at: Any = END) -> dict[str, Mismatch]:
    """The mismatches of the completed visit by code."""
    make_ready(visit, outcome, now=at)
    complete_visit(visit.pk, actor=visit.technician.user, now=at)
    return {one.code: one for one in Mismatch.objects.filter(visit=visit)}


@pytest.mark.parametrize(
    ("expected", "kind", "fen"),
    [
        (Expectation("repair", travel_free=True), "labour", 0),
        (Expectation("repair", travel_free=True), "travel", 0),
        (Expectation("repair"), "travel", 5000),
        (Expectation("promise_repair"), "part", 0),
        (Expectation("paid_repair"), "part", 5000),
        (Expectation(), "part", None),
    ],
)
def test_the_verdict_decides_what_a_line_may_cost(expected: Expectation, kind: str, fen: int | None) -> None:
    assert expected.fen(kind, 5000) == fen


def test_in_the_guarantee_a_charge_goes_to_review_with_the_norm() -> None:
    visit = working()
    charge(visit, "labour")
    charge(visit, "part", free_reason="Guarantee")

    found = completed(visit)

    assert list(found) == ["charge.free"]
    labour = item_of("labour")
    law = {"answer": "repair", "norm": "R458", "article": "15"}
    assert found["charge.free"].sides == {"checklist": labour.fen, "expected": 0, "items": labour.code, **law}
    with translation.override("en"):
        row = in_words(list(found.values()))[0]
    assert row.sides.subject == "Charged though it is free"
    assert "expected ¥0.00" in row.sides.checklist


def test_free_lines_with_a_reason_are_as_expected() -> None:
    visit = working()
    for kind in ("labour", "part", "travel"):
        charge(visit, kind, free_reason="Guarantee")

    assert completed(visit) == {}


def test_after_the_guarantee_the_list_holds_and_a_waived_fee_is_looked_at() -> None:
    paid, waived = working(EXPIRED), working(EXPIRED)
    charge(paid, "labour")
    charge(waived, "labour", free_reason="Regular customer")

    assert completed(paid) == {}
    assert completed(waived)["charge.waived"].sides["expected"] == item_of("labour").fen


def test_what_was_granted_beside_the_verdict_is_expected() -> None:
    visit = working(EXPIRED)
    assert visit.ticket.appliance_id is not None
    decision = decide_for(visit.ticket.appliance_id, ticket=visit.ticket, actor=None, now=NOW)
    grant = Grant("repair", Decimal("200.00"), "The outlet broke the first promise.", "Two missed visits on record.")
    override_verdict(decision.pk, grant, actor=make_user(Role.MANAGER), now=NOW)
    charge(visit, "labour", free_reason="Granted")

    assert completed(visit) == {}


def test_where_a_person_decides_nothing_is_expected() -> None:
    visit = working({"invoice_date": None, "delivery_date": None, "install_date": None})
    charge(visit, "labour")

    assert expectation_of(visit.ticket, NOW) == Expectation()
    assert completed(visit) == {}


def test_the_same_part_within_half_a_year_is_looked_at() -> None:
    first = working(EXPIRED)
    charge(first, "part")
    assert completed(first) == {}
    later = timedelta(hours=2)
    again = working(appliance=first.ticket.appliance, now=NOW + later)
    line = ChargeLine(item_of("part").code)
    add_charge(again.pk, line, actor=again.technician.user, now=NOW + later + timedelta(minutes=60))

    found = completed(again, at=END + later)

    assert found["charge.part_again"].sides == {"checklist": item_of("part").code, "days": 180}


def test_a_part_without_a_fault_is_looked_at() -> None:
    visit = working(EXPIRED)
    charge(visit, "part")

    found = completed(visit, "no_fault_found")

    with translation.override("en"):
        assert "no fault was found" in in_words([found["charge.part_unneeded"]])[0].sides.checklist


@pytest.mark.parametrize(("minutes", "padded"), [(30, False), (60, True)])
def test_more_labour_than_was_worked_is_looked_at(minutes: int, padded: bool) -> None:
    # Work began after 55 minutes and ended after 90.
    visit = working(EXPIRED, fault=make_fault(minutes=minutes))
    charge(visit, "labour", quantity=3)

    found = completed(visit)

    assert ("charge.padded" in found) is padded
    if padded:
        assert found["charge.padded"].sides == {"checklist": 3, "worked": 35, "usual": 60}
