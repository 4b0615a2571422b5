"""Tokens: hashed, scoped, expiring, revocable; and never more than their user may."""

import re
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from servicedesk import clock
from servicedesk.api.models import ApiToken
from servicedesk.api.tokens import issue_token, revoke_token
from servicedesk.errors import ActionError
from servicedesk.people.models import Role
from tests.defaults import load_defaults
from tests.make import make_customer, make_ticket, make_user
from tests.make_api import BASE, ApiClient, intake_body, make_token

pytestmark = pytest.mark.django_db


def test_a_token_opens_the_list_and_no_token_is_401() -> None:
    client = ApiClient(make_user(Role.AGENT))
    assert client.get("/tickets").status_code == 200
    refused = Client().get(f"{BASE}/tickets")
    assert (refused.status_code, refused.json()["code"]) == (401, "not_signed_in")
    assert refused.headers["WWW-Authenticate"] == "Bearer"


def test_only_the_hash_of_a_token_is_kept() -> None:
    secret = make_token(make_user())
    kept = ApiToken.objects.get()
    assert secret.startswith("yp")
    assert secret not in {kept.digest, kept.token_key}
    assert len(kept.digest) == 128


@pytest.mark.parametrize("header", ["Bearer", "Bearer a b", "Bearer nonsense", "Bearer \xff\xfe", "Bearer yp\xe4"])
def test_a_wrong_token_is_401_even_beside_a_session(header: str) -> None:
    client = Client()
    client.force_login(make_user())
    answer = client.get(f"{BASE}/tickets", HTTP_AUTHORIZATION=header)
    assert (answer.status_code, answer.json()["code"]) == (401, "token_invalid")


def test_a_token_that_is_over_revoked_or_of_a_closed_account_is_401() -> None:
    user, closed = make_user(), make_user()
    over = make_token(user, days=1, ago=timedelta(days=2))
    revoked = make_token(user)
    of_closed = make_token(closed)
    revoke_token(ApiToken.objects.exclude(user=closed).order_by("-created")[0].pk, actor=None, now=clock.now())
    closed.is_active = False
    closed.save(update_fields=["is_active"])
    for secret in (over, revoked, of_closed):
        assert ApiClient(user, token=secret).get("/tickets").status_code == 401
    assert ApiToken.objects.count() == 3


def test_a_scope_that_is_missing_is_403() -> None:
    load_defaults()
    client = ApiClient(make_user(), "tickets:read")
    refused = client.make("/tickets", intake_body(make_customer()))
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
    assert refused.json()["detail"] == {"scope": "tickets:write"}


def test_a_token_never_does_more_than_the_role_of_its_user() -> None:
    load_defaults()
    ticket = make_ticket()
    auditor = ApiClient(make_user(Role.AUDITOR))
    refused = auditor.act(ticket.number, "add_note", {"note": "x"})
    assert (refused.status_code, refused.json()["code"]) == (403, "role_not_allowed")


def test_only_administrators_issue_and_revoke() -> None:
    user, now = make_user(), clock.now()
    with pytest.raises(ActionError) as refused:
        issue_token(user, "x", ["tickets:read"], days=1, actor=make_user(Role.MANAGER), now=now)
    assert refused.value.code == "role_not_allowed"
    issued = issue_token(user, "x", ["tickets:read"], days=1, actor=make_user(Role.ADMIN), now=now)
    with pytest.raises(ActionError):
        revoke_token(issued.token.pk, actor=user, now=now)


@pytest.mark.parametrize(
    ("name", "scopes", "days", "code"),
    [
        ("", ["tickets:read"], 1, "name_missing"),
        ("x", [], 1, "scope_unknown"),
        ("x", ["everything"], 1, "scope_unknown"),
        ("x", ["tickets:read"], 0, "days_out_of_range"),
        ("x", ["tickets:read"], 367, "days_out_of_range"),
    ],
)
def test_a_token_that_makes_no_sense_is_refused(name: str, scopes: list[str], days: int, code: str) -> None:
    with pytest.raises(ActionError) as refused:
        issue_token(make_user(), name, scopes, days=days, actor=None, now=clock.now())
    assert refused.value.code == code


def test_a_session_reads_and_needs_the_csrf_token_to_write() -> None:
    load_defaults()
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user())
    assert client.get(f"{BASE}/tickets").status_code == 200
    body = intake_body(make_customer())
    refused = client.post(f"{BASE}/tickets", body, "application/json", headers={"Idempotency-Key": "1"})
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf_failed")
    client.get("/admin/login/")
    token = client.cookies["csrftoken"].value
    headers = {"Idempotency-Key": "1", "X-CSRFToken": token}
    assert client.post(f"{BASE}/tickets", body, "application/json", headers=headers).status_code == 201


def test_the_command_prints_a_token_once_and_revokes_it_by_its_beginning(capsys: pytest.CaptureFixture[str]) -> None:
    user = make_user()
    call_command("api_token", user.employee_no, "--name", "ERP", "--scope", "tickets:read", "--days", "7")
    secret = capsys.readouterr().out.strip()
    client = ApiClient(user, token=secret)
    assert client.get("/tickets").status_code == 200
    assert client.get("/outlets").status_code == 403
    call_command("api_token", "--revoke", secret[:15])
    assert client.get("/tickets").status_code == 401
    for wrong in (["nobody"], [user.employee_no, "--name", "x"], ["--revoke", "yp-nothing"]):
        with pytest.raises(CommandError):
            call_command("api_token", *wrong)


def test_an_administrator_issues_and_revokes_tokens_on_a_page() -> None:
    user, admin = make_user(), make_user(Role.ADMIN, is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(admin)
    page = "/admin/servicedesk/apitoken/"
    form = {"user": user.pk, "name": "ERP", "scopes": ["tickets:read"], "days": 30}
    said = client.post(f"{page}add/", form, follow=True).content.decode()
    token = ApiToken.objects.get()
    secret = re.search(rf"{token.token_key}\w+", said)
    assert secret is not None
    assert ApiClient(user, token=secret[0]).get("/tickets").status_code == 200
    assert secret[0] not in client.get(page).content.decode()
    shown = client.get(f"{page}{token.pk}/change/")
    assert shown.status_code == 200
    client.post(page, {"action": "revoke", "_selected_action": [token.pk]})
    assert ApiClient(user, token=secret[0]).get("/tickets").status_code == 401
    wrong = client.post(f"{page}add/", {**form, "days": 999})
    assert wrong.status_code == 200
    assert ApiToken.objects.count() == 1
