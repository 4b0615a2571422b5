"""Places in windows: held, run out, sold, given back; always as many as the outlet can serve."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dispatch.models import Assignment, Certification, Technician, TechnicianDistrict, WindowPlace, WindowPlan
from dispatch.services import assign_technician, refuse_assignment
from dispatch.services.pairings import pair_technician
from dispatch.windows.offering import offers_of
from dispatch.windows.services import (
    LONGEST_HOLD,
    held_of,
    hold_window,
    release_window,
    sell_window,
    tidy_holds,
)
from servicedesk.errors import ActionError
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.services import Intake, accept_handover, cancel_ticket, open_ticket, send_to_outlet
from tests.make import NOW, make_appliance, make_category, make_customer, make_outlet, make_user
from tests.make_dispatch import make_absence, make_technician
from tests.make_windows import EIGHT, TOMORROW, make_ask, make_seller, new_key, window

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def left(day: int = 1, hour: int = 8, **ask: object) -> int:
    """How many places the window still has for a washing machine."""
    wanted = window(hour, day=day)
    offers = offers_of(make_ask(**ask), NOW).offers
    return next((one.left for one in offers if (one.start, one.end) == (wanted.start, wanted.end)), 0)


def buy(hour: int = 8, *, day: int = 1, now: object = NOW, **fields: object) -> Ticket:
    """A ticket opened with a promised window."""
    wanted, customer = window(hour, day=day), make_customer()
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
        **fields,  # type: ignore[arg-type]
    )
    return open_ticket(intake, actor=make_user(), now=NOW)


def gone(hour: int = 8, *, day: int = 1) -> bool:
    with pytest.raises(ActionError) as refused:
        hold_window(new_key(), make_ask(), window(hour, day=day), actor=None, now=NOW)
    return refused.value.code == "window_gone"


def test_an_outlet_offers_what_its_technicians_can_serve() -> None:
    make_seller(crew=2)
    assert left() == 4
    assert left(hour=18) == 0


def test_without_a_plan_nothing_is_promised() -> None:
    outlet = make_seller()
    WindowPlan.objects.filter(outlet=outlet).update(is_open=False)
    offers = offers_of(make_ask(), NOW)
    assert not offers.promised
    assert offers.note
    with pytest.raises(ActionError) as refused:
        hold_window(new_key(), make_ask(), window(8), actor=None, now=NOW)
    assert refused.value.code == "windows_not_promised"


def test_a_window_that_is_over_or_too_near_is_not_offered() -> None:
    make_seller()
    assert left(day=0, hour=8) == 0
    # Ten o'clock: the technician is there at a quarter past, one job begins before half past eleven and one more.
    assert left(day=0, hour=10) == 2
    assert gone(8, day=0)


def test_a_hold_counts_until_its_time_is_up_and_needs_no_worker_to_end() -> None:
    make_seller()
    key = new_key()
    held = hold_window(key, make_ask(), window(8), actor=None, now=NOW)
    assert held.expires_at == NOW + 10 * MINUTE
    assert left() == 1
    later = NOW + 10 * MINUTE
    offers = offers_of(make_ask(), later).offers
    assert next(one.left for one in offers if one.start == TOMORROW) == 2
    assert held_of(key, later) is None
    assert tidy_holds(later) == 1
    assert WindowPlace.objects.get().state == "expired"


def test_the_same_key_has_one_place_however_often_it_asks() -> None:
    make_seller()
    key = new_key()
    for minute in range(3):
        hold_window(key, make_ask(), window(8), actor=None, now=NOW + minute * MINUTE)
    assert WindowPlace.objects.count() == 1
    assert WindowPlace.objects.get().expires_at == NOW + 12 * MINUTE


def test_typing_for_ever_does_not_keep_a_place_for_ever() -> None:
    make_seller()
    key = new_key()
    for minute in range(0, 60, 5):
        held = hold_window(key, make_ask(), window(8), actor=None, now=NOW + minute * MINUTE)
    assert held.expires_at == NOW + LONGEST_HOLD


def test_choosing_another_window_gives_the_first_back() -> None:
    make_seller()
    key = new_key()
    hold_window(key, make_ask(), window(8), actor=None, now=NOW)
    hold_window(key, make_ask(), window(10), actor=None, now=NOW)
    assert left() == 2
    assert left(hour=10) == 1


def test_a_refused_choice_leaves_the_place_held_before() -> None:
    make_seller()
    mine = new_key()
    hold_window(mine, make_ask(), window(8), actor=None, now=NOW)
    for _ in range(2):
        hold_window(new_key(), make_ask(), window(10), actor=None, now=NOW)
    with pytest.raises(ActionError):
        hold_window(mine, make_ask(), window(10), actor=None, now=NOW)
    assert held_of(mine, NOW) is not None


def test_released_places_are_free_at_once_and_releasing_twice_is_no_fault() -> None:
    make_seller()
    key = new_key()
    hold_window(key, make_ask(), window(8), actor=None, now=NOW)
    assert release_window(key, now=NOW)
    assert not release_window(key, now=NOW)
    assert left() == 2


def test_opening_the_ticket_sells_the_place_and_writes_the_promise() -> None:
    make_seller()
    ticket = buy()
    ticket.refresh_from_db()
    assert (ticket.promised_from, ticket.promised_until) == (TOMORROW, TOMORROW + timedelta(hours=2))
    assert WindowPlace.objects.get().state == "sold"
    assert ticket.events.filter(action="sell_window").exists()
    assert left() == 1


def test_selling_beyond_what_holds_is_refused_and_no_ticket_is_made() -> None:
    make_seller()
    buy()
    buy()
    with pytest.raises(ActionError) as refused:
        buy()
    assert (refused.value.code, refused.value.field, refused.value.status) == ("window_gone", "window", 409)
    assert Ticket.objects.count() == 2
    assert gone()


def test_selling_again_under_the_same_key_changes_nothing() -> None:
    make_seller()
    ticket = buy()
    place = WindowPlace.objects.get()
    assert sell_window(ticket, place.key, window(8), actor=None, now=NOW) == place


def test_the_share_for_emergencies_is_kept_and_an_emergency_may_use_it() -> None:
    make_seller(crew=2, emergency_percent=25)
    assert left() == 3
    assert left(priority=1) == 4


def test_a_skill_counts_once_however_many_products_ask_for_it() -> None:
    outlet = make_seller()
    fridge = make_category("refrigerator", name_zh="冰箱", name_en="Refrigerator")
    technician = outlet.technicians.get()
    technician.skills.create(category=fridge, level=2)
    hold_window(new_key(), make_ask(category=fridge), window(8), actor=None, now=NOW)
    assert left() == 1


@pytest.mark.parametrize(("until", "places"), [(date(2026, 3, 10), 0), (date(2026, 3, 11), 2)])
def test_a_certificate_counts_by_the_day_of_the_visit(until: date, places: int) -> None:
    outlet = make_seller()
    Certification.objects.filter(technician__outlet=outlet).update(valid_until=until)
    assert left() == places


def test_who_keeps_to_other_districts_is_not_counted() -> None:
    outlet = make_seller()
    TechnicianDistrict.objects.create(technician=outlet.technicians.get(), district="游仙区")
    assert left() == 0


def wish(ticket: Ticket, technician: Technician, kind: str) -> None:
    pair_technician(ticket.pk, technician, kind, "客户要求", actor=None, now=NOW)


@pytest.mark.parametrize("kind", ["barred", "not_again", "requested"])
def test_a_promise_waits_for_those_whom_its_customer_wants(kind: str) -> None:
    make_seller(crew=2)
    first, second = Technician.objects.order_by("pk")
    for _ in range(2):
        wish(buy(), second if kind == "requested" else first, kind)
    choosy = buy(14)
    wish(choosy, first, "barred")
    # Both places of the second technician are promised, those of the first are not for everybody.
    assert left() == 2
    assert left(customer=choosy.customer) == 0


@pytest.mark.parametrize(("kind", "places"), [("not_again", 0), ("requested", 2)])
def test_a_ticket_is_offered_the_times_of_those_whom_its_customer_wants(kind: str, places: int) -> None:
    make_seller(crew=2)
    first, second = Technician.objects.order_by("pk")
    for _ in range(2):
        wish(buy(), second, "requested")
    ticket = buy(14)
    wish(ticket, first, kind)
    assert left(ticket=ticket) == places


def test_a_place_held_for_a_customer_with_wishes_is_counted_again_before_it_is_sold() -> None:
    make_seller(crew=2)
    first, second = Technician.objects.order_by("pk")
    choosy, key = buy(14), new_key()
    wish(choosy, first, "barred")
    ask = make_ask(customer=choosy.customer)
    held = hold_window(key, ask, window(8), actor=None, now=NOW)
    assert hold_window(key, ask, window(8), actor=None, now=NOW) == held
    assert WindowPlace.objects.filter(state="held").count() == 1
    for _ in range(2):
        wish(buy(), second, "requested")
    with pytest.raises(ActionError) as refused:
        hold_window(key, ask, window(8), actor=None, now=NOW)
    assert refused.value.code == "window_gone"


def test_leave_takes_its_places_away() -> None:
    outlet = make_seller()
    make_absence(outlet.technicians.get(), TOMORROW, TOMORROW + timedelta(hours=1, minutes=15))
    assert left() == 1


def handed(ticket: Ticket) -> Ticket:
    """The ticket, accepted by the outlet that sold its window."""
    place = WindowPlace.objects.get(ticket=ticket, state="sold")
    send_to_outlet(ticket.pk, place.outlet, actor=None, now=NOW + MINUTE)
    accept_handover(ticket.pk, actor=None, now=NOW + 2 * MINUTE)
    ticket.refresh_from_db()
    return ticket


def assigned(ticket: Ticket) -> Assignment:
    technician = WindowPlace.objects.get(ticket=ticket, state="sold").outlet.technicians.get()
    start = TOMORROW + timedelta(minutes=0)
    return assign_technician(
        ticket.pk, technician, start, start + timedelta(minutes=45), actor=None, now=NOW + 3 * MINUTE
    )


def test_an_assignment_takes_the_place_over_and_a_refusal_gives_it_back_to_the_promise() -> None:
    make_seller()
    ticket = handed(buy())
    assert left() == 1
    job = assigned(ticket)
    assert left() == 1
    refuse_assignment(job.pk, "车坏了", actor=None, now=NOW + 4 * MINUTE)
    assert left() == 1


def test_a_cancelled_ticket_gives_its_place_back() -> None:
    make_seller()
    ticket = buy()
    cancel_ticket(ticket.pk, "customer_wish", actor=None, now=NOW)
    assert WindowPlace.objects.get().state == "given_back"
    assert left() == 2


def test_a_ticket_sent_elsewhere_gives_its_place_back() -> None:
    make_seller()
    ticket = buy()
    send_to_outlet(ticket.pk, make_outlet(), actor=None, now=NOW)
    assert WindowPlace.objects.get().state == "given_back"
    assert left() == 2


def test_the_cheapest_window_comes_first_and_says_why() -> None:
    outlet = make_seller()
    ticket = handed(buy(14))
    near = ticket.address
    assert near is not None
    near.lat, near.lon = 31.50, 104.80
    near.save()
    offers = offers_of(make_ask(address=near), NOW).offers
    assert offers[0].start.astimezone().hour == window(14).start.astimezone().hour
    assert offers[0].extra == 0
    assert [one.extra or 0 for one in offers] == sorted(one.extra or 0 for one in offers)
    assert outlet.pk


def test_why_nothing_is_left_is_said() -> None:
    outlet = make_seller(crew=0)
    assert str(outlet) in offers_of(make_ask(), NOW).note
    technician = make_technician(outlet)
    fridge = make_category("refrigerator", name_zh="冰箱", name_en="Refrigerator")
    assert offers_of(make_ask(category=fridge), NOW).note
    technician.shifts.all().delete()
    assert offers_of(make_ask(), NOW).note
    assert not offers_of(make_ask(), NOW).offers


def test_work_longer_than_any_shift_says_so() -> None:
    outlet = make_seller()
    technician = outlet.technicians.get()
    technician.shifts.all().delete()
    technician.shifts.create(span=(TOMORROW, TOMORROW + timedelta(minutes=60)))
    note = offers_of(make_ask(kind="install"), NOW).note
    assert "90" in note
    assert "60" in note


def test_offers_ask_the_database_a_fixed_number_of_times() -> None:
    make_seller(crew=6)
    for _ in range(3):
        buy()
    with CaptureQueriesContext(
        connection,
    ) as seen:
        offers_of(make_ask(), NOW)
    assert len(seen) <= 14


def test_eight_in_the_morning_is_eight_at_the_outlet() -> None:
    make_seller()
    assert min(one.start for one in offers_of(make_ask(), EIGHT).offers) > EIGHT - timedelta(hours=1)
