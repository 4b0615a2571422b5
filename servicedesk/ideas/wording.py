"""The words of ideas: lines of a ticket's story, steps of the idea itself, and notices."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext_lazy

from servicedesk.ideas.models import Department, ImprovementIdea
from servicedesk.notify.models import Notification
from servicedesk.notify.wording import NoticeKind, page_of

STEPS = {
    "propose_idea": gettext_noop("Improvement proposed: %(idea)s"),
    "link_idea": gettext_noop("Added to the improvement idea: %(idea)s"),
    "route_idea": gettext_noop("Improvement idea routed to %(department)s: %(idea)s"),
    "accept_idea": gettext_noop("Improvement idea accepted: %(idea)s"),
    "decline_idea": gettext_noop("Improvement idea declined: %(idea)s"),
    "ship_idea": gettext_noop("Improvement shipped: %(idea)s"),
    "answer_idea": gettext_noop("Customer told what came of the improvement idea: %(idea)s"),
}


def department_word(department: str) -> str:
    """The department in words; empty for none."""
    return str(dict(Department.choices).get(department, department))


def _title(event: Any) -> str:
    """The title of the idea a line names; all ideas of the ticket are read once however many lines ask."""
    titles: dict[int, str] | None = getattr(event.ticket, "idea_titles", None)
    if titles is None:
        rows = ImprovementIdea.objects.filter(tickets=event.ticket).values_list("pk", "title")
        titles = event.ticket.idea_titles = dict(rows)
    return titles.get(event.data.get("idea", 0), "")


def _line(sentence: str) -> Callable[[Any], str]:
    def words(event: Any) -> str:
        department = department_word(event.data.get("department", ""))
        return _(sentence) % {"idea": _title(event), "department": department}

    return words


STORY = {action: _line(sentence) for action, sentence in STEPS.items()}


def _notice(sentence: str) -> Callable[[Notification], str]:
    def words(notice: Notification) -> str:
        title = ImprovementIdea.objects.filter(pk=notice.values.get("idea", 0)).values_list("title", flat=True).first()
        return _(sentence) % {"idea": title or ""}

    return words


_TOLD = {
    "idea_proposed": (gettext_noop("An improvement was proposed: %(idea)s. Route it."), "bulb", "info"),
    "idea_accepted": (gettext_noop("Your improvement idea was accepted: %(idea)s."), "bulb", "ok"),
    "idea_declined": (gettext_noop("Your improvement idea was declined: %(idea)s."), "bulb", "warn"),
    "idea_shipped": (gettext_noop("Your improvement idea has gone into the product: %(idea)s."), "rocket", "ok"),
    "idea_answered": (gettext_noop("There is an answer to your improvement idea: %(idea)s."), "message-check", "ok"),
}
NOTICES = {
    kind: NoticeKind(_notice(words), icon, tone, page_of("idea_detail", "idea"))
    for kind, (words, icon, tone) in _TOLD.items()
}
STEP_LABELS = {
    "propose_idea": pgettext_lazy("idea step", "Proposed"),
    "link_idea": pgettext_lazy("idea step", "Ticket added"),
    "route_idea": pgettext_lazy("idea step", "Routed"),
    "accept_idea": pgettext_lazy("idea step", "Accepted"),
    "decline_idea": pgettext_lazy("idea step", "Declined"),
    "ship_idea": pgettext_lazy("idea step", "Shipped"),
    "answer_idea": pgettext_lazy("idea step", "Answer given"),
}
