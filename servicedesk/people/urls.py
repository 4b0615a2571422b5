"""Signing in and out, and a person's own settings."""

from django.contrib.auth import views as auth_views
from django.urls import path
from django.views.i18n import set_language

from servicedesk.people import views

urlpatterns = [
    path("login/", views.sign_in, name="login"),
    path("logout/", auth_views.LogoutView.as_view(), name="logout"),
    path("language/", views.choose_language(set_language), name="set_language"),
]
