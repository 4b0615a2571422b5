"""Opaque places in a list: signed, and good for the list they were given for only."""

from typing import Any

from django.core import signing
from django.utils.translation import gettext_lazy as _

from servicedesk.errors import ActionError, invalid

SALT = "servicedesk.api.cursor"


def write_cursor(key: str, direction: str, listed: dict[str, Any]) -> str | None:
    """The place `key` in the list asked for by `listed`; None at an end, where there is no key."""
    return signing.dumps([key, direction, _marks(listed)], salt=SALT) if key else None


def read_cursor(cursor: str, listed: dict[str, Any]) -> dict[str, str]:
    """`after` or `before` with its key; empty without a cursor. Refuses with 422 a spoilt one, or another list's."""
    if not cursor:
        return {}
    try:
        key, direction, marks = signing.loads(cursor, salt=SALT)
    except (signing.BadSignature, ValueError):
        raise _refused() from None
    if marks != _marks(listed):
        raise _refused()
    return {direction: key}


def _marks(listed: dict[str, Any]) -> list[list[str]]:
    return [[name, str(value)] for name, value in sorted(listed.items()) if name not in {"cursor", "limit"}]


def _refused() -> ActionError:
    words = _("This cursor belongs to another list or was changed. Begin at the top.")
    return invalid("cursor", "cursor_invalid", words)
