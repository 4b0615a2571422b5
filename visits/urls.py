"""Addresses of the technician's pages, below /my/."""

from django.urls import path

from visits.sheets import views as sheets
from visits.views import checklist, detail, ending, proofs, today

urlpatterns = [
    path("", today.visit_today, name="visit_today"),
    path("offers/<int:assignment_id>/accept/", today.offer_accept, name="offer_accept"),
    path("offers/<int:assignment_id>/refuse/", today.offer_refuse, name="offer_refuse"),
    path("visits/<int:visit_id>/", detail.visit_detail, name="visit_detail"),
    path("visits/<int:visit_id>/steps/<slug:step>/", detail.visit_step, name="visit_step"),
    path("visits/<int:visit_id>/contact/", detail.visit_contact, name="visit_contact"),
    path("visits/<int:visit_id>/behalf/", detail.visit_on_behalf, name="visit_on_behalf"),
    path("visits/<int:visit_id>/checklist/", checklist.visit_checklist, name="visit_checklist"),
    path("visits/<int:visit_id>/checklist/<int:item_id>/", checklist.visit_answer, name="visit_answer"),
    path("visits/<int:visit_id>/inspection/", checklist.visit_inspection, name="visit_inspection"),
    path("visits/<int:visit_id>/photos/", proofs.visit_photos, name="visit_photos"),
    path("visits/<int:visit_id>/charges/", proofs.visit_charges, name="visit_charges"),
    path("visits/<int:visit_id>/charges/<int:charge_id>/remove/", proofs.charge_remove, name="charge_remove"),
    path("visits/<int:visit_id>/sign/", proofs.visit_sign, name="visit_sign"),
    path("visits/<int:visit_id>/signature.png", proofs.signature_file, name="signature_file"),
    path("visits/<int:visit_id>/outcome/", ending.visit_outcome, name="visit_outcome"),
    path("visits/<int:visit_id>/complete/", ending.visit_complete, name="visit_complete"),
    path("visits/<int:visit_id>/abort/", ending.visit_abort, name="visit_abort"),
    path("visits/<int:visit_id>/sheets/", sheets.visit_sheet, name="visit_sheet"),
    path("visits/<int:visit_id>/sheets/correct/", sheets.visit_sheet_correct, name="visit_sheet_correct"),
    path("visits/<int:visit_id>/sheets/<int:version>/", sheets.visit_sheet_version, name="visit_sheet_version"),
    path("visits/<int:visit_id>/sheets/<int:version>/pdf/", sheets.visit_sheet_pdf, name="visit_sheet_pdf"),
    path("photos/<uuid:token>/", proofs.photo_file, name="photo_file"),
    path("tickets/<str:number>/visits/", detail.visit_panel, name="visit_panel"),
]
