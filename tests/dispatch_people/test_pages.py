"""The pages of the technicians: what they show, what they refuse, what stays typed."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dispatch.models import Certification, Shift, Technician, TechnicianEvent
from dispatch.people.services import ShiftWanted, copy_week, put_shift, set_districts
from dispatch.services.rota import repeat_last_week
from servicedesk import clock
from servicedesk.errors import ActionError
from servicedesk.people.models import Outlet, Role, ServiceZone
from tests.make import NOW, make_outlet, make_user
from tests.make_dispatch import make_assignment, make_certificate, make_technician

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
# The Monday of the tests' week.
MONDAY = date(2026, 3, 9)


@pytest.fixture
def outlet() -> Outlet:
    return make_outlet(lat=31.46, lon=104.74)


@pytest.fixture
def client(outlet: Outlet) -> Client:
    client = Client()
    client.force_login(make_user(Role.SUPERVISOR, outlet))
    return client


@pytest.fixture
def technician(outlet: Outlet) -> Technician:
    return make_technician(outlet, name="李强")


def post(client: Client, name: str, technician: Technician, *more: int, **data: Any) -> Any:
    with clock.at(NOW):
        return client.post(reverse(name, args=[technician.pk, *more]), data)


def names(client: Client, **asked: Any) -> list[str]:
    with clock.at(NOW):
        return [str(row) for row in client.get(reverse("technician_list"), asked).context["rows"]]


def test_the_list_finds_by_name_pinyin_number_skill_and_by_what_is_missing(
    client: Client, technician: Technician, outlet: Outlet
) -> None:
    other = make_technician(outlet, name="王敏")
    Certification.objects.filter(technician=other).update(valid_until=date(2026, 4, 1))
    Shift.objects.filter(technician=technician).update(lunch=None)
    put_shift(technician.pk, ShiftWanted(NOW + 7 * DAY, NOW + 7 * DAY + HOUR), actor=None, now=NOW)
    assert names(client) == ["李强", "王敏"]
    assert names(client, text="liqiang") == ["李强"]
    assert names(client, text=other.user.employee_no) == ["王敏"]
    assert names(client, mark="paper") == ["王敏"]
    assert names(client, mark="roster") == ["王敏"]
    assert names(client, mark="inactive") == []
    assert names(client, category=technician.skills.get().category_id) == ["李强", "王敏"]
    assert names(client, category="²", outlet="x", after="-1", text="zzz\0") == []


def test_the_list_and_a_person_ask_few_questions(
    client: Client, outlet: Outlet, technician: Technician, django_assert_max_num_queries: Any
) -> None:
    for _number in range(8):
        make_technician(outlet)
    make_assignment(technician)
    with clock.at(NOW), django_assert_max_num_queries(16):
        client.get(reverse("technician_list"))
    with clock.at(NOW), django_assert_max_num_queries(36):
        client.get(reverse("technician_detail", args=[technician.pk]))


def test_a_week_shows_shifts_with_lunch_absences_and_jobs(client: Client, technician: Technician) -> None:
    assignment = make_assignment(technician)
    with clock.at(NOW):
        page = client.get(reverse("technician_detail", args=[technician.pk]))
    tuesday = page.context["days"][1]
    assert tuesday.day == date(2026, 3, 10)
    assert len(tuesday.shifts) == 1
    assert tuesday.jobs == [assignment]
    assert "08:00" in page.content.decode()


def test_swapped_coordinates_are_refused_beside_their_field_and_stay_typed(
    client: Client, technician: Technician
) -> None:
    outlet = technician.outlet_id
    data = {"outlet": outlet, "stars": 3, "home_lat": "104.74", "home_lon": "31.46", "overtime": 0, "active": "on"}
    answer = post(client, "profile_edit", technician, **data)
    assert answer.status_code == 422
    assert "home_lat" in answer.context["form"].errors
    assert 'value="104.74"' in answer.content.decode()
    data |= {"home_lat": "31.46", "home_lon": "104.74", "overtime": 60}
    assert post(client, "profile_edit", technician, **data).status_code == 303
    event = TechnicianEvent.objects.get(technician=technician)
    before, after = event.before or {}, event.after or {}
    assert (event.action, before["overtime"], after["overtime"]) == ("save_profile", 0, 60)


def test_leave_over_a_job_lists_it_and_is_saved_with_a_word(client: Client, technician: Technician) -> None:
    assignment = make_assignment(technician)
    data = {"first_day": "2026-03-10", "last_day": "2026-03-10", "reason": "leave"}
    refused = post(client, "absence_new", technician, **data)
    assert refused.status_code == 409
    assert assignment.ticket.number in refused.content.decode()
    assert not technician.absences.exists()
    assert post(client, "absence_new", technician, **data, word="急事").status_code == 303
    with clock.at(NOW):
        page = client.get(reverse("technician_detail", args=[technician.pk]))
    assert [one["findings"][0]["code"] for one in page.context["concerns"]] == ["absent"]
    assert TechnicianEvent.objects.get(technician=technician).reason == "急事"


def test_a_certificate_is_suspended_and_freed_with_reasons(client: Client, technician: Technician) -> None:
    paper = technician.certificates.get()
    refused = post(client, "certificate_switch", technician, paper.pk, reason="  ")
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["reason"])
    long = post(client, "certificate_switch", technician, paper.pk, reason="投" * 301)
    assert "投" * 301 in long.content.decode(), "what was typed stays"
    post(client, "certificate_switch", technician, paper.pk, reason="投诉")
    assert Certification.objects.get(pk=paper.pk).suspended_at == NOW
    assert post(client, "certificate_switch", technician, paper.pk, reason="再次").status_code == 409
    with clock.at(NOW):
        client.post(reverse("certificate_switch", args=[technician.pk, paper.pk]) + "?lift=1", {"reason": "查清"})
    assert Certification.objects.get(pk=paper.pk).suspended_at is None
    said = list(TechnicianEvent.objects.order_by("pk").values_list("action", "reason"))
    assert said == [("suspend_certificate", "投诉"), ("lift_suspension", "查清")]


def test_leave_that_ends_before_it_begins_is_said_at_its_last_day(client: Client, technician: Technician) -> None:
    data = {"first_day": "2026-03-12", "last_day": "2026-03-10", "reason": "leave"}
    refused = post(client, "absence_new", technician, **data)
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["last_day"])


def test_a_certificate_of_somebody_else_is_not_taken_over(client: Client, technician: Technician) -> None:
    other = make_certificate(make_technician())
    data = {"number": other.number, "stars": 3, "valid_from": "2026-01-01", "valid_until": "2026-12-31"}
    assert post(client, "certificate_new", technician, **data).status_code == 409


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"start": "08:00", "end": "07:00"}, "end"),
        ({"start": "09:00", "end": "12:00"}, "start"),
        ({"start": "19:00", "end": "22:00", "lunch_from": "20:00"}, "lunch_minutes"),
        (
            {"start": "19:00", "end": "22:00", "lunch_from": "23:00", "lunch_until": "23:30", "lunch_minutes": 20},
            "lunch_from",
        ),
        ({"start": "x", "end": "22:00"}, "start"),
        ({"day": "0001-01-01", "start": "19:00", "end": "22:00"}, "day"),
    ],
)
def test_hours_that_make_no_sense_name_their_field(
    client: Client, technician: Technician, data: dict[str, Any], field: str
) -> None:
    answer = post(client, "shift_new", technician, **{"day": "2026-03-10", **data})
    assert answer.status_code in {409, 422}
    assert list(answer.context["form"].errors) == [field]


def test_a_week_is_copied_to_several_people_with_its_lunch_and_never_twice(
    technician: Technician, outlet: Outlet
) -> None:
    other = make_technician(outlet)
    noon = NOW + 2 * HOUR
    shift = technician.shifts.get(span__contains=NOW)
    wanted = ShiftWanted(shift.span.lower, shift.span.upper, noon, noon + 2 * HOUR, 45)
    put_shift(technician.pk, wanted, actor=None, now=NOW, replaces=shift.pk)
    copied = copy_week(technician.pk, MONDAY, [technician.pk, other.pk], 2, actor=None, now=NOW)
    assert (copied.added, copied.left_out) == (8, 0)
    moved = other.shifts.get(span__contains=NOW + 7 * DAY)
    assert (moved.lunch.lower, moved.lunch_minutes) == (noon + 7 * DAY, 45)
    again = copy_week(technician.pk, MONDAY, [technician.pk, other.pk], 2, actor=None, now=NOW)
    assert (again.added, again.left_out) == (0, 8)
    with pytest.raises(ActionError) as refused:
        copy_week(technician.pk, MONDAY - 7 * DAY, [other.pk], 1, actor=None, now=NOW)
    assert refused.value.code == "week_empty"


def test_the_last_week_is_repeated_with_its_lunch(technician: Technician) -> None:
    Shift.objects.filter(technician=technician).exclude(span__contains=NOW).delete()
    shift = technician.shifts.get()
    noon = NOW + 2 * HOUR
    put_shift(
        technician.pk,
        ShiftWanted(shift.span.lower, shift.span.upper, noon, noon + HOUR, 45),
        actor=None,
        now=NOW,
        replaces=shift.pk,
    )
    assert repeat_last_week(technician, now=NOW) == 1
    assert technician.shifts.get(span__contains=NOW + 7 * DAY).lunch.lower == noon + 7 * DAY


def test_districts_are_those_of_the_outlet(technician: Technician, outlet: Outlet) -> None:
    ServiceZone.objects.create(outlet=outlet, district="涪东区")
    assert set_districts(technician.pk, ["涪东区"], actor=None, now=NOW) == ["涪东区"]
    with pytest.raises(ActionError) as refused:
        set_districts(technician.pk, ["月球"], actor=None, now=NOW)
    assert refused.value.code == "district_unknown"


def test_a_dispatcher_reads_and_a_foreign_supervisor_finds_nobody(technician: Technician, outlet: Outlet) -> None:
    reader, stranger = Client(), Client()
    reader.force_login(make_user(Role.DISPATCHER, outlet))
    stranger.force_login(make_user(Role.SUPERVISOR, make_outlet()))
    url = reverse("technician_detail", args=[technician.pk])
    with clock.at(NOW):
        page = reader.get(url)
        assert reverse("profile_edit", args=[technician.pk]) not in page.content.decode()
        assert stranger.get(url).status_code == 404
    assert post(reader, "week_repeat", technician).status_code == 403
    assert post(stranger, "week_repeat", technician).status_code == 404


def test_somebody_with_an_account_is_taken_on_once(client: Client, outlet: Outlet) -> None:
    account = make_user(Role.TECHNICIAN, outlet)
    data = {"employee_no": account.pk, "outlet": outlet.pk, "stars": 2, "overtime": 0, "active": "on"}
    with clock.at(NOW):
        assert client.post(reverse("technician_new"), data).status_code == 303
        assert client.post(reverse("technician_new"), data).status_code == 422
    assert Technician.objects.get(user=account).events.get().action == "add_technician"
