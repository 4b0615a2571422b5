"""Base pages, style guide and templates as a whole."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from servicedesk.styleguide import styleguide_context

ROOT = Path(__file__).resolve().parents[3]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = sorted((ROOT / "static" / "js").glob("*.js"))
NOW = datetime(2026, 3, 2, 2, 7, tzinfo=UTC)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_style_guide_shows_every_component(language: str) -> None:
    with translation.override(language):
        page = render_to_string("styleguide.html", styleguide_context(NOW))
    assert f'<html lang="{language}"' in page
    for piece in ("sla-chip", "timeline__item", "chart-table", "signature-field", "photo-field", "error-summary"):
        assert piece in page


@pytest.mark.parametrize("name", ["403.html", "404.html", "409.html", "500.html"])
def test_an_error_page_needs_no_context(name: str) -> None:
    with translation.override("en"):
        page = render_to_string(name)
    assert 'href="/"' in page
    assert "<h1>" in page


def test_a_conflict_shows_both_values() -> None:
    differences = [{"label": "Phone", "yours": "138****8000", "theirs": "138****8001"}]
    page = render_to_string("409.html", {"differences": differences, "message": "Changed.", "code": "version"})
    assert "138****8000" in page
    assert "138****8001" in page
    assert "version" in page


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_holds_no_inline_script_or_style(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"<style\b|\sstyle=|\son[a-z]+=|hx-on|javascript:", source)
    for script in re.findall(r"<script\b[^>]*>", source):
        assert "src=" in script or 'type="application/json"' in script


def test_every_word_a_script_asks_for_stands_on_the_page() -> None:
    with translation.override("en"):
        known = set(re.findall(r'data-name="([\w.]+)"', render_to_string("components/_ui_texts.html")))
    for path in SCRIPTS:
        # Both ways of a condition count: text(late ? "sla.over" : "sla.left").
        for call in re.findall(r"\b(?:text|iconOf|toneOf)\(([^)]*)\)", path.read_text(encoding="utf-8")):
            for name in re.findall(r'"([a-z]+(?:\.[a-z_]+)+)"', call):
                assert name in known, f"{path.name}: {name}"


def test_every_static_file_a_template_names_exists() -> None:
    for path in TEMPLATES:
        for name in re.findall(r"{% static ['\"]([^'\"]+)['\"] %}", path.read_text(encoding="utf-8")):
            if not name.startswith("vendor/"):
                assert (ROOT / "static" / name).is_file(), f"{path.name}: {name}"


def test_the_htmx_settings_are_readable_and_strict() -> None:
    meta = re.search(r"name=\"htmx-config\" content='([^']+)'", render_to_string("components/_head.html"))
    assert meta is not None
    settings = json.loads(meta[1])
    assert settings["allowEval"] is False
    assert settings["includeIndicatorStyles"] is False
    assert settings["selfRequestsOnly"] is True
    assert settings["historyCacheSize"] == 0
