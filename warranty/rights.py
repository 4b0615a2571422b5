"""Rights on their way, kept right: from the facts of now to the day on which an open job gives more than a repair.

The days and limits are read from the engine's own steps (R458 art. 12; local law for many days in repair), so that
the watch and the verdict can never tell two stories.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from servicedesk.catalogue.models import Appliance
from servicedesk.tickets.models import Ticket, TicketKind, TicketState
from warranty.facts_builder import Known, Question, known_facts
from warranty.models import RightWatch
from warranty.rules.decide import evaluate
from warranty.rules.facts import Facts, RepairKind
from warranty.selectors import rest_days, the_edition

Kind, Stage = RightWatch.Kind, RightWatch.Stage
# People are warned when so much of the limit has passed, and once more so many days before the right arises.
WARN_PERCENT = 75
WARN_AGAIN_DAYS = 7
IN_HAND = (TicketState.OPEN, TicketState.SCHEDULED, TicketState.IN_SERVICE)


@dataclass(frozen=True)
class Coming:
    """A right on its way: since when its days count, how many it takes, and the first day it is there."""

    kind: str
    since: date
    limit_days: int
    arises_on: date


def coming_rights(facts: Facts, as_of: date) -> tuple[Coming, ...]:
    """The rights that arise, or have arisen, by the mere passing of days; empty where no guarantee job is open."""
    return tuple(_coming(facts, as_of)) if _guarantee_job_is_open(facts) else ()


def _coming(facts: Facts, as_of: date) -> Iterator[Coming]:
    for note in evaluate(facts, the_edition(), rest_days(), as_of).lines:
        values = dict(note.values)
        if note.key == "open_job" and isinstance(since := values["since"], date):
            limit = int(str(values["limit"]))
            yield Coming(str(values["cause"]), since, limit, since + timedelta(days=limit + 1))
        elif note.key == "long_repair":
            days, limit = int(str(values["days"])), int(str(values["limit"]))
            yield Coming(
                Kind.LONG_REPAIR, as_of - timedelta(days=days), limit, as_of + timedelta(days=limit - days + 1)
            )


def _guarantee_job_is_open(facts: Facts) -> bool:
    repairs = any(each.returned_on is None and each.kind is RepairKind.WARRANTY for each in facts.repairs)
    return repairs or any(wait.last is None for wait in facts.parts_waits + facts.repairer_delays)


def job_of(appliance: Appliance) -> Ticket | None:
    """The ticket under which the appliance is being repaired now; None without one."""
    tickets = Ticket.objects.filter(appliance=appliance, kind=TicketKind.REPAIR, state__in=IN_HAND)
    return tickets.select_related("owner", "outlet", "fault", "address").order_by("-pk").first()


def keep_rights(appliance_id: int, *, now: datetime) -> list[RightWatch]:
    """The living watches of the appliance after they were brought in line with the record.

    Called by every action that opens or ends a job or a wait, inside its transaction.
    """
    appliance = Appliance.objects.select_related("category", "customer", "address", "replaces").get(pk=appliance_id)
    with transaction.atomic(savepoint=False):
        job = job_of(appliance)
        known = known_facts(appliance, Question(), ticket=job, now=now)
        coming = {each.kind: each for each in coming_rights(known.facts, known.as_of)}
        rows = RightWatch.objects.filter(appliance=appliance, ended_at=None).order_by("id")
        kept = {watch.kind: watch for watch in rows.select_for_update(no_key=True, of=("self",))}
        for watch in kept.values():
            compare(watch, coming.get(watch.kind), job, now=now, today=known.as_of)
        fresh = [_new(appliance, job, each, known) for kind, each in coming.items() if kind not in kept]
        RightWatch.objects.bulk_create(fresh, ignore_conflicts=True)
    return list(RightWatch.objects.filter(appliance=appliance, ended_at=None))


def compare(watch: RightWatch, coming: Coming | None, job: Ticket | None, *, now: datetime, today: date) -> bool:
    """Whether the watch goes on: ended where nothing comes any more, moved where its day has moved."""
    watch.looked_on = today
    watch.row_version += 1
    if coming is None:
        watch.ended_at, watch.next_stage, watch.next_on = now, "", None
    else:
        if watch.arises_on != coming.arises_on:
            watch.next_stage, watch.next_on = next_of(coming, today)
            watch.arose_at = None
        watch.since, watch.limit_days, watch.arises_on = coming.since, coming.limit_days, coming.arises_on
        watch.ticket = job
    watch.save()
    return coming is not None


def _new(appliance: Appliance, job: Ticket | None, coming: Coming, known: Known) -> RightWatch:
    stage, on = next_of(coming, known.as_of)
    return RightWatch(
        appliance=appliance,
        ticket=job,
        kind=coming.kind,
        since=coming.since,
        limit_days=coming.limit_days,
        arises_on=coming.arises_on,
        next_stage=stage,
        next_on=on,
        looked_on=known.as_of,
    )


def stages_of(limit_days: int, arises_on: date) -> tuple[tuple[str, date], ...]:
    """What people are told and on which days, in order; a second warning that would come first is left out."""
    begun = arises_on - timedelta(days=limit_days + 1)
    warn_on = begun + timedelta(days=-(-limit_days * WARN_PERCENT // 100))
    again_on = arises_on - timedelta(days=WARN_AGAIN_DAYS)
    again = ((Stage.WARN_AGAIN.value, again_on),) if again_on > warn_on else ()
    return ((Stage.WARN.value, warn_on), *again, (Stage.ARISE.value, arises_on))


def next_of(coming: Coming, today: date) -> tuple[str, date]:
    """The stage to tell next: the last one whose day has come, else the first; of what was missed only the last."""
    stages = stages_of(coming.limit_days, coming.arises_on)
    come = [stage for stage in stages if stage[1] <= today]
    return come[-1] if come else stages[0]


def after(watch: RightWatch, stage: str) -> tuple[str, date | None]:
    """The stage that follows `stage`, empty after the last."""
    stages = stages_of(watch.limit_days, watch.arises_on)
    place = next((number for number, (name, _day) in enumerate(stages) if name == stage), len(stages) - 1)
    return stages[place + 1] if place + 1 < len(stages) else ("", None)
