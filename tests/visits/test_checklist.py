"""Answering the checklist, the one-stop inspection, and the master data behind them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from servicedesk.errors import ActionError
from tests.defaults import load_defaults
from tests.make import NOW
from tests.make_dispatch import make_certificate, make_technician
from tests.make_visits import MINUTE, inspect, make_visit
from visits.inspection import CHECKS, checks_for
from visits.models import (
    Answer,
    ChecklistItem,
    ChecklistTemplate,
    ChecklistVersion,
    Inspection,
    PriceItem,
    PriceList,
    Visit,
)
from visits.selectors import checklist_in_force, price_list_on, standing_of, valid_certificates
from visits.services import CheckResult, Findings, ItemAnswer, answer_item, record_inspection, record_outcome
from visits.services.ending import Report

pytestmark = pytest.mark.django_db

LATER = NOW + 60 * MINUTE


def say(visit: Visit, code: str, value: str = "done", proof: str = "", note: str = "") -> Answer:
    return answer_item(visit.pk, ItemAnswer(code, value, proof, note), actor=visit.technician.user, now=LATER)


def refusal_of(visit: Visit, code: str, value: str = "done", proof: str = "", note: str = "") -> ActionError:
    with pytest.raises(ActionError) as refusal:
        say(visit, code, value, proof, note)
    assert not Answer.objects.filter(visit=visit).exists()
    return refusal.value


def test_the_newest_answer_counts_and_the_older_one_stays() -> None:
    visit = make_visit(upto="working")
    say(visit, "3.1", "not_done", note="没带抹布")
    say(visit, "3.1", "done")
    line = next(one for one in standing_of(visit, LATER).lines if one.item.code == "3.1")
    assert line.kept is True
    assert Answer.objects.filter(visit=visit).count() == 2


def test_the_same_answer_twice_is_one_answer() -> None:
    visit = make_visit(upto="working")
    assert say(visit, "3.1") == say(visit, "3.1")


def test_the_certificate_must_be_the_technicians_own_and_valid_on_the_day() -> None:
    visit = make_visit(upto="on_site")
    own = visit.technician.certificates.get()
    assert say(visit, "1.1", proof=own.number).proof == own.number


def test_a_missing_certificate_number_is_asked_for() -> None:
    assert refusal_of(make_visit(upto="on_site"), "1.1", proof="  ").code == "certificate_missing"


def test_a_colleagues_an_expired_and_a_suspended_certificate_are_refused() -> None:
    visit = make_visit(upto="on_site")
    colleague = make_technician(visit.technician.outlet).certificates.get()
    old = make_certificate(visit.technician, valid_from=date(2025, 1, 1), valid_until=date(2026, 3, 9))
    suspended = make_certificate(visit.technician, suspended_at=NOW)
    for number in (colleague.number, old.number, suspended.number, "XJ-0"):
        refusal = refusal_of(visit, "1.1", proof=number)
        assert (refusal.code, refusal.status, refusal.field) == ("certificate_invalid", 422, "proof")


def test_a_certificate_holds_on_its_last_day_and_not_after() -> None:
    technician = make_technician()
    technician.certificates.all().delete()
    last = make_certificate(technician, valid_from=date(2026, 1, 1), valid_until=date(2026, 3, 10))
    # 15:59 and 16:00 UTC: one minute before and at midnight in Shanghai.
    assert valid_certificates(technician, datetime(2026, 3, 10, 15, 59, tzinfo=UTC)) == [last.number]
    assert valid_certificates(technician, datetime(2026, 3, 10, 16, 0, tzinfo=UTC)) == []


def test_only_the_price_list_in_force_is_a_proof() -> None:
    visit = make_visit(upto="on_site")
    PriceList.objects.create(version="2026-2", effective_from=date(2026, 3, 11))
    assert refusal_of(visit, "2.1", proof="2026-2").code == "price_list_invalid"
    assert say(visit, "2.1", proof="2000-1").proof == "2000-1"


def test_what_was_not_kept_needs_no_proof() -> None:
    visit = make_visit(upto="on_site")
    assert say(visit, "1.1", "not_done", note="证件忘带").value == "not_done"


@pytest.mark.parametrize(
    ("value", "proof", "note", "code"),
    [
        ("perhaps", "", "", "answer_unknown"),
        ("done", "x" * 301, "", "proof_too_long"),
        ("done", "", "x" * 301, "note_too_long"),
    ],
)
def test_bad_answers_are_refused(value: str, proof: str, note: str, code: str) -> None:
    assert refusal_of(make_visit(upto="working"), "3.1", value, proof, note).code == code


@pytest.mark.parametrize("code", ["9.9", ""])
def test_an_item_that_is_not_on_the_checklist_is_not_found(code: str) -> None:
    assert refusal_of(make_visit(upto="working"), code).status == 404


def test_nothing_is_answered_before_the_door() -> None:
    assert refusal_of(make_visit(upto="en_route"), "5.1").code == "wrong_state"


def test_what_the_pick_up_template_leaves_out_cannot_be_answered_and_answers_are_kept() -> None:
    visit = make_visit(upto="working")
    say(visit, "3.1")
    record_outcome(visit.pk, Report("taken_to_workshop", None, "拆机"), actor=visit.technician.user, now=LATER)
    visit.refresh_from_db()
    standing = standing_of(visit, LATER)
    codes = [line.item.code for line in standing.lines]
    assert "3.2" not in codes
    assert next(line for line in standing.lines if line.item.code == "3.1").kept is True
    with pytest.raises(ActionError):
        say(visit, "3.2")


def test_a_visit_keeps_the_version_it_was_started_with() -> None:
    visit = make_visit(upto="on_site")
    template = ChecklistTemplate.objects.get(code="on_site")
    newer = ChecklistVersion.objects.create(template=template, version=2, effective_from=LATER)
    ChecklistItem.objects.create(
        version=newer, code="1.1", group="one_certificate", text_zh="新", text_en="new", proof="tick"
    )
    visit.refresh_from_db()
    assert visit.checklist is not None
    assert visit.checklist.version == 1
    assert checklist_in_force("on_site", LATER) == newer


def test_an_inspection_may_be_recorded_again_until_the_end() -> None:
    visit = make_visit(upto="working")
    inspect(visit, LATER, leaks="")
    inspect(visit, LATER)
    inspection = Inspection.objects.get(visit=visit)
    assert all(one["ok"] for one in inspection.checks)
    assert visit.events.filter(step="record_inspection").count() == 2


@pytest.mark.parametrize(
    ("findings", "code"),
    [
        (Findings([]), "inspection_empty"),
        (Findings([CheckResult("colour", ok=True)]), "check_unknown"),
        (Findings([CheckResult("leaks", True, "9" * 21)]), "reading_too_long"),
        (Findings([CheckResult("leaks", ok=True)], remark="x" * 501), "remark_too_long"),
    ],
)
def test_a_bad_inspection_is_refused(findings: Findings, code: str) -> None:
    visit = make_visit(upto="working")
    with pytest.raises(ActionError) as refusal:
        record_inspection(visit.pk, findings, actor=visit.technician.user, now=LATER)
    assert (refusal.value.code, refusal.value.status) == (code, 422)


def test_every_list_of_checks_is_made_of_known_checks() -> None:
    for category in ("washing_machine", "air_conditioner", "gas_water_heater", "sewing_machine", ""):
        checks = checks_for(category)
        assert len(checks) >= 5
        assert all(CHECKS[check.code] is check for check in checks)


def test_defaults_are_loaded_once_however_often_they_run() -> None:
    before = (ChecklistItem.objects.count(), PriceItem.objects.count())
    load_defaults()
    assert before == (ChecklistItem.objects.count(), PriceItem.objects.count())
    assert before[1] == 16


def test_each_template_leaves_out_what_cannot_apply() -> None:
    applying = {
        code: ChecklistItem.objects.filter(version__template__code=code, not_applicable=False).count()
        for code in ("on_site", "pick_up", "no_entry")
    }
    assert applying == {"on_site": 17, "pick_up": 13, "no_entry": 1}


def test_the_price_list_changes_at_midnight_of_its_day() -> None:
    newer = PriceList.objects.create(version="2026-2", effective_from=date(2026, 3, 11))
    assert str(price_list_on(date(2026, 3, 10))) == "2000-1"
    assert price_list_on(date(2026, 3, 11)) == newer
    assert price_list_on(date(1999, 12, 31)) is None


def test_no_checklist_is_in_force_before_the_first() -> None:
    assert checklist_in_force("on_site", datetime(1999, 1, 1, tzinfo=UTC)) is None
    assert checklist_in_force("on_site", NOW + timedelta(days=1)) is not None
