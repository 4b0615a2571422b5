"""Words for the codes a visit stores."""

from django import template
from django.utils.functional import Promise

from visits.inspection import CHECKS

register = template.Library()


@register.filter
def check_label(code: str) -> str | Promise:
    """The sentence of a check of the inspection; an old code without one is shown as it is."""
    check = CHECKS.get(code)
    return check.label if check is not None else code
