"""Sentences for what is wrong with a checklist, and for what an item hangs on."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.people.wording import in_language
from visits.completion import Condition
from visits.measures import Option, option_named
from visits.models import Answer

LABELS: Mapping[str, str | Promise] = {value.value: value.label for value in Answer.Value}
SENTENCES: Mapping[str, str | Promise] = {
    "nothing_applies": gettext_lazy("No item applies. Add one."),
    "code_twice": gettext_lazy("Another item has this code."),
    "text_missing": gettext_lazy("Write the text in both languages."),
    "limits_out_of_order": gettext_lazy("This limit lies below the one before it."),
    "options_too_few": gettext_lazy("A choice needs two answers at least."),
    "options_twice": gettext_lazy("Give each answer a code of its own, and none of done or not_done."),
    "option_text_missing": gettext_lazy("Write each answer in both languages."),
    "options_all_fail": gettext_lazy("One of the answers must keep the norm."),
    "condition_not_above": gettext_lazy("It can only hang on an item further up."),
    "condition_answer_unknown": gettext_lazy("This answer cannot be given to that item."),
}


def sentence_of(what: str) -> str | Promise:
    """What is wrong, in words."""
    return SENTENCES[what]


def condition_words(when: Condition | None, options: list[Option]) -> str:
    """ "when W3 is answered: Not reliable"; empty without a condition. `options` are those of the item it hangs on."""
    if when is None:
        return ""
    words = []
    for answer in sorted(when.answers):
        option = option_named(options, answer)
        # In a draft with a fault the answer may be one that item does not know: its code is what can be said of it.
        words.append(in_language(option.zh, option.en) if option else str(LABELS.get(answer, answer)))
    return _("when %(code)s is answered: %(answers)s") % {"code": when.item, "answers": " / ".join(words)}
