"""The demonstration shows waits in each phase until a right arises, and repairs done elsewhere."""

from datetime import date

import pytest

from servicedesk.people.models import Role
from servicedesk.project.demo.staff import Staff
from servicedesk.project.demo.waiting import PHASES, add_waits
from tests.defaults import load_defaults
from tests.demo.world import AS_OF
from tests.make import make_user
from tests.make_warranty import make_sold
from warranty.models import PartsWait, RepairRecord, RightWatch

pytestmark = pytest.mark.django_db


def test_units_wait_in_each_phase_and_one_repair_is_unproven() -> None:
    load_defaults()
    for _each in range(7):
        make_sold(invoice_date=date(2025, 8, 1))
    staff = Staff([], {}, agents=[make_user(Role.AGENT)])
    add_waits(staff, AS_OF)
    assert PartsWait.objects.filter(ended_on=None).count() == len(PHASES)
    told = [(bool(watch.warned_at), bool(watch.arose_at)) for watch in RightWatch.objects.order_by("-arises_on")]
    assert told == [(False, False), (True, False), (True, False), (False, True)]
    assert RepairRecord.objects.unproven().count() == 1
