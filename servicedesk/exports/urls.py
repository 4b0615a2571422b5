"""Addresses of exports, below /exports/."""

from django.urls import path

from servicedesk.exports import views

urlpatterns = [
    path("tickets/", views.ticket_export, name="ticket_export"),
    path("figure/", views.figure_export, name="figure_export"),
]
