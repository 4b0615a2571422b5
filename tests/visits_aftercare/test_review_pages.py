"""Pages of mismatches, settings and filters: what they show, keep and refuse, and how much they ask."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from servicedesk import clock
from servicedesk.people.models import Role, User
from tests.defaults import load_defaults
from tests.make import NOW, make_user
from tests.make_aftercare import make_callback, make_mismatch
from visits.aftercare.services import claim_callback, schedule_callback
from visits.aftercare.services.quality import draw_quality_calls
from visits.models import Callback, CallRules, CallWish, Mismatch, SamplingRules

CALLED = NOW + timedelta(hours=4)


@pytest.fixture(autouse=True)
def _defaults(db: None) -> None:
    load_defaults()


@pytest.fixture
def manager() -> User:
    return make_user(Role.MANAGER)


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client


def ask(user: User, name: str, *args: Any, query: str = "") -> Any:
    with clock.at(CALLED):
        return browser(user).get(reverse(name, args=args) + query)


def send(user: User, name: str, *args: Any, **data: Any) -> Any:
    with clock.at(CALLED):
        return browser(user).post(reverse(name, args=args), data)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def found() -> Mismatch:
    callback = make_callback()
    assert callback.visit is not None
    return make_mismatch(callback.visit)


def test_the_list_says_what_each_side_says(manager: User) -> None:
    mismatch = found()
    page = text(ask(manager, "mismatch_list"))
    assert "Paid more" in page
    assert "¥60.00" in page
    assert mismatch.ticket.number in page


def test_an_empty_list_says_why(manager: User) -> None:
    assert "Nothing is to be reviewed" in text(ask(manager, "mismatch_list"))
    assert "Nothing fits these filters" in text(ask(manager, "mismatch_list", query="?technician=1"))
    assert ask(manager, "mismatch_list", query="?view=x&technician=x&days=7&after=99999999999999").status_code == 200


def test_the_list_asks_as_much_for_many_rows_as_for_few(manager: User, django_assert_max_num_queries: Any) -> None:
    for _ in range(6):
        found()
    client = browser(manager)
    with clock.at(CALLED):
        client.get(reverse("mismatch_list"))
        with django_assert_max_num_queries(9):
            client.get(reverse("mismatch_list"))
        with django_assert_max_num_queries(9):
            client.get(reverse("mismatch_figures"))


def test_a_decision_is_made_on_the_page_and_offers_its_undo(manager: User) -> None:
    mismatch = found()
    answer = send(manager, "mismatch_detail", mismatch.pk, state="explained", reason="用户记错了", version="1")
    assert (answer.status_code, answer["Location"]) == (303, reverse("mismatch_list"))
    mismatch.refresh_from_db()
    assert mismatch.state == "explained"
    assert send(manager, "mismatch_reopen", mismatch.pk).status_code == 303
    mismatch.refresh_from_db()
    assert mismatch.state == "open"
    assert "用户记错了" in text(ask(manager, "mismatch_detail", mismatch.pk))


def test_an_explanation_without_words_names_the_field_and_keeps_the_choice(manager: User) -> None:
    answer = send(manager, "mismatch_detail", found().pk, state="explained", reason=" ", version="1")
    assert answer.status_code == 422
    assert "Write down what explains it." in text(answer)
    assert re.search(r'value="explained"[^>]* checked', text(answer))


def test_the_person_it_is_about_is_told_that_somebody_else_decides() -> None:
    mismatch = found()
    user = mismatch.technician.user
    user.role = Role.MANAGER
    user.save(update_fields=["role"])
    assert "somebody else must decide" in text(ask(user, "mismatch_detail", mismatch.pk))
    assert send(user, "mismatch_detail", mismatch.pk, state="confirmed", version="1").status_code == 403


def test_the_ticket_shows_its_mismatches_to_reviewers_alone(manager: User) -> None:
    mismatch = found()
    number = mismatch.ticket.number
    assert "Paid more" in text(ask(manager, "callback_panel", number))
    assert "Paid more" not in text(ask(make_user(Role.AGENT), "callback_panel", number))


def test_a_manager_changes_hours_and_attempts(manager: User) -> None:
    rules = CallRules.objects.get()
    given = {"opens": "10:00", "closes": "19:00", "attempts": "4", "days": "3", "rest_hours": "2", "note": "春节后"}
    answer = send(manager, "call_settings", **given, expected=rules.pk)
    assert answer.status_code == 303
    newest = CallRules.objects.first()
    assert newest is not None
    assert (f"{newest.opens:%H:%M}", newest.attempts, newest.changed_by) == ("10:00", 4, manager)
    page = text(ask(manager, "call_settings"))
    assert "春节后" in page
    assert "09:00–20:00" in page


def test_settings_out_of_bounds_name_the_field_and_keep_what_was_typed(manager: User) -> None:
    given = {"opens": "06:00", "closes": "19:00", "attempts": "4", "days": "3", "rest_hours": "2"}
    answer = send(manager, "call_settings", **given)
    assert answer.status_code == 422
    assert "Calls begin at 7:00 at the earliest." in text(answer)
    assert 'value="06:00"' in text(answer)
    assert CallRules.objects.count() == 1


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.AUDITOR])
def test_others_read_the_settings_and_change_nothing(role: str) -> None:
    user = make_user(role)
    assert "09:00–20:00" in text(ask(user, "call_settings"))
    given = {"opens": "10:00", "closes": "19:00", "attempts": "4", "days": "3", "rest_hours": "2"}
    assert send(user, "call_settings", **given).status_code == 403
    assert "High charge" in text(ask(user, "sampling_settings"))


def sampling_form(**changed: str) -> dict[str, str]:
    rules = SamplingRules.objects.first()
    assert rules is not None
    typed = {
        f"{rule['code']}_{name}": str(rule[name])
        for rule in rules.rules
        for name in ("percent", "weight", "threshold")
    }
    return {**typed, "daily_cap": str(rules.daily_cap), "expected": str(rules.pk), **changed}


def test_a_manager_changes_the_rules_of_sampling(manager: User) -> None:
    assert (
        send(manager, "sampling_settings", **sampling_form(charge_threshold="800", random_percent="0")).status_code
        == 303
    )
    newest = SamplingRules.objects.first()
    assert newest is not None
    figures = {rule["code"]: rule for rule in newest.rules}
    assert (figures["charge"]["threshold"], figures["random"]["percent"], newest.changed_by) == (800, 0, manager)


def test_a_share_above_a_hundred_is_refused_at_its_field(manager: User) -> None:
    answer = send(manager, "sampling_settings", **sampling_form(charge_percent="101"))
    assert answer.status_code == 422
    assert 'value="101"' in text(answer)
    assert SamplingRules.objects.count() == 1


def test_the_draws_are_listed_with_their_reasons(manager: User) -> None:
    assert "No ticket has been drawn yet" in text(ask(manager, "sample_list"))
    draw_quality_calls(CALLED)
    assert ask(manager, "sample_list").status_code == 200


def test_the_queue_is_filtered_by_kind_by_hand_and_by_lateness() -> None:
    agent, other = make_user(Role.AGENT), make_callback()
    quality = schedule_callback(make_callback().ticket_id, "quality", actor=agent, now=CALLED)
    claim_callback(other.pk, actor=agent, now=CALLED)
    Callback.objects.filter(pk=quality.pk).update(due_at=CALLED - timedelta(minutes=1))
    for query, shown, hidden in (
        ("?kind=quality", quality, other),
        ("?mine=1", other, quality),
        ("?overdue=1", quality, other),
    ):
        page = text(ask(agent, "callback_queue", query=query))
        assert reverse("callback_detail", args=[shown.pk]) in page, query
        assert reverse("callback_detail", args=[hidden.pk]) not in page, query
    assert "chosen by hand" in text(ask(agent, "callback_queue", query="?kind=quality"))
    assert "No callback fits these filters" in text(ask(agent, "callback_queue", query="?kind=courtesy"))


def test_the_wish_is_recorded_on_a_form_that_begins_with_the_last_one(manager: User) -> None:
    callback = make_callback()
    number = callback.ticket.number
    answer = send(
        manager, "ticket_call_wish", number, contact="call", earliest="10:00", latest="18:00", language="粤语"
    )
    assert answer.status_code == 302
    assert CallWish.objects.get().language == "粤语"
    assert 'value="10:00"' in text(ask(manager, "ticket_call_wish", number))
    assert "not before 10:00" in text(ask(manager, "callback_detail", callback.pk))
    refused = send(manager, "ticket_call_wish", number, contact="call", earliest="21:00")
    assert refused.status_code == 422
    assert "Calls are made from 09:00 to 20:00" in text(refused)
