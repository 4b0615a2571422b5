"""A database of its own for a replay: made, migrated and dropped, also when the replay fails."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import environ
from django.db import connection, connections

from servicedesk.project.embedded.services import temporary_services
from servicedesk.project.migrated import migrated


@contextmanager
def throwaway_database() -> Iterator[None]:
    """Within the block the default connection is an empty, migrated database.

    It lies on the server of DATABASE_URL, or on an embedded one started for it. Raises ServiceError where none can be
    started.
    """
    if os.environ.get("DATABASE_URL"):
        with own_database():
            yield
        return
    prepared = migrated()
    with temporary_services(prepared=prepared) as addresses:
        use_server(environ.Env.db_url_config(addresses.database_url))
        connection.settings_dict["TEST"]["TEMPLATE"] = prepared.name
        with own_database():
            yield


def use_server(config: dict[str, Any]) -> None:
    """Points the default connection to another server."""
    connection.close()
    wanted = {key: config[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
    connections.databases["default"].update(wanted)
    connection.settings_dict.update(wanted)


@contextmanager
def own_database() -> Iterator[None]:
    """Creates, migrates and finally drops a database named after this process."""
    before = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = f"replay_{os.getpid()}"
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)
