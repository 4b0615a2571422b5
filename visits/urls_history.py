"""Addresses of an appliance's history."""

from django.urls import path

from visits.views import history

urlpatterns = [
    path("history/appliances/<int:appliance_id>/", history.appliance_history_page, name="appliance_history"),
    path("tickets/<str:number>/history/", history.history_panel, name="history_panel"),
]
