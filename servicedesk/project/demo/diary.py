"""When a technician could come: hours, absences, and what is already planned. Pure.

The demonstration plans with it as a dispatcher would, so that its bookings pass the rules of dispatch.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

Hours = tuple[datetime, datetime]
STEP = timedelta(minutes=10)
ROAD = timedelta(minutes=30)


def next_step(instant: datetime) -> datetime:
    """`instant`, or the next ten minutes of the clock."""
    over = timedelta(minutes=instant.minute % 10, seconds=instant.second, microseconds=instant.microsecond)
    return instant if not over else instant - over + STEP


@dataclass
class Diary:
    """The hours of one technician in the order of time, and the jobs by the key of their ticket."""

    hours: list[Hours] = field(default_factory=list)
    away: list[Hours] = field(default_factory=list)
    jobs: dict[int, Hours] = field(default_factory=dict)

    def free_from(self, earliest: datetime, length: timedelta) -> datetime | None:
        """The first start from `earliest` on that leaves time for the road; None where there is none in the hours."""
        taken = sorted([*self.away, *((start - ROAD, end + ROAD) for start, end in self.jobs.values())])
        for opens, closes in self.hours:
            start = next_step(max(opens, earliest))
            for busy_from, busy_until in taken:
                if start + length > busy_from and busy_until > start:
                    start = next_step(busy_until)
            if start + length <= closes:
                return start
        return None

    def forget_before(self, instant: datetime) -> None:
        """Drops what is over, so that looking stays quick."""
        self.hours = [hours for hours in self.hours if hours[1] > instant]
        self.jobs = {key: job for key, job in self.jobs.items() if job[1] > instant}
