"""What the board's page and its feed say."""

import time
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dispatch.board.shown import offsets_of
from dispatch.models import Assignment, BoardView, Technician, TravelProfile
from dispatch.rules import Span, travel_minutes
from dispatch.rules.values import Place
from dispatch.services import refuse_assignment
from servicedesk import clock
from servicedesk.people.models import Address, Role
from servicedesk.project.embedded.ports import free_port
from servicedesk.tickets.models import TicketFacts
from tests.dispatch.test_pages import JSON, LATER, NOON, get, signed_in
from tests.make import NOW, make_handed_over, make_user
from tests.make_dispatch import HOME, make_absence, make_assignment, make_shift, make_technician

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def ms(instant: datetime) -> int:
    return round(instant.timestamp() * 1000)


def read(feed: dict[str, Any], name: str) -> list[dict[str, Any]]:
    rows = feed["trays"]["rows"] if name == "trays" else feed[name]
    return [dict(zip(feed["columns"][name], row, strict=True)) for row in rows]


def feed(client: Client, at: datetime = LATER, **query: Any) -> dict[str, Any]:
    answer = get(client, "board_feed", at=at, **query)
    assert answer.status_code == 200
    body: dict[str, Any] = answer.json()
    return body


def put_at(assignment: Assignment, lat: float | None, lon: float | None) -> None:
    Address.objects.filter(pk=assignment.ticket.address_id or 0).update(lat=lat, lon=lon)


@pytest.fixture
def technician() -> Technician:
    return make_technician(name="李强")


@pytest.fixture
def client(technician: Technician) -> Client:
    return signed_in(make_user(Role.DISPATCHER, technician.outlet))


def test_the_feed_tells_technicians_hours_and_jobs_in_milliseconds(client: Client, technician: Technician) -> None:
    job = make_assignment(technician, NOON, 90)
    make_absence(technician, NOON + 3 * HOUR, NOON + 4 * HOUR, "training")
    told = feed(client)
    (person,), (row,) = read(told, "technicians"), read(told, "jobs")
    assert (person["id"], person["name"], person["stars"]) == (technician.pk, "李强", 3)
    assert person["skills"] == [["washing_machine", 2]]
    assert (row["id"], row["number"], row["version"]) == (job.pk, job.ticket.number, 1)
    assert (row["start"], row["end"]) == (ms(NOON), ms(NOON + timedelta(minutes=90)))
    assert (row["state"], row["ticketState"], row["lat"], row["travel"]) == ("offered", "scheduled", None, None)
    (shift,) = read(told, "shifts")
    assert (shift["start"], shift["end"]) == (ms(NOW - 2 * HOUR), ms(NOW + 8 * HOUR))
    assert [one["reason"] for one in read(told, "absences")] == ["training"]
    assert told["now"] == ms(LATER)
    assert told["offsets"] == [[told["span"][0] - 86_400_000, 480]]


def test_drives_follow_the_way_of_the_day_and_an_unknown_place_has_none(
    client: Client, technician: Technician
) -> None:
    first, second = make_assignment(technician, NOON), make_assignment(technician, NOON + 2 * HOUR)
    third = make_assignment(technician, NOON + 4 * HOUR)
    put_at(first, 31.50, 104.80)
    put_at(second, 31.47, 104.70)
    put_at(third, None, None)
    rows = {row["id"]: row for row in read(feed(client), "jobs")}
    home, one, two = Place(*HOME), Place(31.50, 104.80), Place(31.47, 104.70)
    assert [(rows[job.pk]["travelFrom"], rows[job.pk]["travel"]) for job in (first, second, third)] == [
        (0, travel_minutes(home, one)),
        (first.pk, travel_minutes(one, two)),
        (second.pk, None),
    ]


def test_what_really_happened_belongs_to_the_assignment_it_happened_in(client: Client, technician: Technician) -> None:
    job = make_assignment(technician, NOON)
    TicketFacts.objects.update_or_create(ticket=job.ticket, defaults={"first_arrival_at": NOON + HOUR / 4})
    (row,) = read(feed(client), "jobs")
    assert (row["arrived"], row["finished"]) == (ms(NOON + HOUR / 4), None)
    TicketFacts.objects.filter(ticket=job.ticket).update(first_arrival_at=NOW - timedelta(days=3))
    (row,) = read(feed(client), "jobs")
    assert row["arrived"] is None


def test_a_refused_job_is_gone_and_its_ticket_waits_in_a_tray(client: Client, technician: Technician) -> None:
    job = make_assignment(technician, NOON)
    before = feed(client, numbers=job.ticket.number)
    refuse_assignment(job.pk, "车坏了", actor=None, now=LATER)
    after = feed(client, numbers=job.ticket.number)
    assert [row["id"] for row in read(before, "jobs")] == [job.pk]
    assert (after["jobs"], after["numbers"]) == ([], [job.ticket.number])
    assert [(row["tray"], row["number"]) for row in read(after, "trays")] == [("assign", job.ticket.number)]
    assert after["trays"]["counts"]["assign"] == {"n": 1, "oldest": ms(NOW)}


def test_who_missed_something_asks_what_changed_since(client: Client, technician: Technician) -> None:
    cursor = feed(client)["cursor"]
    job = make_assignment(technician, NOON)
    told = feed(client, since=cursor)
    assert told["numbers"] == [job.ticket.number]
    assert "technicians" not in told
    far = ms(datetime.now(ZoneInfo("UTC")) + timedelta(days=1))
    assert feed(client, since=far)["numbers"] == []
    assert "technicians" in feed(client, since="x")


def test_a_week_begins_on_monday_and_ends_on_sunday(client: Client) -> None:
    told = feed(client, scale="week")
    assert [one["day"] for one in told["days"]] == [f"2026-03-{day:02d}" for day in range(9, 16)]


def test_the_board_keeps_to_the_persons_outlets(client: Client, technician: Technician) -> None:
    other = make_technician(name="别处")
    assert [one["id"] for one in read(feed(client, outlet=other.outlet_id), "technicians")] == [technician.pk]
    manager = signed_in(make_user(Role.MANAGER))
    assert [one["id"] for one in read(feed(manager, outlet=other.outlet_id), "technicians")] == [other.pk]
    assert {one["id"] for one in read(feed(manager, outlet="all"), "technicians")} == {technician.pk, other.pk}


def test_outlets_of_another_zone_are_left_out_and_named(client: Client, technician: Technician) -> None:
    other = make_technician().outlet
    other.time_zone = "Asia/Urumqi"
    other.save(update_fields=["time_zone"])
    manager = signed_in(make_user(Role.MANAGER))
    page = get(manager, "dispatch_timeline", outlet="all")
    assert page.context["shown"].left_out == (other,)
    assert str(other) in page.content.decode()


def test_the_offsets_change_where_the_zone_does() -> None:
    zone = ZoneInfo("Pacific/Chatham")
    day = Span(datetime(2026, 4, 4, tzinfo=zone), datetime(2026, 4, 6, tzinfo=zone))
    (_, before), (since, after) = offsets_of(day, zone)
    assert (before, after) == (825, 765)
    assert since == ms(datetime(2026, 4, 4, 14, tzinfo=ZoneInfo("UTC")))


def test_nonsense_in_the_address_shows_today(client: Client) -> None:
    for day in ("2026-02-30", "x", "0000-00-00"):
        assert [one["day"] for one in feed(client, day=day, scale="x", since="-1")["days"]] == ["2026-03-10"]
    for day in ("9999-12-31", "0001-01-01"):
        assert get(client, "dispatch_timeline", day=day).status_code == 200


def test_somebody_without_outlet_is_told_so() -> None:
    alone = signed_in(make_user(Role.SUPERVISOR))
    assert b'class="empty"' in get(alone, "dispatch_timeline").content
    assert get(alone, "board_feed").status_code == 404


def test_a_full_board_costs_no_more_queries(
    client: Client, technician: Technician, django_assert_max_num_queries: Any
) -> None:
    for _ in range(4):
        other = make_technician(technician.outlet)
        make_assignment(other, NOON)
        make_assignment(other, NOON + HOUR)
        make_handed_over(technician.outlet)
    make_shift(technician, NOW + 9 * HOUR, NOW + 10 * HOUR)
    feed(client)
    with django_assert_max_num_queries(15):
        feed(client)
    with django_assert_max_num_queries(11):
        feed(client, numbers="260310-0001")


def test_the_pane_tells_why_a_job_stands_where_it_stands(client: Client, technician: Technician) -> None:
    job = make_assignment(technician, NOON)
    page = get(client, "board_job", job.ticket.number)
    assert page.context["looked"].assignment == job
    assert page.context["looked"].verdict.score.total == sum(
        part.points for part in page.context["looked"].verdict.score.parts
    )
    waiting = make_handed_over(technician.outlet)
    assert get(client, "board_job", waiting.number).context["looked"].assignment is None


def test_the_rules_are_asked_about_all_jobs_once_however_many_open_the_board(
    client: Client, technician: Technician, django_assert_max_num_queries: Any
) -> None:
    job = make_assignment(technician, NOON)
    make_absence(technician, NOON, NOON + HOUR, "sick")
    asked = {"outlet": technician.outlet_id, "day": "2026-03-10"}
    with clock.at(LATER):
        first = client.post(reverse("board_concerns"), asked).json()
        with django_assert_max_num_queries(6):
            second = client.post(reverse("board_concerns"), asked).json()
    assert first == second == {"n": 1}
    (row,) = [row for row in read(feed(client), "trays") if row["tray"] == "attention"]
    assert row["number"] == job.ticket.number
    assert row["why"]


def test_each_outlet_keeps_its_own_pace_however_many_are_shown(technician: Technician) -> None:
    other = make_technician(name="赵敏")
    TravelProfile.objects.create(outlet=technician.outlet, minutes_per_km=1.6)
    TravelProfile.objects.create(outlet=other.outlet, hour_from=7, hour_until=9, minutes_per_km=2.5)
    manager = signed_in(make_user(Role.MANAGER))
    with CaptureQueriesContext(connection) as asked:
        bands = feed(manager, outlet="all")["travel"]["bands"]
    assert [band[3] for band in bands[str(technician.outlet_id)]] == [1.6]
    assert [band[:2] for band in bands[str(other.outlet_id)]] == [[7, 9]]
    assert sum("dispatch_travelprofile" in one["sql"] for one in asked.captured_queries) == 1


class TestWhoElseLooks:
    """Presence, on a real Redis."""

    def test_others_on_the_same_outlet_and_day_are_named_with_what_they_have_in_hand(
        self, client: Client, technician: Technician
    ) -> None:
        job = make_assignment(technician, NOON)
        other = signed_in(make_user(Role.DISPATCHER, technician.outlet, name="周婷"))
        assert looks(other, job.ticket.number) == []
        assert looks(client) == [{"name": "周婷", "job": job.ticket.number}]
        assert [one["job"] for one in looks(other)] == [""]
        assert looks(client) == [{"name": "周婷", "job": ""}]

    def test_another_day_and_another_outlet_are_somewhere_else(self, client: Client, technician: Technician) -> None:
        other = signed_in(make_user(Role.DISPATCHER, technician.outlet, name="周婷"))
        looks(other, day="2026-03-11")
        looks(signed_in(make_user(Role.DISPATCHER, make_technician().outlet, name="别处")))
        assert looks(client) == []

    def test_who_is_silent_for_half_a_minute_is_gone(
        self, client: Client, technician: Technician, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        other = signed_in(make_user(Role.DISPATCHER, technician.outlet, name="周婷"))
        looks(other)
        began = time.time()
        monkeypatch.setattr(time, "time", lambda: began + 29)
        assert [one["name"] for one in looks(client)] == ["周婷"]
        monkeypatch.setattr(time, "time", lambda: began + 31)
        assert looks(client) == []

    def test_without_redis_nobody_else_is_seen_and_nothing_fails(self, client: Client, settings: Any) -> None:
        settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
        assert looks(client) == []


class TestKeptViews:
    """Views under a name: what is kept, whose they are, what is refused."""

    def test_a_view_keeps_outlet_scale_and_filters_but_not_the_day(self, client: Client) -> None:
        answer = keep(client, "空调", "?day=2026-03-11&scale=week&skill=washing_machine&evil=1&q=")
        assert answer.status_code == 303
        assert answer["Location"] == f"{reverse('dispatch_timeline')}?scale=week&skill=washing_machine"
        page = get(client, "dispatch_timeline")
        assert [one.name for one in page.context["views"]] == ["空调"]
        assert 'href="?scale=week&amp;skill=washing_machine"' in page.content.decode()

    def test_the_same_name_is_written_over(self, client: Client) -> None:
        keep(client, "我的", "?scale=week")
        keep(client, " 我的 ", "?scale=hour")
        assert [view.query for view in BoardView.objects.all()] == ["scale=hour"]

    def test_a_view_is_its_owners_alone(self, client: Client, technician: Technician) -> None:
        keep(client, "我的", "?scale=week")
        view = BoardView.objects.get()
        other = signed_in(make_user(Role.DISPATCHER, technician.outlet))
        assert get(other, "dispatch_timeline").context["views"] == []
        assert (
            other.post(reverse("board_view_delete", args=[view.pk]), headers=JSON).json()["code"] == "view_not_found"
        )
        assert client.post(reverse("board_view_delete", args=[view.pk])).status_code == 303
        assert not BoardView.objects.exists()

    @pytest.mark.parametrize(
        ("name", "query", "code"),
        [
            ("  ", "?scale=week", "name_missing"),
            ("x" * 41, "?scale=week", "name_too_long"),
            ("x", f"?q={'y' * 700}", "query_too_long"),
        ],
    )
    def test_nonsense_is_refused_by_name(self, client: Client, name: str, query: str, code: str) -> None:
        answer = keep(client, name, query, headers=JSON)
        assert (answer.status_code, answer.json()["code"]) == (422, code)

    def test_thirty_views_are_enough(self, client: Client) -> None:
        for place in range(30):
            keep(client, f"view {place}", "?scale=week")
        assert keep(client, "one more", "", headers=JSON).json()["code"] == "too_many_views"
        assert keep(client, "view 3", "?scale=hour").status_code == 303


def looks(client: Client, job: str = "", day: str = "2026-03-10") -> list[dict[str, str]]:
    """Says that somebody looks; returns who else does."""
    answer = client.post(reverse("board_presence"), {"day": day, "job": job})
    assert answer.status_code == 200
    others: list[dict[str, str]] = answer.json()["others"]
    return others


def keep(client: Client, name: str, query: str, **more: Any) -> Any:
    """Keeps a view under a name."""
    return client.post(reverse("board_view_save"), {"name": name, "query": query}, **more)
