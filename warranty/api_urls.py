"""Addresses of the guarantee below `/api/v1/`."""

from django.urls import path

from warranty import api, assess_api

APPLIANCE = "appliances/<int:appliance_id>"

urlpatterns = [
    path("warranty/assess", assess_api.Assess.as_view(), name="api_assess"),
    path(f"{APPLIANCE}/verdict", api.Verdict.as_view(), name="api_verdict"),
    path(f"{APPLIANCE}/what_if", api.WhatIf.as_view(), name="api_what_if"),
    path(f"{APPLIANCE}/record_verdict", api.RecordVerdict.as_view(), name="api_record_verdict"),
    path("decisions/<int:decision_id>", api.OneDecision.as_view(), name="api_decision"),
]
