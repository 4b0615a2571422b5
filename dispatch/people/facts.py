"""What is kept about a technician as plain values: for the history, for imports, for comparing."""

from datetime import UTC, date, datetime
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from dispatch.models import Absence, Certification, Shift, Technician, TechnicianSkill


def profile_facts(technician: Technician) -> dict[str, Any]:
    """Outlet, stars, home, overtime and whether he is active."""
    return {
        "outlet": technician.outlet_id,
        "stars": technician.stars,
        "home_lat": technician.home_lat,
        "home_lon": technician.home_lon,
        "overtime": technician.overtime_minutes,
        "active": technician.is_active,
    }


def skill_facts(skill: TechnicianSkill) -> dict[str, Any]:
    """Category, level and days."""
    return {
        "category": skill.category_id,
        "level": skill.level,
        "valid_from": iso(skill.valid_from),
        "valid_until": iso(skill.valid_until),
    }


def certificate_facts(paper: Certification) -> dict[str, Any]:
    """Number, stars, days and since when it is suspended."""
    return {
        "number": paper.number,
        "stars": paper.stars,
        "valid_from": iso(paper.valid_from),
        "valid_until": iso(paper.valid_until),
        "suspended": iso(paper.suspended_at),
    }


def shift_facts(shift: Shift) -> dict[str, Any]:
    """Hours and lunch."""
    return {
        "start": iso(shift.span.lower),
        "end": iso(shift.span.upper),
        "lunch_from": iso(shift.lunch.lower) if shift.lunch else None,
        "lunch_until": iso(shift.lunch.upper) if shift.lunch else None,
        "lunch_minutes": shift.lunch_minutes,
    }


def absence_facts(absence: Absence) -> dict[str, Any]:
    """Hours and reason."""
    return {"start": iso(absence.span.lower), "end": iso(absence.span.upper), "reason": str(absence.reason)}


def iso(value: date | datetime | None) -> str | None:
    """A day or instant as JSON carries it; an instant in UTC, so that equal ones are equal texts."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if value is not None else None


def span_of(start: datetime, end: datetime) -> DateTimeTZRange:
    """The half-open range the database keeps."""
    return DateTimeTZRange(start, end)
