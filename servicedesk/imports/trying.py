"""One row: read, looked at, written; each in a transaction of its own inside the caller's."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext as _

from servicedesk.errors import ActionError
from servicedesk.imports.kinds import Look, Work


@dataclass(frozen=True)
class Outcome:
    """What came of a row. `state` is new, changed, unchanged or refused."""

    state: str
    key: str = ""
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    code: str = ""
    field: str = ""
    expected: str = ""

    @classmethod
    def refusal(cls, code: str, expected: str, field: str = "", key: str = "") -> "Outcome":
        """A row that is refused, with what was expected."""
        return cls("refused", key=key, code=code, field=field, expected=expected)


def try_row(work: Work, read: Callable[[], dict[str, Any]], refuse: Callable[[Look], Outcome | None]) -> Outcome:
    """What comes of the row that `read` gives, unless `refuse` turns away what it finds.

    A refusal leaves nothing of the row behind. Raises what the database raises when it is away.
    """
    key = ""
    try:
        with transaction.atomic():
            cells = read()
            look = work.look(cells)
            key = look.key
            refused = refuse(look)
            if refused is not None:
                return refused
            after = None if look.same else work.write(cells, look)
            return Outcome(look.state, key, look.before, after)
    except ActionError as error:
        return Outcome.refusal(error.code, str(error.message), error.field, key)
    except (IntegrityError, DataError):
        return Outcome.refusal("not_accepted", _("something else: this row contradicts another"), key=key)
