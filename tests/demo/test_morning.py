"""What a morning of the demonstration looks like; built once, read by all tests here."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from dispatch.models import ACTIVE, Assignment
from servicedesk.people.models import User
from servicedesk.project.demo.logins import DEMO_LOGINS, DEMO_PASSWORD
from servicedesk.sla.models import SlaClock
from servicedesk.tickets.models import Ticket, TicketEvent
from tests.demo.world import AS_OF, assert_every_state, build

# The mark has the tables made where this file runs alone.
pytestmark = [pytest.mark.usefixtures("morning"), pytest.mark.django_db]


@pytest.fixture(scope="module")
def morning(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        build()
        yield
        transaction.set_rollback(True)


def test_every_state_is_there() -> None:
    assert_every_state()


def test_nothing_happens_after_the_moment_asked_for() -> None:
    assert not TicketEvent.objects.filter(at__gt=AS_OF).exists()
    assert not Ticket.objects.filter(received_at__gt=AS_OF).exists()
    assert TicketEvent.objects.filter(at__gt=AS_OF - timedelta(hours=1)).exists()


def test_the_sweep_has_written_everything_that_was_due() -> None:
    assert not SlaClock.objects.filter(next_fire_at__lt=AS_OF).exists()


def test_everybody_of_the_list_can_sign_in() -> None:
    for login in DEMO_LOGINS:
        user = User.objects.get(employee_no=login.employee_no)
        assert (user.role, user.name) == (login.role, login.name)
        assert user.check_password(DEMO_PASSWORD)
        assert set(user.outlets.values_list("code", flat=True)) == set(login.outlets)


def test_jobs_lie_within_the_hours_of_their_technician() -> None:
    for job in Assignment.objects.filter(state__in=ACTIVE).select_related("technician"):
        assert job.technician.shifts.filter(span__overlap=job.span).exists()
