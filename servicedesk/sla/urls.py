"""Addresses of clocks."""

from django.urls import path

from servicedesk.sla import views

urlpatterns = [path("tickets/<str:number>/clocks/<int:clock_id>/", views.clock_explain, name="clock_explain")]
