"""What visits tell dispatch: breaches of conduct lower the rank, the last door is where the way begins."""

from datetime import timedelta
from typing import Any

import pytest

from dispatch.models import ConductNote, Technician
from dispatch.selectors.jobs import job_of
from dispatch.selectors.known import CONDUCT_COUNTS, known_of
from dispatch.services import note_conduct, withdraw_conduct
from servicedesk.people.models import Address
from tests.make import NOW, make_customer, make_handed_over
from tests.make_dispatch import make_technician
from tests.make_visits import MINUTE, make_visit
from visits.aftercare.services import decide_mismatch, reopen_mismatch
from visits.models import Mismatch
from visits.services import arrive

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def noted(ticket: Any, at: Any = NOW + HOUR) -> dict[int, int]:
    return dict(known_of(ticket, at).conduct)


def test_a_note_counts_with_the_same_customer_and_the_same_kind_of_product_only() -> None:
    technician = make_technician()
    there = make_handed_over(technician.outlet)
    note_conduct(there, technician, ["5.2", "5.3", "5.2"], now=NOW)
    again = make_handed_over(technician.outlet, customer=there.customer)
    elsewhere = make_handed_over(technician.outlet, customer=make_customer())
    assert noted(again) == noted(elsewhere) == {technician.pk: 2}
    elsewhere.category = None
    assert noted(elsewhere) == {}
    assert job_of(again, NOW + HOUR).conduct == {technician.pk: 2}


def test_a_note_counts_for_180_days_and_not_after_it_is_withdrawn() -> None:
    technician = make_technician()
    ticket = make_handed_over(technician.outlet)
    note_conduct(ticket, technician, ["5.2"], now=NOW)
    assert noted(ticket, NOW + CONDUCT_COUNTS - HOUR) == {technician.pk: 1}
    assert noted(ticket, NOW + CONDUCT_COUNTS) == {}
    assert withdraw_conduct(ticket, technician, "5.2", now=NOW) == 1
    assert noted(ticket) == {}
    note_conduct(ticket, technician, ["5.2"], now=NOW)
    assert noted(ticket) == {technician.pk: 1}


def test_a_confirmed_mismatch_is_noted_and_one_reviewed_again_is_not() -> None:
    visit = make_visit(upto="working")
    mismatch = Mismatch.objects.create(
        ticket=visit.ticket, visit=visit, technician=visit.technician, code="charge.total", sides={}, found_at=NOW
    )
    decide_mismatch(mismatch.pk, Mismatch.State.CONFIRMED, actor=None, now=NOW + HOUR)
    held = ConductNote.objects.get(code="mismatch.charge.total")
    assert (held.technician, held.customer, held.withdrawn_at) == (visit.technician, visit.ticket.customer, None)
    reopen_mismatch(mismatch.pk, actor=None, now=NOW + 2 * HOUR)
    held.refresh_from_db()
    assert held.withdrawn_at == NOW + 2 * HOUR
    decide_mismatch(mismatch.pk, Mismatch.State.EXPLAINED, actor=None, now=NOW + 3 * HOUR, reason="客户记错")
    assert not ConductNote.objects.filter(withdrawn_at=None, code="mismatch.charge.total").exists()


def test_the_last_door_is_where_the_way_begins() -> None:
    visit = make_visit(upto="en_route")
    Address.objects.filter(tickets=visit.ticket).update(lat=31.5, lon=104.8)
    arrive(visit.pk, actor=visit.technician.user, now=NOW + 50 * MINUTE)
    seen = Technician.objects.get(pk=visit.technician_id)
    assert (seen.last_lat, seen.last_lon, seen.last_seen_at) == (31.5, 104.8, NOW + 50 * MINUTE)
