"""Addresses of the callers."""

from django.urls import path

from visits.aftercare.views import callbacks

urlpatterns = [
    path("", callbacks.callback_queue, name="callback_queue"),
    path("<int:callback_id>/", callbacks.callback_detail, name="callback_detail"),
    path("<int:callback_id>/take/", callbacks.callback_claim, name="callback_claim"),
    path("<int:callback_id>/release/", callbacks.callback_release, name="callback_release"),
    path("of/<str:number>/", callbacks.callback_panel, name="callback_panel"),
    path("of/<str:number>/new/", callbacks.callback_create, name="callback_create"),
]
