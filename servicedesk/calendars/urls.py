"""Addresses of the calendars' pages, below /calendars/."""

from django.urls import path

from servicedesk.calendars import views, views_days

urlpatterns = [
    path("", views.calendar_list, name="calendar_list"),
    path("new/", views.calendar_new, name="calendar_new"),
    path("public-days/", views_days.public_days, name="public_days"),
    path("days/<int:row_id>/withdraw/", views_days.day_withdraw, name="calendar_day_withdraw"),
    path("<slug:code>/", views.calendar_detail, name="calendar_detail"),
    path("<slug:code>/hours/", views.calendar_hours, name="calendar_hours"),
    path("<slug:code>/test/", views.calendar_test, name="calendar_test"),
    path("<slug:code>/day/", views_days.special_day, name="special_day"),
    path("<slug:code>/<int:year>/", views_days.calendar_year, name="calendar_year"),
]
