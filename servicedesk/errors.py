"""Refusals: every action that will not do what it was asked says so with a stable code.

Pages, API and replay show the same `{code, field, message, detail}`; tests assert the code, never the words.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FORBIDDEN = 403
OUT_OF_SCOPE = 404
CONFLICT = 409
INVALID = 422


class ActionError(Exception):
    """An action was refused; nothing was changed.

    `code` is stable, `message` is for the user and translated; `status` follows docs/architecture.md: 404 scope,
    403 role, 409 state, overlap or version, 422 a field.
    """

    def __init__(
        self,
        code: str,
        message: str | Promise,
        *,
        status: int = CONFLICT,
        field: str = "",
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.status = status
        self.field = field
        self.detail = dict(detail or {})

    def as_dict(self) -> dict[str, Any]:
        """The body an API or a page shows: code, field, message, detail."""
        return {"code": self.code, "field": self.field, "message": str(self.message), "detail": self.detail}


def invalid(field: str, code: str, message: str | Promise, **detail: Any) -> ActionError:
    """A refusal (422) that names the field which must be mended."""
    return ActionError(code, message, status=INVALID, field=field, detail=detail)


def require_text(field: str, text: str, longest: int, *, missing: str | Promise) -> None:
    """Refuses (422) an empty text in the words `missing`, and one of more than `longest` signs; codes `FIELD_missing`
    and `FIELD_too_long`.
    """
    if not text:
        raise invalid(field, f"{field}_missing", missing)
    if len(text) > longest:
        raise invalid(field, f"{field}_too_long", _("This text is too long."), longest=longest)
