"""Building the demonstration: everything or, where anything fails, nothing."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count

from servicedesk import ports
from servicedesk.project.demo.caring import add_care
from servicedesk.project.demo.city import chance
from servicedesk.project.demo.engine import Engine, Progress, date_back
from servicedesk.project.demo.exchanging import add_remedies
from servicedesk.project.demo.hearing import add_quality
from servicedesk.project.demo.households import build_households
from servicedesk.project.demo.learning import tell_what_was_learned
from servicedesk.project.demo.life import Life
from servicedesk.project.demo.plans import Planner
from servicedesk.project.demo.scale import Scale
from servicedesk.project.demo.staff import Staff, build_staff
from servicedesk.project.demo.waiting import add_waits
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
    last = last_ticket()
    # Added to a demonstration, the same seed tells other stories.
    seed_text = f"{seed}/{last}"
    staff = staff_of(scale, as_of, seed_text)
    homes = play(scale, staff, as_of, seed_text, progress)
    add_remedies(staff, as_of)
    return summary_of(staff, homes, last)


def staff_of(scale: Scale, as_of: datetime, seed_text: str) -> Staff:
    """The master data and the people who work in it, saved."""
    for load in ports.defaults:
        load()
    return build_staff(scale, as_of, chance(f"{seed_text}/staff"))


def play(scale: Scale, staff: Staff, as_of: datetime, seed_text: str, progress: Progress) -> int:
    """Lets every ticket of a world of that size happen by real actions; the number of customers made for it."""
    last = last_ticket()
    households = build_households(scale.customers, as_of, chance(f"{seed_text}/households"))
    plans = Planner(households, seed_text, as_of).all_of(scale)
    engine = Engine([Life(plan, staff, as_of) for plan in plans], staff, as_of)
    engine.run(progress)
    tell_what_was_learned(last, as_of, engine.settle)
    add_care(staff, last, as_of)
    add_quality(last, as_of)
    add_waits(staff, as_of)
    date_back(last, as_of)
    return len(households)


def last_ticket() -> int:
    """The id of the newest ticket, 0 where there is none."""
    return Ticket.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def summary_of(staff: Staff, customers: int, last: int) -> Summary:
    """What there is now beyond the ticket with the id `last`."""
    states = Ticket.objects.filter(pk__gt=last).values_list("state").annotate(Count("pk")).order_by("state")
    return Summary(
        outlets=len(staff.outlets),
        technicians=sum(len(hands) for hands in staff.hands.values()),
        customers=customers,
        tickets=sum(count for _state, count in states),
        states=dict(states),
    )
