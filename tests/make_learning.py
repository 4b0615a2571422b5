"""Plain makers of ideas and articles, by the real actions."""

from datetime import datetime, timedelta
from typing import Any

from servicedesk.ideas.models import ImprovementIdea
from servicedesk.ideas.services import Finding, propose_idea
from servicedesk.knowledge.models import Article
from servicedesk.knowledge.services import Words, propose_article
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.services import close_ticket
from tests.make import NOW
from tests.make_visits import make_ready, make_visit
from visits.aftercare.services import CustomerAnswer, record_attempt
from visits.models import Callback
from visits.services import complete_visit

WORDS = Words("脱水移位", "三角支架螺栓松动", "紧固三角支架和配重块螺栓")
HOUR = timedelta(hours=1)


def make_idea(ticket: Ticket, actor: User | None = None, *, now: datetime = NOW, **words: Any) -> ImprovementIdea:
    said = {"title": "进水时间随水压调整", "finding": "晚间水压低", "proposal": "延长进水时间", **words}
    return propose_idea(ticket.pk, Finding(**said), actor=actor, now=now)


def make_cured(**overrides: Any) -> Ticket:
    """A repair that was fixed at the first visit; the customer is content and the ticket closed."""
    now: datetime = overrides.get("now", NOW)
    visit = make_visit(upto="working", **overrides)
    make_ready(visit, now=now + HOUR)
    complete_visit(visit.pk, actor=visit.technician.user, now=now + 2 * HOUR)
    callback = Callback.objects.get(ticket=visit.ticket)
    answer = CustomerAnswer("satisfied", 5)
    record_attempt(callback.pk, "reached", actor=None, now=now + 3 * HOUR, answer=answer)
    return close_ticket(visit.ticket_id, actor=None, now=now + 4 * HOUR)


def make_article(ticket: Ticket, actor: User | None = None, *, now: datetime = NOW + 5 * HOUR) -> Article:
    return propose_article(ticket.pk, WORDS, actor=actor, now=now)
