"""Addresses of the guarantee below `/api/v1/`."""

from django.urls import path

from warranty import api, assess_api, compensation_api, log_api
from warranty.remedies import api as remedies

APPLIANCE = "appliances/<int:appliance_id>"
REMEDY = "remedies/<int:remedy_id>"

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
    path(
        "decisions/<int:decision_id>/override_verdict", remedies.OverrideVerdict.as_view(), name="api_override_verdict"
    ),
    path(
        "tickets/<str:number>/record_compensation_answer",
        compensation_api.RecordCompensation.as_view(),
        name="api_record_compensation_answer",
    ),
    path("tickets/<str:number>/remedies", remedies.Remedies.as_view(), name="api_remedies"),
    path("tickets/<str:number>/choose_remedy", remedies.ChooseRemedy.as_view(), name="api_choose_remedy"),
    path(f"{REMEDY}/approve_remedy", remedies.ApproveRemedy.as_view(), name="api_approve_remedy"),
    path(f"{REMEDY}/refuse_remedy", remedies.RefuseRemedy.as_view(), name="api_refuse_remedy"),
    path(f"{REMEDY}/withdraw_remedy", remedies.WithdrawRemedy.as_view(), name="api_withdraw_remedy"),
    path(f"{REMEDY}/record_exchange", remedies.RecordExchange.as_view(), name="api_record_exchange"),
    path(f"{REMEDY}/record_old_unit", remedies.RecordOldUnit.as_view(), name="api_record_old_unit"),
    path(f"{REMEDY}/record_refund", remedies.RecordRefund.as_view(), name="api_record_refund"),
]
