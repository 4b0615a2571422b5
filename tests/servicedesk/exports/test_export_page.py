"""Exporting a list: who may, what leaves, and what is written down about it."""

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from servicedesk import clock
from servicedesk.exports import services, views, writing
from servicedesk.exports.models import Export
from servicedesk.people.models import Role, User
from servicedesk.people.phones import read_phone
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.selectors import VIEWS, Filters, filtered
from servicedesk.tickets.services import cancel_ticket
from tests.defaults import load_defaults
from tests.make import NOW, PASSWORD, make_customer, make_handed_over, make_outlet, make_ticket, make_user
from tests.make_desk import browser_of

pytestmark = pytest.mark.django_db
PHONE = "13812345678"


@pytest.fixture(autouse=True)
def _frozen() -> Iterator[None]:
    load_defaults()
    with clock.at(NOW + timedelta(minutes=30)):
        yield


def ask(client: Client, sent: dict[str, Any], name: str = "ticket_export", **query: Any) -> Any:
    return client.post(f"{reverse(name)}?{'&'.join(f'{key}={value}' for key, value in query.items())}", sent)


def content(answer: Any) -> bytes:
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return b"".join(answer.streaming_content)


def lines_of(answer: Any) -> list[list[str]]:
    """The rows of a CSV answer, without head and marks."""
    text = content(answer).decode("utf-8-sig")
    read = list(csv.reader(io.StringIO(text, newline="")))
    return read[1 : read.index([])]


def table_of(answer: Any, folder: Path) -> Any:
    file = folder / "list.xlsx"
    file.write_bytes(content(answer))
    return openpyxl.load_workbook(file)


def manager_with_password() -> tuple[User, dict[str, Any]]:
    return make_user(Role.MANAGER), {"password": PASSWORD}


def test_the_file_has_the_rows_of_the_screen_in_every_view_and_format(tmp_path: Path) -> None:
    outlet = make_outlet()
    person = make_user(Role.DISPATCHER, outlet)
    for minutes in range(4):
        make_handed_over(outlet, now=NOW - timedelta(minutes=minutes))
    cancel_ticket(make_handed_over(outlet).pk, "duplicate", actor=None, now=NOW + timedelta(minutes=5))
    make_handed_over(make_outlet())
    client = browser_of(person)
    for view in VIEWS:
        expected = filtered(person, Filters(view=view), clock.now())
        order = list(expected.order_by("-received_at", "-id").values_list("number", flat=True))
        rows = lines_of(ask(client, {"format": "csv"}, view=view))
        assert sorted(row[0] for row in rows) == sorted(order), view
        if view != "risk":
            assert [row[0] for row in rows] == order, view
        book = table_of(ask(client, {"format": "xlsx"}, view=view), tmp_path)
        assert book.worksheets[0].max_row - 1 == len(order), view
        assert Export.objects.latest("id").rows == len(order)


def test_filters_of_the_address_are_those_of_the_list() -> None:
    person, sent = manager_with_password()
    make_ticket(customer=make_customer(name="单秀英"))
    other = make_ticket(kind="consultation", customer=make_customer(name="李强"))
    client = browser_of(person)
    assert [row[0] for row in lines_of(ask(client, {**sent, "format": "csv"}, view="all", kind="consultation"))] == [
        other.number
    ]
    page = client.get(f"{reverse('ticket_export')}?view=all&text=李强").content.decode()
    assert "1 条记录" in page
    assert "李强" in page


def test_an_agent_takes_only_the_tickets_he_owns() -> None:
    agent = make_user(Role.AGENT)
    mine = make_ticket(actor=agent)
    make_ticket()
    rows = lines_of(ask(browser_of(agent), {"format": "csv"}, view="all"))
    assert [row[0] for row in rows] == [mine.number]


def test_phones_leave_masked_unless_a_manager_gives_a_reason() -> None:
    make_ticket(customer=make_customer(phone=PHONE), contact_phone=read_phone(PHONE)[1])
    manager, sent = manager_with_password()
    client = browser_of(manager)
    masked = content(ask(client, {**sent, "format": "csv"}, view="all")).decode()
    assert PHONE not in masked
    assert "138****5678" in masked
    refused = ask(client, {"format": "csv", "full_numbers": "on"}, view="all")
    assert refused.status_code == 422
    whole = {"format": "csv", "full_numbers": "on", "reason": "召回通知"}
    assert PHONE in content(ask(client, whole, view="all")).decode()
    written = Export.objects.latest("id")
    assert (written.full_numbers, written.reason, written.user, written.complete) == (True, "召回通知", manager, True)


@pytest.mark.parametrize("role", [Role.AGENT, Role.DISPATCHER, Role.SUPERVISOR])
def test_nobody_else_gets_whole_phones_by_asking(role: str) -> None:
    outlet = make_outlet()
    person = make_user(role, *([] if role == Role.AGENT else [outlet]))
    make_handed_over(outlet, actor=person, contact_phone=read_phone(PHONE)[1])
    sent = {"format": "csv", "full_numbers": "on", "reason": "x"}
    text = content(ask(browser_of(person), sent, view="all")).decode()
    assert PHONE not in text
    assert "138****5678" in text


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.TECHNICIAN])
def test_who_may_not_export_finds_no_button_and_no_page(role: str) -> None:
    client = browser_of(make_user(role))
    assert client.get(reverse("ticket_export")).status_code == 403
    assert ask(client, {"format": "csv"}).status_code == 403
    listing = client.get(reverse("ticket_list"))
    assert reverse("ticket_export") not in listing.content.decode()
    assert not Export.objects.exists()


def test_the_password_is_asked_again_and_holds_ten_minutes() -> None:
    make_ticket()
    client = browser_of(make_user(Role.ADMIN))
    assert ask(client, {"format": "csv"}, view="all").status_code == 422
    wrong = ask(client, {"format": "csv", "password": "wrong"}, view="all")
    assert wrong.status_code == 422
    assert not Export.objects.exists()
    assert len(lines_of(ask(client, {"format": "csv", "password": PASSWORD}, view="all"))) == 1
    with clock.at(NOW + timedelta(minutes=39)):
        assert len(lines_of(ask(client, {"format": "csv"}, view="all"))) == 1
    with clock.at(NOW + timedelta(minutes=41)):
        assert ask(client, {"format": "csv"}, view="all").status_code == 422


def test_every_export_leaves_a_row_that_cannot_be_changed() -> None:
    person, sent = manager_with_password()
    make_ticket()
    content(ask(browser_of(person), {**sent, "format": "csv"}, view="all", text=PHONE))
    written = Export.objects.get()
    assert (written.subject, written.format, written.rows, written.started_at) == ("tickets", "csv", 0, clock.now())
    assert written.filters == {"view": "all", "text": "138****5678"}
    for change in (written.delete, lambda: Export.objects.update(rows=9)):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_reader_who_goes_away_is_written_down_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "csv_pieces", lambda listing: writing.csv_pieces(listing, chunk=1))
    person, sent = manager_with_password()
    for _time in range(3):
        make_ticket()
    answer = ask(browser_of(person), {**sent, "format": "csv"}, view="all")
    pieces = iter(answer.streaming_content)
    next(pieces), next(pieces)
    answer._iterator.close()
    written = Export.objects.get()
    assert (written.rows, written.complete, written.finished_at) == (1, False, clock.now())


def test_the_file_says_who_took_it_when_and_under_which_filters(tmp_path: Path) -> None:
    person, sent = manager_with_password()
    make_ticket()
    client = browser_of(person)
    text = content(ask(client, {**sent, "format": "csv"}, view="all", kind="repair")).decode()
    for word in (person.name, person.employee_no, "2026-03-10 10:30:00", "维修"):
        assert word in text.split("\r\n\r\n")[-1], word
    book = table_of(ask(client, {"format": "xlsx"}, view="all"), tmp_path)
    about = {row[0].value: row[1].value for row in book.worksheets[1].iter_rows()}
    assert f"{person.name} ({person.employee_no})" in about.values()
    assert about["行数"] == "1"


def test_heads_words_and_instants_are_those_of_the_reader() -> None:
    person = make_user(Role.DISPATCHER, outlet := make_outlet())
    make_handed_over(outlet)
    client = browser_of(person)
    chinese = content(ask(client, {"format": "csv"}, view="all")).decode()
    client.cookies["django_language"] = "en"
    english = content(ask(client, {"format": "csv"}, view="all")).decode()
    assert "维修" in chinese
    assert "2026-03-10 10:00:00" in chinese
    assert outlet.name_zh in chinese
    assert "Repair" in english
    assert outlet.name_en in english
    assert english.startswith("\ufeffNumber,Kind,State")


def test_more_rows_than_a_sheet_holds_are_refused_with_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "XLSX_ROWS", 1)
    outlet = make_outlet()
    for _time in range(2):
        make_handed_over(outlet)
    client = browser_of(make_user(Role.DISPATCHER, outlet))
    refused = ask(client, {"format": "xlsx"}, view="all")
    assert refused.status_code == 422
    assert "CSV" in refused.content.decode()
    assert not Export.objects.exists()
    assert len(lines_of(ask(client, {"format": "csv"}, view="all"))) == 2


def test_the_number_of_queries_does_not_grow_with_the_rows() -> None:
    outlet = make_outlet()
    client = browser_of(make_user(Role.DISPATCHER, outlet))
    counts = []
    for more in (1, 6):
        for _time in range(more):
            make_handed_over(outlet)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            lines_of(ask(client, {"format": "csv"}, view="all"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_rows_behind_a_figure_are_those_of_its_page() -> None:
    outlet = make_outlet()
    for minutes in range(3):
        make_handed_over(outlet, now=NOW - timedelta(days=2, minutes=minutes))
    client = browser_of(make_user(Role.SUPERVISOR, outlet))
    query = {"figure": "clock-outlet_accept-all", "days": "28"}
    shown = client.get(reverse("dashboard_rows"), query)
    assert shown.context["page"].paginator.count == 3
    assert reverse("figure_export") in shown.content.decode()
    rows = lines_of(ask(client, {"format": "csv"}, "figure_export", **query))
    assert len(rows) == 3
    assert {row[0] for row in rows} == set(Ticket.objects.values_list("number", flat=True))
    assert client.get(reverse("figure_export"), {"figure": "nonsense"}).status_code == 404


def test_an_empty_list_says_so_and_leads_back() -> None:
    page = browser_of(make_user(Role.AGENT)).get(reverse("ticket_export"), {"view": "callback"})
    assert f"{reverse('ticket_list')}?view=callback" in page.content.decode()
    assert '<form class="panel"' not in page.content.decode()
