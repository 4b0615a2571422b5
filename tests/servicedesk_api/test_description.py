"""The description of the API: complete, committed, and true."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from playwright.sync_api import Page, expect

from servicedesk.tickets.transitions import table

ROOT = Path(__file__).resolve().parents[2]
# Done inside other actions, in their transaction: reassigning or cancelling releases, completing finishes, accepting
# plans the visit.
WITHIN_OTHERS = {"release_assignment", "finish_assignment", "plan_visit"}
# One row of the table, done by an operation for each audience.
SPLIT = {"answer_idea": {"answer_proposer", "answer_customer"}}
# What the API is about so far; a thing that joins the table joins here with its endpoints.
THINGS = {
    "ticket", "handover", "assignment", "visit", "callback", "consent", "note", "unit", "story", "idea",
    "article", "mismatch", "remedy", "verdict", "repair", "wait", "appliance",
}  # fmt: skip


def operations() -> dict[str, dict[str, Any]]:
    drawn = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return {made["operationId"]: made for path in drawn["paths"].values() for made in path.values()}


def test_every_action_of_the_transition_table_can_be_done_over_the_api() -> None:
    things = {row.action for row in table() if row.thing in THINGS}
    wanted = (things - set(SPLIT)).union(*(SPLIT[action] for action in things & set(SPLIT)))
    missing = wanted - WITHIN_OTHERS - set(operations())
    assert missing == set()


def test_the_committed_description_is_the_one_the_code_makes() -> None:
    committed = yaml.safe_load((ROOT / "docs" / "openapi.yaml").read_text())
    drawn = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    assert set(committed["paths"]) == set(drawn["paths"])
    for path, methods in drawn["paths"].items():
        assert set(committed["paths"][path]) == set(methods), path


def test_every_operation_says_how_it_is_refused_and_who_may() -> None:
    for name, made in operations().items():
        assert {"401", "403", "429"} <= set(made["responses"]), name
        assert "Scope `" in made["description"], name
        assert made["security"] == [{"token": []}, {"session": []}], name


def test_every_change_of_a_ticket_needs_the_version_that_was_read() -> None:
    # These leave the ticket as it is, or make something beside it.
    free = {"reveal_phone", "schedule_callback", "read_care_notes", "propose_idea", "propose_article"}
    drawn = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    for path, methods in drawn["paths"].items():
        for method, made in methods.items():
            if "/tickets/{number}" in path and method != "get" and made["operationId"] not in free:
                assert {"412", "428"} <= set(made["responses"]), made["operationId"]


@pytest.mark.django_db
def test_the_description_is_served_to_everybody() -> None:
    answer = Client().get("/api/schema")
    assert answer.status_code == 200
    assert "open_ticket" in answer.content.decode()


def test_the_page_shows_the_operations_under_the_content_policy(live_app: str, page: Page) -> None:
    page.goto(f"{live_app}/api/docs")
    expect(page.locator(".opblock").first).to_be_visible(timeout=60_000)
    # A long list is drawn where one looks only.
    seen, at, end = set(), 0, 1
    while at < end:
        page.evaluate("top => window.scrollTo(0, top)", at)
        page.wait_for_timeout(100)
        ids = page.locator(".opblock").evaluate_all("found => found.map(one => one.id)")
        seen |= {name.split("-", 2)[2] for name in ids}
        at, end = at + 500, page.evaluate("document.documentElement.scrollHeight")
    assert seen == set(operations())
    page.goto(f"{live_app}/api/docs#/tickets/open_ticket")
    page.reload()
    expect(page.get_by_text("Opens a ticket; its clocks start at once.").first).to_be_visible(timeout=60_000)
