"""Addresses of dispatch below `/api/v1/`."""

from django.urls import path

from dispatch import api, api_candidates, api_moves

TICKET = "tickets/<ticket:number>"

urlpatterns = [
    path("dispatch/queue", api.Queue.as_view(), name="api_queue"),
    path(f"{TICKET}/candidates", api_candidates.Candidates.as_view(), name="api_candidates"),
    path(f"{TICKET}/assignments", api.TicketAssignment.as_view(), name="api_assignments"),
    path(f"{TICKET}/assign_technician", api.AssignTechnician.as_view(), name="api_assign_technician"),
    path(f"{TICKET}/reassign_technician", api.ReassignTechnician.as_view(), name="api_reassign_technician"),
    path(f"{TICKET}/proposal", api_moves.Proposal.as_view(), name="api_proposal"),
    path(f"{TICKET}/moves", api_moves.Moves.as_view(), name="api_moves"),
    path(f"{TICKET}/undo_move", api_moves.UndoMove.as_view(), name="api_undo_move"),
    path(f"{TICKET}/pairings", api_moves.Pairings.as_view(), name="api_pairings"),
    path(f"{TICKET}/pair_technician", api_moves.PairTechnician.as_view(), name="api_pair_technician"),
    path(f"{TICKET}/end_pairing", api_moves.EndPairing.as_view(), name="api_end_pairing"),
    path("assignments/<int:assignment_id>", api.OneAssignment.as_view(), name="api_assignment"),
    path(
        "assignments/<int:assignment_id>/accept_assignment",
        api.AcceptAssignment.as_view(),
        name="api_accept_assignment",
    ),
    path(
        "assignments/<int:assignment_id>/refuse_assignment",
        api.RefuseAssignment.as_view(),
        name="api_refuse_assignment",
    ),
]
