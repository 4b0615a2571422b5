"""Candidates, the assignment form, the timeline and the panel."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dispatch.models import Assignment, Technician
from dispatch.registration import buttons_of
from dispatch.services import accept_assignment, refuse_assignment
from servicedesk import clock
from servicedesk.people.models import Role, User
from servicedesk.ports import story_words
from tests.dispatch.snapshots import snapshot
from tests.make import NOW, make_fault, make_handed_over, make_outlet, make_ticket, make_user
from tests.make_dispatch import make_absence, make_assignment, make_technician

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)
NOON = NOW + timedelta(hours=2)
JSON = {"Accept": "application/json"}


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def get(client: Client, name: str, *args: Any, at: Any = LATER, **query: Any) -> Any:
    with clock.at(at):
        return client.get(reverse(name, args=args), query)


def post(client: Client, name: str, *args: Any, headers: Any = None, **data: Any) -> Any:
    with clock.at(LATER):
        return client.post(reverse(name, args=args), data, headers=headers)


def typed(technician: Technician, start: str = "12:00", **overrides: Any) -> dict[str, Any]:
    """What is sent from the form, local time."""
    return {"technician": technician.pk, "day": "2026-03-10", "start": start, "minutes": 60, **overrides}


@pytest.fixture
def technician() -> Technician:
    return make_technician(name="李强")


@pytest.fixture
def client(technician: Technician) -> Client:
    return signed_in(make_user(Role.DISPATCHER, technician.outlet))


def test_candidates_are_told_in_words_with_the_best_first(client: Client, technician: Technician) -> None:
    away = make_technician(technician.outlet, name="孙涛")
    make_absence(away, NOW - timedelta(hours=3), NOW + timedelta(hours=12))
    weak = make_technician(technician.outlet, name="周凯", level=1)
    ticket = make_handed_over(technician.outlet, fault=make_fault(skill_level=2))
    page = get(client, "candidate_list", ticket.number)
    rows = page.context["shortlist"].rows
    assert [(row.technician, row.candidate.grade) for row in rows] == [
        (technician, "possible"),
        (weak, "stretch"),
        (away, "no"),
    ]
    assert all(row.sentences for row in rows[1:])


def test_a_technician_of_another_outlet_is_no_candidate(client: Client, technician: Technician) -> None:
    make_technician()
    rows = get(client, "candidate_list", make_handed_over(technician.outlet).number).context["shortlist"].rows
    assert [row.technician for row in rows] == [technician]


def test_the_list_looks_at_the_next_day_when_nobody_can_go_today(client: Client, technician: Technician) -> None:
    ticket = make_handed_over(technician.outlet)
    evening = NOW + timedelta(hours=9)
    assert get(client, "candidate_list", ticket.number, at=evening).context["shortlist"].day == date(2026, 3, 11)
    asked = get(client, "candidate_list", ticket.number, at=evening, day="2026-03-10").context["shortlist"]
    assert (asked.day, asked.rows[0].can_go) == (date(2026, 3, 10), False)


def test_the_list_starts_with_the_day_the_customer_asked_for(client: Client, technician: Technician) -> None:
    window = {"requested_from": NOON + timedelta(days=1), "requested_until": NOON + timedelta(days=1, hours=2)}
    shortlist = get(client, "candidate_list", make_handed_over(technician.outlet, **window).number).context[
        "shortlist"
    ]
    assert (shortlist.day, shortlist.rows[0].candidate.span.start) == (date(2026, 3, 11), window["requested_from"])


def test_enter_takes_somebody_else_than_who_has_the_ticket(client: Client, technician: Technician) -> None:
    ticket = make_assignment(technician, NOON).ticket
    assert get(client, "candidate_list", ticket.number).context["chosen"] is None
    other = make_technician(technician.outlet, name="孙涛")
    page = get(client, "candidate_list", ticket.number)
    assert page.context["chosen"] == other.pk
    assert "只改时间" in page.content.decode()


def test_a_promise_that_is_over_is_shown_as_missed(client: Client, technician: Technician) -> None:
    window = {"requested_from": NOON, "requested_until": NOON + timedelta(hours=2)}
    ticket = make_handed_over(technician.outlet, **window)
    page = get(client, "candidate_list", ticket.number, at=NOON + timedelta(hours=3)).content.decode()
    assert "12:00–14:00" in page
    assert "客户期望，已错过" in page


def test_after_a_repair_that_did_not_hold_the_same_technician_is_a_stretch(
    client: Client, technician: Technician
) -> None:
    first = make_handed_over(technician.outlet)
    make_assignment(technician, ticket=first)
    first.facts.__class__.objects.filter(ticket=first).update(completed_at=NOW, technician=technician.user)
    again = make_handed_over(technician.outlet, customer=first.customer, now=NOW + timedelta(days=1))
    shortlist = get(client, "candidate_list", again.number, at=NOW + timedelta(days=1, minutes=5)).context["shortlist"]
    (row,) = shortlist.rows
    assert row.wants_reason
    assert "failed_before" in [finding.code for finding in row.candidate.findings]


def test_a_refused_time_says_which_one_would_fit(client: Client, technician: Technician) -> None:
    make_assignment(technician, NOON)
    ticket = make_handed_over(technician.outlet)
    answer = post(client, "assignment_create", ticket.number, **typed(technician, "12:30"))
    assert answer.status_code == 409
    assert answer.context["change"]["start"] == "2026-03-10T13:00:00+08:00"
    assert answer.context["change"]["words"] in answer.content.decode()


def test_many_candidates_cost_no_more_queries(
    client: Client, technician: Technician, django_assert_max_num_queries: Any
) -> None:
    for _ in range(12):
        make_technician(technician.outlet)
    ticket = make_handed_over(technician.outlet)
    get(client, "candidate_list", ticket.number)
    with django_assert_max_num_queries(22):
        get(client, "candidate_list", ticket.number)


def test_the_form_assigns_and_goes_back(client: Client, technician: Technician) -> None:
    ticket = make_handed_over(technician.outlet)
    here = reverse("dispatch_queue") + "?view=assign"
    answer = post(client, "assignment_create", ticket.number, **typed(technician, next=here))
    assert (answer.status_code, answer.headers["Location"]) == (303, here)
    assignment = Assignment.objects.get()
    assert (assignment.span.lower, assignment.span.upper) == (NOON, NOON + timedelta(hours=1))


def test_a_second_click_changes_nothing_more(client: Client, technician: Technician) -> None:
    ticket = make_handed_over(technician.outlet)
    assert post(client, "assignment_create", ticket.number, **typed(technician)).status_code == 303
    before = snapshot()
    assert post(client, "assignment_create", ticket.number, **typed(technician)).status_code == 409
    assert snapshot() == before


def test_an_overlap_is_shown_with_what_was_typed_the_other_job_and_the_free_time(
    client: Client, technician: Technician
) -> None:
    other = make_assignment(technician, NOON)
    ticket = make_handed_over(technician.outlet)
    answer = post(client, "assignment_create", ticket.number, **typed(technician, "12:30", override_reason="顺路"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert other.ticket.number in page
    assert "12:30" in page
    assert "顺路" in page
    assert [str(gap.start.astimezone(answer.context["form"].zone).time()) for gap in answer.context["gaps"]] == [
        "10:05:00",
        "13:00:00",
    ]


def test_a_script_gets_the_refusal_as_figures(client: Client, technician: Technician) -> None:
    other = make_assignment(technician, NOON)
    ticket = make_handed_over(technician.outlet)
    answer = post(client, "assignment_create", ticket.number, headers=JSON, **typed(technician, "12:30"))
    body = answer.json()
    assert (answer.status_code, body["code"], body["detail"]["number"]) == (409, "double_booked", other.ticket.number)


def test_a_missing_reason_is_asked_for_at_its_field(client: Client, technician: Technician) -> None:
    ticket = make_handed_over(technician.outlet, fault=make_fault(skill_level=3))
    answer = post(client, "assignment_create", ticket.number, **typed(technician))
    assert answer.status_code == 422
    assert answer.context["form"].errors["override_reason"]
    assert (
        post(client, "assignment_create", ticket.number, **typed(technician, override_reason="只有他")).status_code
        == 303
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("start", "12:07"),
        ("start", "noon"),
        ("day", "2026-02-30"),
        ("day", "9999-12-31"),
        ("minutes", "0"),
        ("minutes", "9999"),
        ("technician", "x"),
    ],
)
def test_a_bad_field_is_named_and_nothing_is_saved(
    client: Client, technician: Technician, field: str, value: str
) -> None:
    ticket = make_handed_over(technician.outlet)
    before = snapshot()
    answer = post(client, "assignment_create", ticket.number, **{**typed(technician), field: value})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert snapshot() == before


def test_a_foreign_technician_cannot_be_chosen(client: Client, technician: Technician) -> None:
    ticket = make_handed_over(technician.outlet)
    answer = post(client, "assignment_create", ticket.number, **typed(make_technician()))
    assert answer.status_code == 422
    assert "technician" in answer.context["form"].errors


def test_the_form_of_a_change_starts_with_what_is_and_asks_for_a_reason(
    client: Client, technician: Technician
) -> None:
    ticket = make_assignment(technician, NOON, 90).ticket
    form = get(client, "assignment_change", ticket.number).context["form"]
    assert (form["technician"].value(), form["minutes"].value()) == (technician.pk, 90)
    assert post(client, "assignment_change", ticket.number, **typed(technician, "12:15")).status_code == 422
    answer = post(client, "assignment_change", ticket.number, **typed(technician, "12:15", reason="客户要晚一点"))
    assert answer.status_code == 303
    assert ticket.assignments.get(state="released").reason == "客户要晚一点"


def test_a_change_proposes_the_booked_length_whatever_the_usual_one_is(client: Client, technician: Technician) -> None:
    ticket = make_assignment(technician, NOON, 75).ticket
    page = get(client, "assignment_change", ticket.number, technician=technician.pk, start="13:00", minutes=60)
    form = page.context["form"]
    assert (form["start"].value(), form["minutes"].value()) == ("13:00", 75)


def test_a_script_moves_a_job_and_gets_the_words(client: Client, technician: Technician) -> None:
    ticket = make_assignment(technician, NOON).ticket
    fields = typed(technician, "12:15", reason="x")
    answer = post(client, "assignment_change", ticket.number, headers=JSON, **fields)
    assert answer.status_code == 200
    assert ticket.number in answer.json()["message"]


def test_asking_what_would_break_changes_nothing(client: Client, technician: Technician) -> None:
    other = make_assignment(technician, NOON)
    ticket = make_assignment(technician, NOON + timedelta(hours=2)).ticket
    before = snapshot()
    body = get(client, "assignment_check", ticket.number, **typed(technician, "12:30")).json()
    assert (body["allowed"], next(one["code"] for one in body["findings"])) == (False, "double_booked")
    assert other.ticket.number in body["findings"][0]["words"]
    free = get(client, "assignment_check", ticket.number, **typed(technician, "14:15")).json()
    assert (free["allowed"], free["findings"]) == (True, [])
    assert get(client, "assignment_check", ticket.number, start="x").status_code == 422
    assert snapshot() == before


def test_the_panel_tells_who_comes_and_what_was_before(client: Client, technician: Technician) -> None:
    offered = make_assignment(technician, NOON)
    refuse_assignment(offered.pk, "车坏了", actor=None, now=LATER)
    second = make_technician(technician.outlet, name="赵敏")
    make_assignment(second, NOON, ticket=offered.ticket)
    page = get(client, "assignment_panel", offered.ticket.number).content.decode()
    assert "赵敏" in page
    assert "车坏了" in page


def test_the_dispatcher_writes_the_technicians_answer_down(client: Client, technician: Technician) -> None:
    offered = make_assignment(technician, NOON)
    assert post(client, "assignment_accept", offered.pk).status_code == 303
    offered.refresh_from_db()
    assert offered.state == "accepted"
    assert post(client, "assignment_refuse", offered.pk, reason="x").status_code == 409


def test_a_refusal_on_the_phone_needs_its_reason(client: Client, technician: Technician) -> None:
    offered = make_assignment(technician, NOON)
    assert post(client, "assignment_refuse", offered.pk).status_code == 422
    assert post(client, "assignment_refuse", offered.pk, reason="生病").status_code == 303
    offered.refresh_from_db()
    assert (offered.state, offered.reason) == ("refused", "生病")


def test_an_agent_reads_the_panel_without_buttons(technician: Technician) -> None:
    ticket = make_assignment(technician).ticket
    page = get(signed_in(make_user(Role.AGENT)), "assignment_panel", ticket.number)
    assert (page.context["buttons"], page.context["may_answer"]) == ([], False)


def test_outsiders_find_nothing_and_agents_may_not(technician: Technician) -> None:
    ticket = make_handed_over(technician.outlet)
    outsider = signed_in(make_user(Role.DISPATCHER, make_outlet()))
    agent = signed_in(make_user(Role.AGENT))
    for name in ("candidate_list", "assignment_create", "assignment_change", "assignment_check"):
        assert get(outsider, name, ticket.number).status_code == 404
        assert get(agent, name, ticket.number).status_code == 403
    assert get(outsider, "assignment_panel", ticket.number).status_code == 404


def test_the_button_follows_the_state_of_the_ticket(technician: Technician) -> None:
    dispatcher = make_user(Role.DISPATCHER, technician.outlet)
    assert buttons_of(make_ticket(), dispatcher) == []
    ticket = make_handed_over(technician.outlet)
    assert [button.action for button in buttons_of(ticket, dispatcher)] == ["assign_technician"]
    assert buttons_of(ticket, make_user(Role.AGENT)) == []
    assert buttons_of(ticket, make_user(Role.SUPERVISOR)) == []
    scheduled = make_assignment(technician).ticket
    assert [button.action for button in buttons_of(scheduled, dispatcher)] == ["reassign_technician"]


def test_the_story_is_told_with_names_and_one_query_for_them(
    technician: Technician, django_assert_num_queries: Any
) -> None:
    offered = make_assignment(technician, NOON)
    accept_assignment(offered.pk, actor=technician.user, now=LATER)
    events = [event for event in offered.ticket.events.all() if event.action in story_words]
    for event in events:
        event.ticket = offered.ticket
    with django_assert_num_queries(1):
        lines = [story_words[event.action](event) for event in events if "assign" in event.action]
    assert len(lines) == 2
    assert all("李强" in line and "12:00" in line for line in lines)


def test_a_script_is_told_which_field_is_wrong(client: Client, technician: Technician) -> None:
    ticket = make_handed_over(technician.outlet)
    answer = post(client, "assignment_create", ticket.number, headers=JSON, **typed(technician, "12:07"))
    assert (answer.status_code, answer.json()["field"]) == (422, "start")


def test_somebody_elses_assignment_does_not_exist(technician: Technician) -> None:
    offered = make_assignment(technician, NOON)
    outsider = signed_in(make_user(Role.DISPATCHER, make_outlet()))
    assert post(outsider, "assignment_accept", offered.pk).status_code == 404


def test_a_ticket_that_needs_no_visit_has_no_button(technician: Technician) -> None:
    ticket = make_ticket(kind="consultation", description="怎么用")
    assert buttons_of(ticket, make_user(Role.DISPATCHER, technician.outlet)) == []


def test_a_desk_supervisor_reads_the_panel_but_writes_no_answer_down(technician: Technician) -> None:
    ticket = make_assignment(technician, NOON).ticket
    assert not get(signed_in(make_user(Role.SUPERVISOR)), "assignment_panel", ticket.number).context["may_answer"]
