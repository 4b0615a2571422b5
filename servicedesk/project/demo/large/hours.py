"""The hours of every technician over two years in steps of ten minutes, so that no two jobs of one overlap."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dispatch.models import Assignment, AssignmentState
from servicedesk.clock import LOCAL
from servicedesk.project.demo.diary import Hours
from servicedesk.project.demo.staff import Hand, hours_of

STEP_SECONDS = 600
FREE, TAKEN = 0, 1
NOT_TAKING_TIME = (AssignmentState.REFUSED, AssignmentState.RELEASED)


@dataclass
class Timeline:
    """One technician: a byte for every step from `start` on."""

    hand: Hand
    start: float
    steps: bytearray

    def _places(self, opens: float, closes: float) -> tuple[int, int]:
        last = len(self.steps)
        low = int((opens - self.start) // STEP_SECONDS)
        high = -int(-(closes - self.start) // STEP_SECONDS)
        return min(max(low, 0), last), min(max(high, 0), last)

    def is_free(self, opens: float, closes: float) -> bool:
        """Whether all of it lies in his hours and nothing has been planned there; POSIX seconds."""
        low, high = self._places(opens, closes)
        return high > low and self.steps.find(TAKEN, low, high) < 0

    def fill(self, opens: float, closes: float, value: int) -> None:
        """Sets the steps that lie between, even in part."""
        low, high = self._places(opens, closes)
        self.steps[low:high] = bytes((value,)) * (high - low)


def timelines(hands: Iterable[Hand], as_of: datetime, span: Hours) -> dict[int, Timeline]:
    """By id of the technician: his hours in `span`, but for absences, days without a certificate, and what has been
    planned already.
    """
    hands = list(hands)
    length = int((span[1] - span[0]).total_seconds()) // STEP_SECONDS
    found = {}
    for hand in hands:
        line = Timeline(hand, span[0].timestamp(), bytearray((TAKEN,)) * length)
        for opens, closes in hours_of(int(hand.user.employee_no[1:]), as_of, span):
            if hand.has_paper(opens.astimezone(LOCAL).date()):
                line.fill(opens.timestamp(), closes.timestamp(), FREE)
        for opens, closes in hand.diary.away:
            line.fill(opens.timestamp(), closes.timestamp(), TAKEN)
        found[hand.technician.pk] = line
    jobs = Assignment.objects.filter(technician__in=found).exclude(state__in=NOT_TAKING_TIME)
    for technician, job in jobs.values_list("technician_id", "span"):
        found[technician].fill(job.lower.timestamp(), job.upper.timestamp(), TAKEN)
    return found


def local_midnight(day: date) -> datetime:
    """The beginning of a local day."""
    return datetime(day.year, day.month, day.day, tzinfo=LOCAL)


def span_around(as_of: datetime, days: int) -> Hours:
    """From a little before the first day until well after `as_of`: whatever may be planned lies in it."""
    today = as_of.astimezone(LOCAL).date()
    return local_midnight(today - timedelta(days=days + 2)), local_midnight(today + timedelta(days=21))
