"""The first settings of aftercare; from then on they are the installation's own."""

from datetime import UTC, datetime, timedelta

from visits.aftercare.ladder import HOUSE
from visits.aftercare.sampling import DEFAULT_CAP, DEFAULT_RULES
from visits.models import CallRules, SamplingRules

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


def load_rules() -> None:
    """Writes what is missing and leaves what is there, so that it may run at every start."""
    if not CallRules.objects.exists():
        CallRules.objects.create(
            opens=HOUSE.hours.opens,
            closes=HOUSE.hours.closes,
            attempts=HOUSE.attempts,
            days=HOUSE.days,
            rest_hours=HOUSE.rest // timedelta(hours=1),
            changed_at=BEGINNING,
        )
    if not SamplingRules.objects.exists():
        rules = [rule.as_dict() for rule in DEFAULT_RULES]
        SamplingRules.objects.create(daily_cap=DEFAULT_CAP, rules=rules, changed_at=BEGINNING)
