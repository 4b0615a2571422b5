"""Random passwords, kept in files only their owner can read."""

import os
import secrets
from pathlib import Path


def kept_password(path: Path) -> str:
    """Return the password in `path`; the first call makes one (mode 0600, never overwritten)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    password = secrets.token_urlsafe(24)
    with os.fdopen(handle, "w") as out:
        out.write(password + "\n")
    return password
