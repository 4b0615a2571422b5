"""`python -m servicedesk.project.quality.deployment [COMMAND …]`: production with the values of `.env.example`.

The secrets left empty there are drawn at random, as its reader is told to. Without a command `check --deploy` has to
be silent; the image is built with `build_translations` and `collectstatic`, which need settings but no secret of ours.
"""

import os
import secrets
import subprocess
import sys
from pathlib import Path

from servicedesk.project.embedded.paths import ROOT

CHECK = ["check", "--deploy", "--fail-level", "WARNING"]
FOLDERS = ("STATIC_ROOT", "MEDIA_ROOT", "BACKUP_ROOT")
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


def main(arguments: list[str]) -> int:
    """Return the code of a `manage.py` command, run with nothing of the caller's settings but where files go."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "LC_ALL"}}
    folders = {name: os.environ[name] for name in FOLDERS if name in os.environ}
    environment = {
        **kept,
        **example_environment(ROOT / ".env.example"),
        **folders,
        "DJANGO_SETTINGS_MODULE": "servicedesk.project.settings.prod",
    }
    command = [sys.executable, str(ROOT / "manage.py"), *(arguments or CHECK)]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
