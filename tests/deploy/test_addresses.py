"""Whom a row of failed logins locks out: one name at one address, and nobody else."""

from typing import Any

import pytest
from django.test import Client, RequestFactory

from servicedesk.people.models import Role
from servicedesk.project.addresses import client_address
from tests.make import PASSWORD, make_user

OWN, OTHER, FORGED = "203.0.113.7", "203.0.113.8", "198.51.100.1"


@pytest.mark.parametrize(
    ("proxies", "passed", "expected"),
    [
        (0, "198.51.100.1", "10.0.0.5"),
        (1, "", "10.0.0.5"),
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        (2, "198.51.100.1, 203.0.113.7, 10.0.0.9", "203.0.113.7"),
        (2, " 203.0.113.7 ,", "203.0.113.7"),
    ],
)
def test_the_address_is_the_one_our_own_proxies_saw(settings: Any, proxies: int, passed: str, expected: str) -> None:
    settings.PROXY_COUNT = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.5", HTTP_X_FORWARDED_FOR=passed)
    assert client_address(request) == expected


@pytest.mark.django_db
def test_a_lock_holds_one_name_at_one_address_whatever_the_client_claims(settings: Any) -> None:
    settings.AXES_ENABLED, settings.PROXY_COUNT = True, 1
    locked, colleague = make_user(Role.AGENT), make_user(Role.AGENT)

    def log_in(name: str, password: str, passed: str) -> int:
        form = {"username": name, "password": password}
        return Client().post("/login/", form, HTTP_X_FORWARDED_FOR=passed).status_code

    for number in range(settings.AXES_FAILURE_LIMIT):
        log_in(locked.employee_no, "wrong", f"198.51.100.{number}, {OWN}")
    assert log_in(locked.employee_no, PASSWORD, f"{FORGED}, {OWN}") == 429
    assert log_in(colleague.employee_no, PASSWORD, OWN) == 302
    assert log_in(locked.employee_no, PASSWORD, OTHER) == 302
