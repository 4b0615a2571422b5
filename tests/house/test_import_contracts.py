"""The map of the apps and rooms holds, and each contract would notice a breach."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = ("servicedesk", "dispatch", "warranty", "visits")

# Contract, file that breaks it, the import that does, and what the report has to name.
BREACHES = [
    ("apps", "servicedesk/tickets/models.py", "import dispatch.models", "dispatch.models"),
    ("apps", "servicedesk/ports.py", "import visits.models", "visits.models"),
    ("apps", "dispatch/models.py", "import warranty.models", "warranty.models"),
    ("apps", "warranty/models.py", "import dispatch.models", "dispatch.models"),
    ("apps", "warranty/models.py", "import visits.models", "visits.models"),
    ("wiring", "visits/models.py", "import servicedesk.project.schedule", "servicedesk.project.schedule"),
    ("wiring", "servicedesk/clock.py", "import servicedesk.project.celery", "servicedesk.project.celery"),
    ("rooms", "servicedesk/tickets/models.py", "import servicedesk.desk", "servicedesk.desk"),
    ("rooms", "servicedesk/sla/models.py", "import servicedesk.tickets.models", "servicedesk.tickets.models"),
    ("rooms", "servicedesk/notify/models.py", "import servicedesk.sla.models", "servicedesk.sla.models"),
    ("rooms", "servicedesk/people/models.py", "import servicedesk.notify.models", "servicedesk.notify.models"),
    ("rooms", "servicedesk/people/models.py", "import servicedesk.worktime.models", "servicedesk.worktime.models"),
    ("rooms", "servicedesk/catalogue/models.py", "import servicedesk.worktime", "servicedesk.worktime"),
    ("rooms", "servicedesk/clock.py", "import servicedesk.people.models", "servicedesk.people.models"),
    ("rooms", "servicedesk/unplaced/__init__.py", "", "servicedesk.unplaced"),
    ("pure", "warranty/rules/__init__.py", "import django.utils.timezone", "django"),
    ("rules", "warranty/rules/steward.py", "import warranty.models", "warranty.models"),
    ("rules", "warranty/rules/counting.py", "import servicedesk.ports", "servicedesk.ports"),
    ("rules", "warranty/rules/decide.py", "import random", "random"),
    ("pure", "servicedesk/sla/arithmetic/__init__.py", "import psycopg2", "psycopg2"),
    ("pure", "dispatch/rules/__init__.py", "import celery", "celery"),
    ("pure", "visits/completion.py", "import servicedesk.clock", "servicedesk.clock"),
    ("pure", "visits/completion.py", "import visits.models", "django"),
    ("beats", "servicedesk/tickets/services/__init__.py", "import servicedesk.tickets.tasks", "tasks"),
    ("beats", "servicedesk/people/services.py", "import servicedesk.people.views", "views"),
    ("beats", "dispatch/services/__init__.py", "import dispatch.views", "dispatch.views"),
]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the sources, free to be spoilt."""
    for app in APPS:
        ignored = shutil.ignore_patterns("__pycache__", "migrations", "parameters")
        shutil.copytree(ROOT / app, tmp_path / app, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    # What a breach imports has to be there to be imported.
    for module in ("servicedesk/tickets/tasks.py", "dispatch/views.py", "servicedesk/people/views.py"):
        (tmp_path / module).touch()
    return tmp_path


def lint_imports(tree: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()"]
    return subprocess.run([*command, "--no-cache", *arguments], cwd=tree, capture_output=True, text=True, check=False)


def test_all_contracts_hold() -> None:
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("contract", "file", "line", "named"), BREACHES)
def test_a_deliberate_breach_is_caught(tree: Path, contract: str, file: str, line: str, named: str) -> None:
    path = tree / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"{path.read_text() if path.exists() else ''}\n{line}\n")
    done = lint_imports(tree, "--contract", contract)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "BROKEN" in done.stdout
    assert named in done.stdout


def test_every_contract_has_a_breach_that_shows_it_works() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    assert {breach[0] for breach in BREACHES} == {contract["id"] for contract in settings["contracts"]}
