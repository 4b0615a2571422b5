"""Sentences for the lines of the story about promise windows."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dispatch.wording import span_words


def _spanned(sentence: str) -> Callable[[Any], str]:
    def words(event: Any) -> str:
        return _(sentence) % {"span": span_words(event.data["start"], event.data["end"])}

    return words


STORY = {
    "sell_window": _spanned(gettext_noop("Promised to the customer: %(span)s")),
    "change_window": _spanned(gettext_noop("The customer changed the time to %(span)s")),
}
