"""Requests made up from the description, right and wrong ones: no server error, no undocumented answer."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from servicedesk import clock
from servicedesk.knowledge.models import Article
from servicedesk.people.models import Role
from servicedesk.project.wsgi import application
from servicedesk.sla.models import SlaClock
from servicedesk.tickets.models import Ticket
from tests.make_aftercare import make_mismatch
from tests.make_api import make_token
from tests.make_visits import make_follow_up
from tests.url_roles.learning import of_article, of_idea
from tests.url_roles.visits import of_sheet
from tests.url_roles.warranty import of_remedy, of_repair, of_wait
from tests.url_roles.world import World, build_world
from visits.models import FollowUp, Mismatch
from visits.services import arrive, depart
from warranty.services import decide_for

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
TOO_LARGE = 413
# Who asks, by the room an operation belongs to.
ASKERS = {"visits": Role.TECHNICIAN}


def places(world: World) -> dict[str, Any]:
    """What stands in the addresses: things that are there."""
    clock_id = SlaClock.objects.filter(ticket=world.ticket).values_list("pk", flat=True)[0]
    decision = decide_for(world.more.appliance.pk, actor=None, now=clock.now())
    return {
        "number": world.ticket.number,
        "clock_id": clock_id,
        "customer_id": world.more.customer.pk,
        "appliance_id": world.more.appliance.pk,
        "assignment_id": world.assignment.pk,
        "visit_id": world.visit.pk,
        "callback_id": world.callback.pk,
        "follow_up_id": make_follow_up(world.visit).pk,
        "mismatch_id": make_mismatch(world.visit).pk,
        "decision_id": decision.pk,
        "charge_id": 1,
        "story_id": 1,
        "code": "washing_machine",
        "symptom": "noise",
        **of_remedy(world),
        **of_repair(world),
        **of_wait(world),
        **of_idea(world),
        **of_article(world),
        **of_sheet(world),
    }


def version_of(case: Any, here: dict[str, Any]) -> int:
    """The version for `If-Match`: of the article, follow-up or mismatch at its place, else of the ticket."""
    if "article_id" in (case.path_parameters or {}):
        return Article.objects.values_list("version", flat=True).get(pk=here["article_id"])
    if "follow_up_id" in (case.path_parameters or {}):
        return FollowUp.objects.values_list("row_version", flat=True).get(pk=here["follow_up_id"])
    if "mismatch_id" in (case.path_parameters or {}):
        return Mismatch.objects.values_list("row_version", flat=True).get(pk=here["mismatch_id"])
    return Ticket.objects.values_list("row_version", flat=True).get(number=here["number"])


def ask(case: Any, here: dict[str, Any], token: str) -> None:
    """Sends one request to things that are there, looks at the answer and takes back what it changed."""
    wanted = case.meta.generation.mode.is_positive
    if wanted or (case.headers and not case.meta.is_negative_at(ParameterLocation.PATH)):
        case.path_parameters = {name: here[name] for name in case.path_parameters or {}}
    headers = {"Authorization": f"Bearer {token}"}
    if wanted and "If-Match" in (case.headers or {}):
        headers["If-Match"] = f'"{version_of(case, here)}"'
    with transaction.atomic():
        response = case.call(headers=headers)
        transaction.set_rollback(True)
    # A body of more than a megabyte is refused by its size, before anybody reads what is wrong in it.
    checks = [check for check in CHECKS if response.status_code != TOO_LARGE or check is not negative_data_rejection]
    case.validate_response(response, checks=checks)


@pytest.fixture
def one_connection(db: None) -> Iterator[None]:
    """Keeps the connection of the test, with its transaction, for all requests, as Django's own test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def generate(examples: int) -> dict[str, int]:
    """How many requests were sent to each operation, `examples` right and as many wrong ones at most."""
    world = build_world()
    for step in (depart, arrive):
        step(world.visit.pk, actor=world.technician.user, now=clock.now())
    here = places(world)
    tokens = {role: make_token(world.people[role]) for role in (Role.MANAGER, Role.TECHNICIAN)}
    schema = schemathesis.openapi.from_wsgi("/api/schema?format=json", application)
    sent: dict[str, int] = {}
    for found in schema.get_all_operations():
        made: Any = found.ok()  # type: ignore[union-attr]
        token = tokens[ASKERS.get(made.definition.raw["tags"][0], Role.MANAGER)]
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            sent[made.label] = sent.get(made.label, 0) + send(made, mode, here, token, examples)
    return sent


def send(made: Any, mode: Any, here: dict[str, Any], token: str, examples: int) -> int:
    """How many requests of a mode were sent; an operation without anything to say wrong has no wrong ones."""
    count = 0

    @seed(2026)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=made.as_strategy(generation_mode=mode))
    def run(case: Any) -> None:
        nonlocal count
        count += 1
        ask(case, here, token)

    try:
        run()
    except schemathesis.errors.SchemathesisError:
        if mode is GenerationMode.POSITIVE:
            raise
    return count


@pytest.mark.slow
@pytest.mark.usefixtures("one_connection")
def test_generated_requests_meet_no_fault_and_no_undocumented_answer() -> None:
    sent = generate(3)
    assert len(sent) > 60
    assert all(sent.values())


@pytest.mark.proof
@pytest.mark.timeout(3600)
@pytest.mark.usefixtures("one_connection")
def test_many_generated_requests_meet_no_fault_and_no_undocumented_answer() -> None:
    assert sum(generate(150).values()) > 10_000
