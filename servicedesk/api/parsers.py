"""Reading bodies: JSON in UTF-8, of a bounded size."""

import json
from typing import Any, NoReturn

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from servicedesk.errors import ActionError

TOO_LARGE = 413
LIMIT = 256 * 1024
# A photo of ten megabytes in base64, and what stands around it.
LIMIT_WITH_PICTURE = 14 * 1024 * 1024


class BoundedJSONParser(BaseParser):
    """Strict JSON: no NaN, no other encoding, no more than the endpoint's `longest_body` bytes."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """The value. Raises ParseError (400) for what is no JSON, ActionError (413) for what is too long."""
        longest = getattr((parser_context or {}).get("view"), "longest_body", LIMIT)
        raw = stream.read(longest + 1)
        if len(raw) > longest:
            words = _("The body is longer than %(n)s bytes.") % {"n": longest}
            raise ActionError("body_too_large", words, status=TOO_LARGE)
        try:
            return json.loads(raw.decode("utf-8"), parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            raise ParseError(_("The body is no JSON that can be read.")) from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)
