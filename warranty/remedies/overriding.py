"""A person decides otherwise: what is granted beside a verdict, with reason and evidence. The verdict stays."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from servicedesk.errors import ActionError, invalid
from servicedesk.people.models import User
from servicedesk.tickets.locking import lock_ticket
from servicedesk.tickets.story import tell
from servicedesk.tickets.transitions import require_role
from warranty.access import decision_or_404
from warranty.models import Decision, DecisionOverride, ProofPhoto
from warranty.remedies.approvals import require_limit
from warranty.rules.contradictions import LARGEST_SUM
from warranty.selectors import codes_of

OVERRIDE = "override_verdict"
# What of a grant is money.
Grants = DecisionOverride.Grants
PAID_BACK = frozenset({Grants.REFUND, Grants.REDUCED})
# Without any of these the verdict gives the customer nothing that a paid repair could take away.
UNDECIDED = frozenset({"review", "none"})
LONGEST = {"reason": 500, "evidence": 500}
SHORTEST_REASON = 10


@dataclass(frozen=True)
class Grant:
    """What is granted, its worth in yuan (what is paid back, or what the unit or the repair costs), and why."""

    code: str
    worth: Decimal
    reason: str
    evidence: str

    def checked(self) -> "Grant":
        """The same, stripped. Refuses with 422 what is unknown, missing, too short or too long."""
        grant = Grant(self.code, self.worth, self.reason.strip(), self.evidence.strip())
        if grant.code not in Grants.values:
            raise invalid("grants", "grant_unknown", _("Choose what is granted."))
        for name, longest in LONGEST.items():
            text = getattr(grant, name)
            if not text:
                raise invalid(name, "text_missing", _("This cannot be empty."))
            if len(text) > longest:
                raise invalid(name, "text_too_long", _("This text is too long."), longest=longest)
        if len(grant.reason) < SHORTEST_REASON:
            raise invalid("reason", "reason_too_short", _("Say in a sentence why you decide otherwise."))
        smallest = Decimal(0) if grant.code == Grants.PAID_REPAIR else Decimal("0.01")
        if not smallest <= grant.worth <= LARGEST_SUM:
            raise invalid("worth", "sum_out_of_range", _("Enter what it is worth in yuan."))
        return grant


def override_verdict(
    decision_id: int, grant: Grant, *, actor: User, now: datetime, proof: ProofPhoto | None = None
) -> DecisionOverride:
    """What was granted, beside the verdict, with a photo of its evidence; sent twice it is the row already there.

    It adds to the verdict and never takes away from it. Refuses with 404 a verdict out of scope, with 403
    role_not_allowed and above_limit, with 409 verdict_superseded, already_open, takes_away, with 422 a wrong field.
    """
    grant = grant.checked()
    require_role(OVERRIDE, actor)
    found = decision_or_404(actor, decision_id)
    with transaction.atomic():
        ticket = lock_ticket(found.ticket_id, None) if found.ticket_id else None
        decision = Decision.objects.select_for_update(of=("self",)).select_related("appliance").get(pk=found.pk)
        standing = override_of(decision)
        if standing is not None and (standing.grants, standing.by_id) == (grant.code, actor.pk):
            return standing
        _refuse_old(decision)
        _refuse_pointless(decision, grant)
        _refuse_above_price(decision, grant)
        require_limit(grant.worth, actor=actor, now=now)
        override = DecisionOverride.objects.create(
            decision=decision,
            grants=grant.code,
            worth=grant.worth,
            amount=grant.worth if grant.code in PAID_BACK else None,
            reason=grant.reason,
            evidence=grant.evidence,
            proof=proof,
            by=actor,
            at=now,
        )
        if ticket is not None:
            data = {"decision": decision.pk, "override": override.pk, "grants": grant.code}
            tell(ticket, OVERRIDE, actor=actor, now=now, note=grant.reason, data=data)
    return override


def override_of(decision: Decision) -> DecisionOverride | None:
    """What a person granted last beside the verdict, or None."""
    rows = DecisionOverride.objects.filter(decision=decision).select_related("by", "proof")
    return rows.order_by("-id").first()


def _refuse_old(decision: Decision) -> None:
    if Decision.objects.filter(appliance=decision.appliance_id, pk__gt=decision.pk).exists():
        raise ActionError("verdict_superseded", _("A later verdict was recorded. Decide about that one."))


def _refuse_pointless(decision: Decision, grant: Grant) -> None:
    codes = set(codes_of(decision))
    if grant.code in codes:
        raise ActionError("already_open", _("The verdict itself opens that; nothing has to be granted."))
    if grant.code == Grants.PAID_REPAIR and not codes <= UNDECIDED:
        raise ActionError("takes_away", _("A person can add to what the law gives, and never take away from it."))


def _refuse_above_price(decision: Decision, grant: Grant) -> None:
    price = decision.appliance.price
    if grant.code in PAID_BACK and price is not None and grant.worth > price:
        raise invalid("worth", "above_price", _("More than the price of the unit cannot be paid back."))
