"""What can be imported. A room registers a kind with its columns and with the work a row asks for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.utils import translation
from django.utils.functional import Promise

from servicedesk.imports.cells import Read
from servicedesk.people.models import User

LANGUAGES = ("zh-hans", "en")
Cells = Mapping[str, Any]


@dataclass(frozen=True)
class Column:
    """A column: its heading in both languages, how a cell is read, an example, and what is allowed in words.

    An empty cell of a column that is not `required` is read as None.
    """

    key: str
    title: str | Promise
    read: Read
    example: str
    required: bool = True
    allowed: str | Promise = ""

    def titles(self) -> frozenset[str]:
        """Its headings in every language, and its key, as they are compared."""
        found = {plain_heading(self.key)}
        for language in LANGUAGES:
            with translation.override(language):
                found.add(plain_heading(str(self.title)))
        return frozenset(found)


@dataclass(frozen=True)
class Look:
    """What a row finds in the house: its natural key, what stands there now (None for nothing), whether it is equal.

    `before` is plain data that JSON can carry: what it was when the dry run looked is compared when it is carried out.
    """

    key: str
    before: dict[str, Any] | None
    same: bool
    found: Any = field(default=None, compare=False)

    @property
    def state(self) -> str:
        """new, changed or unchanged."""
        return "new" if self.before is None else "unchanged" if self.same else "changed"


class Work(Protocol):
    """The work on the rows of one file by one person. Each refuses with an ActionError that names the column."""

    def look(self, cells: Cells) -> Look:
        """What the row finds; changes nothing."""

    def write(self, cells: Cells, look: Look) -> dict[str, Any]:
        """Does what the row asks for; what stands in the house after it."""

    def undo(self, cells: Cells, before: dict[str, Any] | None, after: dict[str, Any]) -> None:
        """Brings `before` back. Refuses where what stands there is no longer `after`."""


@dataclass(frozen=True)
class Kind:
    """A kind of list. `no_undo` says why there is no way back, and is empty where there is one."""

    key: str
    label: str | Promise
    text: str | Promise
    columns: tuple[Column, ...]
    roles: frozenset[str]
    begin: Callable[[User, datetime], Work]
    no_undo: str | Promise = ""
    most_rows: int = 3000
    icon: str = "table"

    def column(self, key: str) -> Column | None:
        """The column of that key."""
        return next((one for one in self.columns if one.key == key), None)


KINDS: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    """Makes kinds known, in the order in which they are shown."""
    KINDS.update({kind.key: kind for kind in kinds})


def kinds_for(user: User) -> list[Kind]:
    """The kinds `user` may import."""
    return [kind for kind in KINDS.values() if user.role in kind.roles]


def plain_heading(text: str) -> str:
    """A heading as it is compared: without blanks, stars and underscores, whatever its case."""
    return "".join(sign for sign in text if not sign.isspace() and sign not in "*＊_").casefold()
