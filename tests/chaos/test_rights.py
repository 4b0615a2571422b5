"""Fault 7: the watch over rights is killed between claim and commit; nobody goes unwarned, nobody is warned twice."""

from datetime import timedelta

import pytest
from django.db.models import Count

from servicedesk import clock
from servicedesk.notify.models import Notification
from servicedesk.people.models import Role
from tests.chaos.house import House
from tests.chaos.processes import until
from tests.defaults import load_defaults
from tests.make import make_ticket, make_user
from tests.make_warranty import make_sold
from warranty.facts_builder import local_day
from warranty.models import RightWatch
from warranty.waits import NewWait, open_wait

pytestmark = [pytest.mark.chaos, pytest.mark.slow, pytest.mark.xdist_group("chaos")]
DAY = timedelta(days=1)
UNITS = 20


def make_waiting(units: int) -> None:
    """Units on tickets of seventy days ago that have waited for a part ever since."""
    load_defaults()
    now = clock.now()
    sold, since = local_day(now) - 150 * DAY, local_day(now) - 70 * DAY
    for _each in range(units):
        appliance = make_sold(invoice_date=sold, delivery_date=sold, install_date=sold)
        ticket = make_ticket(customer=appliance.customer, now=now - 70 * DAY)
        wait = NewWait(cause="no_parts", since=since)
        open_wait(appliance.pk, wait, ticket=ticket, actor=None, now=now - 70 * DAY)


def test_a_watch_killed_between_claim_and_commit_loses_nothing_and_tells_nothing_twice(house: House) -> None:
    make_user(Role.MANAGER)
    make_waiting(UNITS)
    for point in ("rights.after_claim", "rights.before_commit"):
        doomed = house.timers(point)
        doomed.wait_for_end()
        assert doomed.was_killed, doomed.said()
    assert not RightWatch.objects.filter(warned_at__isnull=False).exists()

    house.timers()
    house.timers()
    until(lambda: not RightWatch.objects.filter(warned_at=None).exists(), 60, "all warnings")

    told = Notification.objects.filter(kind="right_warned").values("ticket").annotate(n=Count("pk"))
    assert sorted(row["n"] for row in told) == [1] * UNITS
    lines = RightWatch.objects.filter(ticket__events__action="right_warned").count()
    assert lines == UNITS
