"""Addresses of the guarantee."""

from django.urls import path

from servicedesk.desk.views.actions import ticket_action
from warranty import (
    calculator_views,
    compensation_views,
    log_views,
    note_views,
    proof_views,
    rulebook_views,
    views,
    wait_views,
)
from warranty.maker_promises import views as promises
from warranty.remedies import limits_views
from warranty.remedies import views as remedies
from warranty.remedies.pages import ROUTES

urlpatterns = [
    path("rules/", rulebook_views.warranty_rules, name="warranty_rules"),
    path("compensation/", compensation_views.warranty_compensation, name="warranty_compensation"),
    path("compensation/record/", compensation_views.compensation_record, name="compensation_record"),
    path("calculator/", calculator_views.warranty_calculator, name="warranty_calculator"),
    path("tickets/<str:number>/", views.warranty_panel, name="warranty_panel"),
    path("appliances/<int:appliance_id>/", views.warranty_appliance, name="warranty_appliance"),
    path("appliances/<int:appliance_id>/card/", views.warranty_appliance_card, name="warranty_appliance_card"),
    path("appliances/<int:appliance_id>/record/", views.verdict_record, name="verdict_record"),
    path("decisions/<int:decision_id>/", views.warranty_decision, name="warranty_decision"),
    path("decisions/<int:decision_id>/note/", note_views.warranty_decision_note, name="warranty_decision_note"),
    path("appliances/<int:appliance_id>/note/", note_views.warranty_appliance_note, name="warranty_appliance_note"),
    path("waits/", wait_views.wait_list, name="wait_list"),
    path("waits/<int:wait_id>/", log_views.wait_line, name="wait_line"),
    path("repairs/<int:repair_id>/", log_views.repair_line, name="repair_line"),
    path("appliances/<int:appliance_id>/repairs/new/", log_views.repair_new, name="repair_new"),
    path("appliances/<int:appliance_id>/waits/new/", log_views.wait_new, name="wait_new"),
    path("proofs/<uuid:token>/", proof_views.proof_file, name="proof_file"),
    path("decisions/<int:decision_id>/override/", remedies.verdict_override, name="verdict_override"),
    path("remedies/", remedies.remedy_list, name="remedy_list"),
    path("promises/", promises.promise_list, name="maker_promises"),
    path("promises/new/", promises.promise_new, name="maker_promise_new"),
    path("promises/<int:promise_id>/end/", promises.promise_end, name="maker_promise_end"),
    path("approvals/", limits_views.approval_limits, name="approval_limits"),
    path("tickets/<str:number>/remedy/", remedies.remedy_panel, name="remedy_panel"),
    *(
        path(f"tickets/<str:number>/remedy/{route}/", ticket_action, {"action": action}, name=remedies.name_of(action))
        for action, route in ROUTES.items()
    ),
]
