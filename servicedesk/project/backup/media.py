"""Photos and signatures: packed into one archive, and unpacked again."""

import os
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path

from .errors import BackupError

ARCHIVE = "media.tar"


def media_files(root: Path) -> Iterator[Path]:
    """Yield the files below `root` in order of their path; none where the folder does not exist."""
    yield from sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink())


def pack_media(root: Path, folder: Path) -> tuple[int, int]:
    """Pack the files below `root` into the backup `folder`; return how many they are and their bytes.

    Pictures are compressed as they are, so the archive is not. A file that vanishes meanwhile was deleted by
    its owner and is left out.
    """
    count = size = 0
    path = folder / ARCHIVE
    path.touch(mode=0o600)
    with tarfile.open(path, "w") as archive:
        for found in media_files(root):
            try:
                with found.open("rb") as content:
                    member = archive.gettarinfo(arcname=found.relative_to(root).as_posix(), fileobj=content)
                    archive.addfile(member, content)
            except FileNotFoundError:
                continue
            count, size = count + 1, size + member.size
            forget_members(archive)
    return count, size


def members_of(archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """Yield what an archive holds without keeping it in memory."""
    while (member := archive.next()) is not None:
        yield member
        forget_members(archive)


def forget_members(archive: tarfile.TarFile) -> None:
    """Drop the list tarfile keeps of all it has seen; a million photos would fill the memory."""
    archive.members.clear()  # type: ignore[attr-defined]  # missing in the stubs only


def unpack_media(folder: Path, root: Path) -> int:
    """Unpack the archive of a backup below `root`; return how many files it held.

    Files that are there already are written anew, files the archive does not know are left alone: they may be
    the only copy of something. Raises BackupError when the archive cannot be read or written out.
    """
    root.mkdir(parents=True, exist_ok=True)
    count = 0
    try:
        with tarfile.open(folder / ARCHIVE) as archive:
            for member in members_of(archive):
                _unpack(archive, member, root)
                count += 1
    except (OSError, tarfile.TarError) as error:
        raise BackupError(f"Photos and signatures were not all unpacked to {root}: {error}") from None
    return count


def _unpack(archive: tarfile.TarFile, member: tarfile.TarInfo, root: Path) -> None:
    """Write one file of the archive below `root`; `extract` has its filters from Python 3.11.4 on only.

    Raises BackupError for what no backup of ours holds: links, devices, names that lead elsewhere.
    """
    target = root / member.name
    content = archive.extractfile(member) if member.isreg() else None
    if content is None or not target.resolve().is_relative_to(root.resolve()):
        raise BackupError(f"{member.name} in {ARCHIVE} is no file of a backup.")
    target.parent.mkdir(parents=True, exist_ok=True)
    with content, target.open("wb") as out:
        shutil.copyfileobj(content, out)
    target.chmod(member.mode & 0o644 | 0o600)
    os.utime(target, (member.mtime, member.mtime))


def media_faults(folder: Path, root: Path) -> Iterator[str]:
    """Yield a sentence for each file of the archive that is missing below `root` or has another size."""
    with tarfile.open(folder / ARCHIVE) as archive:
        for member in members_of(archive):
            path = root / member.name
            if not path.is_file():
                yield f"the file {member.name} is missing below {root}"
            elif path.stat().st_size != member.size:
                yield f"the file {member.name} has {path.stat().st_size} bytes, the backup {member.size}"
