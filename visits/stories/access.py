"""The only way from an id to a delight story."""

from django.db.models import Q, QuerySet
from django.http import Http404

from servicedesk.people.models import Role, User
from visits.models import DelightStory

State = DelightStory.State


def stories_for(user: User) -> QuerySet[DelightStory]:
    """The stories `user` may know of: the published ones for everybody, all for managers, his own for their author."""
    stories = DelightStory.objects.select_related("author", "approved_by", "ticket__outlet", "ticket__category")
    if user.role == Role.MANAGER:
        return stories
    return stories.filter(Q(state=State.PUBLISHED) | Q(author=user))


def story_or_404(user: User, story_id: int) -> DelightStory:
    """The story, if `user` may know of it. Raises Http404."""
    story = stories_for(user).filter(pk=story_id).first()
    if story is None:
        raise Http404
    return story
