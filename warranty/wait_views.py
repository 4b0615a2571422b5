"""The page "Parts waiting": what waits, how long, and when the customer may ask for more than a repair."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from servicedesk import clock
from servicedesk.access import roles_allowed, staff_of
from servicedesk.people.models import Role
from warranty.facts_builder import local_day
from warranty.rights import WARN_AGAIN_DAYS, WARN_PERCENT
from warranty.wait_list import MOST, VIEWS, waiting_for

LISTERS = (Role.AGENT, Role.DISPATCHER, Role.SUPERVISOR, Role.MANAGER, Role.AUDITOR)


@require_GET
@roles_allowed(*LISTERS)
def wait_list(request: HttpRequest) -> HttpResponse:
    """Every job that waits, the nearest right first, narrowed by the view."""
    user, now = staff_of(request), clock.now()
    view = request.GET.get("view", "all")
    view = view if view in VIEWS else "all"
    rows = waiting_for(user, local_day(now))
    labels = {
        "all": _("All"),
        "near": _("Soon"),
        "arisen": _("Right arisen"),
        "late": _("Promise passed"),
        "repairer": _("Repairer's delay"),
    }
    context = {
        "now": now,
        "view": view,
        "rows": [row for row in rows if row.fits(view)],
        "full": len(rows) >= MOST,
        "most": MOST,
        "percent": WARN_PERCENT,
        "again": WARN_AGAIN_DAYS,
        "tabs": [
            {
                "url": f"?view={name}",
                "label": label,
                "count": sum(row.fits(name) for row in rows),
                "active": name == view,
                "tone": {"near": "warn", "arisen": "danger"}.get(name, ""),
            }
            for name, label in labels.items()
        ],
    }
    return render(request, "warranty/wait_list.html", context)
