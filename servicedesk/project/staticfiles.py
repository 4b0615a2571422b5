"""Serve a named handful of files from ``node_modules``; nothing third-party is copied into git.

Only what stands in ``VENDOR_FILES`` can be reached from a browser: a package may ship tests, sources and
demo pages, and none of them become URLs by accident.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final, Literal, overload

from django.conf import settings
from django.contrib.staticfiles.finders import AppDirectoriesFinder, BaseFinder
from django.core.checks import CheckMessage, Error
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

VENDOR_FILES: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    # URL prefix below STATIC_URL: (folder in node_modules, file names)
    "vendor/htmx": ("htmx.org/dist", ("htmx.min.js",)),
    "vendor/chart": ("chart.js/dist", ("chart.umd.min.js", "chart.umd.min.js.map")),
    "vendor/signature-pad": (
        "signature_pad/dist",
        ("signature_pad.min.js", "signature_pad.min.js.map"),
    ),
    "vendor/idb": ("idb/build", ("index.js",)),
    "vendor/lit-html": ("lit-html", ("lit-html.js", "lit-html.js.map")),
    # The reader of bar codes imports what it shares with the writer by its place in the package.
    "vendor/zxing/es/reader": ("zxing-wasm/dist/es/reader", ("index.js",)),
    "vendor/zxing/es": ("zxing-wasm/dist/es", ("share.js",)),
    "vendor/zxing/reader": ("zxing-wasm/dist/reader", ("zxing_reader.wasm",)),
    "vendor/leaflet": ("leaflet/dist", ("leaflet-src.esm.js", "leaflet-src.esm.js.map", "leaflet.css")),
    # Named by Leaflet's style sheet.
    "vendor/leaflet/images": ("leaflet/dist/images", ("layers.png", "layers-2x.png", "marker-icon.png")),
}


# Beginnings of paths in installed apps that stay out: extensions of htmx's next version, which import a bare `htmx`.
NOT_SERVED = ("django_htmx/ext/",)


def node_modules_folder() -> Path:
    """The folder ``npm ci`` fills: ``settings.NODE_MODULES`` or the one beside ``manage.py``."""
    return Path(getattr(settings, "NODE_MODULES", Path(settings.BASE_DIR) / "node_modules"))


class NodeModulesFinder(BaseFinder):
    """Finds exactly the files of ``VENDOR_FILES``, for ``collectstatic``, ``runserver`` and WhiteNoise."""

    def __init__(self, app_names: Iterable[str] | None = None, *args: Any, **kwargs: Any) -> None:
        self.storages: dict[str, FileSystemStorage] = {}
        root = node_modules_folder()
        for prefix, (folder, _names) in VENDOR_FILES.items():
            storage = FileSystemStorage(location=root / folder)
            # collectstatic and WhiteNoise both read this attribute to place the file.
            storage.prefix = prefix  # type: ignore[attr-defined]
            self.storages[prefix] = storage
        super().__init__(*args, **kwargs)

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        """One error naming every missing file, so that a forgotten ``npm ci`` stops the start."""
        missing = [
            f"{prefix}/{name}" for prefix, storage, name in self._entries() if not Path(storage.path(name)).is_file()
        ]
        if not missing:
            return []
        return [
            Error(
                f"Front-end packages are missing: {', '.join(missing)}.",
                hint="Run 'make setup' (or 'npm ci --ignore-scripts') in the project folder.",
                id="servicedesk.E101",
            )
        ]

    @overload
    def find(self, path: str, find_all: Literal[False] = False) -> str | None: ...
    @overload
    def find(self, path: str, find_all: Literal[True]) -> list[str]: ...
    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> str | list[str] | None:
        """The absolute path of a listed file, or nothing (a list with ``find_all``)."""
        prefix, _slash, name = path.replace(os.sep, "/").rpartition("/")
        known = prefix in VENDOR_FILES and name in VENDOR_FILES[prefix][1]
        found = self.storages[prefix].path(name) if known else None
        if found is not None and not Path(found).is_file():
            found = None
        if find_all:
            return [found] if found else []
        # Django's finders answer an unknown path with an empty list; None would end up in its list of finds.
        return found or []

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        """Every listed file that is installed, with the storage that reads it."""
        patterns = tuple(ignore_patterns or ())
        for _prefix, storage, name in self._entries():
            if any(fnmatchcase(name, pattern) for pattern in patterns):
                continue
            if Path(storage.path(name)).is_file():
                yield name, storage

    def _entries(self) -> Iterator[tuple[str, FileSystemStorage, str]]:
        for prefix, (_folder, names) in VENDOR_FILES.items():
            for name in names:
                yield prefix, self.storages[prefix], name


class ServedAppsFinder(AppDirectoriesFinder):
    """The files of the installed apps, but for those no page of ours asks for.

    Some of them import what is not there, and collecting for production stops at the first such file.
    """

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        """Every file that is served, with the storage that reads it."""
        for path, storage in super().list(tuple(ignore_patterns or ())):
            if not path.startswith(NOT_SERVED):
                yield path, storage


class ModuleManifestStorage(CompressedManifestStaticFilesStorage):
    """Hashed and compressed files whose JavaScript ``import`` statements point at the hashed names too."""

    support_js_module_import_aggregation = True
