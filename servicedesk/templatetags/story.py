"""Filters for the story of a ticket."""

from typing import Any

from django import template

from servicedesk.tickets.wording import Look, look_of_line, sentence

register = template.Library()


@register.filter
def story_line(event: Any) -> str:
    """The sentence of a line of the story, in the language being spoken."""
    return sentence(event)


@register.filter
def story_look(event: Any) -> Look:
    """Icon and tone of a line of the story."""
    return look_of_line(event.action)
