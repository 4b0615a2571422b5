"""Who reads a sheet, and how much of the person stands on it for him."""

from dataclasses import dataclass
from typing import Any

from servicedesk.access import may_read_contact


@dataclass(frozen=True)
class Reader:
    """`full`: phone and street in full. `names_technician`: his whole name, not surname and title."""

    full: bool = True
    names_technician: bool = True


# Behind a link that may be passed on stand neither phone nor street, as on the rest of the customer's page.
CUSTOMER = Reader(full=False, names_technician=False)


def reader_of(user: Any) -> Reader:
    """Staff read contacts by their role; the others masked."""
    return Reader(full=may_read_contact(user))
