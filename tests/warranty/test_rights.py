"""Rights on their way: the days they are told on, to whom, once, and never when nothing comes any more."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from servicedesk.notify.models import Notification
from servicedesk.people.models import Address, Role
from servicedesk.tickets.models import Ticket, TicketFacts
from servicedesk.tickets.services import cancel_ticket
from tests.defaults import load_defaults
from tests.make import NOW, make_category, make_outlet, make_ticket, make_user
from tests.make_sla import in_parallel
from tests.make_warranty import make_repair, make_sold
from warranty.models import PartsWait, RightWatch
from warranty.rights import keep_rights, stages_of
from warranty.waits import NewWait, end_wait, open_wait, strike_wait
from warranty.watching import watch_once

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
# The ticket of these tests came in on this day; its wait is counted from here.
CAME = date(2026, 3, 10)


def waiting(cause: str = "no_parts", **overrides: Any) -> Ticket:
    """A washing machine in its year whose repair waits since the day the call came in."""
    load_defaults()
    ticket = make_ticket(customer=make_sold().customer, **overrides)
    assert ticket.appliance_id is not None
    open_wait(ticket.appliance_id, NewWait(cause=cause, since=CAME), ticket=ticket, actor=None, now=NOW)
    return ticket


def told(kind: str) -> set[str]:
    return set(Notification.objects.filter(kind=kind).values_list("recipient__role", flat=True))


def at(day: int) -> datetime:
    """Noon of the day that is `day` days after the call."""
    return NOW + day * DAY


@pytest.mark.parametrize(
    ("limit", "days"),
    [(90, (68, 84, 91)), (60, (45, 54, 61)), (30, (23, 24, 31)), (35, (27, 29, 36)), (10, (8, 11))],
)
def test_people_are_told_at_three_quarters_seven_days_before_and_on_the_day(limit: int, days: tuple[int, ...]) -> None:
    stages = stages_of(limit, CAME + (limit + 1) * DAY)
    assert tuple((day - CAME).days for _stage, day in stages) == days


def test_a_wait_for_parts_is_watched_by_the_limit_of_the_product() -> None:
    ticket = waiting()
    watch = RightWatch.objects.get()
    assert (watch.kind, watch.limit_days, watch.since, watch.arises_on) == ("parts_wait", 90, CAME, CAME + 91 * DAY)
    assert (watch.ticket, watch.next_stage, watch.next_on) == (ticket, "warn", CAME + 68 * DAY)


def test_phones_and_computers_have_sixty_days() -> None:
    load_defaults()
    appliance = make_sold(category=make_category("pc"))
    open_wait(appliance.pk, NewWait(cause="no_parts", since=CAME), actor=None, now=NOW)
    assert RightWatch.objects.get().limit_days == 60


def test_warnings_and_the_right_are_told_once_each_to_whom_they_concern() -> None:
    outlet = make_outlet()
    dispatcher, manager = make_user(Role.DISPATCHER, outlet), make_user(Role.MANAGER)
    ticket = waiting()
    Ticket.objects.filter(pk=ticket.pk).update(outlet=outlet)
    assert watch_once(at(67)) == 0
    assert [watch_once(at(day)) for day in (68, 68, 69)] == [1, 0, 0]
    assert told("right_warned") == {ticket.owner.role, "dispatcher"}
    assert [watch_once(at(day)) for day in (84, 90)] == [1, 0]
    assert told("right_arose") == set()
    assert [watch_once(at(91)), watch_once(at(91)), watch_once(at(120))] == [1, 0, 0]
    arose = Notification.objects.filter(kind="right_arose")
    assert {notice.recipient for notice in arose} == {ticket.owner, dispatcher, manager}
    actions = list(ticket.events.values_list("action", flat=True))
    assert (actions.count("right_warned"), actions.count("right_arose")) == (2, 1)
    watch = RightWatch.objects.get()
    assert (watch.arose_at, watch.next_on) == (at(91), None)


def test_of_warnings_that_were_missed_only_the_last_is_told() -> None:
    waiting()
    assert watch_once(at(95)) == 1
    assert not Notification.objects.filter(kind="right_warned").exists()


def test_the_day_begins_at_local_midnight() -> None:
    waiting()
    midnight = datetime(2026, 6, 8, 16, tzinfo=NOW.tzinfo)
    assert watch_once(midnight - timedelta(seconds=1)) == 1
    assert not RightWatch.objects.filter(arose_at__isnull=False).exists()
    watch_once(midnight)
    assert RightWatch.objects.get().arose_at == midnight


def test_a_wait_that_ends_ends_its_watch_and_nobody_is_told() -> None:
    waiting()
    end_wait(PartsWait.objects.get().pk, CAME + 10 * DAY, actor=None, now=at(10))
    assert RightWatch.objects.get().ended_at == at(10)
    assert watch_once(at(200)) == 0


def test_a_struck_wait_and_a_cancelled_ticket_end_the_watch() -> None:
    first, second = waiting(), waiting()
    strike_wait(PartsWait.objects.get(ticket=first).pk, "误", actor=None, now=at(1))
    cancel_ticket(second.pk, "duplicate", actor=None, now=at(1))
    assert not RightWatch.objects.filter(ended_at=None).exists()


def test_a_delay_of_the_repairer_brings_the_right_after_thirty_days() -> None:
    waiting("repairer")
    watch = RightWatch.objects.get()
    assert (watch.kind, watch.arises_on) == ("repairer_delay", CAME + 31 * DAY)


def test_an_open_repair_elsewhere_counts_from_its_own_hand_over() -> None:
    load_defaults()
    appliance = make_sold()
    row = make_repair(appliance, CAME - 20 * DAY)
    row_open = type(row).objects.create(appliance=appliance, kind="warranty", handed_over_on=CAME - 10 * DAY)
    open_wait(appliance.pk, NewWait(cause="no_parts", since=CAME), actor=None, now=NOW)
    watch = RightWatch.objects.get()
    assert (watch.since, watch.ticket) == (row_open.handed_over_on, None)


def test_a_unit_out_of_its_guarantee_has_no_right_to_wait_for() -> None:
    load_defaults()
    old = date(2015, 9, 1)
    appliance = make_sold(invoice_date=old, delivery_date=old, install_date=old)
    open_wait(appliance.pk, NewWait(cause="no_parts", since=CAME), actor=None, now=NOW)
    assert not RightWatch.objects.exists()


@pytest.mark.parametrize(("province", "limit"), [("浙江省", 35), ("山东省", 30)])
def test_local_law_counts_the_days_in_repair(province: str, limit: int) -> None:
    load_defaults()
    appliance = make_sold()
    place = Address.objects.create(customer=appliance.customer, province=province, detail="西湖路1号")
    ticket = make_ticket(customer=appliance.customer, address=place)
    TicketFacts.objects.filter(ticket=ticket).update(first_arrival_at=NOW)
    keep_rights(appliance.pk, now=at(3))
    watch = RightWatch.objects.get()
    assert (watch.kind, watch.limit_days, watch.arises_on) == ("long_repair", limit, CAME + (limit + 1) * DAY)


def test_a_corrected_purchase_is_noticed_within_a_day_and_nobody_hears_of_a_right_that_is_gone() -> None:
    ticket = waiting()
    assert ticket.appliance is not None
    old = date(2015, 9, 1)
    type(ticket.appliance).objects.filter(pk=ticket.appliance.pk).update(
        invoice_date=old, delivery_date=old, install_date=old
    )
    assert watch_once(at(1)) == 0
    assert RightWatch.objects.get().ended_at == at(1)


@pytest.mark.django_db(transaction=True)
def test_two_rounds_at_once_tell_each_right_once() -> None:
    for _each in range(6):
        waiting()
    assert in_parallel(lambda: watch_once(at(70)), lambda: watch_once(at(70)), lambda: watch_once(at(70))) == []
    watch_once(at(70))
    keys = list(Notification.objects.filter(kind="right_warned").values_list("event_key", "recipient"))
    assert (len(keys), len(set(keys))) == (6, 6)
    assert RightWatch.objects.filter(warned_at__isnull=False).count() == 6
