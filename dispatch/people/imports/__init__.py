"""What dispatch imports: a module for each kind, with its columns and the work of a row."""

from dispatch.people.imports.absences import ABSENCES
from dispatch.people.imports.assignments import ASSIGNMENTS
from dispatch.people.imports.certificates import CERTIFICATES
from dispatch.people.imports.shifts import SHIFTS
from dispatch.people.imports.skills import SKILLS
from dispatch.people.imports.technicians import TECHNICIANS
from dispatch.people.imports.zones import ZONES

KINDS = (TECHNICIANS, SKILLS, CERTIFICATES, SHIFTS, ABSENCES, ZONES, ASSIGNMENTS)

__all__ = ["KINDS"]
