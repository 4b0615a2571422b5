"""Views of the dashboards: the figures, and the rows behind each of them."""

from dataclasses import dataclass, replace
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from servicedesk import clock
from servicedesk.access import roles_allowed, staff_of
from servicedesk.dashboards import selectors, wording
from servicedesk.dashboards.figures import View
from servicedesk.dashboards.filters import PERIODS, read_filters
from servicedesk.dashboards.rows import Rows, rows_of
from servicedesk.dashboards.selectors import TARGET, Share
from servicedesk.people.models import Outlet, Role, User
from servicedesk.sla.models import ClockKind
from servicedesk.sla.selectors import chip_of, with_pause
from servicedesk.tickets.models import TicketKind

READERS = (Role.AGENT, Role.DISPATCHER, Role.SUPERVISOR, Role.MANAGER, Role.AUDITOR, Role.ADMIN)
PAGE = 50
# So many lines of a table are shown until all are asked for: a house may have hundreds of technicians.
LINES = 20


@dataclass(frozen=True)
class Figure:
    """A number as the page shows it."""

    label: Any
    value: str
    unit: str
    n: int
    definition: Any
    url: str
    delta: str
    direction: str
    delta_tone: str
    target: str = ""
    missed: int = 0
    missed_url: str = ""


@require_GET
@roles_allowed(*READERS)
def dashboard(request: HttpRequest) -> HttpResponse:
    """The figures of a period; every number leads to its rows."""
    view = _view_of(request)
    chosen = request.GET.get("clock", "")
    kind = ClockKind(chosen) if chosen in selectors.SHOWN else ClockKind.ARRIVAL
    first, repeat = selectors.repairs(view)
    risks, risk_count = selectors.next_to_break(view)
    context = {
        **_frame(view),
        "now": view.now,
        "figures": [
            *(_promise(view, name, share) for name, share in selectors.attainment(view).items()),
            _share(view, wording.TITLES["repairs-first"], first, "repairs-first", wording.FIRST_VISIT),
            _share(view, wording.TITLES["repairs-repeat"], repeat, "repairs-repeat", wording.REPEAT, good_is_up=False),
            _conduct(view),
            _satisfaction(view),
        ],
        "risks": risks,
        "risk_count": risk_count,
        "risk_url": _rows_url(view, "risk"),
        "risk_definition": wording.RISK,
        "chosen": kind,
        "clock_choices": [ClockKind(name) for name in selectors.SHOWN],
        "target": TARGET,
        "outlets_table": _table(request, view, kind, "of_outlet", selectors.by_outlet(view, kind)),
        "technicians_table": _table(request, view, kind, "of_technician", selectors.by_technician(view, kind)),
        "day_lines": _lines(view, kind, "of_day", selectors.by_day(view, kind)),
        "causes": _causes(view),
    }
    return render(request, "dashboards/dashboard.html", context)


@require_GET
@roles_allowed(*READERS)
def dashboard_rows(request: HttpRequest) -> HttpResponse:
    """Exactly the rows a figure counts, 50 a page."""
    view = _view_of(request)
    figure = request.GET.get("figure", "risk")
    values = {key: request.GET.get(key, "") for key in ("of_outlet", "of_technician", "of_day")}
    found = rows_of(view, figure, values)
    page = Paginator(_loaded(found), PAGE).get_page(request.GET.get("page"))
    rows = [_row(one, view) for one in page]
    context = {
        **_frame(view),
        "now": view.now,
        "title": wording.title_of(figure),
        "figure": figure,
        "page": page,
        "rows": rows,
        "of_clocks": found.clocks is not None,
        "may_export": view.user.role != Role.AUDITOR,
        "back_url": f"{reverse('dashboard')}?{view.filters.query()}",
    }
    return render(request, "dashboards/rows.html", context)


def _causes(view: View) -> list[dict[str, Any]]:
    """Each cause with its share of all tickets that missed a promise."""
    found = selectors.causes(view)
    whole = sum(n for _stage, n in found)
    return [
        {
            "label": wording.CAUSES[stage],
            "n": n,
            "percent": round(100 * n / whole, 1),
            "percent_text": f"{100 * n / whole:.0f} %",
            "url": _rows_url(view, f"cause-{stage}"),
        }
        for stage, n in found
    ]


def _view_of(request: HttpRequest) -> View:
    now = clock.now()
    return View(staff_of(request), read_filters(request.GET.dict(), now), now)


def _outlets_of(user: User) -> list[Outlet]:
    return list(Outlet.objects.order_by("code")) if user.sees_all_tickets else user.own_outlets


def _frame(view: View) -> dict[str, Any]:
    """The filters as the page shows them."""
    return {
        "filters": view.filters,
        "periods": PERIODS,
        "outlets": _outlets_of(view.user),
        "kinds": TicketKind.choices,
    }


def _rows_url(view: View, figure: str, **more: str) -> str:
    return f"{reverse('dashboard_rows')}?{view.filters.query(figure=figure, **more)}"


def _promise(view: View, kind: str, share: Share) -> Figure:
    figure = _share(view, ClockKind(kind).label, share, f"clock-{kind}-all", wording.DEFINITIONS[kind])
    return Figure(
        **{
            **figure.__dict__,
            "target": f"{TARGET} %",
            "missed": share.missed,
            "missed_url": _rows_url(view, f"clock-{kind}-missed"),
        }
    )


def _share(view: View, label: Any, share: Share, figure: str, definition: Any, *, good_is_up: bool = True) -> Figure:
    direction, tone = _trend(share.change, good_is_up=good_is_up)
    return Figure(
        label=label,
        value="–" if share.percent is None else f"{share.percent:.1f}",
        unit="" if share.percent is None else "%",
        n=share.n,
        definition=definition,
        url=_rows_url(view, figure),
        delta="" if share.change is None else f"{abs(share.change):.1f}",
        direction=direction,
        delta_tone=tone,
    )


def _conduct(view: View) -> Figure:
    share = selectors.conduct(view)
    figure = _share(view, wording.TITLES["conduct-passed"], share, "conduct-all", wording.CONDUCT)
    return replace(figure, missed=share.missed, missed_url=_rows_url(view, "conduct-failed"))


def _satisfaction(view: View) -> Figure:
    found = selectors.satisfaction(view)
    direction, tone = _trend(found.change, good_is_up=True)
    return Figure(
        label=wording.SATISFACTION_LABEL,
        value="–" if found.mean is None else f"{found.mean:.2f}",
        unit="",
        n=found.n,
        definition=wording.SATISFACTION,
        url=_rows_url(view, "rated-all"),
        delta="" if found.change is None else f"{abs(found.change):.2f}",
        direction=direction,
        delta_tone=tone,
    )


def _trend(change: float | None, *, good_is_up: bool) -> tuple[str, str]:
    """Direction of a change and whether it is a good one."""
    if not change:
        return "flat", "neutral"
    up = change > 0
    return ("up" if up else "down"), ("ok" if up == good_is_up else "danger")


def _table(request: HttpRequest, view: View, kind: str, key: str, lines: list[selectors.Line]) -> dict[str, Any]:
    """A table's first lines, which have the greatest gap; all of them where the address asks for it by the key."""
    shown = lines if request.GET.get("whole") == key else lines[:LINES]
    return {"key": key, "lines": _lines(view, kind, key, shown), "shown": len(shown), "total": len(lines)}


def _lines(view: View, kind: str, key: str, lines: list[selectors.Line]) -> list[dict[str, Any]]:
    """Lines of a table with the addresses of what they count."""
    return [
        {
            "label": line.label,
            "key": line.key,
            "share": line.share,
            "tone": "ok" if (line.share.percent or 0) >= TARGET else "danger",
            "all_url": _rows_url(view, f"clock-{kind}-all", **{key: line.key}),
            "missed_url": _rows_url(view, f"clock-{kind}-missed", **{key: line.key}),
        }
        for line in lines
    ]


def _loaded(found: Rows) -> Any:
    """The rows with what their table shows, in a fixed number of queries."""
    if found.clocks is not None:
        return with_pause(found.clocks).select_related(
            "ticket__category", "ticket__outlet", "ticket__facts__technician"
        )
    assert found.tickets is not None, "rows are clocks or tickets"
    return found.tickets.select_related("category", "outlet", "facts__technician")


def _row(one: Any, view: View) -> dict[str, Any]:
    """A line of the list: a ticket, and its clock where the figure counts clocks."""
    ticket = getattr(one, "ticket", one)
    return {"ticket": ticket, "chip": chip_of(one, view.now) if ticket is not one else None}
