"""Addresses of work sent late, below /late-work/."""

from django.urls import path

from visits.entries import views

urlpatterns = [
    path("", views.late_work_list, name="late_work_list"),
    path("<int:visit_id>/", views.late_work, name="late_work"),
    path("pictures/<uuid:token>/", views.late_work_picture, name="late_work_picture"),
]
