"""Addresses of the follow-ups of visits, below /follow-ups/."""

from django.urls import path

from visits.followups import views

urlpatterns = [
    path("", views.follow_up_list, name="follow_up_list"),
    path("<int:follow_up_id>/", views.follow_up_detail, name="follow_up_detail"),
    path("<int:follow_up_id>/reopen/", views.follow_up_reopen, name="follow_up_reopen"),
]
