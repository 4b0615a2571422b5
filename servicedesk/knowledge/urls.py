"""Addresses of the experience library."""

from django.urls import path

from servicedesk.knowledge import views

urlpatterns = [
    path("knowledge/", views.article_list, name="article_list"),
    path("knowledge/<int:article_id>/", views.article_detail, name="article_detail"),
    path("knowledge/<int:article_id>/edit/", views.article_edit, name="article_edit"),
    path("knowledge/<int:article_id>/publish/", views.article_publish, name="article_publish"),
    path("knowledge/<int:article_id>/withdraw/", views.article_withdraw, name="article_withdraw"),
    path("tickets/<str:number>/article/", views.article_propose, name="article_propose"),
    path("tickets/<str:number>/known/", views.knowledge_panel, name="knowledge_panel"),
]
