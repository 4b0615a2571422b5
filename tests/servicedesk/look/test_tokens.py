"""The colours hold their promises in both themes: text can be read, edges can be seen."""

import re
from pathlib import Path

import pytest

from servicedesk.templatetags.statuses import LOOKS, TONES

SHEET = (Path(__file__).resolve().parents[3] / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
GROUNDS = ("bg", "surface", "surface-2", "surface-3")
AA_TEXT = 4.5
AA_SHAPE = 3.0


def block(opening: str) -> dict[str, str]:
    """The colour tokens between `opening` and the next closing brace."""
    body = SHEET.split(opening, 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", body))


LIGHT = block(":root {")
DARK = block(':root[data-theme="dark"] {')
DARK_BY_DEVICE = block(':root:not([data-theme="light"]) {')
THEMES = {"light": LIGHT, "dark": DARK}


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_black_on_white_has_the_contrast_of_the_norm() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_the_dark_theme_is_the_same_chosen_or_by_device() -> None:
    assert DARK_BY_DEVICE == DARK
    assert set(DARK) == set(LIGHT)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ink", ["ink", "ink-2", "ink-3", "accent-ink"])
def test_text_can_be_read_on_every_ground(theme: str, ink: str) -> None:
    colours = THEMES[theme]
    for ground in (*GROUNDS, "accent-soft"):
        assert contrast(colours[ink], colours[ground]) >= AA_TEXT, ground


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("tone", TONES)
def test_a_tone_can_be_read_on_its_tint_and_on_every_ground(theme: str, tone: str) -> None:
    colours = THEMES[theme]
    for ground in (*GROUNDS, f"{tone}-bg"):
        assert contrast(colours[f"{tone}-fg"], colours[ground]) >= AA_TEXT, ground
    assert contrast(colours[f"{tone}-solid"], colours["surface"]) >= AA_SHAPE


@pytest.mark.parametrize("theme", THEMES)
def test_buttons_and_field_edges_can_be_seen(theme: str) -> None:
    colours = THEMES[theme]
    for fill in ("accent", "accent-hover"):
        assert contrast(colours["on-accent"], colours[fill]) >= AA_TEXT
    assert contrast(colours["on-danger"], colours["danger-fill"]) >= AA_TEXT
    for ground in ("bg", "surface"):
        assert contrast(colours["line-strong"], colours[ground]) >= AA_SHAPE


@pytest.mark.parametrize("family", LOOKS)
def test_states_of_one_colour_differ_in_shape(family: str) -> None:
    seen: dict[tuple[str, str], str] = {}
    for look in LOOKS[family].values():
        assert look.tone in TONES
        word = seen.setdefault((look.tone, look.icon), str(look.word))
        assert word == str(look.word), "two words would look the same"
