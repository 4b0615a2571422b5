"""Inline SVG icons, read once from the Tabler set in ``node_modules``.

Inline rather than a sprite file: an icon takes the colour of its text, needs no request and no exception in
the content security policy.
"""

import re
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.safestring import SafeString

_NAME: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SHAPES: Final = re.compile(r"<svg[^>]*>(?P<inner>.*)</svg>", re.DOTALL)
_EMPTY_BOX: Final = re.compile(r'<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>')
_FILLED_SUFFIX: Final = "-filled"


def icon_folder() -> Path:
    """The folder holding ``outline/`` and ``filled/``."""
    root = Path(getattr(settings, "NODE_MODULES", Path(settings.BASE_DIR) / "node_modules"))
    return root / "@tabler" / "icons" / "icons"


@lru_cache(maxsize=512)
def icon_svg(name: str) -> SafeString:
    """The icon as an ``<svg>`` hidden from screen readers; ``star-filled`` takes the filled drawing.

    Raises ``ImproperlyConfigured`` when the name is unknown or the packages were never installed: a missing
    icon is a mistake of ours, and the text beside it must not be left to carry a hole.
    """
    if not _NAME.fullmatch(name):
        raise ImproperlyConfigured(f"'{name}' is not an icon name")
    filled = name.endswith(_FILLED_SUFFIX)
    folder = icon_folder()
    path = folder / ("filled" if filled else "outline") / f"{name.removesuffix(_FILLED_SUFFIX)}.svg"
    try:
        source = path.read_text(encoding="utf-8")
    except FileNotFoundError as missing:
        if not folder.is_dir():
            raise ImproperlyConfigured(
                "The icon set is not installed: run 'make setup' or 'npm ci --ignore-scripts'."
            ) from missing
        raise ImproperlyConfigured(f"There is no icon '{name}' in @tabler/icons") from missing
    shapes = _SHAPES.search(source)
    if shapes is None:
        raise ImproperlyConfigured(f"The icon file of '{name}' holds no drawing")
    inner = re.sub(r"\s+", " ", _EMPTY_BOX.sub("", shapes["inner"])).strip()
    paint = (
        'fill="currentColor"'
        if filled
        else 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
    )
    # The drawing comes from a pinned package and the name was checked above.
    return SafeString(
        f'<svg class="icon" viewBox="0 0 24 24" {paint} aria-hidden="true" focusable="false">{inner}</svg>'
    )
