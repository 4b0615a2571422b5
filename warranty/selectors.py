"""Reading the guarantee: a live verdict from what is on record now, verdicts as they were given, the repair log."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache

from django.db.models import QuerySet

from servicedesk.catalogue.models import Appliance
from servicedesk.tickets.models import Ticket
from servicedesk.worktime.models import CalendarDay
from servicedesk.worktime.selectors import calendar_book
from warranty.facts_builder import Known, Question, first_unit, known_facts
from warranty.models import Decision, PartsWait, RepairRecord
from warranty.places import local_scopes
from warranty.rules.counting import RestDays
from warranty.rules.decide import decide, judge
from warranty.rules.edition import Edition
from warranty.rules.facts import Facts
from warranty.rules.outcome import Decision as Verdict
from warranty.rules.parameters import load_edition
from warranty.rules.storage import as_json


@dataclass(frozen=True)
class Reading:
    """A verdict as of now with the facts it rests on; `missing` names all that has to be asked for."""

    appliance: Appliance
    ticket: Ticket | None
    question: Question
    facts: Facts
    verdict: Verdict
    missing: tuple[str, ...]

    @property
    def mark(self) -> str:
        """A fingerprint of what was shown, so that nobody records another verdict than the one that was read."""
        return fingerprint(self.verdict)


@cache
def the_edition() -> Edition:
    """The figures in force in this process. Raises ParameterError where the files cannot be used."""
    return load_edition()


def rest_days() -> RestDays:
    """The State Council calendar from the rows of the work calendar."""
    return rest_days_of({day: fact.kind for day, fact in calendar_book().days.items()})


def rest_days_of(kinds: Mapping[date, str]) -> RestDays:
    """The State Council calendar from holidays and make-up days, with a version made of what they say."""
    days = sorted(kinds.items())
    years = frozenset(day.year for day in kinds)
    words = ";".join(f"{day}{kind}" for day, kind in days)
    span = f"{min(years)}-{max(years)}" if years else "none"
    return RestDays(
        holidays=frozenset(day for day, kind in days if kind == CalendarDay.Kind.HOLIDAY),
        makeup=frozenset(day for day, kind in days if kind == CalendarDay.Kind.MAKEUP),
        loaded_years=years,
        version=f"{span}+{hashlib.sha256(words.encode()).hexdigest()[:8]}",
    )


def reading_of(
    appliance: Appliance, question: Question | None = None, *, ticket: Ticket | None = None, now: datetime
) -> Reading:
    """The verdict on `appliance` as of `now`, computed from what is on record; nothing is stored."""
    question = question or Question()
    known, calendar = known_facts(appliance, question, ticket=ticket, now=now), rest_days()
    verdict = decide(known.facts, the_edition(), calendar, known.as_of)
    asked = tuple(name for name in known.missing if name != "province" or _local_law_matters(known, verdict, calendar))
    told = {"production_month"} if first_unit(appliance).produced_month else set()
    missing = tuple(name for name in dict.fromkeys((*asked, *verdict.missing)) if name not in told)
    return Reading(appliance, ticket, question, known.facts, verdict, missing)


def _local_law_matters(known: Known, verdict: Verdict, calendar: RestDays) -> bool:
    """Whether the answer would be another one in some province that has a law of its own."""
    answers = (
        judge(replace(known.facts, jurisdiction=scope), the_edition(), calendar, known.as_of)
        for scope in local_scopes()
    )
    return any(other.codes != verdict.codes for other in answers)


def fingerprint(verdict: Verdict) -> str:
    """A short fingerprint of a verdict; the same verdict always has the same."""
    return hashlib.sha256(json.dumps(as_json(verdict), sort_keys=True).encode()).hexdigest()[:16]


def latest_decision(appliance: Appliance) -> Decision | None:
    """The verdict given last for the appliance, or None."""
    return Decision.objects.filter(appliance=appliance).order_by("-id").first()


def latest_of_ticket(ticket: Ticket) -> Decision | None:
    """The verdict recorded last on the ticket for its present appliance, or None."""
    return (
        Decision.objects.filter(ticket=ticket, appliance=ticket.appliance_id)
        .select_related("decided_by")
        .order_by("-id")
        .first()
    )


def decisions_of(appliance: Appliance, limit: int = 20) -> list[Decision]:
    """The verdicts given for the appliance, newest first."""
    rows = Decision.objects.filter(appliance=appliance).select_related("ticket", "decided_by")
    return list(rows.order_by("-id")[:limit])


def is_same(decision: Decision, reading: Reading) -> bool:
    """Whether a stored verdict is the reading: the same facts, the same answer, the same day."""
    return bool(decision.facts == as_json(reading.facts) and decision.outcome == as_json(reading.verdict))


def codes_of(decision: Decision) -> tuple[str, ...]:
    """The entitlements a stored verdict opened, in its order."""
    return tuple(item["code"] for item in decision.outcome["entitlements"])


def repairs_of(appliance: Appliance) -> list[RepairRecord]:
    """The repair log of the appliance, in the order of hand-over, with the proofs of each line; struck lines too."""
    rows = RepairRecord.objects.filter(appliance=appliance).select_related("ticket", "strike")
    return list(rows.prefetch_related("proofs"))


def waits_of(appliance: Appliance) -> QuerySet[PartsWait]:
    """Every wait of the appliance, oldest first; struck ones too."""
    return PartsWait.objects.of(appliance).select_related("ticket", "strike")
