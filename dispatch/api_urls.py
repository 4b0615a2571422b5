"""Addresses of dispatch below `/api/v1/`."""

from django.urls import path

from dispatch import api

TICKET = "tickets/<ticket:number>"

urlpatterns = [
    path("dispatch/queue", api.Queue.as_view(), name="api_queue"),
    path(f"{TICKET}/candidates", api.Candidates.as_view(), name="api_candidates"),
    path(f"{TICKET}/assignments", api.TicketAssignment.as_view(), name="api_assignments"),
    path(f"{TICKET}/assign_technician", api.AssignTechnician.as_view(), name="api_assign_technician"),
    path(f"{TICKET}/reassign_technician", api.ReassignTechnician.as_view(), name="api_reassign_technician"),
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
