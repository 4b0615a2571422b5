"""Addresses of dispatch."""

from django.urls import path

from dispatch.views import assigning, board, queue

urlpatterns = [
    path("", queue.dispatch_queue, name="dispatch_queue"),
    path("timeline/", board.dispatch_timeline, name="dispatch_timeline"),
    path("tickets/<str:number>/accept/", queue.queue_accept, name="queue_accept"),
    path("tickets/<str:number>/refuse/", queue.queue_refuse, name="queue_refuse"),
    path("tickets/<str:number>/candidates/", assigning.candidate_list, name="candidate_list"),
    path("tickets/<str:number>/assign/", assigning.assignment_create, name="assignment_create"),
    path("tickets/<str:number>/reassign/", assigning.assignment_change, name="assignment_change"),
    path("tickets/<str:number>/check/", assigning.assignment_check, name="assignment_check"),
    path("tickets/<str:number>/panel/", board.assignment_panel, name="assignment_panel"),
    path("assignments/<int:assignment_id>/accept/", assigning.assignment_accept, name="assignment_accept"),
    path("assignments/<int:assignment_id>/refuse/", assigning.assignment_refuse, name="assignment_refuse"),
]
