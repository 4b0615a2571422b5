"""The rulebook: every figure in words, the version of the day, products, and what cannot be read."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from servicedesk import clock
from servicedesk.people.models import Role
from tests.make import NOW, make_user
from tests.make_warranty import make_sold
from warranty.rulebook import FigureLine, norm_lines, product_lines, topics
from warranty.rules.edition import FIGURE_TYPES, FIGURE_WORDS
from warranty.selectors import the_edition
from warranty.wording.figures import FIGURES, TOPICS, WORDS

pytestmark = pytest.mark.usefixtures("in_english")
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(autouse=True)
def _at_a_set_instant() -> Iterator[None]:
    with clock.at(NOW):
        yield


def line_of(code: str, on: date, scope: str = "national law") -> FigureLine:
    found = [line for topic in topics(the_edition(), on) for line in topic.lines]
    return next(line for line in found if line.code == code and line.scope == scope)


def signed_in() -> Client:
    client = Client()
    client.force_login(make_user(Role.AGENT))
    client.cookies["django_language"] = "en"
    return client


def page(asked: dict[str, str] | None = None, client: Client | None = None) -> Any:
    client = client or signed_in()
    return client.get(reverse("warranty_rules"), asked)


def test_every_figure_has_a_name_a_topic_and_words_in_both_languages() -> None:
    told = [code for _name, codes in TOPICS.values() for code in codes]
    assert sorted(told) == sorted(FIGURES) == sorted(FIGURE_TYPES)
    assert {code: set(words) for code, words in WORDS.items()} == {
        code: set(words) for code, words in FIGURE_WORDS.items()
    }
    with translation.override("zh-hans"):
        texts = [str(text) for text in FIGURES.values()]
        texts += [str(text) for words in WORDS.values() for text in words.values()]
        texts += [str(name) for name, _codes in TOPICS.values()]
        assert [text for text in texts if not CHINESE.search(text)] == []


@pytest.mark.parametrize(
    ("code", "on", "value"),
    [
        ("term_start", date(2024, 6, 30), "the invoice"),
        ("term_start", date(2024, 7, 1), "the delivery, or the end of the trader's installation"),
        ("fraud_multiple", date(2014, 3, 14), "the price once more"),
        ("fraud_multiple", date(2014, 3, 15), "3 times the price"),
        ("fraud_minimum", date(2014, 3, 14), "no least sum"),
        ("fraud_minimum", date(2014, 3, 15), "¥500.00"),
        ("parts_wait_days", date(1995, 8, 25), "90 days"),
        ("burden_months", date(2014, 3, 15), "6 months"),
        ("failed_repairs", date(2026, 1, 1), "2"),
        ("same_fault_required", date(2026, 1, 1), "no"),
    ],
)
def test_a_figure_says_what_held_on_the_day_of_the_sale(code: str, on: date, value: str) -> None:
    now = line_of(code, on).now
    assert now is not None
    assert now.value == value


def test_a_figure_ends_the_day_before_the_next_one_begins() -> None:
    line = line_of("refund_base", date(2024, 6, 30))
    assert line.now is not None
    assert (line.now.first_day, line.now.last_day) == (date(1995, 8, 25), date(2024, 6, 30))
    (later,) = line.others
    assert (later.state, later.value, later.last_day) == ("to_come", "the price paid", None)


def test_a_figure_with_a_last_day_of_its_own_is_over_after_it() -> None:
    line = line_of("promise_failed_repairs", date(2014, 3, 15))
    assert line.now is None
    assert [version.state for version in line.others] == ["over"]


def test_a_product_is_shown_with_its_own_rule_and_not_with_those_of_others() -> None:
    edition, on = the_edition(), date(2026, 1, 1)
    phone = edition.product("mobile_phone", on)
    lines = {line.scope for topic in topics(edition, on, phone) for line in topic.lines}
    assert lines == {
        "national law",
        "Provisions on repair, exchange and refund of mobile phones (order 4 of 2001)",
        "Shandong",
        "Zhejiang",
    }
    (row,) = product_lines(edition, on, phone)
    assert (row.unit, row.parts[0], row.rate) == ("12 months", "battery (6 months)", "0.5 %")


def test_of_a_product_with_two_rows_the_one_of_the_day_is_shown() -> None:
    edition = the_edition()
    rows = {
        day: [line for line in product_lines(edition, day) if line.product.code == "flat_tv"]
        for day in (date(2011, 2, 28), date(2011, 3, 1))
    }
    assert [[line.unit for line in lines] for lines in rows.values()] == [[""], ["12 months"]]


def test_every_norm_is_there_and_says_whether_it_holds() -> None:
    lines = norm_lines(the_edition(), date(2014, 3, 14))
    states = {line.norm.code: line.state for line in lines}
    assert set(states) == set(the_edition().norms)
    assert (states["CPL93"], states["CPL13"], states["R458"]) == ("in_force", "to_come", "in_force")
    assert {line.norm.code: line.state for line in norm_lines(the_edition(), date(2014, 3, 15))}["CPL93"] == "over"


@pytest.mark.django_db
class TestPage:
    def test_it_shows_the_rules_of_today(self) -> None:
        answer = page()
        html = answer.content.decode()
        assert answer.status_code == 200
        assert "As they hold for goods sold on" in html
        assert set(re.findall(r'<h2 id="([a-z]+)"', html)) == {*TOPICS, "products", "norms"}
        assert the_edition().code in html

    def test_it_asks_the_database_for_nothing_of_the_rules(self, django_assert_max_num_queries: Any) -> None:
        client = signed_in()
        page(client=client)
        with django_assert_max_num_queries(8):
            page({"on": "2011-03-01", "product": "flat_tv"}, client)

    def test_a_day_and_a_product_narrow_it(self) -> None:
        html = page({"on": "2011-02-28", "product": "flat_tv"}).content.decode()
        assert html.count("not verified") == 4
        html = page({"on": "2001-11-14", "product": "mobile_phone"}).content.decode()
        assert "No list had a rule for this product on that day: mobile phone." in html

    @pytest.mark.parametrize(
        ("asked", "told"),
        [
            ({"on": "1995-08-24"}, "The rules begin later than this day."),
            ({"on": "2026-02-30"}, "Enter a valid date."),
            ({"product": "tea"}, "Select a valid choice."),
        ],
    )
    def test_bad_input_is_named_and_kept(self, asked: dict[str, str], told: str) -> None:
        answer = page(asked)
        html = answer.content.decode()
        assert answer.status_code == 422
        assert told in html
        assert "Rules of the guarantee" in html

    def test_the_page_of_a_verdict_leads_to_the_rules_of_its_sale(self) -> None:
        client = signed_in()
        appliance = make_sold(invoice_date=date(2025, 1, 9))
        html = client.get(reverse("warranty_appliance", args=[appliance.pk])).content.decode()
        (query,) = re.findall(r'/guarantee/rules/\?([^"]+)"', html)
        assert query == f"product={appliance.category.code}&amp;on=2025-01-09"
        assert client.get(f"/guarantee/rules/?{query}".replace("&amp;", "&")).status_code == 200
