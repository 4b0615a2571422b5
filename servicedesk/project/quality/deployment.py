"""`python -m servicedesk.project.quality.deployment`: a production start with the values of `.env.example`.

The secrets left empty there are drawn at random, as its reader is told to; then `check --deploy` has to be
silent.
"""

import os
import secrets
import subprocess
import sys
from pathlib import Path

from servicedesk.project.embedded.paths import ROOT

SECRET_MARK = "<random>"  # noqa: S105 - the word that stands for a secret in .env.example


def example_environment(path: Path) -> dict[str, str]:
    """Return the variables of an example file, each `<random>` replaced. Raises ValueError for a line it
    cannot read.
    """
    found = {}
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        name, equals, value = line.partition("=")
        if not equals or not name.isidentifier():
            raise ValueError(f"{path.name}, line {number}: expected NAME=value")
        found[name] = value.replace(SECRET_MARK, secrets.token_urlsafe(48))
    return found


def main() -> int:
    """Return the code of `manage.py check --deploy`, run with nothing of the caller's settings."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "LC_ALL"}}
    environment = {
        **kept,
        **example_environment(ROOT / ".env.example"),
        "DJANGO_SETTINGS_MODULE": "servicedesk.project.settings.prod",
    }
    command = [sys.executable, str(ROOT / "manage.py"), "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
