"""Every test of the guarantee knows the public holidays; two fixtures choose the language."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings
from django.utils import translation

from servicedesk.project.catalogues import load_catalogue
from servicedesk.worktime.defaults import load_calendars


@pytest.fixture(autouse=True)
def _calendars(db: None) -> None:
    load_calendars()


@pytest.fixture(scope="session")
def catalogue_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A locale folder with the Chinese catalogue built from its sources."""
    locale = tmp_path_factory.mktemp("locale")
    target = locale / "zh_Hans" / "LC_MESSAGES" / "django.mo"
    target.parent.mkdir(parents=True)
    source = Path(settings.BASE_DIR) / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    load_catalogue(source).save_as_mofile(str(target))
    return locale


@pytest.fixture
def in_chinese(catalogue_folder: Path) -> Iterator[None]:
    """Within the test words are Chinese, from the catalogue as it stands; a page follows its cookie."""
    with override_settings(LOCALE_PATHS=[catalogue_folder]), translation.override("zh-hans"):
        yield


@pytest.fixture
def in_english() -> Iterator[None]:
    """Within the test words are English; a page follows its cookie."""
    with translation.override("en"):
        yield
