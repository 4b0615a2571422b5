"""The rules import the standard library and themselves, nothing else; a breach is seen."""

import ast
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import warranty.rules

ROOM = Path(warranty.rules.__file__).parent
# What would let an answer hang on the moment, the machine or chance.
UNSTEADY = {"time", "random", "os", "socket", "subprocess", "secrets", "uuid", "locale"}


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "__import__":
            yield "__import__"


def breaches(room: Path) -> list[str]:
    """Imports of a room that are neither the standard library's steady part nor the room's own."""
    found = []
    for path in sorted(room.glob("**/*.py")):
        for name in imported(ast.parse(path.read_text("utf-8"))):
            top = name.partition(".")[0]
            own = name == "warranty.rules" or name.startswith("warranty.rules.")
            if not own and (top not in sys.stdlib_module_names or top in UNSTEADY):
                found.append(f"{path.name}: {name}")
    return found


def test_the_rules_import_nothing_but_the_standard_library_and_themselves() -> None:
    assert breaches(ROOM) == []


@pytest.mark.parametrize(
    "line",
    [
        "import django",
        "import hypothesis",
        "import servicedesk.clock",
        "from warranty import models",
        "from warranty.selectors import the_edition",
        "from .. import models",
        "import time",
        "def late():\n    import requests",
        "__import__('django')",
    ],
)
def test_a_breach_is_seen(tmp_path: Path, line: str) -> None:
    room = Path(shutil.copytree(ROOM, tmp_path / "rules", ignore=shutil.ignore_patterns("__pycache__")))
    (room / "steward.py").write_text(f"{line}\n", "utf-8")

    assert len(breaches(room)) == 1
