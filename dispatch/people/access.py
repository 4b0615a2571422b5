"""Who may look at technicians, and who keeps their facts (docs/roles.md)."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from dispatch.models import Technician
from servicedesk.errors import FORBIDDEN, OUT_OF_SCOPE, ActionError
from servicedesk.people.models import Outlet, Role

EDITORS = (Role.SUPERVISOR, Role.MANAGER, Role.ADMIN)
READERS = (Role.DISPATCHER, *EDITORS)
# They keep the technicians of every outlet; supervisors those of their own.
EVERYWHERE = frozenset({Role.MANAGER, Role.ADMIN})


def outlets_of(user: Any) -> QuerySet[Outlet]:
    """The outlets whose technicians `user` may look at."""
    outlets = Outlet.objects.filter(is_active=True)
    return outlets if user.role in EVERYWHERE else outlets.filter(pk__in=user.outlet_ids)


def technicians_for(user: Any) -> QuerySet[Technician]:
    """The technicians `user` may look at."""
    found = Technician.objects.select_related("user", "outlet")
    return found if user.role in EVERYWHERE else found.filter(outlet__in=user.outlet_ids)


def technician_or_404(user: Any, technician_id: int) -> Technician:
    """The technician, if `user` may look at him. Raises Http404."""
    found = technicians_for(user).filter(pk=technician_id).first()
    if found is None:
        raise Http404
    return found


def may_keep(user: Any, outlet_id: int | None) -> bool:
    """Whether `user` changes what is kept about the technicians of an outlet."""
    return user.role in EVERYWHERE or (user.role == Role.SUPERVISOR and outlet_id in user.outlet_ids)


def require_keeper(actor: Any, outlet_id: int | None) -> None:
    """Refuses with 403 role_not_allowed whose role only looks, with 403 not_your_outlet a supervisor of another
    outlet; `None` is the system.
    """
    if actor is None or may_keep(actor, outlet_id):
        return
    if actor.role in EDITORS:
        raise ActionError(
            "not_your_outlet", _("You keep the technicians of other outlets."), status=FORBIDDEN, field="outlet"
        )
    raise ActionError("role_not_allowed", _("Your role may not change this."), status=FORBIDDEN)


def not_found() -> ActionError:
    """The refusal (404) where there is no such technician."""
    return ActionError("technician_not_found", _("There is no such technician."), status=OUT_OF_SCOPE)
