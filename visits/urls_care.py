"""Addresses of care beside a ticket, and of the delight stories."""

from django.urls import path

from servicedesk.desk.views.actions import ticket_action
from visits.care import views as care
from visits.care.pages import ROUTES
from visits.stories import views as stories

urlpatterns = [
    *(
        path(f"tickets/<str:number>/{route}/", ticket_action, {"action": action}, name=care.name_of(action))
        for action, route in ROUTES.items()
    ),
    path("tickets/<str:number>/care/", care.care_panel, name="care_panel"),
    path("tickets/<str:number>/care/notes/", care.care_notes, name="care_notes"),
    path("stories/", stories.story_list, name="story_list"),
    path("stories/<int:story_id>/", stories.story_detail, name="story_detail"),
    path("stories/<int:story_id>/approve/", stories.story_approve, name="story_approve"),
    path("stories/<int:story_id>/publish/", stories.story_publish, name="story_publish"),
]
