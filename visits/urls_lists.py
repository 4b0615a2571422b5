"""Addresses of the checklists, below /checklists/."""

from django.urls import path

from visits.lists import views

ITEM = "versions/<int:version_id>/items/<int:item_id>/"

urlpatterns = [
    path("", views.checklist_templates, name="checklist_templates"),
    path("new/", views.checklist_new, name="checklist_new"),
    path("<int:template_id>/", views.checklist_template, name="checklist_template"),
    path("<int:template_id>/draft/", views.checklist_draft, name="checklist_draft"),
    path("<int:template_id>/retire/", views.checklist_retire, name="checklist_retire"),
    path("<int:template_id>/restore/", views.checklist_restore, name="checklist_restore"),
    path("versions/<int:version_id>/", views.checklist_version, name="checklist_version"),
    path("versions/<int:version_id>/preview/", views.checklist_preview, name="checklist_preview"),
    path("versions/<int:version_id>/publish/", views.checklist_publish, name="checklist_publish"),
    path("versions/<int:version_id>/discard/", views.checklist_discard, name="checklist_discard"),
    path("versions/<int:version_id>/items/new/", views.checklist_item_new, name="checklist_item_new"),
    path(ITEM, views.checklist_item, name="checklist_item"),
    path(f"{ITEM}move/", views.checklist_item_move, name="checklist_item_move"),
    path(f"{ITEM}remove/", views.checklist_item_remove, name="checklist_item_remove"),
]
