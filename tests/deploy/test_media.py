"""What is unpacked from a backup stays below the folder of the media."""

import io
import tarfile
from pathlib import Path

import pytest

from servicedesk.project.backup.errors import BackupError
from servicedesk.project.backup.media import ARCHIVE, pack_media, unpack_media


def test_files_come_back_with_their_content_and_time(tmp_path: Path) -> None:
    photo = tmp_path / "media" / "2026" / "a.jpg"
    photo.parent.mkdir(parents=True)
    photo.write_bytes(b"picture")
    assert pack_media(tmp_path / "media", tmp_path) == (1, 7)
    assert unpack_media(tmp_path, tmp_path / "back") == 1
    back = tmp_path / "back" / "2026" / "a.jpg"
    assert back.read_bytes() == b"picture"
    assert int(back.stat().st_mtime) == int(photo.stat().st_mtime)


@pytest.mark.parametrize("name", ["../outside.jpg", "/tmp/outside.jpg", "a/../../outside.jpg"])
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    with tarfile.open(tmp_path / ARCHIVE, "w") as archive:
        member = tarfile.TarInfo(name)
        member.size = 1
        archive.addfile(member, io.BytesIO(b"x"))
    with pytest.raises(BackupError, match="no file of a backup"):
        unpack_media(tmp_path, tmp_path / "back")
    assert not (tmp_path / "outside.jpg").exists()


def test_a_link_is_refused(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / ARCHIVE, "w") as archive:
        member = tarfile.TarInfo("a.jpg")
        member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(member)
    with pytest.raises(BackupError, match="no file of a backup"):
        unpack_media(tmp_path, tmp_path / "back")
