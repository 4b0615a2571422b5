"""Hours, papers and jobs of crews, kept in the memory of the process between two questions.

Nothing is believed for its age. Triggers of the database note whose time was written, in the very transaction that
wrote it (`TimeChange`); each question first asks for the technicians noted since the one before, and reads only those
anew. What counts as "since" is the oldest transaction that was still going on then: whatever ends later has that
number or a higher one, so that no change slips between two questions. Who has written something himself and not ended
yet reads everything from the database and keeps nothing, as others must not see it.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Lock

import numpy as np
from django.db import connection

from dispatch.rules.seek_spans import Ints
from dispatch.selectors.seek_hours import Hours, Reach, hours_of, row_of

# Crews and days kept at once; one that was read so long ago is read anew, before its changes are forgotten.
MOST = 32
FRESH = timedelta(hours=12)
LONG_AGO = datetime.min.replace(tzinfo=UTC)
# No transaction has this number.
NOTHING = 2**62
CHANGED = """
SELECT now(), pg_snapshot_xmin(pg_current_snapshot())::text::bigint, pg_current_xact_id_if_assigned() IS NOT NULL,
    (SELECT array_agg(DISTINCT technician_id) FROM dispatch_timechange WHERE xid >= %(seen)s)
"""


@dataclass
class _Crew:
    """What is kept of an outlet for some days. `seen` is the oldest transaction that may still bring a change."""

    lock: Lock = field(default_factory=Lock)
    hours: Hours | None = None
    ids: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    seen: int = NOTHING
    read_at: datetime = LONG_AGO


_crews: OrderedDict[tuple[str, int, Reach], _Crew] = OrderedDict()
_crews_lock = Lock()


def kept_hours(outlet: int, ids: Ints, reach: Reach) -> Hours:
    """What stands in the database now of the outlet's technicians; one query where nothing changed, else five."""
    crew = _crew_of(outlet, reach)
    with crew.lock:
        now, oldest, writes, changed = row_of(CHANGED, {"seen": crew.seen})
        if writes:
            return hours_of(ids, reach)
        # Numbers that run backwards: another server took the place of the one that was asked before.
        if crew.hours is None or now >= crew.read_at + FRESH or oldest < crew.seen:
            crew.hours, crew.ids, crew.read_at = hours_of(ids, reach), ids, now
        elif len(stale := _stale(crew.ids, ids, changed or [])):
            crew.hours = crew.hours.instead(stale, hours_of(stale, reach))
            crew.ids = np.union1d(crew.ids, stale)
        crew.seen = oldest
        return crew.hours


def _stale(known: Ints, wanted: Ints, changed: list[int]) -> Ints:
    """Who has changed of those who are known, and who is not known yet."""
    found: Ints = np.union1d(np.intersect1d(known, changed), np.setdiff1d(wanted, known)).astype(np.int64)
    return found


def forget_kept() -> None:
    """Empties the memory of this process."""
    with _crews_lock:
        _crews.clear()


def _crew_of(outlet: int, reach: Reach) -> _Crew:
    key = (str(connection.settings_dict["NAME"]), outlet, reach)
    with _crews_lock:
        crew = _crews.setdefault(key, _Crew())
        _crews.move_to_end(key)
        while len(_crews) > MOST:
            _crews.popitem(last=False)
        return crew
