"""Which policy a clock follows: the most specific one that fits the ticket, clock by clock.

Rank (docs/sla.md): membership before grade, region, priority, ticket kind and channel; a policy without any of these
fits all.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from servicedesk.clock import LOCAL
from servicedesk.people.models import Membership
from servicedesk.sla.models import SlaPolicy, SlaTarget
from servicedesk.worktime.selectors import Kept

# From the weakest to the strongest, as `SlaPolicy.specificity` ranks them.
CRITERIA = ("channel", "kind", "priority", "region_id", "grade", "membership")

_FINGERPRINT = """
SELECT current_database(), count(*), coalesce(sum(hashtext(mark)::bigint), 0) FROM (
    SELECT 'p' || ctid::text || xmin::text AS mark FROM servicedesk_slapolicy
    UNION ALL SELECT 't' || ctid::text || xmin::text FROM servicedesk_slatarget
) AS marks
"""


@dataclass(frozen=True)
class Traits:
    """What a ticket is, as far as policies ask."""

    channel: str
    kind: str
    priority: int
    region_id: int | None
    grade: str
    memberships: frozenset[str]


def _read_targets() -> tuple[SlaTarget, ...]:
    return tuple(SlaTarget.objects.select_related("policy__region", "calendar").order_by("policy__version", "id"))


_targets = Kept(_FINGERPRINT, _read_targets)


def all_targets() -> tuple[SlaTarget, ...]:
    """Every target of every policy, from this process's memory while the rows stay the same; one query."""
    return _targets.get()


def traits_of(ticket: Any, at: datetime, targets: Iterable[SlaTarget]) -> Traits:
    """The traits of `ticket` at `at`; memberships are looked up only where a policy asks for one."""
    memberships: frozenset[str] = frozenset()
    if any(target.policy.membership for target in targets):
        day = at.astimezone(LOCAL).date()
        valid = Membership.objects.filter(customer_id=ticket.customer_id, valid_from__lte=day, valid_until__gte=day)
        memberships = frozenset(valid.values_list("kind", flat=True))
    region_id = ticket.outlet.region_id if ticket.outlet_id else None
    return Traits(ticket.channel, ticket.kind, ticket.priority, region_id, ticket.customer.grade, memberships)


def fits(policy: SlaPolicy, traits: Traits) -> bool:
    """Whether a ticket with these traits may follow `policy`; an empty criterion fits everybody."""
    return not misfits(policy, traits)


def misfits(policy: SlaPolicy, traits: Traits) -> list[str]:
    """The criteria of `policy` that a ticket with these traits does not meet, the strongest first."""
    met = {
        "membership": not policy.membership or policy.membership in traits.memberships,
        "grade": policy.grade in ("", traits.grade),
        "region": policy.region_id in (None, traits.region_id),
        "priority": policy.priority in (None, traits.priority),
        "kind": policy.kind in ("", traits.kind),
        "channel": policy.channel in ("", traits.channel),
    }
    return [name for name, is_met in met.items() if not is_met]


def in_force(targets: Iterable[SlaTarget], at: datetime) -> list[SlaTarget]:
    """The targets of the newest version of each policy that is effective at `at`; none of one that was withdrawn."""
    known = [target for target in targets if target.policy.effective_from <= at]
    newest: dict[str, tuple[datetime, int]] = {}
    for target in known:
        policy = target.policy
        newest[policy.code] = max(newest.get(policy.code, (at.min.replace(tzinfo=at.tzinfo), 0)), _age(policy))
    latest = (target for target in known if newest[target.policy.code] == _age(target.policy))
    return [target for target in latest if not target.policy.is_withdrawn]


def _age(policy: SlaPolicy) -> tuple[datetime, int]:
    return policy.effective_from, policy.version


def choose(targets: Iterable[SlaTarget], kind: str, traits: Traits) -> SlaTarget | None:
    """The target that clock `kind` follows, None where no policy promises anything.

    Of two equally specific policies the one with the first code wins, so that the choice never wavers.
    """
    fitting = [target for target in targets if target.clock == kind and fits(target.policy, traits)]
    return min(fitting, key=lambda target: (-target.policy.specificity, target.policy.code), default=None)


def targets_for(ticket: Any, kinds: Iterable[str], at: datetime) -> dict[str, SlaTarget]:
    """The target of each clock of `kinds` that a policy in force at `at` promises for `ticket`."""
    targets = in_force(all_targets(), at)
    traits = traits_of(ticket, at, targets)
    chosen = {kind: choose(targets, kind, traits) for kind in kinds}
    return {kind: target for kind, target in chosen.items() if target is not None}


def criteria_of(policy: SlaPolicy) -> list[str]:
    """Why the policy was chosen: the criteria it names, the strongest first; empty for one that fits all."""
    return [name.removesuffix("_id") for name in reversed(CRITERIA) if getattr(policy, name)]
