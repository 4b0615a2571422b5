"""Pages of the repair log and of the waits: written, refused with what was typed, listed by how near the right is."""

import io
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from servicedesk import clock
from servicedesk.people.models import Role
from tests.defaults import load_defaults
from tests.make import make_outlet, make_ticket, make_user
from tests.make_desk import browser_of
from tests.make_visits import jpeg
from tests.make_warranty import make_proof, make_sold
from warranty.facts_builder import local_day
from warranty.models import PartsWait, ProofPhoto, RepairRecord, RightWatch
from warranty.repair_log import RepairElsewhere, record_elsewhere
from warranty.waits import NewWait, open_wait

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def today() -> Any:
    return local_day(clock.now())


@pytest.fixture
def agent() -> Client:
    return browser_of(make_user(Role.AGENT))


def sold(**overrides: Any) -> Any:
    """A unit bought a hundred days ago, so that it is in its guarantee whenever the test runs."""
    day = local_day(clock.now()) - 100 * DAY
    return make_sold(invoice_date=day, delivery_date=day, install_date=day, **overrides)


def typed(today: Any, **overrides: Any) -> dict[str, Any]:
    return {
        "repairer": "城东家电维修",
        "kind": "warranty",
        "handed_over_on": (today - 20 * DAY).isoformat(),
        "returned_on": (today - 15 * DAY).isoformat(),
        "work": "更换水泵",
        "token": uuid4(),
        **overrides,
    }


def sheet() -> io.BytesIO:
    file = io.BytesIO(jpeg())
    file.name = "sheet.jpg"
    return file


def test_a_repair_with_its_sheet_is_written_and_shown_as_proven(agent: Client, today: Any) -> None:
    appliance = sold()
    page = reverse("repair_new", args=[appliance.pk])
    answer = agent.post(page, typed(today, photo=sheet()), follow=True)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "城东家电维修" in text
    assert "有凭证" in text
    assert ProofPhoto.objects.get().repair == RepairRecord.objects.get()


def test_a_repair_without_a_sheet_says_that_it_does_not_count(agent: Client, today: Any) -> None:
    appliance = sold()
    answer = agent.post(reverse("repair_new", args=[appliance.pk]), typed(today), follow=True)
    text = answer.content.decode()
    assert "客户口述，无凭证：不计入" in text
    assert "别处维修的凭证" in text


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"handed_over_on": "2026-02-29"}, "没有这一天"),
        ({"returned_on": "2001-01-01"}, "早于"),
        ({"repairer": ""}, "error"),
        ({"handed_over_on": "2001-01-01", "returned_on": ""}, "当时产品还没到客户手中"),
    ],
)
def test_what_was_typed_wrongly_is_named_and_kept(agent: Client, today: Any, given: dict[str, str], said: str) -> None:
    appliance = sold()
    answer = agent.post(reverse("repair_new", args=[appliance.pk]), typed(today, **given))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert said in text
    assert "更换水泵" in text
    assert not RepairRecord.objects.exists()


def test_a_bad_photo_leaves_no_line(agent: Client, today: Any) -> None:
    file = io.BytesIO(b"no picture at all")
    file.name = "sheet.jpg"
    answer = agent.post(reverse("repair_new", args=[sold().pk]), typed(today, photo=file))
    assert answer.status_code == 422
    assert not RepairRecord.objects.exists()


def test_an_overlap_is_refused_with_the_days_of_the_other(agent: Client, today: Any) -> None:
    page = reverse("repair_new", args=[sold().pk])
    agent.post(page, typed(today))
    answer = agent.post(page, typed(today, repairer="另一家"))
    assert answer.status_code == 409
    assert (today - 20 * DAY).isoformat() in answer.content.decode()


def test_a_line_is_closed_proven_and_struck_on_its_page(agent: Client, today: Any) -> None:
    repair = RepairElsewhere(repairer="某店", kind="paid", handed_over_on=today - 5 * DAY)
    row = record_elsewhere(sold().pk, repair, actor=None, now=clock.now())
    page = reverse("repair_line", args=[row.pk])
    assert agent.post(page, {"act": "close", "returned_on": (today + DAY).isoformat()}).status_code == 422
    assert agent.post(page, {"act": "close", "returned_on": today.isoformat()}).status_code == 302
    assert agent.post(page, {"act": "prove", "token": uuid4()}).status_code == 422
    assert agent.post(page, {"act": "prove", "token": uuid4(), "photo": sheet()}).status_code == 302
    assert agent.post(page, {"act": "strike", "reason": " "}).status_code == 422
    assert agent.post(page, {"act": "strike", "reason": "记错了"}).status_code == 302
    assert "记错了" in agent.get(page).content.decode()
    assert agent.post(page, {"act": "burn"}).status_code == 422


def test_a_reader_sees_a_line_without_its_forms(today: Any) -> None:
    appliance = sold()
    repair = RepairElsewhere(repairer="某店", kind="paid", handed_over_on=today - 5 * DAY)
    row = record_elsewhere(appliance.pk, repair, actor=None, now=clock.now())
    make_proof(appliance, repair=row)
    auditor = browser_of(make_user(Role.AUDITOR))
    page = reverse("repair_line", args=[row.pk])
    assert 'name="act"' not in auditor.get(page).content.decode()
    assert auditor.post(page, {"act": "strike", "reason": "误"}).status_code == 403


def test_a_wait_is_recorded_and_ended_on_its_pages(agent: Client, today: Any) -> None:
    load_defaults()
    appliance = sold()
    ticket = make_ticket(customer=appliance.customer, now=clock.now())
    page = reverse("wait_new", args=[appliance.pk])
    bad = agent.post(page, {"cause": "no_parts", "since": (today + DAY).isoformat(), "part": "压缩机"})
    assert (bad.status_code, "压缩机" in bad.content.decode()) == (422, True)
    good = {"cause": "no_parts", "since": today.isoformat(), "part": "压缩机"}
    assert agent.post(page, good).status_code == 302
    wait = PartsWait.objects.get()
    assert wait.ticket == ticket
    assert agent.post(page, {**good, "part": "风扇"}).status_code == 409
    line = reverse("wait_line", args=[wait.pk])
    assert agent.post(line, {"act": "end", "ended_on": today.isoformat()}).status_code == 302
    assert agent.post(line, {"act": "strike", "reason": "误"}).status_code == 302


def waiting(days: int, cause: str = "no_parts") -> PartsWait:
    now = clock.now()
    appliance = sold()
    since = local_day(now) - days * DAY
    return open_wait(appliance.pk, NewWait(cause=cause, since=since), actor=None, now=now)


def test_the_list_tells_how_near_the_right_is_and_is_narrowed() -> None:
    load_defaults()
    for days in (10, 80, 95):
        waiting(days)
    manager = browser_of(make_user(Role.MANAGER))
    everything = manager.get(reverse("wait_list")).content.decode()
    assert [everything.count(f"{days} / 90") for days in (10, 80, 95)] == [1, 1, 1]
    assert everything.index("95 / 90") < everything.index("80 / 90") < everything.index("10 / 90")
    near = manager.get(reverse("wait_list"), {"view": "near"}).content.decode()
    arisen = manager.get(reverse("wait_list"), {"view": "arisen"}).content.decode()
    assert ("80 / 90" in near, "95 / 90" in near) == (True, False)
    assert ("95 / 90" in arisen, "80 / 90" in arisen) == (True, False)


def test_the_list_is_empty_in_words_and_knows_no_foreign_waits() -> None:
    load_defaults()
    waiting(10)
    dispatcher = browser_of(make_user(Role.DISPATCHER, make_outlet()))
    assert "这里没有等待" in dispatcher.get(reverse("wait_list")).content.decode()


def test_the_list_asks_the_same_number_of_questions_for_one_and_for_many() -> None:
    load_defaults()
    manager = browser_of(make_user(Role.MANAGER))

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            manager.get(reverse("wait_list"))
        return len(queries)

    waiting(1)
    asked()
    one = asked()
    for _each in range(4):
        waiting(2)
    assert asked() == one
    assert RightWatch.objects.count() == 5


def test_the_right_on_its_way_stands_on_the_card_and_the_page() -> None:
    load_defaults()
    wait = waiting(80)
    manager = browser_of(make_user(Role.MANAGER))
    for name in ("warranty_appliance", "warranty_appliance_card"):
        text = manager.get(reverse(name, args=[wait.appliance_id])).content.decode()
        assert "第 80 天（界限 90 天）" in text


def test_a_delay_of_the_repairer_stands_among_the_facts_and_opens_the_exchange_after_thirty_days() -> None:
    load_defaults()
    wait = waiting(31, cause="repairer")
    text = (
        browser_of(make_user(Role.AGENT)).get(reverse("warranty_appliance", args=[wait.appliance_id])).content.decode()
    )
    facts = text[text.index("依据的事实") :]
    assert "修理者自身原因延误" in facts
    assert "已超过 30 天" in text
