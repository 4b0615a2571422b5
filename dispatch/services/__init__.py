"""The actions of dispatch. Each is one function with the five beats of docs/architecture.md."""

from dispatch.services.answer import accept_assignment, refuse_assignment
from dispatch.services.assign import assign_technician, reassign_technician
from dispatch.services.ending import assignment_done, release_assignment, release_of_ticket

__all__ = [
    "accept_assignment",
    "assign_technician",
    "assignment_done",
    "reassign_technician",
    "refuse_assignment",
    "release_assignment",
    "release_of_ticket",
]
