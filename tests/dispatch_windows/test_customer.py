"""The customer moves his appointment or calls it off by his link: within limits, and nothing breaks silently."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dispatch.models import Assignment, WindowPlace, WindowPlan
from dispatch.rules import Span
from dispatch.selectors.moves import moves_of
from dispatch.services import assign_technician
from dispatch.windows.changes import change_window, seen_of
from servicedesk import clock
from servicedesk.clock import LOCAL
from servicedesk.desk.windows import promise_value
from servicedesk.errors import ActionError
from servicedesk.notify.models import Notification
from servicedesk.people.models import Role
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.services import Intake, accept_handover, open_ticket, send_to_outlet
from tests.make import NOW, make_appliance, make_customer, make_user
from tests.make_dispatch import make_absence, make_technician
from tests.make_windows import make_seller, new_key, window
from visits.aftercare.services.appointment import cancel_visit, change_time

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def sold(hour: int = 8, **more: Any) -> Ticket:
    """A ticket with a promised window tomorrow."""
    customer, now = make_customer(), more.pop("now", NOW)
    wanted = more.pop("wanted", window(hour))
    intake = Intake(
        kind="repair",
        channel="phone",
        customer=customer,
        address=customer.addresses.first(),
        appliance=make_appliance(customer),
        description="不转",
        requested_from=wanted.start,
        requested_until=wanted.end,
        window_key=new_key(),
    )
    return open_ticket(intake, actor=make_user(), now=now)


def booked(ticket: Ticket) -> Assignment:
    outlet = WindowPlace.objects.get(ticket=ticket, state="sold").outlet
    make_user(Role.DISPATCHER, outlet)
    send_to_outlet(ticket.pk, outlet, actor=None, now=NOW + MINUTE)
    accept_handover(ticket.pk, actor=None, now=NOW + 2 * MINUTE)
    start = window(8).start
    job = assign_technician(
        ticket.pk, outlet.technicians.get(), start, start + 45 * MINUTE, actor=None, now=NOW + 3 * MINUTE
    )
    ticket.refresh_from_db()
    return job


def code_of(ticket: Ticket, hour: int, **more: Any) -> str:
    seen, now = more.get("seen", seen_of(ticket)), more.get("now", NOW)
    with pytest.raises(ActionError) as refused:
        change_window(ticket.pk, window(hour), seen=seen, now=now)
    return refused.value.code


def test_a_change_takes_the_new_place_and_gives_the_old_one_back() -> None:
    make_seller()
    ticket = sold()
    ticket = change_window(ticket.pk, window(14), seen=seen_of(ticket), now=NOW)
    assert ticket.promised_from == ticket.requested_from == window(14).start
    assert list(WindowPlace.objects.order_by("id").values_list("state", flat=True)) == ["given_back", "sold"]
    assert ticket.events.filter(action="change_window").count() == 1


def test_the_same_change_sent_twice_is_done_once_and_another_window_hears_of_it() -> None:
    make_seller()
    ticket = sold()
    seen = seen_of(ticket)
    change_window(ticket.pk, window(14), seen=seen, now=NOW)
    change_window(ticket.pk, window(14), seen=seen, now=NOW)
    assert ticket.events.filter(action="change_window").count() == 1
    assert code_of(ticket, 16, seen=seen) == "changed_meanwhile"


def test_a_full_window_is_refused_and_the_promise_stands() -> None:
    make_seller()
    ticket = sold()
    for _ in range(2):
        sold(14)
    assert code_of(ticket, 14) == "window_gone"
    ticket.refresh_from_db()
    assert ticket.promised_from == window(8).start
    assert WindowPlace.objects.get(ticket=ticket).state == "sold"


def test_the_limits_are_those_of_the_plan() -> None:
    outlet = make_seller(changes=1, notice_hours=3)
    ticket = sold()
    assert code_of(ticket, 14, now=window(8).start - timedelta(hours=2)) == "too_late_to_change"
    ticket = change_window(ticket.pk, window(14), seen=seen_of(ticket), now=NOW)
    assert code_of(ticket, 16) == "changed_often"
    WindowPlan.objects.filter(outlet=outlet).update(is_open=False)
    assert code_of(ticket, 16) == "windows_not_promised"


def test_the_technician_goes_along_where_the_new_time_suits_him() -> None:
    make_seller()
    ticket = sold()
    job = booked(ticket)
    ticket = change_window(ticket.pk, window(14), seen=seen_of(ticket), now=NOW + 5 * MINUTE)
    job.refresh_from_db()
    new = ticket.assignments.get(state="offered")
    assert (job.state, new.technician) == ("released", job.technician)
    assert window(14).start <= new.span.lower < window(14).end
    assert ticket.promised_from == window(14).start
    assert ticket.state == "scheduled"
    assert who_moved(ticket) == ("customer", window(8).start, window(14).start)


def who_moved(ticket: Ticket) -> tuple[Any, ...]:
    """For whom the last line of the ledger says that the appointment moved, from when to when."""
    line = moves_of(ticket).lines[-1]
    assert line.promise_before is not None
    assert line.promise_after is not None
    return line.moved_by, line.promise_before.lower, line.promise_after.lower


def test_where_it_does_not_suit_him_the_dispatcher_is_told_and_the_ticket_is_open_again() -> None:
    outlet = make_seller(crew=1)
    ticket = sold()
    job = booked(ticket)
    make_technician(outlet)
    make_absence(job.technician, window(14).start, window(14).end)
    ticket = change_window(ticket.pk, window(14), seen=seen_of(ticket), now=NOW + 5 * MINUTE)
    job.refresh_from_db()
    assert (job.state, ticket.state) == ("released", "open")
    assert who_moved(ticket)[0] == "customer"
    assert ticket.promised_from == window(14).start
    assert Notification.objects.filter(kind="window_changed", ticket=ticket).exists()


def test_calling_off_gives_the_place_back_and_is_done_once() -> None:
    make_seller()
    ticket = sold()
    cancel_visit(ticket.pk, "works_again", now=NOW, text="谢谢")
    cancel_visit(ticket.pk, "works_again", now=NOW)
    ticket.refresh_from_db()
    assert ticket.state == "cancelled"
    assert WindowPlace.objects.get().state == "given_back"
    assert "谢谢" in ticket.events.get(action="cancel_ticket").note
    with pytest.raises(ActionError) as refused:
        change_time(ticket.pk, (window(14).start, window(14).end), seen=seen_of(ticket), now=NOW)
    assert refused.value.code == "ticket_cancelled"


# -- the pages: their clock runs -----------------------------------------------------------------


def in_days(days: int, hour: int) -> Span:
    start = (
        (clock.now() + timedelta(days=days)).astimezone(LOCAL).replace(hour=hour, minute=0, second=0, microsecond=0)
    )
    return Span(start, start + timedelta(hours=2))


def test_the_page_offers_times_and_changes_the_appointment(client: Client) -> None:
    make_seller()
    now = clock.now()
    ticket = sold(now=now, wanted=in_days(1, 8))
    page = client.get(reverse("customer_ticket", args=[ticket.token]))
    assert reverse("customer_time", args=[ticket.token]) in page.content.decode()
    other = in_days(1, 14)
    value = promise_value(other.start, other.end)
    offered = client.get(reverse("customer_time", args=[ticket.token]))
    assert value in offered.content.decode()
    assert offered.headers["Cache-Control"] == "no-store, private"
    typed = {"window": value, "seen": seen_of(ticket)}
    assert client.post(reverse("customer_time", args=[ticket.token]), typed).status_code == 303
    assert client.post(reverse("customer_time", args=[ticket.token]), typed).status_code == 303
    ticket.refresh_from_db()
    assert ticket.promised_from == other.start


def test_bad_input_and_stale_pages_say_so(client: Client) -> None:
    make_seller()
    ticket = sold(now=clock.now(), wanted=in_days(1, 8))
    url = reverse("customer_time", args=[ticket.token])
    assert client.post(url, {"window": "", "seen": seen_of(ticket)}).status_code == 422
    other = in_days(1, 14)
    stale = client.post(url, {"window": promise_value(other.start, other.end), "seen": "2020"})
    assert stale.status_code == 409
    assert client.post(reverse("customer_cancel", args=[ticket.token]), {"reason": "x"}).status_code == 422
    assert client.get(reverse("customer_time", args=["nobody"])).status_code == 404


def test_calling_off_by_the_page(client: Client) -> None:
    make_seller()
    ticket = sold(now=clock.now(), wanted=in_days(1, 8))
    url = reverse("customer_cancel", args=[ticket.token])
    assert client.get(url).status_code == 200
    assert client.post(url, {"reason": "no_time"}).status_code == 303
    ticket.refresh_from_db()
    assert ticket.state == "cancelled"
    assert client.get(url).status_code == 303
