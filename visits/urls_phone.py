"""Addresses of the technician's app, below /app/; its service worker may speak for nothing above."""

from django.urls import path

from visits.phone import views

urlpatterns = [
    path("", views.phone_app, name="phone_app"),
    path("scan/", views.phone_scan, name="phone_scan"),
    path("sw.js", views.phone_worker, name="phone_worker"),
    path("manifest.webmanifest", views.phone_manifest, name="phone_manifest"),
]
