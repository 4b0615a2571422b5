"""Pages of delight stories: what is published, what waits for a manager, one story with its next step."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from servicedesk import clock
from servicedesk.access import roles_allowed, staff_of
from servicedesk.people.models import Role, User
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.transitions import fits
from visits.models import DelightStory
from visits.stories.access import State, stories_for, story_or_404
from visits.stories.services import approve_story, publish_story

PAGE = 20
VIEWS = {
    "published": (State.PUBLISHED,),
    "waiting": (State.DRAFT, State.APPROVED),
}


@require_GET
def story_list(request: HttpRequest) -> HttpResponse:
    """The published stories, newest first; for managers and authors also those that wait."""
    user = staff_of(request)
    view = request.GET.get("view", "")
    view = view if view in VIEWS else "published"
    stories = stories_for(user).filter(state__in=VIEWS[view]).order_by("-published_at", "-proposed_at", "-id")
    page = Paginator(stories, PAGE).get_page(request.GET.get("page"))
    context = {"view": view, "page": page, "stories": page.object_list, "tabs": _tabs(user, view), "now": clock.now()}
    return render(request, "stories/story_list.html", context)


def _tabs(user: User, view: str) -> list[dict[str, Any]]:
    labels = {"published": _("Published stories"), "waiting": _("Waiting for approval")}
    counts = {name: stories_for(user).filter(state__in=states).count() for name, states in VIEWS.items()}
    if user.role != Role.MANAGER and not counts["waiting"] and view != "waiting":
        labels.pop("waiting")
    return [
        {"url": f"?view={name}", "label": label, "count": counts[name], "active": name == view}
        for name, label in labels.items()
    ]


@require_GET
def story_detail(request: HttpRequest, story_id: int) -> HttpResponse:
    """One story; a manager's next step below it. The ticket is named only to those who may see it."""
    user = staff_of(request)
    story = story_or_404(user, story_id)
    knows_ticket = Ticket.objects.visible_to(user).filter(pk=story.ticket_id).exists()
    context = {
        "story": story,
        "now": clock.now(),
        "knows_ticket": knows_ticket,
        "may_approve": fits("approve_story", user, story.state) and story.author_id != user.pk,
        "own": fits("approve_story", user, story.state) and story.author_id == user.pk,
        "may_publish": fits("publish_story", user, story.state),
    }
    return render(request, "stories/story_detail.html", context)


@require_POST
@roles_allowed(Role.MANAGER)
def story_approve(request: HttpRequest, story_id: int) -> HttpResponse:
    """Approves the story and shows it again."""
    user = staff_of(request)
    story = story_or_404(user, story_id)
    approve_story(story.pk, actor=user, now=clock.now())
    messages.success(request, _("The story is approved."))
    return _back_to(story)


@require_POST
@roles_allowed(Role.MANAGER)
def story_publish(request: HttpRequest, story_id: int) -> HttpResponse:
    """Publishes the story and shows it again."""
    user = staff_of(request)
    story = story_or_404(user, story_id)
    publish_story(story.pk, actor=user, now=clock.now())
    messages.success(request, _("The story is published for all staff."))
    return _back_to(story)


def _back_to(story: DelightStory) -> HttpResponse:
    return HttpResponse(status=303, headers={"Location": reverse("story_detail", args=[story.pk])})
