"""Reading an entry: its data by the shape of its action, its picture; what does not fit is refused, never lost."""

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from rest_framework.serializers import ValidationError
from rest_framework.utils.encoders import JSONEncoder

from servicedesk.api.errors import first_of
from servicedesk.api.fields import checked
from servicedesk.api.parsers import TOO_LARGE
from servicedesk.errors import ActionError
from servicedesk.pictures import Picture, clean_photo, not_a_photo
from visits.entries.actions import TARGETS
from visits.entries.shapes import ACTIONS

# Characters of JSON an entry may have without its picture: a signature with its strokes is the longest.
LONGEST_DATA = 2_000_000
LONGEST_TARGET = 40


@dataclass(frozen=True)
class Prepared:
    """What an entry says once it is read: its data as it is kept, a cleaned picture, or why it is refused."""

    data: dict[str, Any]
    fingerprint: str
    target: str = ""
    corrects: str | None = None
    picture: Picture | None = None
    refusal: dict[str, Any] | None = None


def prepare(given: dict[str, Any], visit_id: int) -> Prepared:
    """The entry as it is kept. Refuses with 413 what is longer than any entry."""
    action, raw = given["action"], printable(given["data"])
    print_ = _fingerprint(given, visit_id)
    kept = {name: value for name, value in raw.items() if name != "content" or action != "add_photo"}
    if len(json.dumps(kept)) > LONGEST_DATA:
        raise ActionError("body_too_large", "The entry is too long.", status=TOO_LARGE)
    target = str(raw.get(TARGETS.get(action, ""), ""))[:LONGEST_TARGET]
    try:
        data = json.loads(json.dumps(checked(ACTIONS[action], raw), cls=JSONEncoder))
    except ValidationError as error:
        return Prepared(kept, print_, target, refusal=first_of(error))
    corrects = data.pop("corrects", None)
    if action != "add_photo":
        return Prepared(data, print_, target, corrects)
    try:
        picture = clean_photo(BytesIO(_bytes_of(data.pop("content"))))
    except ActionError as refusal:
        return Prepared(data, print_, target, corrects, refusal=refusal.as_dict())
    return Prepared(data, print_, target, corrects, picture)


def _bytes_of(content: str) -> bytes:
    try:
        return base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        raise not_a_photo() from None


def printable(value: Any) -> Any:
    """The value without signs no text of the database can hold."""
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {printable(name): printable(inner) for name, inner in value.items()}
    return [printable(inner) for inner in value] if isinstance(value, list) else value


def _fingerprint(given: dict[str, Any], visit_id: int) -> str:
    """Of everything but the instant of sending, which a repeat has anew."""
    said = {name: value for name, value in given.items() if name != "sent_at"}
    text = json.dumps({**said, "visit": visit_id}, sort_keys=True, cls=JSONEncoder)
    return hashlib.sha256(text.encode()).hexdigest()
