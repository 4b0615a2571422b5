"""Addresses of the guarantee below `/api/v1/`."""

from django.urls import path

from warranty import api, assess_api, log_api

APPLIANCE = "appliances/<int:appliance_id>"

urlpatterns = [
    path("warranty/assess", assess_api.Assess.as_view(), name="api_assess"),
    path(f"{APPLIANCE}/verdict", api.Verdict.as_view(), name="api_verdict"),
    path(f"{APPLIANCE}/what_if", api.WhatIf.as_view(), name="api_what_if"),
    path(f"{APPLIANCE}/record_verdict", api.RecordVerdict.as_view(), name="api_record_verdict"),
    path("decisions/<int:decision_id>", api.OneDecision.as_view(), name="api_decision"),
    path(f"{APPLIANCE}/repairs", log_api.Repairs.as_view(), name="api_repairs"),
    path(f"{APPLIANCE}/proofs", log_api.Proofs.as_view(), name="api_proofs"),
    path(f"{APPLIANCE}/waits", log_api.Waits.as_view(), name="api_waits"),
    path("repairs/<int:repair_id>/close_repair", log_api.CloseRepair.as_view(), name="api_close_repair"),
    path("repairs/<int:repair_id>/strike_repair", log_api.StrikeRepair.as_view(), name="api_strike_repair"),
    path("waits/<int:wait_id>/end_wait", log_api.EndWait.as_view(), name="api_end_wait"),
    path("waits/<int:wait_id>/strike_wait", log_api.StrikeWait.as_view(), name="api_strike_wait"),
]
