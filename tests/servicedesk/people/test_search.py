"""Customers are found by what a caller says, by an index each, and only inside the scope."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from servicedesk.access import customers_for
from servicedesk.people.models import Address, Customer, CustomerPhone, Role
from servicedesk.people.search import find_customers, read_question
from servicedesk.people.services import add_phone
from tests.make import NOW, make_customer, make_outlet, make_ticket, make_user

pytestmark = pytest.mark.django_db


def names(text: str, limit: int = 8) -> list[str]:
    return [customer.name for customer in find_customers(Customer.objects.all(), read_question(text), limit)]


def test_four_last_digits_find_the_number() -> None:
    make_customer(name="王芳", phone="13812348000")
    make_customer(name="李强", phone="13812348001")
    assert names("8000") == ["王芳"]


def test_three_digits_are_too_few_to_look_for() -> None:
    make_customer(name="王芳", phone="13812348000")
    assert names("000") == []


@pytest.mark.parametrize(
    "typed", ["13812348000", "138 1234 8000", "+86 138 1234 8000", "0086 13812348000", "12348000"]
)
def test_a_whole_number_is_found_however_it_is_written(typed: str) -> None:
    make_customer(name="王芳", phone="13812348000")
    assert names(typed) == ["王芳"]


def test_a_line_with_area_code_is_found_with_its_zero() -> None:
    customer = make_customer(name="王芳")
    add_phone(customer, "010-65001234", actor=None, now=NOW)
    assert names("010 65001234") == ["王芳"]
    assert names("1234") == ["王芳"]


def test_a_number_that_cannot_be_read_is_found_by_its_digits() -> None:
    customer = make_customer(name="王芳")
    add_phone(customer, "95588 转 12", actor=None, now=NOW)
    assert names("5812") == []
    assert names("8812") == ["王芳"]


def test_one_sign_of_a_name_finds_its_beginning() -> None:
    make_customer(name="王芳")
    make_customer(name="李王")
    assert names("王") == ["王芳"]


def test_two_signs_are_found_inside_a_name_after_those_at_its_beginning() -> None:
    make_customer(name="李建国")
    make_customer(name="建国门物业")
    assert names("建国") == ["建国门物业", "李建国"]


@pytest.mark.parametrize("typed", ["shanxiuying", "sxy", "Shan Xiu", "SXY"])
def test_pinyin_and_initials_find_a_name_with_the_surname_read_right(typed: str) -> None:
    make_customer(name="单秀英")
    assert names(typed) == ["单秀英"]


def test_words_of_the_address_find_the_household() -> None:
    customer = make_customer(name="王芳")
    Address.objects.create(customer=customer, district="桃园区", detail="学院路12号2单元")
    make_customer(name="李强")
    assert names("学院路12号") == ["王芳"]
    assert names("桃园区 学院路") == ["王芳"]
    assert names("学院路99号") == []


def test_nothing_is_found_for_signs_that_mean_nothing() -> None:
    make_customer()
    assert names("%%%%") == []
    assert names("   ") == []


def test_a_dispatcher_finds_only_customers_with_tickets_of_his_outlets() -> None:
    outlet = make_outlet()
    dispatcher = make_user(Role.DISPATCHER, outlet)
    mine, other = make_customer(name="王芳"), make_customer(name="王强")
    ticket = make_ticket(customer=mine, now=NOW - timedelta(days=1))
    ticket.outlet = outlet
    ticket.save(update_fields=["outlet"])
    make_ticket(customer=other)
    found = find_customers(customers_for(dispatcher), read_question("王"), 8)
    assert [customer.pk for customer in found] == [mine.pk]


def test_a_crowd_outside_the_scope_does_not_push_out_the_one_inside() -> None:
    outlet = make_outlet()
    dispatcher = make_user(Role.DISPATCHER, outlet)
    for number in range(30):
        crowd = make_customer(name="王一")
        CustomerPhone.objects.filter(customer=crowd).update(digits=f"86138{number:04d}8000")
    mine = make_customer(name="王芳", phone="13999998000")
    ticket = make_ticket(customer=mine)
    ticket.outlet = outlet
    ticket.save(update_fields=["outlet"])
    found = find_customers(customers_for(dispatcher), read_question("8000"), 8)
    assert [customer.pk for customer in found] == [mine.pk]


@pytest.mark.parametrize("typed", ["8000", "王芳", "wf", "桃园路8号"])
def test_the_queries_do_not_grow_with_the_finds(typed: str) -> None:
    for _number in range(6):
        customer = make_customer(name="王芳")
        CustomerPhone.objects.filter(customer=customer).update(digits="8613800008000")
    with CaptureQueriesContext(connection) as queries:
        assert len(names(typed)) == 6
    assert len(queries) <= 7


def plan_of(condition: str, value: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {condition}", [value])
        return "\n".join(row[0] for row in cursor.fetchall())


def test_each_way_of_searching_has_its_index() -> None:
    tail = "SELECT id FROM servicedesk_customerphone WHERE reverse(digits) LIKE %s"
    assert "phone_tail" in plan_of(tail, "0008%")
    name = "SELECT id FROM servicedesk_customer WHERE yipiao_bigrams(name) @> yipiao_bigrams(%s)"
    assert "customer_name_bigrams" in plan_of(name, "建国")
    pinyin = "SELECT id FROM servicedesk_customer WHERE name_pinyin LIKE %s"
    assert "customer_pinyin" in plan_of(pinyin, "wangf%")
