"""A house for each worker of pytest, migrated once and emptied for each test."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.chaos.house import House, django_on, empty, open_house


@pytest.fixture(scope="session")
def _kept_house(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[House]:
    """The one house; Django speaks to its database while a test of this folder runs."""
    with ExitStack() as stack:
        with django_db_blocker.unblock():
            house = stack.enter_context(open_house(tmp_path_factory.mktemp("chaos")))
        yield house


@pytest.fixture
def house(_kept_house: House, django_db_blocker: Any) -> Iterator[House]:
    """An empty house with the master data, no process running yet; at the end none does any more."""
    with django_db_blocker.unblock(), django_on(_kept_house.services.addresses.database_url):
        empty(_kept_house)
        yield _kept_house
        _kept_house.end_processes()
