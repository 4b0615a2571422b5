"""From calendar rows to the calendars of the arithmetic room."""

import logging
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from servicedesk.errors import ActionError
from servicedesk.sla.arithmetic import Calendar, CalendarError
from servicedesk.worktime.selectors import CalendarBook, calendar_book

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Calendars:
    """Every calendar by its row's id, each with its versions from oldest to newest."""

    book: CalendarBook
    versions: dict[int, list[tuple[datetime, Calendar]]] = field(default_factory=dict)

    def at(self, calendar_id: int, instant: datetime) -> Calendar:
        """The version in force at `instant`, the first one before that.

        Refuses with 409 calendar_unusable a calendar none of whose versions can be read.
        """
        versions = self.versions.get(calendar_id)
        if not versions:
            raise ActionError("calendar_unusable", _("The calendar of this target has no usable weekly windows."))
        in_force = [calendar for since, calendar in versions if since <= instant]
        return in_force[-1] if in_force else versions[0][1]

    def changes_after(self, calendar_id: int, instant: datetime) -> list[tuple[datetime, Calendar]]:
        """The versions that came into force after `instant`, with the moment they did, except the first of all."""
        return [(since, calendar) for since, calendar in self.versions.get(calendar_id, [])[1:] if since > instant]


class _Memory:
    """The calendars made from the last book; made again when the book is another."""

    made: Calendars | None = None


def calendars() -> Calendars:
    """All calendars as the rows stand now; one query, however many clocks are read."""
    book = calendar_book()
    made = _Memory.made
    if made is None or made.book is not book:
        _Memory.made = made = Calendars(book, _versions(book))
    return made


def _versions(book: CalendarBook) -> dict[int, list[tuple[datetime, Calendar]]]:
    versions: dict[int, list[tuple[datetime, Calendar]]] = {}
    for facts in book.versions:
        try:
            calendar = Calendar.from_dict(facts.shape)
        except CalendarError as error:
            # The version before stays in force; the checks of the master data refuse such rows at the door.
            log.error("calendar %s from %s cannot be read: %s", facts.code, facts.effective_from, error)  # noqa: TRY400
            continue
        versions.setdefault(facts.calendar_id, []).append((facts.effective_from, calendar))
    return versions
