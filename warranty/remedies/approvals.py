"""Who may approve what: limits by amount, and the people who are asked."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from servicedesk.errors import FORBIDDEN, ActionError, invalid
from servicedesk.people.models import Role, User
from servicedesk.people.selectors import supervisors_of
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.transitions import require_role
from warranty.facts_builder import local_day
from warranty.models import ApprovalRule
from warranty.rules.contradictions import LARGEST_SUM

ALWAYS = date(1995, 8, 25)
# What every installation begins with, in yuan; managers change it under Settings.
FIRST_SUPERVISOR_LIMIT, FIRST_MANAGER_LIMIT = Decimal(1000), Decimal(20000)
SET_LIMITS = "set_approval_limits"


@dataclass(frozen=True)
class Needed:
    """Whose approval a sum takes, and how many of them."""

    roles: frozenset[str]
    people: int

    @property
    def by_managers_only(self) -> bool:
        """Whether a supervisor's approval does not count."""
        return Role.SUPERVISOR not in self.roles


def load_limits() -> None:
    """Loads the first limits where there are none; again and again without harm."""
    if not ApprovalRule.objects.exists():
        ApprovalRule.objects.get_or_create(
            effective_from=ALWAYS,
            defaults={
                "supervisor_limit": FIRST_SUPERVISOR_LIMIT,
                "manager_limit": FIRST_MANAGER_LIMIT,
                "set_at": datetime.fromisoformat(f"{ALWAYS}T00:00:00+08:00"),
            },
        )


def limits_on(day: date) -> ApprovalRule | None:
    """The limits in force on a local day; None before any were loaded."""
    return ApprovalRule.objects.filter(effective_from__lte=day).order_by("-effective_from").first()


def needed_for(worth: Decimal, day: date) -> Needed:
    """Whose approval `worth` yuan take on `day`; without any limits on record two managers."""
    limits = limits_on(day)
    if limits is not None and worth <= limits.supervisor_limit:
        return Needed(frozenset({Role.SUPERVISOR, Role.MANAGER}), 1)
    people = 1 if limits is not None and worth <= limits.manager_limit else 2
    return Needed(frozenset({Role.MANAGER}), people)


def require_limit(worth: Decimal, *, actor: User | None, now: datetime) -> None:
    """Refuses with 403 above_limit a supervisor for whom `worth` is too much."""
    needed = needed_for(worth, local_day(now))
    if actor is not None and actor.role not in needed.roles:
        raise ActionError(
            "above_limit",
            _("This sum is beyond what a supervisor may decide. Ask a manager."),
            status=FORBIDDEN,
            detail={"worth": str(worth)},
        )


def approvers_of(ticket: Ticket, needed: Needed) -> list[User]:
    """The people who may approve it: managers, and supervisors of desk and outlet where their word is enough."""
    who = Q(role=Role.MANAGER)
    if not needed.by_managers_only:
        who |= supervisors_of(ticket.outlet_id)
    return list(User.objects.filter(who, is_active=True).distinct())


def set_limits(
    effective_from: date, supervisor_limit: Decimal, manager_limit: Decimal, *, actor: User | None, now: datetime
) -> ApprovalRule:
    """New limits from a day on, today at the earliest: what was approved before stays as it was.

    Refuses with 422 a day in the past, sums that are negative, too large or in the wrong order, a day that has its
    limits already.
    """
    require_role(SET_LIMITS, actor)
    if effective_from < local_day(now):
        raise invalid("effective_from", "day_in_past", _("This day lies in the past."))
    for name, value in (("supervisor_limit", supervisor_limit), ("manager_limit", manager_limit)):
        if not 0 <= value <= LARGEST_SUM:
            raise invalid(name, "sum_out_of_range", _("Enter a sum from 0 to 99,999,999.99 yuan."))
    if manager_limit < supervisor_limit:
        raise invalid(
            "manager_limit", "limits_out_of_order", _("A manager's limit cannot be lower than a supervisor's.")
        )
    try:
        with transaction.atomic():
            return ApprovalRule.objects.create(
                effective_from=effective_from,
                supervisor_limit=supervisor_limit,
                manager_limit=manager_limit,
                set_by=actor,
                set_at=now,
            )
    except IntegrityError:
        raise invalid(
            "effective_from", "day_taken", _("Limits are set for this day already. Choose another day.")
        ) from None
