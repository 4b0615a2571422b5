"""Pictures sent from outside: looked at before they are believed, and made anew without what they carried along."""

import base64
import binascii
import io
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponseBase
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from servicedesk.errors import ActionError, invalid

MAX_MB = 10
MAX_BYTES = MAX_MB * 1024 * 1024
# A phone's camera makes 12 to 50 megapixels; more is a bomb or a mistake.
MAX_PIXELS = 60_000_000
LONGEST_SIDE = 2048
QUALITY = 85
FORMATS = ("JPEG", "PNG", "WEBP")

SIGNATURE_PREFIX = "data:image/png;base64,"
SIGNATURE_MAX_BYTES = 400 * 1024
SIGNATURE_MAX_SIDE = 4000
SIGNATURE_WIDTH = 900


@dataclass(frozen=True)
class Picture:
    """A clean picture: encoded bytes, width and height in pixels."""

    content: bytes
    width: int
    height: int


def not_a_photo() -> ActionError:
    """The refusal (422) for a file that is no picture we can read."""
    return invalid("photo", "photo_unreadable", _("This is not a photo. Choose a JPEG, PNG or WebP picture."))


def clean_photo(upload: BinaryIO | File[Any]) -> Picture:
    """The picture as a JPEG of at most 2048 pixels a side, upright, without location or any other metadata.

    Refuses with 422 photo_too_big, photo_too_large, photo_unreadable (judged by the bytes, never by name or type).
    """
    if _size(upload) > MAX_BYTES:
        raise invalid(
            "photo", "photo_too_big", _("The photo is larger than %(mb)s MB.") % {"mb": MAX_MB}, max_mb=MAX_MB
        )
    data = upload.read(MAX_BYTES + 1)
    if not _looks_like_picture(data):
        raise not_a_photo()
    image = _opened(data)
    with image:
        upright = _turned(image).convert("RGB")
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    # A new image takes the pixels only: metadata and colour profile stay behind.
    fresh = Image.new("RGB", upright.size)
    fresh.paste(upright)
    return _encoded(fresh, "JPEG")


def _size(upload: BinaryIO | File[Any]) -> int:
    size = getattr(upload, "size", None)
    if size is None:
        size = upload.seek(0, 2)
        upload.seek(0)
    return int(size)


def _looks_like_picture(data: bytes) -> bool:
    return data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")


def _opened(data: bytes) -> Image.Image:
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
        if image.width * image.height > MAX_PIXELS:
            raise invalid("photo", "photo_too_large", _("The photo has too many pixels. Take it at a lower setting."))
        image.load()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise not_a_photo() from None
    return image


def _turned(image: Image.Image) -> Image.Image:
    """The picture as its camera was held; as it is where what it says about that is damaged."""
    try:
        return ImageOps.exif_transpose(image)
    except (OSError, ValueError, TypeError, SyntaxError, struct.error):
        return image


def _encoded(image: Image.Image, kind: str) -> Picture:
    out = io.BytesIO()
    if kind == "JPEG":
        image.save(out, kind, quality=QUALITY, optimize=True)
    else:
        image.save(out, kind, optimize=True)
    return Picture(out.getvalue(), image.width, image.height)


def clean_signature(data_url: str) -> bytes | None:
    """The drawing as a small PNG, None where nothing was drawn. Refuses with 422 what is no drawing."""
    if not data_url:
        return None
    bad = invalid("signature", "signature_unreadable", _("The signature could not be read. Please sign again."))
    if not data_url.startswith(SIGNATURE_PREFIX) or len(data_url) > 2 * SIGNATURE_MAX_BYTES:
        raise bad
    try:
        data = base64.b64decode(data_url[len(SIGNATURE_PREFIX) :], validate=True)
        image = Image.open(io.BytesIO(data), formats=["PNG"])
        if len(data) > SIGNATURE_MAX_BYTES or max(image.size) > SIGNATURE_MAX_SIDE:
            raise bad
        image.load()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, binascii.Error, Image.DecompressionBombError):
        raise bad from None
    return _drawing(image)


def _drawing(image: Image.Image) -> bytes | None:
    paper = Image.new("RGBA", image.size, "white")
    paper.alpha_composite(image.convert("RGBA"))
    grey = paper.convert("L")
    darkest, lightest = grey.getextrema()
    if darkest == lightest:
        return None
    grey.thumbnail((SIGNATURE_WIDTH, SIGNATURE_WIDTH))
    return _encoded(grey, "PNG").content


def path_of(token: str) -> str:
    """Where the photo with this token lies below the private media folder."""
    return f"photos/{token[:2]}/{token}.jpg"


def store(token: str, picture: Picture) -> None:
    """Writes the picture to the private store."""
    default_storage.save(path_of(token), ContentFile(picture.content))


@contextmanager
def kept_with_its_row(token: str, has_row: Callable[[], bool]) -> Iterator[None]:
    """Around the transaction that stores a picture: what is rolled back leaves no file that nothing points to."""
    try:
        yield
    except BaseException:
        if not has_row():
            default_storage.delete(path_of(token))
        raise


def photo_response(token: str) -> HttpResponseBase:
    """The stored photo, for whoever was found to be allowed to see it. Raises Http404 where the file is gone."""
    path = path_of(token)
    if not default_storage.exists(path):
        raise Http404
    return guarded(FileResponse(default_storage.open(path), content_type="image/jpeg"))


def guarded(response: HttpResponseBase) -> HttpResponseBase:
    """The answer with a picture, marked so that no browser takes it for anything else."""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Disposition"] = "inline"
    return response
