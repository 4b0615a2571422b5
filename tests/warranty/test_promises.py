"""Promises beside the law: which hold for whom, what a verdict makes of them, and how they are entered and ended."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import Error, transaction
from django.test import Client
from django.urls import reverse

from servicedesk.catalogue.models import ProductModel
from servicedesk.errors import ActionError
from servicedesk.people.models import Membership, Role
from tests.make import NOW, make_category, make_user
from tests.make_warranty import make_promise, make_repair, make_sold
from warranty.maker_promises.services import end_promise
from warranty.models import MakerPromise
from warranty.selectors import reading_of

OLD: dict[str, Any] = {"invoice_date": date(2024, 5, 6), "delivery_date": date(2024, 5, 6), "install_date": None}


def codes(**sold: Any) -> tuple[str, ...]:
    return reading_of(make_sold(**{**OLD, **sold}), now=NOW).verdict.codes


def test_a_promise_adds_a_repair_after_the_term_of_the_law() -> None:
    assert codes() == ("paid_repair",)
    make_promise()
    assert codes() == ("promise_repair",)


def test_it_holds_for_its_brand_and_product_only() -> None:
    washer = make_category()
    model = ProductModel.objects.create(category=washer, brand="海棠", code="HT-1")
    make_promise(brand="海棠", category=washer)

    assert codes(model=model) == ("promise_repair",)
    assert codes() == ("paid_repair",)


@pytest.mark.parametrize(
    ("sold_from", "until", "holds"),
    [("2024-05-06", "2024-05-06", True), ("2024-05-07", None, False), ("2024-01-01", "2024-05-05", False)],
)
def test_the_sale_day_decides_and_both_ends_are_included(sold_from: str, until: str | None, holds: bool) -> None:
    promise = make_promise(sold_from=date.fromisoformat(sold_from))
    if until is not None:
        end_promise(promise.pk, date.fromisoformat(until), "replaced", actor=None, now=NOW)

    assert codes() == (("promise_repair",) if holds else ("paid_repair",))


def test_a_promise_to_card_holders_needs_a_card_that_is_valid_now() -> None:
    make_promise(membership="club")
    sold = make_sold(**OLD)
    assert reading_of(sold, now=NOW).verdict.codes == ("paid_repair",)

    Membership.objects.create(
        customer=sold.customer, kind="club", card_no="C1", valid_from=date(2026, 1, 1), valid_until=date(2026, 3, 10)
    )

    assert reading_of(sold, now=NOW).verdict.codes == ("promise_repair",)


def test_from_production_it_asks_for_the_month_where_nobody_knows_it() -> None:
    make_promise(from_production=True)
    unknown = reading_of(make_sold(**OLD), now=NOW)
    known = reading_of(make_sold(**OLD, produced_month=date(2024, 4, 1)), now=NOW)

    assert (unknown.verdict.codes, "production_month" in unknown.missing) == (("paid_repair",), True)
    assert (known.verdict.codes, "production_month" in known.missing) == (("promise_repair",), False)


def test_a_promised_share_lowers_the_depreciation() -> None:
    make_promise(kind="depreciation", months=None, main_part_months=None, percent=Decimal(50))
    sold = make_sold()
    for handed in (date(2025, 10, 10), date(2025, 12, 1)):
        make_repair(sold, handed)

    reduced = reading_of(sold, now=NOW).verdict.entitlement("refund_less_depreciation")

    # 190 days at 0.05 % of 2999 yuan are 284.91; half of it is 142.46.
    assert reduced is not None
    assert reduced.amount == Decimal("2856.54")


def test_the_same_promise_sent_twice_is_one_row() -> None:
    assert make_promise() == make_promise()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name_zh": " "}, "name_zh"),
        ({"source": ""}, "source"),
        ({"kind": "castle"}, "kind"),
        ({"months": 0}, "months"),
        ({"months": None, "main_part_months": None}, "months"),
        ({"kind": "public_use"}, "main_part_months"),
        ({"kind": "repaired_part", "main_part_months": None, "from_production": True}, "from_production"),
        ({"percent": Decimal(50)}, "percent"),
        ({"kind": "depreciation", "months": None, "main_part_months": None}, "percent"),
        ({"kind": "depreciation", "months": None, "main_part_months": None, "percent": Decimal(100)}, "percent"),
        ({"membership": "gold"}, "membership"),
    ],
)
def test_what_is_wrong_with_a_promise_is_named(change: dict[str, Any], field: str) -> None:
    with pytest.raises(ActionError) as refusal:
        make_promise(**change)
    assert (refusal.value.status, refusal.value.field) == (422, field)


def test_the_end_is_set_once_and_not_before_the_start() -> None:
    promise = make_promise()

    with pytest.raises(ActionError) as early:
        end_promise(promise.pk, date(2019, 12, 31), "replaced", actor=None, now=NOW)
    end_promise(promise.pk, date(2026, 3, 31), "replaced", actor=None, now=NOW)
    with pytest.raises(ActionError) as twice:
        end_promise(promise.pk, date(2026, 4, 1), "replaced", actor=None, now=NOW)

    assert (early.value.code, twice.value.code) == ("end_before_start", "ended_already")


def test_the_database_keeps_what_was_promised() -> None:
    promise = make_promise()
    with pytest.raises(Error), transaction.atomic():
        MakerPromise.objects.filter(pk=promise.pk).update(months=1)
    with pytest.raises(Error), transaction.atomic():
        promise.delete()


def test_the_pages_enter_end_and_show_promises(client: Client, in_english: None) -> None:
    client.force_login(make_user(Role.MANAGER))
    client.cookies["django_language"] = "en"
    typed = {
        "name_zh": "整机三年", "name_en": "Three years", "kind": "whole_unit", "months": "",
        "main_part_months": "", "sold_from": "2026-01-01", "source": "Card",
    }  # fmt: skip

    refused = client.post(reverse("maker_promise_new"), typed)
    assert refused.status_code == 422
    assert 'value="Three years"' in refused.content.decode()
    assert client.post(reverse("maker_promise_new"), typed | {"months": "36"}).status_code == 302
    promise = MakerPromise.objects.get()
    where = reverse("maker_promise_end", args=[promise.pk])
    assert client.post(where, {"sold_until": "2025-12-31", "reason": "x"}).status_code == 422
    assert client.post(where, {"sold_until": "2026-06-30", "reason": "New programme"}).status_code == 302

    page = client.get(reverse("maker_promises")).content.decode()
    assert "Three years" in page
    assert "New programme" in page
