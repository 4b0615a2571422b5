"""What the app on the phone consists of: the files a browser keeps, and a version that changes with any of them."""

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static

STYLES = ("tokens", "app", "shell", "controls", "forms", "components", "lists", "figures", "phone", "visits", "field")
VENDOR = ("vendor/idb/index.js", "vendor/lit-html/lit-html.js")
# Asked for by the page of a signature only.
LAZY = ("vendor/signature-pad/signature_pad.min.js",)
ICONS = ("img/mark.svg", "img/app-192.png", "img/app-512.png", "img/app-maskable-512.png")
# The reader of bar codes is big; it is kept once it has been used, or when the phone has nothing better to do.
SCAN = ("vendor/zxing/es/reader/index.js", "vendor/zxing/es/share.js", "vendor/zxing/reader/zxing_reader.wasm")
TEMPLATES = ("phone/app.html", "phone/_texts.html", "phone/scan.html", "phone/sw.js")


def modules() -> list[str]:
    """The scripts of the app, as paths below the static folder."""
    root = Path(settings.BASE_DIR) / "static"
    found = sorted(path.relative_to(root).as_posix() for path in (root / "js" / "field").rglob("*.js"))
    return ["js/texts.js", *found]


def kept() -> list[str]:
    """Every file the app needs without a network, as paths below the static folder."""
    return [*(f"css/{name}.css" for name in STYLES), *VENDOR, *modules(), *LAZY, *ICONS]


def addresses(paths: Iterable[str]) -> list[str]:
    """Where these files are fetched from; in production the name holds a mark of the content."""
    return [static(path) for path in paths]


def version() -> str:
    """A mark that changes with every file, text and address of the app."""
    return _reckoned() if settings.DEBUG else _remembered()


@lru_cache(maxsize=1)
def _remembered() -> str:
    return _reckoned()


def _reckoned() -> str:
    mark = hashlib.sha256()
    for path in [*kept(), *SCAN]:
        found = finders.find(path)
        mark.update(static(path).encode())
        if isinstance(found, str):
            mark.update(Path(found).read_bytes())
    folder = Path(settings.BASE_DIR) / "templates"
    words = Path(settings.BASE_DIR) / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    for source in (*(folder / name for name in TEMPLATES), words):
        mark.update(source.read_bytes())
    return mark.hexdigest()[:16]
