"""Rows of the URL × role table: each room lists its own routes in a module here."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

EVERYBODY = frozenset({"agent", "dispatcher", "technician", "supervisor", "manager", "auditor", "admin"})
# Two more that see nothing of the ticket under test: another outlet's dispatcher and technician.
OUTSIDERS = ("other_dispatcher", "other_technician")


@dataclass(frozen=True)
class Row:
    """What one route answers.

    `kwargs` makes the arguments from the world under test (tests/url_roles/world.py). `allowed` are the roles
    that pass the gate (any answer but 302 to sign-in, 403 or 404); every other role gets 403. `scoped` routes
    answer 404 to an outsider whose role is allowed. `public` ones answer without signing in. `data` is sent
    with a POST. `stranger` is what somebody gets who is not signed in.
    """

    kwargs: Callable[[Any], dict[str, Any]] = field(default=lambda world: {})
    method: str = "get"
    allowed: frozenset[str] = EVERYBODY
    scoped: bool = False
    public: bool = False
    data: Callable[[Any], dict[str, Any]] = field(default=lambda world: {})
    # Roles that are refused as if the object did not exist (404) although their role could open others.
    hidden_from: frozenset[str] = frozenset()
    stranger: int = 302
