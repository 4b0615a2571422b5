"""A sheet is frozen with the signature: the database lets nobody change it, and what differs later makes a new one."""

import hashlib
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError

from servicedesk.catalogue.models import FaultCode
from servicedesk.errors import ActionError
from servicedesk.tickets.models import Outcome
from tests.make import NOW, make_ticket
from tests.make_visits import MINUTE, answer_all, inspect, make_ready, make_visit
from tests.make_warranty import make_sold
from tests.visits.test_proofs import drawn
from visits.models import PriceItem, ServiceRecord, Signature, Visit
from visits.services import ChargeLine, Report, SignedSheet, add_charge, complete_visit, record_outcome, sign
from visits.sheets.content import hash_of
from visits.sheets.retention import forget_sheets
from visits.sheets.selectors import current_content

pytestmark = pytest.mark.django_db
LATER = NOW + 60 * MINUTE
END = NOW + 90 * MINUTE


def working(**overrides: Any) -> Visit:
    return make_visit(upto="working", **overrides)


def complete(visit: Visit, now: Any = END) -> None:
    complete_visit(visit.pk, actor=visit.technician.user, now=now)


def report(visit: Visit, work: str = "更换排水泵", outcome: str = Outcome.FIXED, now: Any = LATER) -> None:
    said = Report(outcome, visit.ticket.fault, "排水泵堵塞", work)
    record_outcome(visit.pk, said, actor=visit.technician.user, now=now)


def test_signing_freezes_the_sheet_in_the_same_transaction() -> None:
    visit = make_ready(working(), now=LATER)
    sheet = ServiceRecord.objects.get()
    assert (sheet.version, sheet.reason, sheet.signed_at, sheet.is_signed) == (1, "signed", LATER, True)
    assert sheet.number == f"{visit.ticket.number}-1/1"
    assert sheet.content_hash == hash_of(sheet.content)
    assert sheet.keep_until == date(2031, 3, 10)
    assert sheet.content["work"] == {
        "outcome": "fixed",
        "finding": "排水泵堵塞",
        "work": "更换排水泵",
        "remark": "",
    }


def test_a_refused_signature_leaves_no_sheet() -> None:
    visit = make_ready(working(), now=LATER)
    with pytest.raises(ActionError, match="already_signed"):
        sign(visit.pk, SignedSheet("好", typed_name="王"), actor=visit.technician.user, now=END)
    assert ServiceRecord.objects.count() == 1


def test_the_drawing_is_part_of_the_hash() -> None:
    visit = working()
    report(visit)
    sign(visit.pk, SignedSheet("好", drawing=drawn()), actor=visit.technician.user, now=LATER)
    signature, sheet = Signature.objects.get(), ServiceRecord.objects.get()
    assert signature.image is not None
    assert sheet.content["signature"]["drawing_sha256"] == hashlib.sha256(bytes(signature.image)).hexdigest()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE visits_servicerecord SET note = 'x'",
        "UPDATE visits_servicerecord SET content = '{}'",
        "UPDATE visits_servicerecord SET keep_until = '2001-01-01'",
        "DELETE FROM visits_servicerecord",
    ],
)
def test_the_database_lets_nobody_change_or_delete_a_sheet(change: str) -> None:
    make_ready(working(), now=LATER)
    with pytest.raises(InternalError, match="Cannot"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert ServiceRecord.objects.get().content["work"]["work"] == "更换排水泵"


def test_the_database_lets_it_go_after_its_day(settings: Any) -> None:
    settings.SHEET_RETENTION_YEARS = -1
    make_ready(working(), now=LATER)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM visits_servicerecord")
    assert not ServiceRecord.objects.exists()


def test_completing_what_was_signed_makes_no_new_sheet() -> None:
    visit = make_ready(working(), now=LATER)
    complete(visit)
    assert ServiceRecord.objects.get().reason == "signed"


def test_items_answered_well_after_the_signature_make_no_new_sheet() -> None:
    visit = working()
    report(visit)
    inspect(visit, LATER)
    sign(visit.pk, SignedSheet("好", typed_name="王"), actor=visit.technician.user, now=LATER)
    answer_all(visit, END)
    complete(visit)
    assert ServiceRecord.objects.count() == 1


def test_a_broken_norm_said_after_the_signature_makes_a_new_sheet() -> None:
    visit = make_ready(working(), now=LATER, c4_1="喝了茶")
    complete(visit)
    new = ServiceRecord.objects.get(version=2)
    assert (new.reason, new.signed_at) == ("changed", None)
    assert new.content["sheet"]["parts"] == ["checks"]


def test_other_work_than_was_signed_for_makes_a_new_sheet_that_names_the_old_one() -> None:
    visit = make_ready(working(), now=LATER)
    report(visit, work="更换排水泵和进水阀", now=END)
    complete(visit)
    old, new = ServiceRecord.objects.order_by("version")
    assert (new.number, new.reason, new.replaces, new.signed_at) == (
        f"{visit.ticket.number}-1/2",
        "changed",
        old,
        None,
    )
    assert new.content["sheet"]["replaces"] == {"number": old.number, "hash": old.content_hash}
    assert new.content["sheet"]["parts"] == ["work"]
    assert new.content["work"]["work"] == "更换排水泵和进水阀"
    assert old.content["work"]["work"] == "更换排水泵"


def test_a_serial_number_changed_after_the_signature_makes_a_new_sheet() -> None:
    unit = make_sold()
    visit = make_ready(working(customer=unit.customer, appliance=unit), now=LATER)
    unit.serial = "SN-2"
    unit.save()
    complete(visit)
    assert ServiceRecord.objects.get(version=2).content["sheet"]["parts"] == ["appliance"]


@pytest.mark.parametrize("outcome", [Outcome.REFUSED_BY_CUSTOMER, Outcome.TAKEN_TO_WORKSHOP])
def test_a_visit_that_ends_without_a_signature_has_an_unsigned_sheet(outcome: str) -> None:
    visit = working()
    report(visit, outcome=outcome)
    inspect(visit, LATER)
    answer_all(visit, LATER)
    if outcome == Outcome.TAKEN_TO_WORKSHOP:
        sign(visit.pk, SignedSheet("好", typed_name="王"), actor=visit.technician.user, now=LATER)
    complete(visit)
    sheet = ServiceRecord.objects.get()
    signed = outcome == Outcome.TAKEN_TO_WORKSHOP
    assert (sheet.reason, sheet.is_signed) == (("signed", True) if signed else ("unsigned", False))
    assert sheet.content["guarantee"] is None


def test_two_versions_of_one_number_are_impossible() -> None:
    make_ready(working(), now=LATER)
    sheet = ServiceRecord.objects.get()
    sheet.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        sheet.save(force_insert=True)


def test_the_repair_is_guaranteed_for_thirty_days_after_return() -> None:
    visit = make_ready(working(), now=LATER)
    guarantee = ServiceRecord.objects.get().content["guarantee"]
    assert guarantee["until"] == str(date(2026, 3, 10) + timedelta(days=30))
    assert (guarantee["norm"], guarantee["article"]) == ("R458", "6(2)")
    assert visit.ticket.kind == "repair"


def test_a_free_line_names_the_rule_and_a_paid_one_its_price() -> None:
    unit = make_sold()
    visit = working(customer=unit.customer, appliance=unit)
    report(visit)
    actor = visit.technician.user
    items = {item.kind: item for item in _items()}
    add_charge(visit.pk, ChargeLine(items["part"].code, 1, "三包期内"), actor=actor, now=LATER)
    add_charge(visit.pk, ChargeLine(items["travel"].code), actor=actor, now=LATER)
    charges = current_content(visit.pk, LATER)["charges"]
    lines = {line["kind"]: line for line in charges["lines"]}
    assert (lines["part"]["class"], lines["part"]["fen"]) == ("guarantee", 0)
    assert (lines["travel"]["class"], lines["travel"]["fen"]) == ("paid", items["travel"].fen)
    assert charges["rule"]["zh"]
    assert charges["rule"]["en"]


def _items() -> Any:
    return PriceItem.objects.all()


def test_the_sheet_keeps_both_names_of_master_data() -> None:
    visit = working()
    fault = FaultCode.objects.filter(category=visit.ticket.category).first()
    content = current_content(visit.pk, LATER)
    assert set(content["appliance"]["category"]) == {"zh", "en"}
    assert fault is not None
    assert content["ticket"]["visit_no"] == 1


def test_another_ticket_has_its_own_number() -> None:
    first = make_ready(working(), now=LATER)
    make_ticket()
    assert ServiceRecord.objects.get().visit_id == first.pk


def test_sheets_are_forgotten_after_their_day_and_not_before(settings: Any) -> None:
    make_ready(working(), now=LATER)
    assert forget_sheets(LATER) == 0
    settings.SHEET_RETENTION_YEARS = -2
    make_ready(working(), now=LATER)
    assert forget_sheets(LATER) == 1
    assert ServiceRecord.objects.get().keep_until == date(2031, 3, 10)
