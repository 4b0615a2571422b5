"""Imports from the file to the way back: dry run, refused rows, carrying out, what changed meanwhile."""

import csv
import io
import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from dispatch.models import Absence, Assignment, Certification, Shift, Technician, TechnicianEvent, TechnicianSkill
from servicedesk import clock
from servicedesk.errors import ActionError
from servicedesk.imports.files import refused_csv, template_csv, template_xlsx
from servicedesk.imports.kinds import KINDS
from servicedesk.imports.models import Import, ImportRow
from servicedesk.imports.reading import read_table
from servicedesk.imports.services import confirm_import, discard_import, look_at_file, undo_import
from servicedesk.jobs.services import run_once
from servicedesk.people.models import Outlet, Role, User
from servicedesk.promises.audit import kept_in
from tests.make import NOW, make_handed_over, make_outlet, make_user
from tests.make_dispatch import make_assignment, make_shift, make_technician

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def sheet(*rows: str) -> bytes:
    return "\r\n".join(rows).encode()


def look(kind: str, data: bytes, actor: User) -> Import:
    return look_at_file(kind, f"{kind}.csv", data, actor=actor, now=NOW)


def carry_out(batch: Import, actor: User) -> Import:
    confirm_import(batch.pk, actor=actor, now=NOW)
    run_once(NOW, seconds=30)
    batch.refresh_from_db()
    return batch


def take_back(batch: Import, actor: User) -> Import:
    undo_import(batch.pk, actor=actor, now=NOW)
    run_once(NOW, seconds=30)
    batch.refresh_from_db()
    return batch


def counts(batch: Import) -> tuple[int, int, int, int]:
    return batch.new, batch.changed, batch.unchanged, batch.refused


def reasons(batch: Import) -> list[tuple[int, str, str]]:
    rows = batch.rows.exclude(code="").order_by("number")
    return list(rows.values_list("number", "code", "field"))


def every_row() -> dict[str, list[Any]]:
    """Every row of every table but those of the imports themselves."""
    own = {Import, ImportRow}
    return {
        model._meta.label: sorted(map(repr, model._base_manager.values_list()))
        for model in apps.get_models()
        if model not in own and model._meta.managed and not model._meta.proxy
    }


@pytest.fixture
def outlet() -> Outlet:
    return make_outlet(code="W77", lat=31.46, lon=104.74)


@pytest.fixture
def supervisor(outlet: Outlet) -> User:
    return make_user(Role.SUPERVISOR, outlet)


@pytest.fixture
def technician(outlet: Outlet) -> Technician:
    return make_technician(outlet)


PAPERS = "employee_no,number,stars,valid_from,valid_until"
SHIFTS = "employee_no,day,start,end,lunch_from,lunch_until,lunch_minutes"


def shift_rows(technician: Technician) -> bytes:
    number = technician.user.employee_no
    return sheet(
        SHIFTS,
        f"{number},2026-03-20,08:00,12:00,,,",
        f"{number},2026-03-20,13:00,18:00,,,",
        f"{number},2026-03-21,22:00,06:00,01:00,03:00,45",
    )


def test_a_dry_run_leaves_every_table_as_it_was(supervisor: User, technician: Technician) -> None:
    fresh = make_user(Role.TECHNICIAN)
    ticket = make_handed_over(technician.outlet, now=NOW)
    number = technician.user.employee_no
    files = {
        "technicians": sheet("employee_no,outlet,stars", f"{fresh.employee_no},W77,3", f"{number},W77,5"),
        "skills": sheet("employee_no,category,level", f"{number},washing_machine,3"),
        "certificates": sheet(
            "employee_no,number,stars,valid_from,valid_until", f"{number},X1,3,2026-01-01,2026-12-31"
        ),
        "shifts": shift_rows(technician),
        "absences": sheet("employee_no,first_day,last_day,reason", f"{number},2026-05-01,2026-05-03,leave"),
        "zones": sheet("outlet,district", "W77,涪西区"),
        "assignments": sheet("ticket,employee_no,day,start,minutes", f"{ticket.number},{number},2026-03-10,14:00,60"),
    }
    assert set(files) == set(KINDS)
    before = every_row()
    for kind, data in files.items():
        batch = look(kind, data, supervisor)
        assert batch.to_write == batch.new + batch.changed == batch.rows.count(), (kind, reasons(batch))
    assert every_row() == before


def test_shifts_are_written_taken_back_and_leave_a_history(supervisor: User, technician: Technician) -> None:
    batch = look("shifts", shift_rows(technician), supervisor)
    assert counts(batch) == (3, 0, 0, 0)
    carry_out(batch, supervisor)
    assert (batch.state, batch.written, batch.late) == ("done", 3, 0)
    night = Shift.objects.get(technician=technician, span__startswith__date=date(2026, 3, 21))
    assert night.span.upper - night.span.lower == timedelta(hours=8)
    assert (night.lunch.lower - night.span.lower, night.lunch_minutes) == (timedelta(hours=3), 45)
    assert TechnicianEvent.objects.filter(technician=technician, action="put_shift", actor=supervisor).count() == 3
    again = look("shifts", shift_rows(technician), supervisor)
    assert counts(again) == (0, 0, 3, 0)
    take_back(batch, supervisor)
    assert (batch.state, batch.undone) == ("undone", 3)
    assert not Shift.objects.filter(
        technician=technician, span__startswith__range=(NOW + 5 * DAY, NOW + 20 * DAY)
    ).exists()


def test_a_changed_row_gets_its_former_values_back(supervisor: User, technician: Technician) -> None:
    number = technician.user.employee_no
    row = f"{number},Washing machine,3,2026-01-01,2026-06-30"
    batch = carry_out(look("skills", sheet("工号,产品类别,等级,生效日期,有效期至", row), supervisor), supervisor)
    skill = TechnicianSkill.objects.get(technician=technician)
    assert (batch.changed, skill.level, skill.valid_until) == (1, 3, date(2026, 6, 30))
    take_back(batch, supervisor)
    skill.refresh_from_db()
    assert (skill.level, skill.valid_until) == (2, None)


def test_what_somebody_changed_since_is_kept_and_named(supervisor: User, technician: Technician) -> None:
    number = technician.user.employee_no
    data = sheet("employee_no,category,level", f"{number},washing_machine,3")
    late = look("skills", data, supervisor)
    TechnicianSkill.objects.filter(technician=technician).update(level=1)
    carry_out(late, supervisor)
    assert (late.written, late.late, reasons(late)) == (0, 1, [(2, "changed_since", "")])
    batch = carry_out(look("skills", data, supervisor), supervisor)
    TechnicianSkill.objects.filter(technician=technician).update(level=2)
    take_back(batch, supervisor)
    assert (batch.undone, TechnicianSkill.objects.get(technician=technician).level) == (0, 2)
    assert ImportRow.objects.get(batch=batch).state == "kept"


def test_rows_that_cannot_be_read_name_column_and_reason(supervisor: User, technician: Technician) -> None:
    number = technician.user.employee_no
    stranger = make_technician(make_outlet())
    batch = look(
        "shifts",
        sheet(
            SHIFTS,
            f"{number},2026-13-40,08:00,12:00,,,",
            f"{number},2026-03-20,8 Uhr,12:00,,,",
            ",2026-03-20,08:00,12:00,,,",
            f"{stranger.user.employee_no},2026-03-20,08:00,12:00,,,",
            f"{number},2026-03-20,08:00,12:00,11:00,,30",
            f"{number},2026-03-20,08:00,07:00,,,",
            f"{number},2026-03-20,08:00,12:00,,,",
            f"{number},2026-03-20,08:00,11:00,,,",
            f"{number},2026-03-20,11:00,15:00,,,",
        ),
        supervisor,
    )
    assert counts(batch) == (1, 0, 0, 8)
    assert reasons(batch) == [
        (2, "cell_unreadable", "day"),
        (3, "cell_unreadable", "start"),
        (4, "cell_missing", "employee_no"),
        (5, "technician_unknown", "employee_no"),
        (6, "lunch_half", "lunch_minutes"),
        (7, "shift_too_long", "end"),
        (9, "row_twice", ""),
        (10, "shift_overlaps", "start"),
    ]
    assert batch.rows.get(number=3).given == "8 Uhr"


@pytest.mark.parametrize(
    ("lat", "lon", "code"),
    [
        ("104.7410", "31.4672", "home_swapped"),
        ("0", "0", "home_zero"),
        ("31.4672", "", "home_half"),
        ("48.2", "16.3", "home_outside"),
        ("39.9", "116.4", "home_far"),
        ("north", "104.7", "cell_unreadable"),
        ("nan", "104.7", "cell_unreadable"),
    ],
)
def test_coordinates_that_cannot_be_are_refused(
    lat: str, lon: str, code: str, supervisor: User, technician: Technician
) -> None:
    row = f"{technician.user.employee_no},W77,{lat},{lon}"
    batch = look("technicians", sheet("employee_no,outlet,home_lat,home_lon", row), supervisor)
    assert [one[1] for one in reasons(batch)] == [code]


def test_a_supervisor_brings_only_people_of_the_own_outlets(supervisor: User) -> None:
    other = make_outlet(code="W78")
    fresh = make_user(Role.TECHNICIAN)
    office = make_user(Role.AGENT)
    rows = (f"{fresh.employee_no},W78", f"{office.employee_no},W77", "E-none,W77", f"{fresh.employee_no},W77")
    batch = look("technicians", sheet("employee_no,outlet", *rows), supervisor)
    assert [one[1] for one in reasons(batch)] == ["not_your_outlet", "account_unknown", "account_unknown"]
    assert batch.new == 1
    zones = look("zones", sheet("outlet,district", "W78,涪西区", "W99,涪西区"), supervisor)
    assert [one[1] for one in reasons(zones)] == ["not_your_outlet", "outlet_unknown"]
    manager = make_user(Role.MANAGER)
    assert look("zones", sheet("outlet,district", "W78,涪西区"), manager).new == 1
    assert other.zones.count() == 0
    with pytest.raises(ActionError) as refused:
        look("shifts", sheet(SHIFTS, "x,2026-03-20,08:00,12:00,,,"), make_user(Role.DISPATCHER))
    assert refused.value.code == "role_not_allowed"


def test_zones_from_a_file_stand_in_the_record_of_changes(supervisor: User, technician: Technician) -> None:
    outline = [[[104.7, 31.4], [104.8, 31.4], [104.8, 31.5], [104.7, 31.4]]]
    row = f'W77,涪西区,"{json.dumps(outline)}"'
    batch = look("zones", sheet("outlet,district,shape", row), supervisor)
    of_zones = LogEntry.objects.filter(content_type__model="servicezone").order_by("pk")
    assert not of_zones.exists(), "a dry run leaves nothing behind"
    carry_out(batch, supervisor)
    take_back(batch, supervisor)
    zone = {"district": "涪西区", "category": None, "corners": 4}
    assert [kept_in(entry) for entry in of_zones] == [{"before": None, "after": zone}, {"before": zone, "after": {}}]
    assert {entry.user for entry in of_zones} == {supervisor}


def test_leave_over_a_booked_job_needs_a_word(supervisor: User, technician: Technician) -> None:
    make_assignment(technician)
    number = technician.user.employee_no
    head = "employee_no,first_day,last_day,reason,word"
    batch = look("absences", sheet(head, f"{number},2026-03-10,2026-03-10,病假,"), supervisor)
    with translation.override("zh-hans"):
        batch = look("absences", sheet(head, f"{number},2026-03-10,2026-03-10,病假,"), supervisor)
    assert reasons(batch) == [(2, "jobs_inside", "word")]
    batch = look("absences", sheet(head, f"{number},2026-03-10,2026-03-10,sick,fever"), supervisor)
    carry_out(batch, supervisor)
    absence = Absence.objects.get(technician=technician)
    assert (absence.reason, absence.span.upper - absence.span.lower) == ("sick", DAY)
    assert Assignment.objects.get(technician=technician).is_active


def test_assignments_are_refused_as_the_page_refuses_them(supervisor: User, technician: Technician) -> None:
    first, second = make_handed_over(technician.outlet), make_handed_over(technician.outlet)
    number = technician.user.employee_no
    head = "ticket,employee_no,day,start,minutes,override_reason"
    batch = look(
        "assignments",
        sheet(
            head,
            f"{first.number},{number},2026-03-10,14:00,60,",
            f"{second.number},{number},2026-03-10,14:30,60,x",
            f"{second.number},{number},2026-03-10,22:00,60,x",
            f"nothing,{number},2026-03-10,22:00,60,x",
            f"{second.number},{number},2026-03-10,14:07,60,x",
        ),
        supervisor,
    )
    codes = [one[1] for one in reasons(batch)]
    assert codes[0] == "double_booked"
    assert codes[1:] == ["outside_shift", "ticket_not_found", "cell_unreadable"]
    with clock.at(NOW):
        carry_out(batch, supervisor)
    assert batch.written == 1
    assert Assignment.objects.get(ticket=first).technician == technician
    with pytest.raises(ActionError) as refused:
        undo_import(batch.pk, actor=supervisor, now=NOW)
    assert refused.value.code == "import_without_undo"


def test_the_file_of_refused_rows_can_be_mended_and_brought_again(supervisor: User, technician: Technician) -> None:
    number = technician.user.employee_no
    head = "employee_no,number,stars,valid_from,valid_until,备注"
    batch = look("certificates", sheet(head, f"{number},=1+1,9,2026-01-01,2026-12-31,@x"), supervisor)
    assert batch.ignored == ["备注"]
    with translation.override("en"):
        content = refused_csv(batch, KINDS["certificates"])
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert lines[0][:6] == head.split(",")
    assert lines[1][1] == "'=1+1"
    assert lines[1][5] == "'@x"
    assert lines[1][6:8] == ["2", "Star level"]
    mended = content.decode().replace(",9,", ",3,").encode()
    again = look_at_file("certificates", "again.csv", mended, actor=supervisor, now=NOW)
    carry_out(again, supervisor)
    assert Certification.objects.filter(technician=technician, number="=1+1").exists()


def test_every_template_is_a_file_that_can_be_read_in_both_languages() -> None:
    for kind in KINDS.values():
        for language in ("zh-hans", "en"):
            with translation.override(language):
                files = {"a.csv": template_csv(kind), "a.xlsx": template_xlsx(kind)}
            for name, data in files.items():
                table = read_table(name, data, 10)
                assert len(table.headings) == len(kind.columns), (kind.key, name)
                examples = dict(zip([column.key for column in kind.columns], table.rows[0][1], strict=False))
                for column in kind.columns:
                    if examples.get(column.key):
                        column.read(examples[column.key])


def test_headings_that_are_missing_or_double_are_named(supervisor: User) -> None:
    for head, code in (("employee_no,level", "heading_missing"), ("工号,employee_no,category,level", "heading_twice")):
        with pytest.raises(ActionError) as refused:
            look("skills", sheet(head, "1,2,3,4"), supervisor)
        assert (refused.value.code, refused.value.field) == (code, "file")


def test_an_import_is_decided_about_once_and_within_a_day(supervisor: User, technician: Technician) -> None:
    batch = look("shifts", shift_rows(technician), supervisor)
    with pytest.raises(ActionError) as old:
        confirm_import(batch.pk, actor=supervisor, now=NOW + 2 * DAY)
    assert old.value.code == "import_too_old"
    with pytest.raises(ActionError) as foreign:
        confirm_import(batch.pk, actor=make_user(Role.SUPERVISOR), now=NOW)
    assert foreign.value.code == "import_not_found"
    discard_import(batch.pk, actor=supervisor, now=NOW)
    assert not batch.rows.exists()
    with pytest.raises(ActionError) as over:
        confirm_import(batch.pk, actor=supervisor, now=NOW)
    assert over.value.code == "import_not_waiting"


def test_a_shift_that_overlaps_one_entered_meanwhile_is_refused_by_name(
    supervisor: User, technician: Technician
) -> None:
    batch = look("shifts", shift_rows(technician), supervisor)
    day = NOW + 10 * DAY
    make_shift(technician, day, day + timedelta(hours=1))
    carry_out(batch, supervisor)
    assert (batch.written, batch.late) == (2, 1)
    assert reasons(batch) == [(2, "shift_overlaps", "start")]


def test_the_pages_lead_from_the_file_to_the_result(supervisor: User, technician: Technician) -> None:
    client = Client()
    client.force_login(supervisor)
    url = reverse("import_new", args=["skills"])
    bad = client.post(url, {"file": SimpleUploadedFile("a.csv", b"x,y\r\n1,2\r\n")})
    assert bad.status_code == 422
    number = technician.user.employee_no
    data = sheet("employee_no,category,level", f"{number},washing_machine,3", f"{number},nothing,3")
    answer = client.post(url, {"file": SimpleUploadedFile("a.csv", data)})
    assert answer.status_code == 303
    page = client.get(answer["Location"]).content.decode()
    assert "nothing" in page
    batch = Import.objects.get()
    assert client.post(reverse("import_confirm", args=[batch.pk])).status_code == 303
    run_once(clock.now(), seconds=30)
    result = client.get(answer["Location"])
    assert result.status_code == 200
    assert reverse("import_undo", args=[batch.pk]) in result.content.decode()
    assert TechnicianSkill.objects.get(technician=technician).level == 3


def test_the_list_of_imports_asks_few_questions(supervisor: User, django_assert_max_num_queries: Any) -> None:
    for number in range(20):
        Import.objects.create(
            kind="skills", file_name=f"{number}.csv", language="en", asked_by=supervisor, asked_at=NOW
        )
    client = Client()
    client.force_login(supervisor)
    with django_assert_max_num_queries(12):
        assert client.get(reverse("import_list")).status_code == 200
