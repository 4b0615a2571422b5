"""Addresses of the recompute's pages, below /recompute/."""

from django.urls import path

from servicedesk.sla.recompute import views

urlpatterns = [
    path("", views.recompute_list, name="recompute_list"),
    path("<int:job_id>/", views.recompute_detail, name="recompute_detail"),
    path("<int:job_id>/apply/", views.recompute_apply, name="recompute_apply"),
    path("<int:job_id>/cancel/", views.recompute_cancel, name="recompute_cancel"),
]
