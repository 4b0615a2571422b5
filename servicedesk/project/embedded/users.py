"""Who runs the database server: ourselves, or `nobody` when we are root (it refuses to run as root)."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import ServiceError


@dataclass(frozen=True)
class ServiceUser:
    """An account of the machine, by name and numbers."""

    name: str
    uid: int
    gid: int


def service_user() -> ServiceUser | None:
    """Return the account the server has to run as, None when it can run as ourselves.

    Raises ServiceError when we are root and the machine has no `nobody`.
    """
    if os.geteuid() != 0:
        return None
    try:
        found = pwd.getpwnam("nobody")
    except KeyError:
        raise ServiceError(
            "PostgreSQL does not run as root, and this machine has no user `nobody` to run it as."
            " Start as an ordinary user, or set DATABASE_URL."
        ) from None
    return ServiceUser(found.pw_name, found.pw_uid, found.pw_gid)


def become(user: ServiceUser | None) -> dict[str, Any]:
    """Return the arguments that make `subprocess` start a program as `user`."""
    return {} if user is None else {"user": user.uid, "group": user.gid, "extra_groups": []}


def can_reach(user: ServiceUser, path: Path) -> bool:
    """Tell whether `user` may enter and read the folder `path`, asked of the system itself (modes, ACLs,
    mounts).
    """
    question = ["/bin/sh", "-c", 'test -x "$1" && test -r "$1"', "sh", str(path)]
    return subprocess.run(question, cwd="/", check=False, **become(user)).returncode == 0


def hand_over(user: ServiceUser | None, *paths: Path) -> None:
    """Give `paths` to `user`; without one they stay ours."""
    if user is not None:
        for path in paths:
            os.chown(path, user.uid, user.gid)


def copy_as(user: ServiceUser | None, source: Path, target: Path) -> None:
    """Copy the folder `source` to the new `target`, done and then owned by `user`. Raises ServiceError."""
    if user is None:
        shutil.copytree(source, target, symlinks=True)
        return
    done = subprocess.run(
        ["cp", "-a", str(source), str(target)],
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
        **become(user),
    )
    if done.returncode:
        raise ServiceError(f"{source} could not be copied to {target}: {done.stderr.strip()}")
