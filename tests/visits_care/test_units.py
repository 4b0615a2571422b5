"""A customer's unit in our hands: fetched by an exception, kept visible, returned before the ticket ends."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from servicedesk.errors import ActionError
from servicedesk.people.models import Role
from servicedesk.tickets.services import cancel_ticket, close_ticket, grant_exception
from tests.make import NOW, make_handed_over, make_outlet, make_user
from tests.make_aftercare import complete, make_visit
from tests.make_care import SEEN, make_carried_in
from visits.custody.services import UnitSeen, record_pickup, record_return
from visits.models import UnitCustody

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(hours=1)


def test_a_carried_in_product_is_not_fetched_without_an_exception() -> None:
    ticket = make_carried_in()
    with pytest.raises(ActionError) as refused:
        record_pickup(ticket.pk, SEEN, actor=None, now=SOON)
    assert (refused.value.code, refused.value.status) == ("exception_needed", 409)
    supervisor = make_user(Role.SUPERVISOR)
    grant_exception(ticket.pk, "loan_unit", "客户卧床", actor=supervisor, now=SOON)
    with pytest.raises(ActionError, match="exception_needed"):
        record_pickup(ticket.pk, SEEN, actor=None, now=SOON)
    grant_exception(ticket.pk, "home_pickup", "客户卧床", actor=supervisor, now=SOON)
    assert record_pickup(ticket.pk, SEEN, actor=supervisor, now=SOON).state == "with_us"


def test_a_product_served_at_home_is_fetched_without_one() -> None:
    ticket = make_handed_over(make_outlet())
    custody = record_pickup(ticket.pk, SEEN, actor=None, now=SOON)
    assert (custody.condition, custody.accessories, custody.given_by) == ("外壳完好", "充电器", "王芳")


def test_a_ticket_is_neither_closed_nor_cancelled_while_the_unit_is_with_us() -> None:
    visit = make_visit()
    ticket = visit.ticket
    record_pickup(ticket.pk, SEEN, actor=visit.technician.user, now=SOON)
    assert ticket.custodies.get().picked_up_visit == visit
    complete(visit)
    agent = make_user(Role.AGENT)
    with pytest.raises(ActionError, match="unit_with_us"):
        close_ticket(ticket.pk, actor=agent, now=SOON)
    record_return(ticket.pk, SEEN, actor=visit.technician.user, now=SOON + timedelta(hours=1))
    assert close_ticket(ticket.pk, actor=agent, now=SOON + timedelta(hours=2)).state == "closed"
    other = make_handed_over(make_outlet())
    record_pickup(other.pk, SEEN, actor=None, now=SOON)
    with pytest.raises(ActionError, match="unit_with_us"):
        cancel_ticket(other.pk, "customer_wish", actor=agent, now=SOON)
    other.refresh_from_db()
    assert other.state == "open"


def test_a_unit_is_returned_once_and_may_be_fetched_again() -> None:
    ticket = make_handed_over(make_outlet())
    with pytest.raises(ActionError, match="unit_not_with_us"):
        record_return(ticket.pk, SEEN, actor=None, now=SOON)
    record_pickup(ticket.pk, SEEN, actor=None, now=SOON)
    with pytest.raises(ActionError, match="unit_with_us"):
        record_pickup(ticket.pk, SEEN, actor=None, now=SOON)
    record_return(ticket.pk, UnitSeen("开机正常"), actor=None, now=SOON + timedelta(hours=20))
    assert ticket.events.get(action="record_return").data["minutes"] == 20 * 60
    record_pickup(ticket.pk, SEEN, actor=None, now=SOON + timedelta(days=1))
    assert list(ticket.custodies.values_list("state", flat=True)) == ["returned", "with_us"]


@pytest.mark.parametrize(
    ("seen", "field"),
    [
        (UnitSeen("  "), "condition"),
        (UnitSeen("好", "x" * 301), "accessories"),
        (UnitSeen("好", "", "名" * 61), "signed_name"),
    ],
)
def test_what_is_said_wrong_about_the_unit_names_its_field(seen: UnitSeen, field: str) -> None:
    with pytest.raises(ActionError) as refused:
        record_pickup(make_handed_over(make_outlet()).pk, seen, actor=None, now=SOON)
    assert (refused.value.status, refused.value.field) == (422, field)


def test_another_outlet_knows_nothing_of_the_unit_and_the_hotline_cannot_move_it() -> None:
    ticket = make_handed_over(make_outlet())
    with pytest.raises(ActionError) as hidden:
        record_pickup(ticket.pk, SEEN, actor=make_user(Role.DISPATCHER, make_outlet()), now=SOON)
    with pytest.raises(ActionError) as barred:
        record_pickup(ticket.pk, SEEN, actor=make_user(Role.AGENT), now=SOON)
    assert (hidden.value.status, barred.value.status) == (404, 403)


def test_the_database_keeps_one_unit_with_us_per_ticket() -> None:
    ticket = make_handed_over(make_outlet())
    record_pickup(ticket.pk, SEEN, actor=None, now=SOON)
    with pytest.raises(IntegrityError):
        UnitCustody.objects.create(ticket=ticket, picked_up_at=SOON, condition="好")
