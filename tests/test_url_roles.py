"""Every route × every role: who passes, who is refused, and for whom a thing does not exist."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

import pytest
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
    url = reverse(name, kwargs=row.kwargs(world))
    answer = client.get(url) if row.method == "get" else client.post(url, row.data(world))
    return answer.status_code


@pytest.fixture
def world(db: None) -> World:
    return build_world()


def test_every_route_has_a_row() -> None:
    routes = set(named_routes(get_resolver().url_patterns))
    missing = sorted(name for namespace, name in routes if not namespace and name not in ROWS)
    unknown = sorted(set(ROWS) - {name for namespace, name in routes if not namespace})
    strangers = sorted({namespace for namespace, _name in routes if namespace} - set(NAMESPACES))
    assert (missing, unknown, strangers) == ([], [], [])


@pytest.mark.parametrize("name", sorted(ROWS))
def test_a_visitor_is_sent_to_the_sign_in(name: str, world: World) -> None:
    status = ask(Client(), name, ROWS[name], world)
    if ROWS[name].public:
        assert status not in {401, 403, 500}
    else:
        assert status == 302


@pytest.mark.parametrize("name", sorted(name for name, row in ROWS.items() if not row.public))
def test_each_role_is_let_in_or_refused_as_the_table_says(name: str, world: World, django_db_blocker: object) -> None:
    row, seen = ROWS[name], {}
    for role in Role.values:
        client = Client()
        client.force_login(world.people[role])
        status = ask(client, name, row, world)
        seen[role] = "not found" if status == 404 else "refused" if status == 403 else "in" if status < 500 else status
    expected = {
        role: "not found" if role in row.hidden_from else "in" if role in row.allowed else "refused"
        for role in Role.values
    }
    assert seen == expected


@pytest.mark.parametrize("name", sorted(name for name, row in ROWS.items() if row.scoped))
def test_what_is_out_of_scope_does_not_exist(name: str, world: World) -> None:
    row = ROWS[name]
    for outsider in OUTSIDERS:
        person = world.people[outsider]
        if person.role in row.allowed:
            client = Client()
            client.force_login(person)
            assert ask(client, name, row, world) == 404, outsider


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
