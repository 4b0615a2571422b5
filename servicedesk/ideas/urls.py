"""Addresses of improvement ideas."""

from django.urls import URLPattern, path

from servicedesk.ideas import views


def step(route: str, name: str) -> URLPattern:
    """The address of a step of an idea."""
    return path(f"ideas/<int:idea_id>/{route}/", views.idea_step, {"step": name}, name=f"idea_{name}")


urlpatterns = [
    path("ideas/", views.idea_list, name="idea_list"),
    path("ideas/<int:idea_id>/", views.idea_detail, name="idea_detail"),
    step("route", "route"),
    step("accept", "accept"),
    step("decline", "decline"),
    step("ship", "ship"),
    step("link", "link"),
    step("answer", "answer"),
    step("answer-customer", "answer_customer"),
    path("tickets/<str:number>/idea/", views.idea_propose, name="idea_propose"),
]
