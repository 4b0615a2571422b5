"""Filters for the story of a ticket."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from servicedesk.tickets.wording import Look, look_of_line, sentence

register = template.Library()


@register.filter
def story_line(event: Any) -> str:
    """The sentence of a line of the story, in the language being spoken."""
    return sentence(event)


@register.filter
def story_actor(event: Any) -> str:
    """Who did it, unless the sentence of the line names him already."""
    name = str(event.actor.name) if event.actor is not None else _("System")
    return "" if name in sentence(event) else name


@register.filter
def story_look(event: Any) -> Look:
    """Icon and tone of a line of the story."""
    return look_of_line(event.action)
