"""The fixtures other tests stand on."""

import subprocess
from typing import Any

import pytest
from playwright.sync_api import Page

from servicedesk.project.celery import app
from tests.conftest import Watch


def test_the_worker_of_the_tests_answers_over_the_broker(celery_worker_process: subprocess.Popen[str]) -> None:
    assert celery_worker_process.poll() is None
    answers = app.control.ping(timeout=10, limit=1) or []
    assert [answer.popitem()[1] for answer in answers] == [{"ok": "pong"}]


def test_a_live_page_is_watched_for_violations_of_the_policy(page: Page, live_app: str) -> None:
    page.goto(f"{live_app}/healthz")
    assert page.inner_text("body").strip() == "ok"


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("document.body.innerHTML = '<p style=\"color: red\">red</p>'", "CSP-VIOLATION style-src"),
        ("setTimeout(() => { throw new Error('nobody catches this') })", "nobody catches this"),
        ("fetch('/static/missing.js')", "404"),
    ],
)
def test_the_watch_sees_what_goes_wrong_in_a_page(browser: object, live_app: str, script: str, told: str) -> None:
    watch = Watch()
    context = browser.new_context()  # type: ignore[attr-defined]
    watch.over(context)
    page = context.new_page()
    page.goto(f"{live_app}/login/")
    page.evaluate(script)
    page.wait_for_timeout(300)
    context.close()
    assert any(told in fault for fault in watch.faults), watch.faults


def test_the_suite_runs_on_its_own_settings_however_it_is_started(settings: Any) -> None:
    assert settings.SETTINGS_MODULE == "servicedesk.project.settings.test"
