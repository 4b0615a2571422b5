"""Addresses of the webhooks' pages, below /webhooks/."""

from django.urls import path

from servicedesk.webhooks import views

urlpatterns = [
    path("", views.webhook_list, name="webhook_list"),
    path("new/", views.webhook_new, name="webhook_new"),
    path("<int:endpoint_id>/", views.webhook_detail, name="webhook_detail"),
    path("<int:endpoint_id>/edit/", views.webhook_edit, name="webhook_edit"),
    path("<int:endpoint_id>/pause/", views.webhook_pause, name="webhook_pause"),
    path("<int:endpoint_id>/resume/", views.webhook_resume, name="webhook_resume"),
    path("<int:endpoint_id>/secret/", views.webhook_rotate, name="webhook_rotate"),
    path("<int:endpoint_id>/secret/end/", views.webhook_end_old, name="webhook_end_old"),
    path("<int:endpoint_id>/test/", views.webhook_test, name="webhook_test"),
    path("messages/<int:delivery_id>/again/", views.webhook_again, name="webhook_again"),
]
