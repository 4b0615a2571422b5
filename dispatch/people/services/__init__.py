"""The actions on technicians and their hours. Each is one function with the five beats of docs/architecture.md."""

from dispatch.people.services.absences import AbsenceWanted, jobs_named, put_absence, remove_absence
from dispatch.people.services.certificates import (
    CertificateWanted,
    lift_suspension,
    put_certificate,
    suspend_certificate,
)
from dispatch.people.services.patterns import copy_week, repeat_week
from dispatch.people.services.profile import ProfileWanted, add_technician, save_profile, set_districts
from dispatch.people.services.shifts import ShiftWanted, put_shift, remove_shift
from dispatch.people.services.skills import SkillWanted, put_skill, remove_skill

__all__ = [
    "AbsenceWanted",
    "CertificateWanted",
    "ProfileWanted",
    "ShiftWanted",
    "SkillWanted",
    "add_technician",
    "copy_week",
    "jobs_named",
    "lift_suspension",
    "put_absence",
    "put_certificate",
    "put_shift",
    "put_skill",
    "remove_absence",
    "remove_shift",
    "remove_skill",
    "repeat_week",
    "save_profile",
    "set_districts",
    "suspend_certificate",
]
