"""Words for the codes a visit stores."""

from typing import Any

from django import template
from django.utils.functional import Promise

from visits.aftercare.reasons import reason_words
from visits.entries.wording import ACTION_WORDS
from visits.inspection import CHECKS

register = template.Library()


@register.filter
def why_called(reasons: list[dict[str, Any]]) -> list[str]:
    """Why a customer is called, each reason in words."""
    return reason_words(reasons)


@register.filter
def check_label(code: str) -> str | Promise:
    """The sentence of a check of the inspection; an old code without one is shown as it is."""
    check = CHECKS.get(code)
    return check.label if check is not None else code


@register.filter
def step_words(step: str) -> str | Promise:
    """A step of a visit in a word; an old code without one is shown as it is."""
    return ACTION_WORDS.get(step, step)
