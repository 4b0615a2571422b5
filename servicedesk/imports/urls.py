"""Addresses of imports, below /imports/."""

from django.urls import path, re_path

from servicedesk.imports import views

urlpatterns = [
    path("", views.import_list, name="import_list"),
    path("new/<slug:kind_key>/", views.import_new, name="import_new"),
    re_path(
        r"^templates/(?P<kind_key>[a-z_]+)\.(?P<extension>csv|xlsx)$", views.import_template, name="import_template"
    ),
    path("<int:import_id>/", views.import_detail, name="import_detail"),
    path("<int:import_id>/refused.csv", views.import_refused, name="import_refused"),
    path("<int:import_id>/confirm/", views.import_confirm, name="import_confirm"),
    path("<int:import_id>/discard/", views.import_discard, name="import_discard"),
    path("<int:import_id>/undo/", views.import_undo, name="import_undo"),
]
