"""What a backup says about itself, and whether its files are still the ones it was made with."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from .errors import BackupError

NAME = "manifest.json"
FORMAT = 1
CHUNK = 1024**2


@dataclass(frozen=True)
class StoredFile:
    """One file of a backup: its path below the folder, its size in bytes, its SHA-256."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """A backup in words: `taken_at` is the instant everything in it was true, the restore point."""

    taken_at: datetime
    version: str
    server: str
    migrations: dict[str, str]
    counts: dict[str, int]
    media_files: int
    media_bytes: int
    files: list[StoredFile]

    @property
    def rows(self) -> int:
        return sum(self.counts.values())

    @property
    def stored_bytes(self) -> int:
        return sum(stored.size for stored in self.files)

    def write(self, folder: Path) -> None:
        """Write it into `folder`, readable by its owner only."""
        content = {"format": FORMAT, **asdict(self), "taken_at": self.taken_at.isoformat()}
        path = folder / NAME
        path.touch(mode=0o600)
        path.write_text(json.dumps(content, indent=1) + "\n")


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a backup. Raises BackupError when `folder` holds none that can be understood."""
    try:
        content: dict[str, Any] = json.loads((folder / NAME).read_text())
    except OSError:
        raise BackupError(f"{folder} holds no backup: {NAME} cannot be read.") from None
    except ValueError:
        raise BackupError(f"{folder / NAME} is damaged: it is no JSON.") from None
    try:
        if content.pop("format") != FORMAT:
            raise BackupError(f"{folder} was written in another format; restore it with the version that wrote it.")
        content["taken_at"] = datetime.fromisoformat(content["taken_at"])
        content["files"] = [StoredFile(**row) for row in content["files"]]
        return Manifest(**content)
    except (AttributeError, KeyError, TypeError, ValueError):
        raise BackupError(f"{folder / NAME} is damaged: something is missing or misspelt.") from None


def stored_files(folder: Path) -> list[StoredFile]:
    """Return every file of a backup but the manifest itself, in order of its path."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.relative_to(folder) != Path(NAME))
    return [StoredFile(path.relative_to(folder).as_posix(), path.stat().st_size, digest(path)) for path in paths]


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    summed = hashlib.sha256()
    with path.open("rb") as content:
        while chunk := content.read(CHUNK):
            summed.update(chunk)
    return summed.hexdigest()


def file_faults(folder: Path, manifest: Manifest) -> Iterator[str]:
    """Yield a sentence for each file that is missing, new or not what it was."""
    present = {stored.path: stored for stored in stored_files(folder)}
    for stored in manifest.files:
        found = present.pop(stored.path, None)
        if found is None:
            yield f"{stored.path} is missing"
        elif found != stored:
            yield f"{stored.path} was changed since the backup was made"
    for path in present:
        yield f"{path} does not belong to the backup"


def require_whole(folder: Path) -> Manifest:
    """Return the manifest of a backup whose files are all there and unchanged; else raises BackupError."""
    manifest = read_manifest(folder)
    faults = list(file_faults(folder, manifest))
    if faults:
        listed = "\n".join(f"  - {fault}" for fault in faults)
        raise BackupError(f"The backup {folder} is damaged ({len(faults)} faults):\n{listed}")
    return manifest
