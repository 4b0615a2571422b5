"""The watch that warns before a right arises: a step of the timers, exactly once however often it runs.

A batch claims due watches, skipping what an action or another process holds, compares each with the record, and in one
transaction marks it and writes notices and the line of the story.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Q

from servicedesk import failpoints
from servicedesk.catalogue.models import Appliance
from servicedesk.notify.services import notify
from servicedesk.people.models import Role, User
from servicedesk.people.selectors import supervisors_of
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.story import tell
from warranty.facts_builder import Question, known_facts, local_day
from warranty.models import PartsWait, RightWatch
from warranty.rights import after, coming_rights, compare, job_of, keep_rights, next_of

BATCH = 50
# After so many full batches a round ends, so that the other steps get their turn.
BATCHES_A_ROUND = 20
WARNED, AROSE = "right_warned", "right_arose"


def watch_once(now: datetime) -> int:
    """How many warnings and arisen rights were told in this round; the record is compared once a day beforehand."""
    today = local_day(now)
    _look_again(now, today)
    told = 0
    for _batch in range(BATCHES_A_ROUND):
        taken, said = _tell_batch(now, today)
        told += said
        if taken < BATCH:
            break
    return told


def _tell_batch(now: datetime, today: date) -> tuple[int, int]:
    due = RightWatch.objects.filter(ended_at=None, next_on__lte=today)
    if not due.exists():
        return 0, 0
    with transaction.atomic():
        _end_if_frozen()
        rows = due.select_for_update(skip_locked=True, no_key=True, of=("self",)).order_by("next_on", "id")
        claimed = list(
            rows.select_related("appliance__category", "appliance__customer", "appliance__replaces")[:BATCH]
        )
        failpoints.reach("rights.after_claim")
        said = [_tell(watch, now, today) for watch in claimed]
        failpoints.reach("rights.before_commit")
    return len(claimed), sum(said)


def _end_if_frozen() -> None:
    """A process frozen in this transaction loses it, and with it its locks; when it wakes up it begins anew."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = '5s'")


def free_tickets(wanted: Iterable[int]) -> set[int]:
    """Those of the tickets that no action holds now; they stay where they are until the transaction ends."""
    statement = "SELECT id FROM servicedesk_ticket WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE SKIP LOCKED"
    with connection.cursor() as cursor:
        cursor.execute(statement, [sorted(wanted)])
        return {ticket_id for (ticket_id,) in cursor.fetchall()}


def _tell(watch: RightWatch, now: datetime, today: date) -> bool:
    """Whether people were told: nobody hears of a right that is no longer coming, or not yet."""
    job = job_of(watch.appliance)
    if job is not None and job.pk not in free_tickets([job.pk]):
        return False
    known = known_facts(watch.appliance, Question(), ticket=job, now=now)
    coming = next((each for each in coming_rights(known.facts, known.as_of) if each.kind == watch.kind), None)
    if not compare(watch, coming, job, now=now, today=today) or coming is None:
        return False
    if watch.next_on is None or watch.next_on > today:
        return False
    # Of several stages that were missed only the last is told.
    stage, _day = next_of(coming, today)
    arisen = stage == RightWatch.Stage.ARISE
    values = {
        "appliance": watch.appliance_id,
        "kind": watch.kind,
        "since": watch.since.isoformat(),
        "arises": watch.arises_on.isoformat(),
        "limit": watch.limit_days,
    }
    kind = AROSE if arisen else WARNED
    key = f"right:{watch.pk}:{stage}:{watch.arises_on}"
    notify(key, recipients_of(job, arisen=arisen), kind, ticket=job, values=values)
    if job is not None:
        tell(job, kind, actor=None, now=now, data=values)
    if arisen:
        watch.arose_at = now
    else:
        watch.warned_at = now
    watch.next_stage, watch.next_on = after(watch, stage)
    watch.save(update_fields=["warned_at", "arose_at", "next_stage", "next_on"])
    return True


def recipients_of(job: Ticket | None, *, arisen: bool) -> list[User]:
    """Owner and dispatchers of the outlet at a warning; supervisors and managers too once the right is there.

    A unit that no ticket of ours repairs is the business of the desk's supervisors and the managers from the start.
    """
    told = Q()
    if job is not None:
        told |= Q(pk=job.owner_id)
        if job.outlet_id is not None:
            told |= Q(role=Role.DISPATCHER, outlets=job.outlet_id)
    if arisen or job is None:
        told |= supervisors_of(job.outlet_id if job is not None else None) | Q(role=Role.MANAGER)
    return list(User.objects.filter(told, is_active=True).distinct())


def _look_again(now: datetime, today: date) -> None:
    """Compares every open wait and living watch with the record once a day: a corrected purchase moves a right."""
    waits = PartsWait.objects.filter(Q(looked_on=None) | Q(looked_on__lt=today), ended_on=None)
    watches = RightWatch.objects.filter(ended_at=None, looked_on__lt=today)
    # Most rounds find nothing.
    units = {watch for (watch,) in watches.values_list("appliance")[:BATCH]}
    stale = list(waits.values_list("pk", "appliance", "ticket__appliance")[:BATCH])
    units |= {appliance or of_ticket for _pk, appliance, of_ticket in stale if appliance or of_ticket}
    for appliance_id in sorted(units):
        _look_at(appliance_id, now)
    PartsWait.objects.filter(pk__in=[pk for pk, _a, _t in stale], ended_on=None).update(looked_on=today)


def _look_at(appliance_id: int, now: datetime) -> None:
    with transaction.atomic():
        appliances = Appliance.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
        appliance = appliances.filter(pk=appliance_id).first()
        if appliance is None:
            return
        job = job_of(appliance)
        if job is None or job.pk in free_tickets([job.pk]):
            keep_rights(appliance_id, now=now)
