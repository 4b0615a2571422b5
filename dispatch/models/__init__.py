"""What dispatch keeps: technicians, their hours, their assignments, what customers wish, how fast the roads are."""

from dispatch.models.assignments import ACTIVE, HELD, Assignment, AssignmentMove, AssignmentState
from dispatch.models.board import BoardView
from dispatch.models.changes import TimeChange
from dispatch.models.history import TechnicianEvent
from dispatch.models.hours import Absence, Shift
from dispatch.models.people import Certification, Technician, TechnicianDistrict, TechnicianSkill
from dispatch.models.travel import TravelProfile
from dispatch.models.windows import WindowPlace, WindowPlan
from dispatch.models.wishes import ConductNote, Pairing

__all__ = [
    "ACTIVE",
    "HELD",
    "Absence",
    "Assignment",
    "AssignmentMove",
    "AssignmentState",
    "BoardView",
    "Certification",
    "ConductNote",
    "Pairing",
    "Shift",
    "Technician",
    "TechnicianDistrict",
    "TechnicianEvent",
    "TechnicianSkill",
    "TimeChange",
    "TravelProfile",
    "WindowPlace",
    "WindowPlan",
]
