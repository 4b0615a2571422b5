"""Repairs done elsewhere: written by hand, counted with proof, struck out when wrong, bad days named."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.utils import InternalError

from servicedesk.catalogue.models import Appliance
from servicedesk.errors import ActionError
from servicedesk.people.models import Role
from tests.make import NOW, make_appliance, make_user
from tests.make_warranty import SOLD, make_proof, make_repair, make_sold
from warranty.facts_builder import Known, Question, known_facts
from warranty.models import LogStrike, RepairRecord
from warranty.repair_log import RepairElsewhere, close_repair, record_elsewhere, strike_repair

pytestmark = pytest.mark.django_db
HANDED, RETURNED = date(2026, 1, 5), date(2026, 1, 9)


def elsewhere(appliance: Appliance, **overrides: Any) -> RepairRecord:
    fields: dict[str, Any] = {
        "repairer": "城东家电维修",
        "kind": "warranty",
        "handed_over_on": HANDED,
        "returned_on": RETURNED,
        "fault_group": "noise",
        **overrides,
    }
    return record_elsewhere(appliance.pk, RepairElsewhere(**fields), actor=make_user(Role.AGENT), now=NOW)


def known(appliance: Appliance) -> Known:
    return known_facts(appliance, Question(), ticket=None, now=NOW)


def test_a_repair_without_proof_is_kept_asked_about_and_not_counted() -> None:
    appliance = make_sold()
    elsewhere(appliance)
    found = known(appliance)
    assert (found.facts.repairs, "repair_proof" in found.missing) == ((), True)


def test_with_its_proof_it_counts_as_our_own_do() -> None:
    appliance = make_sold()
    row = elsewhere(appliance)
    make_proof(appliance, repair=row)
    found = known(appliance)
    (repair,) = found.facts.repairs
    assert (repair.handed_on, repair.returned_on, repair.symptom) == (HANDED, RETURNED, "noise")
    assert "repair_proof" not in found.missing


def test_the_same_line_sent_twice_is_one_line() -> None:
    appliance = make_sold()
    assert elsewhere(appliance) == elsewhere(appliance)


def test_an_open_repair_takes_its_end_once() -> None:
    appliance, agent = make_sold(), make_user(Role.AGENT)
    row = elsewhere(appliance, returned_on=None)
    closed = close_repair(row.pk, RETURNED, actor=agent, now=NOW)
    assert closed.returned_on == RETURNED
    assert close_repair(row.pk, RETURNED, actor=agent, now=NOW) == closed
    with pytest.raises(ActionError) as refusal:
        close_repair(row.pk, RETURNED + timedelta(days=1), actor=agent, now=NOW)
    assert refusal.value.code == "wrong_state"


def test_a_struck_line_stays_readable_and_no_longer_counts() -> None:
    appliance = make_sold()
    row = elsewhere(appliance)
    make_proof(appliance, repair=row)
    strike_repair(row.pk, "另一台机器", actor=make_user(Role.SUPERVISOR), now=NOW)
    assert known(appliance).facts.repairs == ()
    assert RepairRecord.objects.get().strike.reason == "另一台机器"
    with pytest.raises(ActionError) as refusal:
        strike_repair(row.pk, "又一次", actor=make_user(Role.SUPERVISOR), now=NOW)
    assert refusal.value.code == "wrong_state"


def test_what_our_own_visits_wrote_is_not_struck_out() -> None:
    row = make_repair(make_sold(), HANDED, RETURNED)
    with pytest.raises(ActionError) as refusal:
        strike_repair(row.pk, "误", actor=None, now=NOW)
    assert refusal.value.code == "own_repair"


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"repairer": "  "}, "repairer_missing", "repairer"),
        ({"repairer": "长" * 81}, "repairer_too_long", "repairer"),
        ({"kind": "magic"}, "repair_kind_unknown", "kind"),
        ({"work": "长" * 501}, "work_too_long", "work"),
        ({"returned_on": date(2026, 1, 4)}, "returned_before_handed", "returned_on"),
        ({"handed_over_on": date(2026, 3, 11), "returned_on": None}, "day_in_future", "handed_over_on"),
        ({"returned_on": date(2026, 3, 11)}, "day_in_future", "returned_on"),
        ({"handed_over_on": SOLD - timedelta(days=1)}, "repair_before_sale", "handed_over_on"),
    ],
)
def test_a_bad_line_is_refused_and_the_field_named(given: dict[str, Any], code: str, field: str) -> None:
    with pytest.raises(ActionError) as refusal:
        elsewhere(make_sold(), **given)
    assert (refusal.value.code, refusal.value.field, refusal.value.status) == (code, field, 422)
    assert not RepairRecord.objects.exists()


@pytest.mark.parametrize(
    ("handed", "returned", "overlaps"),
    [
        (date(2026, 1, 9), date(2026, 1, 12), False),
        (date(2026, 1, 2), date(2026, 1, 5), False),
        (date(2026, 1, 8), date(2026, 1, 12), True),
        (date(2026, 1, 1), None, True),
        (date(2026, 1, 9), None, False),
    ],
)
def test_a_unit_is_in_one_repair_at_a_time(handed: date, returned: date | None, overlaps: bool) -> None:
    appliance = make_sold()
    make_repair(appliance, HANDED, RETURNED)
    if not overlaps:
        elsewhere(appliance, handed_over_on=handed, returned_on=returned)
        return
    with pytest.raises(ActionError) as refusal:
        elsewhere(appliance, handed_over_on=handed, returned_on=returned)
    assert refusal.value.code == "repair_overlaps"


def test_a_unit_given_in_exchange_has_no_repairs_from_before_it_came() -> None:
    first = make_sold()
    second = make_appliance(first.customer, replaces=first, delivery_date=date(2026, 2, 1))
    with pytest.raises(ActionError) as refusal:
        elsewhere(second)
    assert refusal.value.code == "repair_before_sale"


@pytest.mark.parametrize(("role", "status"), [(Role.TECHNICIAN, 404), (Role.AUDITOR, 403), (Role.ADMIN, 403)])
def test_others_do_not_write_the_log(role: str, status: int) -> None:
    repair = RepairElsewhere(repairer="某店", kind="paid", handed_over_on=HANDED, returned_on=RETURNED)
    with pytest.raises(ActionError) as refusal:
        record_elsewhere(make_sold().pk, repair, actor=make_user(role), now=NOW)
    assert refusal.value.status == status


def test_the_database_keeps_lines_and_strikes() -> None:
    row, other = elsewhere(make_sold(), returned_on=None), elsewhere(make_sold(), returned_on=None)
    strike_repair(row.pk, "误", actor=None, now=NOW)
    for change in (other.delete, LogStrike.objects.all().delete, lambda: LogStrike.objects.update(reason="别的")):
        with pytest.raises(InternalError), transaction.atomic():
            change()
