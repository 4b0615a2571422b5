"""A technician's phone for tests: numbers its entries, sends them over the real API, tells what it was answered."""

import base64
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from servicedesk import clock
from servicedesk.people.models import User
from tests.make_api import ApiClient
from tests.make_visits import jpeg
from visits.models import Visit

MINUTE = timedelta(minutes=1)
STROKES = [[{"x": float(x), "y": 20.0, "t": x * 8.0, "p": 0.5} for x in range(0, 120, 10)]]


class Phone:
    """An installation of the app. `skew` is what its clock is ahead of ours."""

    def __init__(self, user: User, *, skew: timedelta = timedelta(), device: UUID | None = None) -> None:
        self.api = ApiClient(user)
        self.device = device or uuid4()
        self.skew = skew
        self.numbers: dict[int, int] = {}

    def entry(self, visit: Visit, action: str, at: datetime, /, base: Any = None, **data: Any) -> dict[str, Any]:
        """The next entry of the visit, done at the true instant `at`."""
        seq = self.numbers[visit.pk] = self.numbers.get(visit.pk, 0) + 1
        return {
            "id": str(uuid4()),
            "device": str(self.device),
            "seq": seq,
            "action": action,
            "data": data,
            "base": base,
            "happened_at": (at + self.skew).isoformat(),
        }

    def send(self, visit: Visit, entry: dict[str, Any], now: datetime, **more: Any) -> Any:
        """Sends an entry at the true instant `now`; the answer as it came."""
        body = {**entry, "sent_at": (now + self.skew).isoformat(), **more}
        with clock.at(now):
            return self.api.post(f"/visits/{visit.pk}/entries", body)

    def do(self, visit: Visit, action: str, at: datetime, /, **data: Any) -> dict[str, Any]:
        """Makes an entry and sends it at once; what became of it."""
        answer = self.send(visit, self.entry(visit, action, at, **data), at)
        assert answer.status_code == 200, answer.content
        said: dict[str, Any] = answer.json()
        return said


def picture(colour: int = 0, **options: Any) -> str:
    """A small photo as the phone sends it."""
    return base64.b64encode(jpeg(40 + colour, 30, **options)).decode()
