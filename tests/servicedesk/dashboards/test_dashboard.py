"""The dashboard: numbers against a plain recount, and every number against the rows it opens."""

import re
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from servicedesk import clock
from servicedesk.dashboards import selectors
from servicedesk.dashboards.figures import STAGES, View
from servicedesk.dashboards.filters import Filters, read_filters
from servicedesk.dashboards.rows import rows_of
from servicedesk.people.models import Outlet, Role, User
from servicedesk.sla.models import ClockKind, SlaClock
from servicedesk.tickets.models import Ticket, TicketFacts
from servicedesk.tickets.services import accept_handover, send_to_outlet
from tests.defaults import load_defaults
from tests.make import NOW, make_appliance, make_customer, make_outlet, make_ticket, make_user

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


class Town:
    """Two outlets and a month of tickets: some in time, some late, some never looked at."""

    def __init__(self) -> None:
        load_defaults()
        self.outlets = (make_outlet(), make_outlet())
        self.agent = make_user(Role.AGENT)
        self.manager = make_user(Role.MANAGER)
        self.dispatcher = make_user(Role.DISPATCHER, self.outlets[0])
        self.technician = make_user(Role.TECHNICIAN, self.outlets[0])
        self.tickets = [self.ticket(number) for number in range(12)]

    def ticket(self, number: int) -> Ticket:
        received = NOW - timedelta(days=number % 6, hours=number)
        actor = self.agent if number % 3 else self.manager
        channel = "phone" if number % 4 else "email"
        with clock.at(received):
            ticket = make_ticket(actor=actor, now=received, channel=channel, priority=2)
        if number % 5:
            outlet = self.outlets[number % 2]
            send_to_outlet(ticket.pk, outlet, actor=None, now=received + timedelta(minutes=10))
            answered = received + timedelta(minutes=20 + 4 * number)
            accept_handover(ticket.pk, actor=None, now=answered)
        ticket.refresh_from_db()
        if number % 4 == 3:
            TicketFacts.objects.filter(ticket=ticket).update(
                technician=self.technician, completed_at=received + timedelta(hours=3), satisfaction=number % 5 + 1
            )
        return ticket


@pytest.fixture
def town() -> Town:
    return Town()


def view_of(user: User, now: datetime = LATER, **filters: Any) -> View:
    days = Filters(first=(now - timedelta(days=27)).date(), last=now.date(), **filters)
    return View(user, days, now)


def judged(kind: str, tickets: list[Ticket], now: datetime) -> tuple[int, int]:
    """Hits and judged clocks, counted one by one."""
    states = [one.state_at(now) for one in SlaClock.objects.filter(ticket__in=tickets, kind=kind)]
    return states.count("met"), states.count("met") + states.count("breached")


@pytest.mark.parametrize("kind", selectors.SHOWN)
def test_attainment_is_what_counting_clock_by_clock_gives(town: Town, kind: str) -> None:
    share = selectors.attainment(view_of(town.manager))[kind]
    assert (share.hits, share.n) == judged(kind, town.tickets, LATER)


def test_attainment_is_right_although_no_sweep_has_run(town: Town) -> None:
    share = selectors.attainment(view_of(town.manager))[ClockKind.ARRIVAL]
    assert SlaClock.objects.filter(kind=ClockKind.ARRIVAL, state="breached").count() == 0
    assert (share.hits, share.n) == (0, 12)


def test_the_period_before_is_compared(town: Town) -> None:
    now = NOW + timedelta(days=28)
    share = selectors.attainment(view_of(town.manager, now))[ClockKind.OUTLET_ACCEPT]
    assert share.n == 0
    assert share.n_before == 12
    assert share.change is None


def test_scope_is_that_of_the_reader(town: Town) -> None:
    own = [ticket for ticket in town.tickets if ticket.outlet == town.outlets[0]]
    share = selectors.attainment(view_of(town.dispatcher))[ClockKind.OUTLET_ACCEPT]
    assert (share.hits, share.n) == judged(ClockKind.OUTLET_ACCEPT, own, LATER)
    mine = [ticket for ticket in town.tickets if ticket.owner == town.agent]
    share = selectors.attainment(view_of(town.agent))[ClockKind.OUTLET_ACCEPT]
    assert (share.hits, share.n) == judged(ClockKind.OUTLET_ACCEPT, mine, LATER)


def test_tables_add_up_to_the_whole(town: Town) -> None:
    view = view_of(town.manager)
    whole = selectors.attainment(view)[ClockKind.OUTLET_ACCEPT]
    for lines in (selectors.by_outlet(view, ClockKind.OUTLET_ACCEPT), selectors.by_day(view, ClockKind.OUTLET_ACCEPT)):
        assert sum(line.share.n for line in lines) == whole.n
        assert sum(line.share.hits for line in lines) == whole.hits


def test_a_cause_is_the_first_stage_missed(town: Town) -> None:
    expected: dict[str, int] = {}
    order = [str(stage) for stage in STAGES]
    for ticket in town.tickets:
        clocks = [one for one in SlaClock.objects.filter(ticket=ticket) if one.kind in order]
        late = [one.kind for one in clocks if one.state_at(LATER) == "breached"]
        if late:
            first = min(late, key=order.index)
            expected[first] = expected.get(first, 0) + 1
    assert dict(selectors.causes(view_of(town.manager))) == expected
    assert len(expected) > 1


def test_blind_audits_stay_out_of_every_figure(town: Town) -> None:
    before = selectors.attainment(view_of(town.manager))[ClockKind.ARRIVAL].n
    Ticket.objects.filter(pk=town.tickets[0].pk).update(excluded_from_measures=True)
    assert selectors.attainment(view_of(town.manager))[ClockKind.ARRIVAL].n == before - 1


def test_a_repair_that_came_back_is_no_first_visit_fix() -> None:
    load_defaults()
    customer = make_customer()
    appliance = make_appliance(customer)
    closed = []
    for days in (0, 20, 60):
        now = NOW + timedelta(days=days)
        ticket = make_ticket(customer=customer, appliance=appliance, now=now)
        ended = now + timedelta(hours=5)
        Ticket.objects.filter(pk=ticket.pk).update(state="closed", closed_at=ended)
        TicketFacts.objects.filter(ticket=ticket).update(visits=1, fault_group="drive", completed_at=ended)
        closed.append(ticket)
    view = View(
        make_user(Role.MANAGER), Filters(NOW.date(), NOW.date() + timedelta(days=90)), NOW + timedelta(days=91)
    )
    first, repeat = selectors.repairs(view)
    assert (first.hits, first.n, repeat.hits) == (2, 3, 1)
    again = rows_of(view, "repairs-repeat", {}).tickets
    assert again is not None
    assert [ticket.pk for ticket in again] == [closed[0].pk]


def numbers_on(page: str) -> list[tuple[str, int]]:
    """Address and number of every link to rows whose text is a whole number, or says how many were counted."""
    links = re.findall(r'href="([^"]*/dashboard/rows/[^"]*)"[^>]*>\s*(\d+)(?: missed)?\s*<', page)
    return [(unescape(url), int(number)) for url, number in links]


def test_every_number_opens_exactly_its_rows(town: Town) -> None:
    client = Client(headers={"accept-language": "en"})
    client.cookies["django_language"] = "en"
    client.force_login(town.manager)
    with clock.at(LATER):
        page = client.get(reverse("dashboard")).content.decode()
        numbers = numbers_on(page)
        assert len(numbers) > 10
        for url, number in numbers:
            answer = client.get(url)
            assert answer.context["page"].paginator.count == number, url


def test_the_number_under_a_share_is_the_count_of_its_rows(town: Town) -> None:
    client = Client()
    client.force_login(town.manager)
    with clock.at(LATER):
        for figure in client.get(reverse("dashboard")).context["figures"]:
            assert client.get(figure.url).context["page"].paginator.count == figure.n, figure.url


def test_a_long_table_shows_its_greatest_gaps_until_all_are_asked_for(town: Town, monkeypatch: Any) -> None:
    monkeypatch.setattr("servicedesk.dashboards.views.LINES", 1)
    client = Client()
    client.force_login(town.manager)
    with clock.at(LATER):
        short = client.get("/dashboard/?clock=outlet_accept")
        whole = client.get("/dashboard/?clock=outlet_accept&whole=of_outlet")
    table = short.context["outlets_table"]
    assert len(table["lines"]) == 1 < table["total"]
    assert "whole=of_outlet" in short.content.decode()
    assert len(whole.context["outlets_table"]["lines"]) == table["total"]


def test_queries_do_not_grow_with_rows(town: Town, django_assert_max_num_queries: Any) -> None:
    client = Client()
    client.force_login(town.manager)
    with clock.at(LATER):
        for url, most in ((reverse("dashboard"), 22), (reverse("dashboard_rows") + "?figure=clock-arrival-all", 10)):
            client.get(url)
            with django_assert_max_num_queries(most):
                client.get(url)


@pytest.mark.parametrize(
    "figure",
    ["nonsense", "clock-arrival-maybe", "clock-tea-all", "repairs-x", "rated-9", "cause-callback"],
)
def test_a_figure_nobody_gives_is_not_found(town: Town, figure: str) -> None:
    client = Client()
    client.force_login(town.manager)
    assert client.get(reverse("dashboard_rows"), {"figure": figure}).status_code == 404


@pytest.mark.parametrize("line", [{"of_outlet": "x"}, {"of_technician": "none"}, {"of_day": "2026-13-01"}])
def test_a_line_that_is_no_line_is_not_found(town: Town, line: dict[str, str]) -> None:
    client = Client()
    client.force_login(town.manager)
    answer = client.get(reverse("dashboard_rows"), {"figure": "clock-arrival-all", **line})
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("values", "first", "last"),
    [
        ({}, "2026-02-11", "2026-03-10"),
        ({"days": "7"}, "2026-03-04", "2026-03-10"),
        ({"days": "1000"}, "2026-02-11", "2026-03-10"),
        ({"from": "2026-01-01", "until": "2026-01-31"}, "2026-01-01", "2026-01-31"),
        ({"from": "2026-02-01", "until": "2026-01-31"}, "2026-02-11", "2026-03-10"),
        ({"from": "soon", "until": "later", "outlet": "x", "kind": "y"}, "2026-02-11", "2026-03-10"),
    ],
)
def test_what_an_address_cannot_mean_falls_back(values: dict[str, str], first: str, last: str) -> None:
    filters = read_filters(values, NOW)
    assert (filters.first.isoformat(), filters.last.isoformat(), filters.kind) == (first, last, "")


def test_a_day_is_the_local_day() -> None:
    just_after_midnight = NOW.replace(hour=16, minute=1)
    assert read_filters({"days": "7"}, just_after_midnight).last.isoformat() == "2026-03-11"


def test_an_outlet_narrows_every_number(town: Town) -> None:
    outlet: Outlet = town.outlets[1]
    view = view_of(town.manager, outlet=outlet.pk)
    own = [ticket for ticket in town.tickets if ticket.outlet == outlet]
    share = selectors.attainment(view)[ClockKind.OUTLET_ACCEPT]
    assert (share.hits, share.n) == judged(ClockKind.OUTLET_ACCEPT, own, LATER)


def test_one_failing_item_fails_the_ticket_s_conduct_and_the_figure_opens_its_rows(town: Town) -> None:
    done = [ticket for ticket in town.tickets if TicketFacts.objects.get(ticket=ticket).completed_at]
    for place, ticket in enumerate(done):
        TicketFacts.objects.filter(ticket=ticket).update(checklist_passed=place > 0)
    view = view_of(town.manager)
    share = selectors.conduct(view)
    assert (share.hits, share.n) == (len(done) - 1, len(done))
    assert rows_of(view, "conduct-all", {}).count() == share.n
    assert [one.pk for one in rows_of(view, "conduct-failed", {}).tickets or []] == [done[0].pk]
    client = Client()
    client.force_login(town.manager)
    with clock.at(LATER):
        page = client.get(reverse("dashboard")).content.decode()
        rows = client.get(reverse("dashboard_rows"), {"figure": "conduct-failed"}).content.decode()
    assert "figure=conduct-failed" in page
    assert done[0].number in rows
    assert done[1].number not in rows
