"""Work that came too late: the office is told, looks at it, and takes it over as evidence or keeps it as a record."""

from datetime import datetime

from visits.models import Visit


def ask_for_review(visit: Visit, now: datetime) -> None:
    """Tells the dispatchers of the outlet once that work on this visit waits for them."""
