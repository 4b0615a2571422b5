"""Rosters in one go: the last week again, or one technician's week for several people and weeks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dispatch.models import Shift, Technician
from dispatch.people.access import not_found, require_keeper
from dispatch.people.facts import span_of
from dispatch.people.services.holding import held, note
from dispatch.selectors.days import day_span, zone_of
from dispatch.services.booking import lock_technicians
from dispatch.services.rota import repeat_last_week
from servicedesk.errors import invalid
from servicedesk.people.models import User

WEEK = timedelta(days=7)
MOST_WEEKS = 12
MOST_PEOPLE = 60


@dataclass(frozen=True)
class Copied:
    """How many shifts were added, and how many were left out because hours stood there already or are over."""

    added: int
    left_out: int


def repeat_week(technician_id: int, *, actor: User | None, now: datetime) -> int:
    """How many shifts were added: those of his last planned week, seven days later. Refuses with 404, 403."""
    with transaction.atomic():
        technician = held(technician_id, actor)
        added = repeat_last_week(technician, now=now)
        note(technician, "repeat_week", None, {"shifts": added} if added else None, actor=actor, now=now)
    return added


def copy_week(
    technician_id: int, monday: date, targets: Iterable[int], weeks: int, *, actor: User | None, now: datetime
) -> Copied:
    """Copies the shifts of the week from `monday` on to the same local times of the `weeks` weeks after it, for all
    `targets`; who is the source himself among them gets them too.

    Refuses with 404, 403 for any of them; with 422 weeks_range, targets_missing, too_many_targets, week_empty. All is
    written or nothing.
    """
    ids = sorted(set(targets))
    _check(ids, weeks)
    with transaction.atomic():
        people = lock_technicians(technician_id, *ids)
        source = people.get(technician_id)
        if source is None or any(pk not in people for pk in ids):
            raise not_found()
        for person in people.values():
            require_keeper(actor, person.outlet_id)
        pattern = _pattern(source, monday)
        if not pattern:
            raise invalid("week", "week_empty", _("There are no shifts in this week to copy."))
        copied = [_give(people[pk], pattern, monday, weeks, now) for pk in ids]
        for pk, one in zip(ids, copied, strict=True):
            after = {"shifts": one.added, "weeks": weeks} if one.added else None
            note(people[pk], "copy_week", None, after, actor=actor, now=now)
    return Copied(sum(one.added for one in copied), sum(one.left_out for one in copied))


def _check(ids: list[int], weeks: int) -> None:
    if not 1 <= weeks <= MOST_WEEKS:
        raise invalid("weeks", "weeks_range", _("From 1 to %(n)s weeks.") % {"n": MOST_WEEKS})
    if not ids:
        raise invalid("targets", "targets_missing", _("Choose at least one technician."))
    if len(ids) > MOST_PEOPLE:
        raise invalid("targets", "too_many_targets", _("At most %(n)s technicians at once.") % {"n": MOST_PEOPLE})


def _pattern(source: Technician, monday: date) -> list[Shift]:
    zone = zone_of(source.outlet)
    first, last = day_span(monday, zone).start, day_span(monday + WEEK, zone).start
    rows = Shift.objects.filter(technician=source, span__startswith__gte=first, span__startswith__lt=last)
    return list(rows.order_by("span"))


def _give(target: Technician, pattern: list[Shift], monday: date, weeks: int, now: datetime) -> Copied:
    zone = zone_of(target.outlet)
    until = day_span(monday + (weeks + 2) * WEEK, zone).end
    known = [
        (shift.span.lower, shift.span.upper)
        for shift in Shift.objects.filter(technician=target, span__overlap=(day_span(monday, zone).start, until))
    ]
    new: list[Shift] = []
    for week in range(1, weeks + 1):
        for shift in pattern:
            copy = _moved(shift, target, week, zone)
            start, end = copy.span.lower, copy.span.upper
            if end <= now or any(lower < end and start < upper for lower, upper in known):
                continue
            known.append((start, end))
            new.append(copy)
    Shift.objects.bulk_create(new)
    return Copied(len(new), weeks * len(pattern) - len(new))


def _moved(shift: Shift, target: Technician, weeks: int, zone: ZoneInfo) -> Shift:
    """The shift some weeks later, at the same times of the clock."""

    def later(instant: datetime) -> datetime:
        return (instant.astimezone(zone).replace(tzinfo=None) + weeks * WEEK).replace(tzinfo=zone)

    lunch = span_of(later(shift.lunch.lower), later(shift.lunch.upper)) if shift.lunch else None
    return Shift(
        technician=target,
        span=span_of(later(shift.span.lower), later(shift.span.upper)),
        lunch=lunch,
        lunch_minutes=shift.lunch_minutes,
    )
