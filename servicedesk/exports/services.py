"""Taking a list out: who may, with what, and the row of the audit from start to end."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from servicedesk.errors import FORBIDDEN, ActionError, invalid
from servicedesk.exports.models import Export, ExportFormat
from servicedesk.exports.sources import Source
from servicedesk.exports.writing import XLSX_ROWS
from servicedesk.people.models import Role, User

EXPORTERS = (Role.AGENT, Role.DISPATCHER, Role.SUPERVISOR, Role.MANAGER, Role.ADMIN)
FULL_NUMBERS = frozenset({Role.MANAGER, Role.ADMIN})


@dataclass(frozen=True)
class Wish:
    """How somebody wants a list: format, phones whole or masked, and why whole."""

    format: str = ExportFormat.CSV
    full_numbers: bool = False
    reason: str = ""


def needs_password(user: User) -> bool:
    """Whether the password is asked again: for everybody who takes more than the own list or the own outlets."""
    return user.role != Role.AGENT and user.sees_all_tickets


def may_take_full_numbers(user: User) -> bool:
    """Whether the role may take whole phone numbers out of the house."""
    return user.role in FULL_NUMBERS


def start_export(source: Source, wish: Wish, *, actor: User, now: datetime, password_confirmed: bool) -> Export:
    """The row of the audit, written before anything leaves.

    Refuses with 403 a role that may not, with 422 a password not given (password_needed), whole numbers without a
    reason (reason_missing), an unknown format, and more rows than a sheet holds (too_many_rows).
    """
    if actor.role not in EXPORTERS or (wish.full_numbers and not may_take_full_numbers(actor)):
        raise ActionError("role_not_allowed", _("Your role may not do this."), status=FORBIDDEN)
    if wish.format not in ExportFormat.values:
        raise invalid("format", "unknown_format", _("Choose CSV or XLSX."))
    if needs_password(actor) and not password_confirmed:
        raise invalid("password", "password_needed", _("Give your password again to export this list."))
    reason = wish.reason.strip()[:300] if wish.full_numbers else ""
    if wish.full_numbers and not reason:
        raise invalid("reason", "reason_missing", _("Say what the full phone numbers are needed for."))
    if wish.format == ExportFormat.XLSX:
        refuse_too_many(source.count())
    with transaction.atomic():
        return Export.objects.create(
            user=actor,
            subject=source.subject,
            filters=dict(source.filters),
            format=wish.format,
            full_numbers=wish.full_numbers,
            reason=reason,
            started_at=now,
        )


def refuse_too_many(rows: int) -> None:
    """Refuses (422 too_many_rows) what no sheet can hold."""
    if rows > XLSX_ROWS:
        raise invalid(
            "format",
            "too_many_rows",
            _("An Excel sheet holds %(limit)s rows and this list has %(rows)s. Take CSV, or narrow the filters.")
            % {"limit": f"{XLSX_ROWS:,}", "rows": f"{rows:,}"},
            rows=rows,
            limit=XLSX_ROWS,
        )


def finish_export(export_id: int, rows: int, *, complete: bool, now: datetime) -> None:
    """Ends the row of the audit with what really left; not `complete` where reader or database went away."""
    with transaction.atomic():
        unfinished = Export.objects.select_for_update().filter(pk=export_id, finished_at=None)
        unfinished.update(rows=rows, complete=complete, finished_at=now)
