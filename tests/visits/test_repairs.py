"""What a finished visit writes into the legal repair log."""

from datetime import date, timedelta

import pytest

from servicedesk.tickets.models import Outcome, Ticket
from tests.make import NOW
from tests.make_visits import MINUTE, make_ready, make_visit
from visits.models import Visit
from visits.services import ChargeLine, add_charge, complete_visit
from warranty.models import Decision, RepairRecord

pytestmark = pytest.mark.django_db

END = NOW + 99 * MINUTE


def finish(visit: Visit, outcome: str, charges: tuple[ChargeLine, ...] = ()) -> None:
    for line in charges:
        add_charge(visit.pk, line, actor=visit.technician.user, now=END)
    make_ready(visit, outcome, now=END)
    complete_visit(visit.pk, actor=visit.technician.user, now=END)


@pytest.mark.parametrize(
    ("outcome", "charges", "kind"),
    [
        (Outcome.FIXED, (), "warranty"),
        (Outcome.FIXED, (ChargeLine("L20"),), "paid"),
        (Outcome.FIXED, (ChargeLine("L20", 1, "三包期内"),), "warranty"),
        (Outcome.REPLACED, (), "warranty"),
        (Outcome.NO_FAULT_FOUND, (), "nofault"),
        (Outcome.NO_FAULT_FOUND, (ChargeLine("L10"),), "nofault"),
    ],
)
def test_a_finished_repair_enters_the_log_by_its_kind(
    outcome: str, charges: tuple[ChargeLine, ...], kind: str
) -> None:
    visit = make_visit(upto="working")
    finish(visit, outcome, charges)
    record = RepairRecord.objects.get(ticket=visit.ticket_id)
    assert (record.kind, record.handed_over_on, record.returned_on) == (kind, date(2026, 3, 10), date(2026, 3, 10))
    assert (record.appliance, record.work) == (visit.ticket.appliance, "更换排水泵")


@pytest.mark.parametrize(
    "outcome",
    [Outcome.REFUSED_BY_CUSTOMER, Outcome.NEEDS_PART, Outcome.NEEDS_ANOTHER_VISIT, Outcome.TAKEN_TO_WORKSHOP],
)
def test_what_was_not_repaired_stays_out_of_the_log(outcome: str) -> None:
    visit = make_visit(upto="working")
    finish(visit, outcome)
    assert not RepairRecord.objects.filter(ticket=visit.ticket_id).exists()


def test_a_fee_waived_outside_the_guarantee_is_still_a_paid_repair() -> None:
    visit = make_visit(upto="working")
    assert visit.ticket.appliance is not None
    Decision.objects.create(
        appliance=visit.ticket.appliance,
        ticket=visit.ticket,
        as_of=date(2026, 3, 10),
        edition="test",
        facts={},
        outcome={},
        headline="paid_repair",
    )
    finish(visit, Outcome.FIXED)
    assert RepairRecord.objects.get(ticket=visit.ticket_id).kind == "paid"


def test_an_installation_is_no_repair() -> None:
    visit = make_visit(upto="working", kind="install")
    finish(visit, Outcome.FIXED)
    assert not RepairRecord.objects.filter(ticket=visit.ticket_id).exists()


def test_a_repair_over_two_visits_began_when_the_request_was_accepted() -> None:
    visit = make_visit(upto="working")
    finish(visit, Outcome.NEEDS_PART)
    later = NOW + timedelta(days=1)
    again = make_visit(
        visit.technician, upto="working", ticket=visit.ticket, now=later, start=later + timedelta(hours=1)
    )
    end = later + 99 * MINUTE
    make_ready(again, Outcome.FIXED, now=end)
    complete_visit(again.pk, actor=again.technician.user, now=end)
    record = RepairRecord.objects.get(ticket=visit.ticket_id)
    assert (record.handed_over_on, record.returned_on) == (date(2026, 3, 10), date(2026, 3, 11))


def test_a_repair_runs_from_the_day_the_request_was_accepted_not_from_the_first_door() -> None:
    visit = make_visit(upto="working")
    Ticket.objects.filter(pk=visit.ticket_id).update(received_at=NOW - timedelta(days=3))
    finish(visit, Outcome.FIXED)
    record = RepairRecord.objects.get(ticket=visit.ticket_id)
    assert (record.handed_over_on, record.returned_on) == (date(2026, 3, 7), date(2026, 3, 10))
