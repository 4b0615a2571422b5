"""Where a checkout keeps what its services write."""

import hashlib
import os
import tempfile
from pathlib import Path

from .errors import ServiceError
from .users import ServiceUser, can_reach

ROOT = Path(__file__).resolve().parents[3]
# Data, passwords and logs of this checkout; another folder lets one checkout hold several houses.
LOCAL = Path(os.environ.get("YIPIAO_LOCAL") or ROOT / ".local")


def service_home(user: ServiceUser | None, local: Path = LOCAL) -> Path:
    """Return the folder for database files: `.local/`, or one below the system's var/tmp.

    The second is taken only when the server must run as `nobody` (we are root) and `nobody` cannot reach the
    checkout, as below a private home. Raises ServiceError when that folder belongs to somebody else.
    """
    local.mkdir(mode=0o755, parents=True, exist_ok=True)
    if user is None or can_reach(user, local):
        return local
    if (local / "postgres" / "data").exists():
        raise ServiceError(
            f"The database files in {local / 'postgres'} cannot be reached by the user {user.name}, who has"
            " to run the"
            " server when root starts it. Open the folders above for others (chmod o+x), or move the files"
            " away."
        )
    mark = hashlib.sha256(str(local).encode()).hexdigest()[:12]
    return owned_folder(system_var_tmp() / f"yipiao-{os.getuid()}-{mark}")


def system_var_tmp() -> Path:
    """Return the temporary folder that survives a restart, else the ordinary one."""
    lasting = Path("/var/tmp")  # noqa: S108 - the folder made in it is checked by owned_folder
    return lasting if lasting.is_dir() else Path(tempfile.gettempdir())


def owned_folder(path: Path) -> Path:
    """Create `path` as our own folder, or accept it when it is; raises ServiceError when another user made
    it.
    """
    path.mkdir(mode=0o755, exist_ok=True)
    found = path.lstat()
    if path.is_symlink() or not path.is_dir() or found.st_uid != os.getuid() or found.st_mode & 0o022:
        raise ServiceError(f"{path} exists, but it is not a folder that belongs to this user alone. Remove it.")
    return path
