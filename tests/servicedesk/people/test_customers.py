"""Keeping customers: numbers never block, nothing stands twice, refusals change nothing."""

import pytest
from django.db import connection, transaction

from servicedesk.errors import ActionError
from servicedesk.people.models import Customer, CustomerPhone, Outlet, Role, ServiceZone
from servicedesk.people.selectors import customers_of_number, outlet_for
from servicedesk.people.services import Place, add_address, add_phone, create_customer, edit_customer
from servicedesk.tickets.models import Ticket
from tests.defaults import load_defaults
from tests.dispatch.races import at_once
from tests.make import NOW, make_category, make_customer, make_outlet, make_ticket, make_user

pytestmark = pytest.mark.django_db


def test_a_new_customer_has_the_number_and_the_place_as_primary() -> None:
    customer = create_customer("孙 丽", "13900004321", Place("学院路12号", "涪东区"), actor=None, now=NOW)
    assert (customer.name, customer.name_initials) == ("孙 丽", "sl")
    assert str(customer.phones.get(is_primary=True).number) == "+8613900004321"
    assert customer.addresses.get(is_primary=True).text == "涪东区学院路12号"


@pytest.mark.parametrize("given", ["95588", "12345", "abc", "+1 23", "转 8 分机", "０１０"])
def test_an_unreadable_number_is_kept_as_it_was_given(given: str) -> None:
    customer = create_customer("孙丽", given, None, actor=None, now=NOW)
    phone = customer.phones.get()
    assert (phone.raw, str(phone.number)) == (given, "")


def test_a_foreign_number_is_understood_with_its_country_code() -> None:
    customer = create_customer("John Smith", "+44 20 7946 0958", None, actor=None, now=NOW)
    assert str(customer.phones.get().number) == "+442079460958"


def test_a_customer_without_a_name_is_refused_and_nothing_is_saved() -> None:
    with pytest.raises(ActionError) as refused:
        create_customer("  ", "13900004321", None, actor=None, now=NOW)
    assert (refused.value.code, refused.value.field) == ("name_missing", "name")
    assert not Customer.objects.exists()


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.AUDITOR])
def test_roles_that_only_read_may_not_make_customers(role: str) -> None:
    with pytest.raises(ActionError) as refused:
        create_customer("孙丽", "13900004321", None, actor=make_user(role), now=NOW)
    assert refused.value.code == "role_not_allowed"
    assert not Customer.objects.exists()


def test_the_same_number_written_otherwise_is_not_kept_twice() -> None:
    customer = make_customer(phone="13812348000")
    again = add_phone(customer, "+86 138-1234-8000", actor=None, now=NOW)
    assert again == customer.phones.get()
    second = add_phone(customer, "13900001111", actor=None, now=NOW)
    assert not second.is_primary


def test_the_same_place_is_not_kept_twice() -> None:
    customer = make_customer()
    place = Place("桃园路8号3单元", "涪东区", "绵城市")
    assert add_address(customer, place, actor=None, now=NOW) == customer.addresses.get()


def test_an_edited_name_is_found_by_its_new_pinyin() -> None:
    customer = make_customer(name="王芳")
    edit_customer(customer.pk, {"name": "黄芳", "grade": "A"}, actor=make_user(Role.AGENT), now=NOW)
    customer.refresh_from_db()
    assert (customer.name_pinyin, customer.grade) == ("huangfang", "A")


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"name": " "}, "name_missing"), ({"grade": "Z"}, "grade_unknown"), ({"kind": "x"}, "kind_unknown")],
)
def test_a_refused_edit_leaves_the_customer_as_he_was(changes: dict[str, str], code: str) -> None:
    customer = make_customer(name="王芳")
    with pytest.raises(ActionError) as refused:
        edit_customer(customer.pk, changes, actor=None, now=NOW)
    customer.refresh_from_db()
    assert (refused.value.code, customer.name, customer.grade) == (code, "王芳", "C")


def test_a_caller_is_known_by_readable_and_by_unreadable_numbers() -> None:
    readable = make_customer(name="王芳", phone="13812348000")
    odd = make_customer(name="李强")
    CustomerPhone.objects.create(customer=odd, raw="内线 203")
    everybody = Customer.objects.all()
    assert customers_of_number("0086 138 1234 8000", everybody) == [readable]
    assert customers_of_number("203", everybody) == [odd]
    assert customers_of_number("", everybody) == []


def zone(outlet: Outlet, district: str, category: object = None) -> None:
    ServiceZone.objects.create(outlet=outlet, district=district, category=category)  # type: ignore[misc]


def test_an_outlet_for_the_very_product_wins_over_the_general_one() -> None:
    general, special = make_outlet(code="A"), make_outlet(code="B")
    washer = make_category()
    zone(general, "涪东区")
    zone(special, "涪东区", washer)
    assert outlet_for("涪东区", washer.pk) == (special, True)
    assert outlet_for("涪东区", None) == (general, False)
    assert outlet_for("别处", washer.pk) == (None, False)
    assert outlet_for("", washer.pk) == (None, False)


def test_an_outlet_that_takes_no_work_is_not_proposed() -> None:
    zone(make_outlet(is_active=False), "涪东区")
    assert outlet_for("涪东区", None) == (None, False)


@pytest.mark.django_db(transaction=True)
def test_keeping_a_number_keeps_nobody_from_opening_a_ticket_for_the_customer() -> None:
    load_defaults()
    customer, agent, category = make_customer(), make_user(), make_category()

    def open_one() -> Ticket:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '3s'")
            return make_ticket(customer=customer, actor=agent, category=category)

    with transaction.atomic():
        add_phone(customer, "13900001111", actor=None, now=NOW)
        add_address(customer, Place("学院路12号"), actor=None, now=NOW)
        (opened,) = at_once([open_one])
    assert isinstance(opened, Ticket)
