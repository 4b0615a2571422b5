"""The start stops with one list of all that is wrong with the figures of the rules."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, register

from warranty.rules.parameters import ParameterError, load_edition


def register_checks() -> None:
    """Called once, when the app is ready."""
    register(figures_can_be_used, "warranty")


def figures_can_be_used(app_configs: Sequence[Any] | None = None, **_options: Any) -> list[CheckMessage]:
    """An error `warranty.E001` for each mistake in `warranty/parameters`."""
    try:
        load_edition()
    except ParameterError as error:
        return [Error(problem, id="warranty.E001") for problem in error.problems]
    return []
