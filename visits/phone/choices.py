"""The choices of the app's forms in the language of the page: the same lists the forms of the server offer."""

from typing import Any

from visits.appointments import RETURNING, hours_choices
from visits.forms import SignForm
from visits.models import VisitState
from visits.services.ending import CHOOSABLE_REASONS
from visits.services.outcomes import MENDED, OF_VISITS


def form_choices() -> dict[str, list[tuple[str, Any]]]:
    """Code and words of every choice, by the name of the list."""
    return {
        "outcome": [(one.value, one.label) for one in OF_VISITS],
        "abort": [(one.value, one.label) for one in CHOOSABLE_REASONS],
        "opinion": list(SignForm.OPINIONS),
        "hours": hours_choices(),
        "state": [(one.value, one.label) for one in VisitState],
    }


def outcome_kinds() -> dict[str, list[str]]:
    """The outcomes after which the app asks for more or promises something, as the house has them; codes by kind."""
    return {"mended": sorted(MENDED), "returning": sorted(RETURNING)}
