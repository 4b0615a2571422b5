"""Building the demonstration: everything or, where anything fails, nothing."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from servicedesk import ports
from servicedesk.project.demo.caring import add_care
from servicedesk.project.demo.city import chance
from servicedesk.project.demo.engine import Engine, Progress, date_back
from servicedesk.project.demo.households import build_households
from servicedesk.project.demo.life import Life
from servicedesk.project.demo.plans import Planner
from servicedesk.project.demo.scale import Scale
from servicedesk.project.demo.staff import build_staff
from servicedesk.tickets.models import Ticket


@dataclass(frozen=True)
class Summary:
    """What was built: counts, and tickets by state."""

    outlets: int
    technicians: int
    customers: int
    tickets: int
    states: dict[str, int]


@transaction.atomic
def build_demo(scale: Scale, as_of: datetime, seed: int, progress: Progress) -> Summary:
    """The demonstration as of `as_of`, added to what is there. The same seed on an empty database gives the same
    data, but for tokens, which are secret.
    """
    for load in ports.defaults:
        load()
    last = Ticket.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    # Added to a demonstration, the same seed tells other stories.
    seed_text = f"{seed}/{last}"
    staff = build_staff(scale, as_of, chance(f"{seed_text}/staff"))
    households = build_households(scale.customers, as_of, chance(f"{seed_text}/households"))
    plans = Planner(households, seed_text, as_of).all_of(scale)
    engine = Engine([Life(plan, staff, as_of) for plan in plans], staff, as_of)
    engine.run(progress)
    add_care(staff, last, as_of)
    date_back(last, as_of)
    made = Ticket.objects.filter(pk__gt=last).values_list("state", flat=True)
    return Summary(
        outlets=len(staff.outlets),
        technicians=sum(len(hands) for hands in staff.hands.values()),
        customers=len(households),
        tickets=len(made),
        states=dict(sorted(Counter(made).items())),
    )
