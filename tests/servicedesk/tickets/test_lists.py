"""Lists of tickets: saved views, filters, pages by keys, look-alikes, all inside the scope."""

from datetime import timedelta

import pytest

from servicedesk.people.models import Role, User
from servicedesk.sla.models import SlaClock
from servicedesk.sla.services import void_clocks
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.selectors import (
    VIEWS,
    Filters,
    filtered,
    look_alikes,
    page_of,
    read_key,
    story_of,
    tickets_by_number,
    view_counts,
    write_key,
)
from servicedesk.tickets.services import add_note, cancel_ticket, pause_clock, record_contact, send_to_outlet
from tests.defaults import load_defaults
from tests.make import (
    NOW,
    make_appliance,
    make_category,
    make_customer,
    make_handed_over,
    make_outlet,
    make_ticket,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _defaults() -> None:
    load_defaults()


def numbers(user: User, view: str = "all", **wanted: object) -> set[str]:
    filters = Filters(view=view, **wanted)  # type: ignore[arg-type]
    return {ticket.number for ticket in filtered(user, filters, NOW)}


def test_counts_of_the_tabs_equal_the_rows_behind_them() -> None:
    agent = make_user(Role.AGENT)
    make_ticket(actor=agent)
    make_ticket(now=NOW - timedelta(hours=5))
    make_handed_over(make_outlet(), now=NOW - timedelta(minutes=10))
    cancel_ticket(make_ticket().pk, "duplicate", actor=None, now=NOW)
    make_ticket(kind="consultation", actor=agent)
    counts = view_counts(agent, NOW)
    assert {view: len(numbers(agent, view)) for view in VIEWS} == counts
    assert counts == {"mine": 2, "open": 4, "risk": 1, "pauses": 0, "unsent": 2, "callback": 0, "closed": 1, "all": 5}


def test_a_paused_clock_puts_no_ticket_at_risk() -> None:
    agent = make_user(Role.AGENT)
    ticket = make_ticket(actor=agent, now=NOW - timedelta(minutes=1))
    pause_clock(ticket.pk, "waiting_for_customer", actor=agent, now=NOW)
    running = SlaClock.objects.filter(ticket=ticket, stopped_at=None).exclude(state="paused")
    void_clocks(ticket, at=NOW, actor=agent, kinds=list(running.values_list("kind", flat=True)))
    later = NOW + timedelta(days=5)
    assert not list(filtered(agent, Filters(view="risk"), later))


def test_filters_narrow_the_rows() -> None:
    agent, outlet = make_user(Role.AGENT), make_outlet()
    repair = make_handed_over(outlet, customer=make_customer(name="单秀英", phone="13812345678"))
    other = make_ticket(kind="consultation", customer=make_customer(name="李强"))
    assert numbers(agent, kind="consultation") == {other.number}
    assert numbers(agent, outlet=outlet.pk) == {repair.number}
    assert numbers(agent, state="open") == {repair.number, other.number}
    assert numbers(agent, priority=3) == {other.number}
    for text in ("单秀", "sxy", "shanxiu", "5678", repair.number, repair.number[:6] + "-0001", repair.number[-4:]):
        assert numbers(agent, text=text) >= {repair.number}, text
    assert numbers(agent, text="5678") == {repair.number}
    assert numbers(agent, text="没有") == set()


def test_a_filter_that_means_nothing_is_left_out() -> None:
    agent = make_user(Role.AGENT)
    ticket = make_ticket()
    assert numbers(agent, state="; drop table", kind="x") == {ticket.number}


def test_pages_walk_through_every_row_once_and_back_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("servicedesk.tickets.selectors.PAGE", 3)
    agent = make_user(Role.AGENT)
    customer = make_customer()
    # Two at the same instant, so that the key needs its second half.
    for minutes in (0, 1, 1, 2, 3, 4, 5, 6):
        make_ticket(customer=customer, now=NOW - timedelta(minutes=minutes))
    expected = list(Ticket.objects.order_by("-received_at", "-id").values_list("pk", flat=True))
    for view in ("all", "open"):
        page = page_of(agent, Filters(view=view), NOW)
        assert page.before == ""
        seen, pages = [row.pk for row in page.rows], [page]
        while page.after:
            page = page_of(agent, Filters(view=view), NOW, after=page.after)
            pages.append(page)
            seen += [row.pk for row in page.rows]
        assert seen == expected
        back = page_of(agent, Filters(view=view), NOW, before=pages[-1].before)
        assert [row.pk for row in back.rows] == [row.pk for row in pages[-2].rows]
        assert (back.before != "", back.after != "") == (True, True)
        first = page_of(agent, Filters(view=view), NOW, before=pages[1].before)
        assert ([row.pk for row in first.rows], first.before) == (expected[:3], "")


def test_the_view_at_risk_is_sorted_by_what_breaks_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("servicedesk.tickets.selectors.PAGE", 2)
    agent = make_user(Role.AGENT)
    tickets = [make_ticket(now=NOW - timedelta(hours=hours)) for hours in (2, 5, 3)]
    page = page_of(agent, Filters(view="risk"), NOW)
    second = page_of(agent, Filters(view="risk"), NOW, after=page.after)
    order = [row.pk for row in [*page.rows, *second.rows]]
    assert order == [tickets[1].pk, tickets[2].pk, tickets[0].pk]


@pytest.mark.parametrize("spoilt", ["", "x", "1.x", "nan.1", "99999999999999999.1", "inf.2", "-.-"])
def test_a_spoilt_place_in_the_address_starts_at_the_top(spoilt: str) -> None:
    make_ticket()
    assert read_key(spoilt) is None
    assert len(page_of(make_user(Role.AGENT), Filters(view="all"), NOW, after=spoilt).rows) == 1


def test_a_key_survives_the_address() -> None:
    ticket = make_ticket()
    assert read_key(write_key(ticket, "received_at")) == (ticket.received_at, ticket.pk)


@pytest.mark.parametrize("role", [Role.DISPATCHER, Role.SUPERVISOR])
def test_an_outlets_people_count_and_list_their_own_tickets_only(role: str) -> None:
    outlet = make_outlet()
    person = make_user(role, outlet)
    mine = make_handed_over(outlet)
    make_handed_over(make_outlet())
    make_ticket()
    assert numbers(person) == {mine.number}
    assert view_counts(person, NOW)["all"] == 1
    assert [row.pk for row in page_of(person, Filters(view="all"), NOW).rows] == [mine.pk]


def test_a_ticket_is_found_by_number_by_tail_and_without_its_dash() -> None:
    agent, ticket = make_user(Role.AGENT), make_ticket()
    tail = ticket.number[-4:]
    for typed in (ticket.number, f"#{ticket.number}", ticket.number.replace("-", ""), f"-{tail}", f"#{tail}", tail):
        assert tickets_by_number(agent, typed, NOW, 5) == [ticket], typed
    for typed in ("260310-9999", "999999", "-12", "洗衣机", ""):
        assert tickets_by_number(agent, typed, NOW, 5) == [], typed


def test_a_number_out_of_scope_is_not_found() -> None:
    ticket = make_handed_over(make_outlet())
    assert tickets_by_number(make_user(Role.DISPATCHER, make_outlet()), ticket.number, NOW, 5) == []


def test_a_look_alike_has_the_same_caller_number_or_place_and_product() -> None:
    agent, washer = make_user(Role.AGENT), make_category()
    customer = make_customer(phone="13812345678")
    ticket = make_ticket(customer=customer, contact_phone="13812345678", actor=agent)
    stranger = make_customer()
    assert look_alikes(agent, NOW, customer=customer, category=washer) == [ticket]
    assert look_alikes(agent, NOW, phone="+86 13812345678", category=washer) == [ticket]
    assert look_alikes(agent, NOW, address=customer.addresses.get(), category=washer) == [ticket]
    assert look_alikes(agent, NOW, customer=stranger, phone="13900000000", category=washer) == []
    assert look_alikes(agent, NOW) == []


def test_another_product_an_old_or_an_ended_ticket_is_no_look_alike() -> None:
    agent, customer = make_user(Role.AGENT), make_customer()
    fridge = make_category("refrigerator", name_zh="冰箱", name_en="Refrigerator")
    make_ticket(customer=customer, appliance=make_appliance(customer, category=fridge))
    make_ticket(customer=customer, now=NOW - timedelta(days=31))
    ended = make_ticket(customer=customer)
    cancel_ticket(ended.pk, "duplicate", actor=None, now=NOW)
    washer = make_category("dishwasher", name_zh="洗碗机", name_en="Dishwasher")
    assert look_alikes(agent, NOW, customer=customer, category=washer) == []


def test_the_story_is_newest_first_and_can_be_narrowed() -> None:
    agent, outlet = make_user(Role.AGENT), make_outlet()
    ticket = make_ticket(actor=agent)
    record_contact(ticket.pk, reached=False, actor=agent, now=NOW + timedelta(minutes=1))
    add_note(ticket.pk, "下午在家", actor=agent, now=NOW + timedelta(minutes=2))
    send_to_outlet(ticket.pk, outlet, actor=agent, now=NOW + timedelta(minutes=3))
    assert [line.action for line in story_of(ticket)] == [
        "send_to_outlet",
        "add_note",
        "record_contact",
        "open_ticket",
    ]
    assert [line.action for line in story_of(ticket, "calls")] == ["record_contact"]
    assert [line.action for line in story_of(ticket, "notes")] == ["add_note"]
    assert [line.action for line in story_of(ticket, "work")] == ["send_to_outlet", "open_ticket"]
