"""Writing a sheet down: at the signature, at the end of a visit, and when it is corrected.

Each is called inside the transaction of the action it belongs to, with the visit locked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings

from servicedesk.people.models import User
from visits.models import ServiceRecord, Visit
from visits.selectors import local_day
from visits.sheets.content import Content, differences, hash_of, sheet_part
from visits.sheets.selectors import current_content, current_sheet, sheets_of

Reason = ServiceRecord.Reason


@dataclass(frozen=True)
class Why:
    """Why a sheet is written, in words where somebody gave any, and which parts differ from the one before."""

    reason: str
    note: str = ""
    parts: Sequence[str] = ()


def freeze_signed(visit: Visit, *, actor: User | None, now: datetime) -> ServiceRecord:
    """The sheet the customer has just signed."""
    return freeze(visit, current_content(visit.pk, now), Why(Reason.SIGNED), actor=actor, now=now)


def settle_sheet(visit: Visit, *, actor: User | None, now: datetime) -> ServiceRecord | None:
    """The sheet of a visit that ends now, where one is needed: none was signed, or what was signed is not so any more.

    None where the signed one holds.
    """
    content, last = current_content(visit.pk, now), current_sheet(visit)
    if last is None:
        return freeze(visit, content, Why(Reason.UNSIGNED), actor=actor, now=now)
    parts = differences(last.content, content)
    if not parts:
        return None
    return freeze(visit, content, Why(Reason.CHANGED, parts=parts), actor=actor, now=now)


def freeze(visit: Visit, content: Content, why: Why, *, actor: User | None, now: datetime) -> ServiceRecord:
    """The content as a sheet of its own, naming the one whose place it takes."""
    last = sheets_of(visit).first()
    version = last.version + 1 if last is not None else 1
    number = f"{content['ticket']['number']}-{content['ticket']['visit_no']}/{version}"
    whole = {**content, "sheet": sheet_part(number, why.reason, now, why.note, last, why.parts)}
    return ServiceRecord.objects.create(
        visit=visit,
        version=version,
        number=number,
        reason=why.reason,
        note=why.note,
        replaces=last,
        content=whole,
        content_hash=hash_of(whole),
        made_at=now,
        made_by=actor,
        signed_at=now if why.reason == Reason.SIGNED else None,
        keep_until=max(_keep_until(now), last.keep_until) if last is not None else _keep_until(now),
    )


def _keep_until(now: datetime) -> date:
    """The same day, `SHEET_RETENTION_YEARS` later; the last of February stands for a leap day."""
    day = local_day(now)
    year = day.year + settings.SHEET_RETENTION_YEARS
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)
