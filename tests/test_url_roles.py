"""Every route × every role: who passes, who is refused, and for whom a thing does not exist."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

import tests.url_roles
from servicedesk.people.models import Role
from tests.url_roles import OUTSIDERS, Row
from tests.url_roles.world import World, build_world

# Third-party routes stand in the table by one rule a namespace.
NAMESPACES = {"admin": frozenset({"admin"})}


def load_rows() -> dict[str, Row]:
    rows: dict[str, Row] = {}
    for found in iter_modules(tests.url_roles.__path__):
        rows |= getattr(import_module(f"tests.url_roles.{found.name}"), "ROWS", {})
    return rows


ROWS = load_rows()


def named_routes(patterns: list[URLPattern | URLResolver], namespace: str = "") -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from named_routes(pattern.url_patterns, pattern.namespace or namespace)
        else:
            yield namespace, pattern.name or str(pattern.pattern)


def ask(client: Client, name: str, row: Row, world: World) -> int:
    """The status of one request; whatever it changed is taken back, so that every request meets the same world."""
    url = reverse(name.partition(":")[0], kwargs=row.kwargs(world))
    with transaction.atomic():
        answer = getattr(client, row.method)(url, *([row.data(world)] if row.method == "post" else []))
        transaction.set_rollback(True)
    return int(answer.status_code)


def client_of(world: World, person: str) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(world.people[person])
    return client


def verdict(status: int) -> str:
    return {404: "not found", 403: "refused"}.get(status, "in" if status < 500 else f"broken ({status})")


@pytest.fixture
def world(db: None) -> World:
    return build_world()


def test_every_route_has_a_row() -> None:
    routes = set(named_routes(get_resolver().url_patterns))
    missing = sorted(name for namespace, name in routes if not namespace and name not in ROWS)
    unknown = sorted({name.partition(":")[0] for name in ROWS} - {name for namespace, name in routes if not namespace})
    strangers = sorted({namespace for namespace, _name in routes if namespace} - set(NAMESPACES))
    assert (missing, unknown, strangers) == ([], [], [])


def test_a_visitor_is_sent_to_the_sign_in(world: World) -> None:
    visitor = Client(raise_request_exception=False)
    seen = {name: ask(visitor, name, row, world) for name, row in ROWS.items()}
    closed = {name for name, status in seen.items() if status != ROWS[name].stranger and not ROWS[name].public}
    barred = {name: seen[name] for name in seen if ROWS[name].public and seen[name] in {401, 403, 500}}
    assert (closed, barred) == (set(), {})


@pytest.mark.slow
@pytest.mark.parametrize("role", Role.values)
def test_each_role_is_let_in_or_refused_as_the_table_says(role: str, world: World) -> None:
    inside = {name: row for name, row in ROWS.items() if not row.public}
    expected = {
        name: "not found" if role in row.hidden_from else "in" if role in row.allowed else "refused"
        for name, row in inside.items()
    }
    # Signing out ends the session that the other requests need.
    seen = {name: verdict(ask(client_of(world, role), name, row, world)) for name, row in inside.items()}
    assert seen == expected


@pytest.mark.slow
@pytest.mark.parametrize("outsider", OUTSIDERS)
def test_what_is_out_of_scope_does_not_exist(outsider: str, world: World) -> None:
    scoped = {name: row for name, row in ROWS.items() if row.scoped and world.people[outsider].role in row.allowed}
    seen = {name: verdict(ask(client_of(world, outsider), name, row, world)) for name, row in scoped.items()}
    assert len(seen) > 10
    assert seen == dict.fromkeys(seen, "not found")


def test_master_data_is_for_administrators_only(world: World) -> None:
    for role in Role.values:
        client = Client()
        client.force_login(world.people[role])
        status = client.get(reverse("admin:index")).status_code
        assert (status == 200) == (role in NAMESPACES["admin"]), role


def test_lists_counts_search_and_details_show_the_same_scope(world: World) -> None:
    numbers = {world.ticket.number, world.fresh_ticket.number, world.more.unsent.number}
    for person in world.people.values():
        client = Client()
        client.force_login(person)
        opened = {
            number
            for number in numbers
            if client.get(reverse("ticket_detail", kwargs={"number": number})).status_code == 200
        }
        listing = client.get(reverse("ticket_list"), {"view": "all"})
        if listing.status_code == 403:
            continue
        listed = {number for number in numbers if number in listing.content.decode()}
        found = {
            number
            for number in numbers
            if f"/tickets/{number}/" in client.get(reverse("search"), {"q": number}, follow=True).content.decode()
        }
        assert listed == opened == found, person.role
