"""What the guarantee registers with the shared model: transitions, panels, guards, forms, sentences, notices."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk import ports
from servicedesk.desk.views.actions import ACTIONS
from servicedesk.notify import wording as notices
from servicedesk.tickets import transitions
from warranty.maker_promises.transitions import PROMISE_ROWS
from warranty.receivers import on_pause, on_story
from warranty.remedies import wording as remedy_words
from warranty.remedies.approvals import load_limits
from warranty.remedies.guards import on_ticket_cancelled, remedy_open
from warranty.remedies.pages import PAGES
from warranty.remedies.transitions import REMEDY_ROWS
from warranty.transitions import ROWS
from warranty.wording import headline_of, money_words
from warranty.wording.claims import DUES, TOPICS
from warranty.wording.rights import NOTICES, STORY

PANEL = ports.Panel("guarantee", "warranty_panel", gettext_lazy("Guarantee"), position=10)

REMEDY = ports.Panel("remedy", "remedy_panel", gettext_lazy("Exchange and refund"), position=12)


def register() -> None:
    """Called once, when the app is ready."""
    transitions.register([*ROWS, *REMEDY_ROWS, *PROMISE_ROWS])
    ports.ticket_panels.extend([PANEL, REMEDY])
    ports.close_guards.append(remedy_open)
    ports.ticket_cancelled.connect(on_ticket_cancelled, dispatch_uid="warranty.cancelled")
    ports.defaults.append(load_limits)
    ports.story_words.update(remedy_words.STORY)
    notices.register(remedy_words.NOTICES)
    ACTIONS.update(PAGES)
    ports.story_words["record_verdict"] = verdict_recorded
    ports.story_words["record_compensation_answer"] = answer_recorded
    ports.story_words.update(STORY)
    ports.pause_listeners.append(on_pause)
    ports.story_listeners.append(on_story)
    notices.register(NOTICES)


def verdict_recorded(event: Any) -> str:
    """The line of the story: the answer in the words of the card."""
    answer = headline_of(event.data["codes"], event.data["headline"])
    return _("Guarantee verdict: %(answer)s") % {"answer": answer}


def answer_recorded(event: Any) -> str:
    """The line of the story: what the guide was asked, and what is due."""
    dues = " · ".join(str(DUES[code]) for code in event.data["codes"])
    amount = event.data["amount"]
    if amount:
        dues += f" ({money_words(Decimal(amount))})"
    told = {"topic": TOPICS[event.data["topic"]], "dues": dues or _("ways of a dispute")}
    return _("Compensation guide: %(topic)s – %(dues)s") % told
