"""What the board's page and its feed say."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from dispatch.board.shown import offsets_of
from dispatch.models import Assignment, Technician
from dispatch.rules import Span, travel_minutes
from dispatch.rules.values import Place
from dispatch.services import refuse_assignment
from servicedesk.people.models import Address, Role
from servicedesk.tickets.models import TicketFacts
from tests.dispatch.test_pages import LATER, NOON, get, signed_in
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
    with django_assert_max_num_queries(16):
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
