"""Addresses of the guarantee."""

from django.urls import path

from warranty import proof_views, rulebook_views, views

urlpatterns = [
    path("rules/", rulebook_views.warranty_rules, name="warranty_rules"),
    path("tickets/<str:number>/", views.warranty_panel, name="warranty_panel"),
    path("appliances/<int:appliance_id>/", views.warranty_appliance, name="warranty_appliance"),
    path("appliances/<int:appliance_id>/card/", views.warranty_appliance_card, name="warranty_appliance_card"),
    path("appliances/<int:appliance_id>/record/", views.verdict_record, name="verdict_record"),
    path("decisions/<int:decision_id>/", views.warranty_decision, name="warranty_decision"),
    path("proofs/<uuid:token>/", proof_views.proof_file, name="proof_file"),
]
