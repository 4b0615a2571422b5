"""The mark inside an exported file: who took it, when, and under which filters, in words."""

from django.utils.translation import gettext as _

from servicedesk.exports.models import Export
from servicedesk.exports.sources import Source
from servicedesk.people.models import Outlet, User
from servicedesk.templatetags.moments import local_text
from servicedesk.tickets.models import TicketKind, TicketState


def described(source: Source) -> str:
    """The filters in one line of the active language, like “Living · Outlet: East · P1”."""
    filters = source.filters
    parts = [str(source.title)]
    if "from" in filters:
        parts.append(f"{filters['from']} – {filters['until']}")
    if filters.get("state") in TicketState.values:
        parts.append(_("State: %(word)s") % {"word": TicketState(filters["state"]).label})
    if filters.get("kind") in TicketKind.values:
        parts.append(_("Kind: %(word)s") % {"word": TicketKind(filters["kind"]).label})
    outlets = [filters[key] for key in ("outlet", "of_outlet") if filters.get(key)]
    parts.extend(_("Outlet: %(word)s") % {"word": _outlet(outlet)} for outlet in outlets)
    if filters.get("of_technician"):
        name = User.objects.filter(pk=filters["of_technician"]).values_list("name", flat=True).first()
        parts.append(_("Technician: %(word)s") % {"word": name or filters["of_technician"]})
    if filters.get("of_day"):
        parts.append(filters["of_day"])
    if filters.get("priority"):
        parts.append(f"P{filters['priority']}")
    if filters.get("text"):
        parts.append(_("Text: %(word)s") % {"word": filters["text"]})
    return " · ".join(parts)


def _outlet(key: int | str) -> str:
    outlet = Outlet.objects.filter(pk=key).first() if str(key).isdigit() else None
    return str(outlet) if outlet is not None else "–"


def marks_of(export: Export, source: Source, user: User) -> list[tuple[str, str]]:
    """Label and text of each mark, in the active language; the number of the export leads to its row in the audit."""
    marks = [
        (_("Exported by"), f"{user.name} ({user.employee_no})"),
        (_("Exported at"), local_text(export.started_at, "full")),
        (_("Filters"), described(source)),
        (_("Export no."), str(export.pk)),
    ]
    if export.full_numbers:
        marks.append((_("Full phone numbers"), export.reason))
    return marks
