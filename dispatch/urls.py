"""Addresses of dispatch."""

from django.urls import include, path

from dispatch.board import views as board
from dispatch.travel import views as travel
from dispatch.views import assigning, panel, queue, windows
from servicedesk.desk.views.actions import ticket_action

urlpatterns = [
    path("", queue.dispatch_queue, name="dispatch_queue"),
    path("", include("dispatch.people.urls")),
    path("windows/", windows.window_plans, name="window_plans"),
    path("windows/<int:outlet_id>/", windows.window_plan, name="window_plan"),
    path("timeline/", board.dispatch_timeline, name="dispatch_timeline"),
    path("board/feed/", board.board_feed, name="board_feed"),
    path("board/zones/", board.board_zones, name="board_zones"),
    path("board/concerns/", board.board_concerns, name="board_concerns"),
    path("board/presence/", board.board_presence, name="board_presence"),
    path("board/views/save/", board.board_view_save, name="board_view_save"),
    path("board/views/<int:view_id>/delete/", board.board_view_delete, name="board_view_delete"),
    path("board/jobs/<str:number>/", board.board_job, name="board_job"),
    path("travel/", travel.pace_list, name="pace_list"),
    path("travel/new/", travel.pace_new, name="pace_new"),
    path("travel/<int:pace_id>/", travel.pace_edit, name="pace_edit"),
    path("travel/<int:pace_id>/remove/", travel.pace_remove, name="pace_remove"),
    path("tickets/<str:number>/accept/", queue.queue_accept, name="queue_accept"),
    path("tickets/<str:number>/refuse/", queue.queue_refuse, name="queue_refuse"),
    path("tickets/<str:number>/candidates/", assigning.candidate_list, name="candidate_list"),
    path("tickets/<str:number>/candidates/reasons/", assigning.candidate_reasons, name="candidate_reasons"),
    path("tickets/<str:number>/assign/", assigning.assignment_create, name="assignment_create"),
    path("tickets/<str:number>/reassign/", assigning.assignment_change, name="assignment_change"),
    path("tickets/<str:number>/check/", assigning.assignment_check, name="assignment_check"),
    path("tickets/<str:number>/panel/", panel.assignment_panel, name="assignment_panel"),
    path("moves/<int:move_id>/undo/", assigning.move_undo, name="move_undo"),
    path("tickets/<str:number>/pairing/", ticket_action, {"action": "pair_technician"}, name="ticket_pair_technician"),
    path("tickets/<str:number>/pairing/end/", ticket_action, {"action": "end_pairing"}, name="ticket_end_pairing"),
    path("assignments/<int:assignment_id>/accept/", assigning.assignment_accept, name="assignment_accept"),
    path("assignments/<int:assignment_id>/refuse/", assigning.assignment_refuse, name="assignment_refuse"),
]
