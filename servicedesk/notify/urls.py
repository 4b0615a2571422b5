"""Addresses of a person's notices, below /notifications/."""

from django.urls import path

from servicedesk.notify import views

urlpatterns = [
    path("", views.notifications, name="notifications"),
    path("poll/", views.notifications_poll, name="notifications_poll"),
    path("read/", views.notifications_read_all, name="notifications_read_all"),
    path("unread/", views.notifications_unread, name="notifications_unread"),
    path("<int:notice_id>/", views.notification_open, name="notification_open"),
]
