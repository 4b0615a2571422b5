"""The way back: a message that a step was done may carry the form that takes it back.

Only steps with a true reverse carry one; the reverse is an action like any other, refused where it is not allowed
any more. The toast leaves after a few seconds and the offer with it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.functional import Promise

MARK = "undo:"
# How the form of a reverse says that it is one: it offers no undo of its own.
UNDOING = "undoing"


@dataclass(frozen=True)
class Undo:
    """Where the reverse of a step is posted, with its fields."""

    url: str
    fields: Mapping[str, str] = field(default_factory=dict)


def say_done(request: HttpRequest, text: str | Promise, undo: Undo | None = None) -> None:
    """Says on the next page that a step was done, with its undo where there is one."""
    tag = f"{MARK}{json.dumps({'url': undo.url, 'fields': dict(undo.fields)})}" if undo is not None else ""
    messages.success(request, str(text), extra_tags=tag)


def undo_of(message: Any) -> Undo | None:
    """The way back that `message` carries; None for every other message."""
    tag = str(getattr(message, "extra_tags", "") or "")
    if not tag.startswith(MARK):
        return None
    kept = json.loads(tag.removeprefix(MARK))
    return Undo(kept["url"], kept["fields"])
