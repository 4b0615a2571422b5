"""The choices of the app's forms in the language of the page: the same lists the forms of the server offer."""

from typing import Any

from visits.appointments import hours_choices
from visits.forms import SignForm
from visits.models import VisitState
from visits.services.ending import CHOOSABLE_REASONS
from visits.services.outcomes import OF_VISITS


def form_choices() -> dict[str, list[tuple[str, Any]]]:
    """Code and words of every choice, by the name of the list."""
    return {
        "outcome": [(one.value, one.label) for one in OF_VISITS],
        "abort": [(one.value, one.label) for one in CHOOSABLE_REASONS],
        "opinion": list(SignForm.OPINIONS),
        "hours": hours_choices(),
        "state": [(one.value, one.label) for one in VisitState],
    }
