"""A migrated database without rows of its own, made once for each state of the migrations: tests and replays copy it
instead of migrating theirs, which takes most of a minute.
"""

import os
import subprocess
import sys
from hashlib import sha256

from servicedesk.project.embedded.errors import ServiceError
from servicedesk.project.embedded.paths import ROOT
from servicedesk.project.embedded.postgres import Prepared

NAME = "migrated"


def migrated() -> Prepared:
    """The database as `manage.py migrate` leaves it."""
    return Prepared(NAME, _stamp(), _migrate)


def _stamp() -> str:
    """Another one with every change of a migration or of the packages, which bring migrations too."""
    digest = sha256((ROOT / "requirements.txt").read_bytes())
    for path in sorted(ROOT.glob("*/migrations/*.py")):
        digest.update(path.relative_to(ROOT).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _migrate(address: str) -> None:
    environment = {**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "servicedesk.project.settings.dev"}
    command = [sys.executable, str(ROOT / "manage.py"), "migrate", "-v0", "--no-input"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ServiceError(f"The migrations failed:\n{done.stderr}")
