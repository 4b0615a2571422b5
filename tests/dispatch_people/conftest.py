"""The master data an installation starts with, for every test here that uses the database."""

import pytest

from tests.defaults import load_defaults


@pytest.fixture(autouse=True)
def _master_data(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("transactional_db" if _real_commits(request) else "db")
        load_defaults()


def _real_commits(request: pytest.FixtureRequest) -> bool:
    marker = request.node.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction"))
