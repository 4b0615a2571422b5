"""The actions of dispatch. Each is one function with the five beats of docs/architecture.md."""

from dispatch.services.answer import accept_assignment, refuse_assignment
from dispatch.services.assign import assign_technician, reassign_technician
from dispatch.services.behaviour import note_conduct, seen_at, withdraw_conduct
from dispatch.services.ending import assignment_done, release_assignment, release_of_ticket
from dispatch.services.ledger import Why
from dispatch.services.undo import undo_move

__all__ = [
    "Why",
    "accept_assignment",
    "assign_technician",
    "assignment_done",
    "note_conduct",
    "reassign_technician",
    "refuse_assignment",
    "release_assignment",
    "release_of_ticket",
    "seen_at",
    "undo_move",
    "withdraw_conduct",
]
