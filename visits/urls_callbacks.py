"""Addresses of the callers."""

from django.urls import path

from servicedesk.desk.views.actions import ticket_action
from visits.aftercare.views import callbacks, reviews, settings

urlpatterns = [
    path("", callbacks.callback_queue, name="callback_queue"),
    path("<int:callback_id>/", callbacks.callback_detail, name="callback_detail"),
    path("<int:callback_id>/take/", callbacks.callback_claim, name="callback_claim"),
    path("<int:callback_id>/release/", callbacks.callback_release, name="callback_release"),
    path("of/<str:number>/", callbacks.callback_panel, name="callback_panel"),
    path("of/<str:number>/new/", callbacks.callback_create, name="callback_create"),
    path("of/<str:number>/wish/", ticket_action, {"action": "record_call_wish"}, name="ticket_call_wish"),
    path("mismatches/", reviews.mismatch_list, name="mismatch_list"),
    path("mismatches/figures/", reviews.mismatch_figures, name="mismatch_figures"),
    path("mismatches/<int:mismatch_id>/", reviews.mismatch_detail, name="mismatch_detail"),
    path("mismatches/<int:mismatch_id>/reopen/", reviews.mismatch_reopen, name="mismatch_reopen"),
    path("settings/", settings.call_settings, name="call_settings"),
    path("settings/sampling/", settings.sampling_settings, name="sampling_settings"),
    path("settings/draws/", settings.sample_list, name="sample_list"),
]
