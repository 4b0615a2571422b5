"""Addresses of the dashboards."""

from django.urls import path

from servicedesk.dashboards import views

urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("rows/", views.dashboard_rows, name="dashboard_rows"),
]
