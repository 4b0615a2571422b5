"""What axe finds on a page, in the light and in the dark."""

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = ("serious", "critical")
# Nothing of ours is read from other files by axe.
OPTIONS = {"resultTypes": ["violations"], "preload": False}


@cache
def program() -> str:
    return AXE.read_text(encoding="utf-8")


def findings(page: Page, *rules: str) -> list[str]:
    """What axe finds serious or critical, by all of its rules or some: rule, words, and up to three places."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(f"() => {{ {program()}\n }}")
    options: dict[str, Any] = {**OPTIONS, **({"runOnly": list(rules)} if rules else {})}
    result = page.evaluate("(options) => axe.run(document, options)", options)
    return [
        f"{each['id']}: {each['help']}\n"
        + "\n".join(f"    {node['target']} {node['failureSummary']}" for node in each["nodes"][:3])
        for each in result["violations"]
        if each["impact"] in GRAVE
    ]


def dark_findings(page: Page) -> list[str]:
    """What axe finds in the dark; only the colours differ there."""
    page.emulate_media(color_scheme="dark")
    page.wait_for_function("() => document.getAnimations().length === 0")
    try:
        return findings(page, "color-contrast")
    finally:
        page.emulate_media(color_scheme="light")
