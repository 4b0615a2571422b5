"""Every test of visits begins with the master data of an installation and a media folder of its own."""

from pathlib import Path

import pytest

from tests.defaults import load_defaults


@pytest.fixture(autouse=True)
def _master_data(request: pytest.FixtureRequest) -> None:
    if "db" in request.fixturenames or request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db")
        load_defaults()


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: "pytest.FixtureRequest") -> Path:
    """Photos of a test land in its own folder."""
    settings.MEDIA_ROOT = str(tmp_path / "media")  # type: ignore[attr-defined]
    return tmp_path / "media"
