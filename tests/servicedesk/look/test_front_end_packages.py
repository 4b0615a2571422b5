"""Only listed files of node_modules can be reached, and the lock names no registry."""

import json
import re
from pathlib import Path

import pytest
from django.test import override_settings

from servicedesk.project.staticfiles import VENDOR_FILES, NodeModulesFinder

ROOT = Path(__file__).resolve().parents[3]
LISTED = [f"{prefix}/{name}" for prefix, (_folder, names) in VENDOR_FILES.items() for name in names]


@pytest.mark.parametrize("path", LISTED)
def test_a_listed_file_is_found(path: str) -> None:
    found = NodeModulesFinder().find(path)
    assert isinstance(found, str)
    assert Path(found).is_file()


@pytest.mark.parametrize(
    "path", ["vendor/htmx/htmx.js", "vendor/htmx/../package.json", "htmx.org/package.json", "js/app.js"]
)
def test_nothing_else_is_found(path: str) -> None:
    assert not NodeModulesFinder().find(path)
    assert NodeModulesFinder().find(path, find_all=True) == []


def test_collecting_places_each_file_at_its_address() -> None:
    placed = [f"{getattr(storage, 'prefix', '')}/{name}" for name, storage in NodeModulesFinder().list(None)]
    assert placed == LISTED


def test_a_source_map_can_be_left_out_of_collecting() -> None:
    names = [name for name, _storage in NodeModulesFinder().list(["*.map"])]
    assert names
    assert not any(name.endswith(".map") for name in names)


def test_a_forgotten_install_is_one_error_with_the_way_out(tmp_path: Path) -> None:
    with override_settings(NODE_MODULES=tmp_path):
        finder = NodeModulesFinder()
        (error,) = finder.check()
        assert list(finder.list(None)) == []
    assert error.id == "servicedesk.E101"
    assert "vendor/htmx/htmx.min.js" in error.msg
    assert "npm ci" in (error.hint or "")


def test_an_installed_set_has_no_error() -> None:
    assert NodeModulesFinder().check() == []


def test_the_lock_pins_every_package_and_names_no_registry() -> None:
    text = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert "resolved" not in text
    assert "registry" not in text
    packages = json.loads(text)["packages"]
    for name, package in packages.items():
        if name:
            assert package["integrity"].startswith("sha512-"), name
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    for version in (*wanted["dependencies"].values(), *wanted["devDependencies"].values()):
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
