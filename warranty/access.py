"""The one door from an id to an appliance's guarantee or a stored verdict, and who may read and record one."""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from servicedesk.access import customers_for
from servicedesk.catalogue.models import Appliance
from servicedesk.errors import OUT_OF_SCOPE, ActionError
from servicedesk.people.models import Role, User
from servicedesk.tickets.models import Ticket
from warranty.models import Decision, PartsWait, ProofPhoto, RepairRecord

# docs/roles.md, row "warranty verdict".
READERS = (Role.AGENT, Role.DISPATCHER, Role.TECHNICIAN, Role.SUPERVISOR, Role.MANAGER, Role.AUDITOR)
RECORDERS = (Role.AGENT, Role.SUPERVISOR, Role.MANAGER)


def appliances_for(user: User) -> QuerySet[Appliance]:
    """The appliances whose guarantee `user` may read: a technician those of his tickets, others those of customers."""
    if user.role == Role.TECHNICIAN:
        return Appliance.objects.filter(pk__in=Ticket.objects.visible_to(user).values("appliance_id"))
    return Appliance.objects.filter(customer__in=customers_for(user))


def appliance_or_404(user: User, appliance_id: int) -> Appliance:
    """The appliance with what its verdict is read from, if `user` may know of it. Raises Http404."""
    found = appliances_for(user).select_related("category", "model", "customer", "address", "replaces")
    appliance = found.filter(pk=appliance_id).first()
    if appliance is None:
        raise Http404
    return appliance


def decision_or_404(user: User, decision_id: int) -> Decision:
    """The stored verdict, if `user` may know of its appliance. Raises Http404."""
    found = Decision.objects.filter(appliance__in=appliances_for(user))
    rows = found.select_related(
        "appliance__category", "appliance__model", "appliance__customer", "ticket", "decided_by"
    )
    decision = rows.filter(pk=decision_id).first()
    if decision is None:
        raise Http404
    return decision


def proof_or_404(user: User, token: UUID) -> ProofPhoto:
    """A proof about an appliance whose guarantee `user` may read. Raises Http404."""
    proof = ProofPhoto.objects.filter(token=token, appliance__in=appliances_for(user)).first()
    if proof is None:
        raise Http404
    return proof


def waits_for(user: User) -> QuerySet[PartsWait]:
    """The waits of the tickets and appliances `user` may know of."""
    tickets = Ticket.objects.visible_to(user)
    return PartsWait.objects.filter(Q(ticket__in=tickets) | Q(appliance__in=appliances_for(user)))


def wait_or_404(user: User, wait_id: int) -> PartsWait:
    """The wait with its appliance and ticket, if `user` may know of it. Raises Http404."""
    rows = waits_for(user).select_related(
        "appliance__category", "appliance__model", "ticket__appliance__category", "ticket__appliance__model", "strike"
    )
    wait = rows.filter(pk=wait_id).first()
    if wait is None or wait.unit is None:
        raise Http404
    return wait


def repair_or_404(user: User, repair_id: int) -> RepairRecord:
    """The line of the repair log of an appliance `user` may read about. Raises Http404."""
    rows = RepairRecord.objects.filter(appliance__in=appliances_for(user))
    repair = rows.select_related("appliance__category", "appliance__model", "ticket", "strike").filter(pk=repair_id)
    found = repair.first()
    if found is None:
        raise Http404
    return found


def lock_appliance(appliance_id: int, actor: User | None) -> Appliance:
    """The appliance with what its verdict is read from, locked until the transaction ends; `None` is the system.

    Refuses with 404 appliance_not_found what `actor` may not know of.
    """
    appliances = Appliance.objects.all() if actor is None else appliances_for(actor)
    found = appliances.select_related("category", "customer", "address", "replaces")
    appliance = found.select_for_update(of=("self",)).filter(pk=appliance_id).first()
    if appliance is None:
        raise lacking_appliance()
    return appliance


def lacking_appliance() -> ActionError:
    """The refusal (404) of an appliance that is not there for this person."""
    return ActionError("appliance_not_found", _("There is no such appliance."), status=OUT_OF_SCOPE)
