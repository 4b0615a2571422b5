"""What customers answer in the demonstration's callbacks, and what follows: quality calls, mismatches."""

from datetime import datetime, timedelta

from servicedesk.clock import LOCAL
from servicedesk.people.models import Role, User
from servicedesk.project.demo.city import chance
from servicedesk.tickets.models import Ticket
from visits.aftercare.cards import card_of
from visits.aftercare.script import VERSION
from visits.aftercare.services import decide_mismatch
from visits.aftercare.services.quality import draw_quality_calls
from visits.models import Callback, Mismatch

# Most callers note only the score; of the answers they note, few contradict the record.
ANSWERED, CONTRADICTED = 0.3, 0.03
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
EXPLANATION = "与用户再次核对：当天另外购买了延保，不属于维修收费。"


def answers_of(callback: Callback, caller: User, now: datetime, seed: str) -> dict[str, str]:
    """The answers of a call; most callers note none. The same seed gives the same ones."""
    rng = chance(f"{seed}/answers")
    if rng.random() > ANSWERED:
        return {}
    answers: dict[str, str] = {}
    for question in card_of(callback, caller, now).script:
        agreeing = [option for option in question.options if option not in question.contradicting]
        against = sorted(question.contradicting)
        chosen = rng.choice(against) if against and rng.random() < CONTRADICTED else agreeing[0]
        if chosen not in {"unknown", "no"} or chosen in against:
            answers[question.code] = chosen
    return {**answers, "version": VERSION} if answers else {}


def add_quality(last: int, as_of: datetime) -> None:
    """The morning's draw among tickets closed before, and two decisions about mismatches of tickets after `last`."""
    morning = as_of.astimezone(LOCAL).replace(hour=8, minute=0, second=0, microsecond=0)
    if Ticket.objects.filter(pk__gt=last).exists():
        draw_quality_calls(min(morning, as_of - HOUR))
    manager = User.objects.filter(role=Role.MANAGER, is_active=True).order_by("employee_no").first()
    found = Mismatch.objects.filter(ticket__pk__gt=last, state=Mismatch.State.OPEN).order_by("found_at", "id")
    for mismatch, state, reason in zip(
        found[:2], (Mismatch.State.CONFIRMED, Mismatch.State.EXPLAINED), ("", EXPLANATION), strict=False
    ):
        when = max(mismatch.found_at + MINUTE, as_of - HOUR)
        decide_mismatch(mismatch.pk, state, actor=manager, now=when, reason=reason)
