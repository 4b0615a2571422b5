"""What a visit leaves to be done: from failing items, from the inspection, from what was heard of other appliances."""

from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.utils import InternalError, ProgrammingError
from django.test import Client
from django.urls import reverse

from servicedesk.errors import ActionError
from servicedesk.notify.models import Notification
from servicedesk.people.models import Role
from servicedesk.tickets.models import Ticket
from tests.make import NOW, make_appliance, make_customer, make_user
from tests.make_dispatch import make_technician
from tests.make_visits import MINUTE, answer_all, inspect, make_ready, make_visit
from visits.followups.services import end_follow_up, make_follow_ups, reopen_follow_up
from visits.inspection import checks_for
from visits.models import ChecklistItem, FollowUp, Visit
from visits.selectors import standing_of
from visits.services import CheckResult, Findings, Heard, ItemAnswer, answer_item, complete_visit, record_inspection

pytestmark = pytest.mark.django_db

LATER = NOW + 60 * MINUTE
State = FollowUp.State


@pytest.fixture
def visit() -> Visit:
    return make_visit(make_technician(), upto="working")


def hear(visit: Visit, *heard: Heard, asked: bool = True, **wrong: str) -> None:
    checks = [CheckResult(check.code, check.code not in wrong, wrong.get(check.code, "")) for check in checks_for("")]
    findings = Findings(checks, "", asked, heard)
    record_inspection(visit.pk, findings, actor=visit.technician.user, now=LATER)


def complete(visit: Visit) -> Visit:
    return complete_visit(visit.pk, actor=visit.technician.user, now=LATER)


def on_fail(visit: Visit, code: str, kind: str) -> None:
    ChecklistItem.objects.filter(version=visit.checklist_id, code=code).update(on_fail=kind)


def kinds_of(visit: Visit) -> list[tuple[str, str, str]]:
    return [(one.source, one.code, one.kind) for one in FollowUp.objects.filter(visit=visit).order_by("code")]


# --- Failing items ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["task", "part", "quote"])
def test_a_failing_item_leaves_what_its_list_says(visit: Visit, kind: str) -> None:
    make_ready(visit, now=LATER, c3_1="没有水")
    on_fail(visit, "3.1", kind)
    complete(visit)
    found = FollowUp.objects.get(visit=visit)
    assert (found.source, found.code, found.kind, found.state, found.text) == ("item", "3.1", kind, "open", "没有水")


def test_a_failing_item_without_consequence_leaves_nothing(visit: Visit) -> None:
    complete(make_ready(visit, now=LATER, c3_1="没有水"))
    assert not FollowUp.objects.exists()


def test_a_kept_item_leaves_nothing(visit: Visit) -> None:
    make_ready(visit, now=LATER)
    on_fail(visit, "3.1", "task")
    complete(visit)
    assert not FollowUp.objects.exists()


def test_nothing_is_made_before_the_visit_is_over_because_an_answer_may_still_change(visit: Visit) -> None:
    on_fail(visit, "3.1", "ticket")
    make_ready(visit, now=LATER, c3_1="没有水")
    assert not FollowUp.objects.exists()
    answer_item(visit.pk, ItemAnswer("3.1", "done"), actor=visit.technician.user, now=LATER)
    complete(visit)
    assert not FollowUp.objects.exists()


def test_a_failing_item_opens_a_ticket_for_the_same_owner(visit: Visit) -> None:
    make_ready(visit, now=LATER, c3_1="没有水")
    on_fail(visit, "3.1", "ticket")
    complete(visit)
    found = FollowUp.objects.get(visit=visit)
    assert found.ticket is not None
    assert (found.state, found.ticket.parent_id, found.ticket.owner_id) == (
        "done",
        visit.ticket_id,
        visit.ticket.owner_id,
    )
    assert found.ticket.kind == "repair"
    assert (found.ticket.customer_id, found.ticket.address_id) == (visit.ticket.customer_id, visit.ticket.address_id)
    assert "没有水" in found.ticket.description
    assert found.ticket.clocks.filter(kind="arrival", stopped_at=None).exists()


def test_an_installation_with_bad_earthing_asks_for_a_quote() -> None:
    visit = make_visit(make_technician(), upto="working", kind="install", fault=None)
    answer_item(visit.pk, ItemAnswer("W3", "done", "bad"), actor=visit.technician.user, now=LATER)
    answer_item(visit.pk, ItemAnswer("W4", "done"), actor=visit.technician.user, now=LATER)
    answer_all(visit, LATER)
    make_ready(visit, now=LATER)
    complete(visit)
    assert kinds_of(visit) == [("item", "W3", "quote")]


# --- Inspection and other appliances ---------------------------------------------------------------------------------


def test_a_failing_check_of_the_inspection_is_a_task(visit: Visit) -> None:
    make_ready(visit, now=LATER)
    inspect(visit, LATER, noise="x")
    complete(visit)
    assert kinds_of(visit) == [("inspection", "noise", "task")]


def test_what_is_heard_of_another_appliance_becomes_a_linked_ticket_of_the_same_owner(visit: Visit) -> None:
    fridge = make_appliance(visit.ticket.customer)
    heater = make_appliance(visit.ticket.customer)
    make_ready(visit, now=LATER)
    hear(visit, Heard(fridge.pk, "repair", "冷藏室结冰"), Heard(heater.pk, "maintenance", "想清洗"))
    complete(visit)
    tickets = {ticket.appliance_id: ticket for ticket in Ticket.objects.filter(parent=visit.ticket)}
    assert {key: (one.kind, one.description) for key, one in tickets.items()} == {
        fridge.pk: ("repair", "冷藏室结冰"),
        heater.pk: ("maintenance", "想清洗"),
    }
    assert {one.owner_id for one in tickets.values()} == {visit.ticket.owner_id}
    assert all(one.follow_up.visit_id == visit.pk for one in tickets.values())


def test_done_twice_it_is_done_once(visit: Visit) -> None:
    make_ready(visit, now=LATER)
    hear(visit, Heard(make_appliance(visit.ticket.customer).pk, "repair", "冷藏室结冰"))
    complete(visit)
    visit.refresh_from_db()
    again = make_follow_ups(visit, standing_of(visit, LATER).lines, now=LATER)
    assert again == []
    assert Ticket.objects.filter(parent=visit.ticket).count() == 1


def test_only_what_the_customer_has_at_home_is_heard_of(visit: Visit) -> None:
    own, stranger = make_appliance(visit.ticket.customer), make_appliance(make_customer())
    cases: list[tuple[list[Heard], bool, str]] = [
        ([Heard(stranger.pk, "repair", "坏了")], True, "appliance_unknown"),
        ([Heard(own.pk, "repair", "坏了"), Heard(own.pk, "repair", "坏了")], True, "appliance_unknown"),
        ([Heard(own.pk, "praise", "很好")], True, "kind_unknown"),
        ([Heard(own.pk, "repair", "  ")], True, "words_missing"),
        ([Heard(own.pk, "repair", "长" * 301)], True, "words_too_long"),
        ([Heard(own.pk, "repair", "坏了")], False, "others_not_asked"),
    ]
    for heard, asked, code in cases:
        with pytest.raises(ActionError) as refusal:
            hear(visit, *heard, asked=asked)
        assert refusal.value.code == code


def test_the_inspection_page_asks_for_each_appliance_and_keeps_what_was_typed(client: Client, visit: Visit) -> None:
    fridge = make_appliance(visit.ticket.customer)
    client.force_login(visit.technician.user)
    address = reverse("visit_inspection", args=[visit.pk])
    given: dict[str, Any] = {f"check_{check.code}": "ok" for check in checks_for("washing_machine")}
    given |= {"others_asked": "on", f"other_{fridge.pk}": "repair", f"words_{fridge.pk}": ""}
    refused = client.post(address, given)
    assert refused.status_code == 422
    assert "请写下用户怎么说" in refused.content.decode()
    given[f"words_{fridge.pk}"] = "冷藏室结冰"
    assert client.post(address, given).status_code == 303
    visit.refresh_from_db()
    assert visit.inspection.others == [{"appliance": fridge.pk, "kind": "repair", "words": "冷藏室结冰"}]
    assert "冷藏室结冰" in client.get(address).content.decode()


# --- The owner's side ------------------------------------------------------------------------------------------------


@pytest.fixture
def follow_up(visit: Visit) -> FollowUp:
    make_ready(visit, now=LATER)
    inspect(visit, LATER, noise="x")
    complete(visit)
    return FollowUp.objects.get(visit=visit)


def test_the_owner_is_told_once(follow_up: FollowUp) -> None:
    told = Notification.objects.filter(kind="follow_ups_made")
    assert [one.recipient for one in told] == [follow_up.visit.ticket.owner]


def test_it_is_done_taken_back_and_not_needed(follow_up: FollowUp) -> None:
    agent = make_user(Role.AGENT)
    assert end_follow_up(follow_up.pk, State.DONE, actor=agent, now=LATER).state == State.DONE
    assert reopen_follow_up(follow_up.pk, actor=agent, now=LATER).state == State.OPEN
    with pytest.raises(ActionError) as refusal:
        end_follow_up(follow_up.pk, State.DROPPED, actor=agent, now=LATER)
    assert refusal.value.code == "reason_missing"
    dropped = end_follow_up(follow_up.pk, State.DROPPED, actor=agent, now=LATER, note="用户不要了")
    assert (dropped.state, dropped.note, dropped.ended_by) == (State.DROPPED, "用户不要了", agent)
    with pytest.raises(ActionError) as again:
        end_follow_up(follow_up.pk, State.DONE, actor=agent, now=LATER)
    assert again.value.code == "wrong_state"


def test_two_people_at_once_are_told(follow_up: FollowUp) -> None:
    with pytest.raises(ActionError) as refusal:
        end_follow_up(follow_up.pk, State.DONE, actor=make_user(Role.AGENT), now=LATER, expected_version=99)
    assert refusal.value.code == "edited_meanwhile"


def test_a_technician_ends_none(follow_up: FollowUp) -> None:
    with pytest.raises(ActionError) as refusal:
        end_follow_up(follow_up.pk, State.DONE, actor=follow_up.visit.technician.user, now=LATER)
    assert refusal.value.status in {403, 404}
    follow_up.refresh_from_db()
    assert follow_up.state == State.OPEN


def test_what_has_become_a_ticket_goes_on_there(visit: Visit) -> None:
    make_ready(visit, now=LATER)
    hear(visit, Heard(make_appliance(visit.ticket.customer).pk, "repair", "冷藏室结冰"))
    complete(visit)
    with pytest.raises(ActionError) as refusal:
        reopen_follow_up(FollowUp.objects.get().pk, actor=make_user(Role.AGENT), now=LATER)
    assert refusal.value.code == "has_ticket"


@pytest.mark.parametrize("change", ["text = 'x'", "kind = 'quote'", "made_at = now()"])
def test_the_database_keeps_what_it_is_about(follow_up: FollowUp, change: str) -> None:
    with pytest.raises((InternalError, ProgrammingError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE visits_followup SET {change} WHERE id = %s", [follow_up.pk])
    with pytest.raises((InternalError, ProgrammingError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM visits_followup WHERE id = %s", [follow_up.pk])


def test_the_list_and_the_panel_show_it_and_the_page_ends_it(client: Client, follow_up: FollowUp) -> None:
    client.force_login(follow_up.visit.ticket.owner)
    assert "不合格：无异响、异常振动" in client.get(reverse("follow_up_list") + "?of=mine").content.decode()
    panel = client.get(reverse("visit_panel", args=[follow_up.visit.ticket.number])).content.decode()
    assert reverse("follow_up_detail", args=[follow_up.pk]) in panel
    address = reverse("follow_up_detail", args=[follow_up.pk])
    refused = client.post(address, {"state": "dropped", "note": "", "version": 1})
    assert (refused.status_code, "请写明为什么不需要" in refused.content.decode()) == (422, True)
    assert client.post(address, {"state": "done", "note": "已联系用户", "version": 1}).status_code == 303
    assert "已联系用户" in client.get(reverse("follow_up_list") + "?view=done").content.decode()
    assert client.post(reverse("follow_up_reopen", args=[follow_up.pk])).status_code == 303
    follow_up.refresh_from_db()
    assert follow_up.state == State.OPEN


def test_the_list_asks_the_same_number_of_questions_however_long_it_is(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    manager = make_user(Role.MANAGER)
    for _n in range(4):
        one = make_visit(make_technician(), upto="working")
        make_ready(one, now=LATER)
        inspect(one, LATER, noise="x", wear="x")
        complete_visit(one.pk, actor=one.technician.user, now=LATER)
    client.force_login(manager)
    with django_assert_max_num_queries(14):
        assert client.get(reverse("follow_up_list")).content.decode().count("data-row") == 8


def test_it_reads_in_english(follow_up: FollowUp, client: Client) -> None:
    owner = follow_up.visit.ticket.owner
    client.force_login(owner)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    html = client.get(reverse("follow_up_detail", args=[follow_up.pk])).content.decode()
    assert "Not in order: No unusual noise or vibration" in html
