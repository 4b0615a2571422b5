"""Versions over HTTP: the `ETag` of a ticket, `If-None-Match` when it is read and `If-Match` when it is changed."""

import hashlib
import json
import re
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from servicedesk.api.errors import PreconditionError

MISSING = 428
STALE = 412
# The version, and behind a dash the mark of what was shown; a proxy that compresses puts W/ before it.
_TAG = re.compile(r'(?:W/)?"([0-9]{1,9})(?:-[0-9a-f]{8})?"')


def etag_of(version: int, shown: Any) -> str:
    """The tag of an answer: the row's version and a mark of everything shown, names of related rows included."""
    mark = hashlib.sha256(json.dumps(shown, sort_keys=True, default=str).encode()).hexdigest()[:8]
    return f'"{version}-{mark}"'


def is_known(request: Request, etag: str) -> bool:
    """Whether the asker has this very answer already."""
    known = [tag.strip().removeprefix("W/") for tag in request.headers.get("If-None-Match", "").split(",")]
    return etag in known or known == ["*"]


def expected_version(request: Request, *, required: bool) -> int | None:
    """The version named by `If-Match`. Refuses with 428 where it is missing though required, or names no version.

    `*` names none: it would overwrite what nobody has read.
    """
    given = request.headers.get("If-Match", "")
    if not given and not required:
        return None
    match = _TAG.fullmatch(given.strip())
    if match is None:
        raise PreconditionError(
            "version_missing",
            _("Say in If-Match which version you have read, as its ETag told it."),
            status=MISSING,
        )
    return int(match[1])


def stale(version: int, expected: int, sent: dict[str, Any], theirs: dict[str, Any], words: Any) -> PreconditionError:
    """The refusal (412 edited_meanwhile) of what was written on an older version, with both values of each field."""
    return PreconditionError(
        "edited_meanwhile",
        words,
        status=STALE,
        detail={
            "version": version,
            "expected": expected,
            "yours": {name: str(value) for name, value in sent.items()},
            "theirs": {name: theirs[name] for name in sent if name in theirs},
        },
    )
