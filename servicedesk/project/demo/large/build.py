"""Building the large demonstration, in one transaction: everything or, where anything fails, nothing."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.core.management import call_command, get_commands
from django.db import connection, transaction
from django.db.models import F

from dispatch.models import Certification, Shift
from servicedesk import clock
from servicedesk.notify.models import Notification
from servicedesk.people.models import Address, Customer, CustomerPhone, Membership
from servicedesk.project.demo.build import Summary, last_ticket, play, staff_of, summary_of
from servicedesk.project.demo.city import chance
from servicedesk.project.demo.engine import Progress
from servicedesk.project.demo.large.bare import bare
from servicedesk.project.demo.large.copies import Placer, World, Writer
from servicedesk.project.demo.large.customers import build_crowd, copy_rows, save_crowd
from servicedesk.project.demo.large.hours import span_around, timelines
from servicedesk.project.demo.large.load import (
    analyze,
    next_ids,
    settle_numbers,
    settle_sequences,
    write_copies,
)
from servicedesk.project.demo.large.patterns import Reader, store
from servicedesk.project.demo.large.stages import Stage, stage_of
from servicedesk.project.demo.large.subjects import festival_days, read_subjects, workdays
from servicedesk.project.demo.large.tables import ticket_tables
from servicedesk.project.demo.scale import Scale
from servicedesk.project.demo.staff import Staff, hours_of
from servicedesk.sla.pauses import remind_once
from servicedesk.sla.sweep import sweep_once
from servicedesk.tickets.models import Ticket, TicketNumber

# The played tickets happen within these days; their homes are so many that each appliance is asked about once.
PLAYED_DAYS, HOMES = 30, 3
# Shares of the bar: played, customers, copies; the rest is for indexes and keys.
PLAYED, PEOPLE, COPIED, INDEXED = 0.2, 0.25, 0.65, 0.97
RECOUNT = "recount"
BESIDE = [model._meta.db_table for model in (Customer, Address, CustomerPhone, Membership, Shift)]


def build_large(scale: Scale, as_of: datetime, seed: int, progress: Progress) -> Summary:
    """The large demonstration as of `as_of`: `scale.played` tickets happen by real actions, all others are their
    copies. The same seed on an empty database gives the same data, but for tokens, which are secret. Raises ValueError
    where the people of the scale do not suffice for its tickets.
    """
    with transaction.atomic():
        summary = _Load(scale, as_of, f"{seed}/{last_ticket()}", progress).run()
    if RECOUNT in get_commands():
        call_command(RECOUNT, verbosity=0)
    return summary


class _Load:
    """One load."""

    def __init__(self, scale: Scale, as_of: datetime, seed: str, progress: Progress) -> None:
        self.scale, self.as_of, self.seed = scale, as_of, seed
        self.progress = progress
        self.before = last_ticket()
        self.tables = ticket_tables()

    def run(self) -> Summary:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = off")
            cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
            cursor.execute("SET LOCAL work_mem = '128MB'")
        first = replace(
            self.scale,
            tickets=self.scale.played,
            living=self.scale.living // self.scale.outlets,
            days=PLAYED_DAYS,
            customers=self.scale.played * HOMES,
        )
        staff = staff_of(first, self.as_of, self.seed)
        _as_long_as(self.scale.days, staff)
        played = self._stage(0, PLAYED)
        homes = play(first, staff, self.as_of, self.seed, lambda done: played(done, first.tickets))
        names = [*(table.name for table in self.tables), *BESIDE]
        with bare(names, self._stage(COPIED, INDEXED)):
            self._copy(staff, self.scale.customers - homes)
            settle_sequences(names)
        self._sweep()
        analyze([*names, TicketNumber._meta.db_table])
        self.progress(self.scale.tickets)
        return summary_of(staff, self.scale.customers, self.before)

    def _stage(self, start: float, end: float) -> Stage:
        return stage_of(self.progress, self.scale.tickets, start, end)

    def _copy(self, staff: Staff, customers: int) -> None:
        made = list(Ticket.objects.filter(pk__gt=self.before).order_by("pk").values_list("pk", flat=True))
        patterns = Reader(self.tables, made).read()
        store(self.tables, patterns)
        is_worked = workdays()
        subjects = read_subjects(patterns, self.as_of, is_worked)
        crowd = build_crowd(staff.outlets, customers, self.as_of, self.scale.days, self.seed)
        save_crowd(crowd, self.seed, self._stage(PLAYED, PEOPLE))
        self._older_shifts(staff)
        span = span_around(self.as_of, self.scale.days)
        lines = timelines((hand for hands in staff.hands.values() for hand in hands), self.as_of, span)
        by_outlet = {pk: [lines[hand.technician.pk] for hand in hands] for pk, hands in staff.hands.items()}
        world = World(crowd, by_outlet, is_worked, festival_days())
        copies = Placer(world, subjects, self.seed).all_of(self.scale.tickets - len(made), self.scale.living)
        numbers = dict(TicketNumber.objects.values_list("day", "last"))
        writer = Writer(world, self.tables, next_ids(self.tables), numbers, chance(f"{self.seed}/rows"))
        write_copies(writer, copies, self._stage(PEOPLE, COPIED))
        settle_numbers(writer.numbers)

    def _older_shifts(self, staff: Staff) -> None:
        """The hours of the technicians before the played days."""
        pk = (Shift.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
        since = self.as_of - timedelta(days=self.scale.days + 3)
        rows: list[tuple[int, int, str]] = []
        for hand in (hand for hands in staff.hands.values() for hand in hands):
            known = min(shift.span.lower for shift in hand.technician.shifts.all())
            for opens, closes in hours_of(int(hand.user.employee_no[1:]), self.as_of, (since, known)):
                if closes <= known:
                    rows.append((pk + len(rows), hand.technician.pk, f"[{opens.isoformat()},{closes.isoformat()})"))
        copy_rows(Shift._meta.db_table, ("id", "technician_id", "span"), rows)

    def _sweep(self) -> None:
        """What has come due on living copies since their pattern is written down as the timers would have."""
        last = Notification.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        with clock.at(self.as_of):
            while sweep_once(self.as_of).taken or remind_once(self.as_of):
                pass
        Notification.objects.filter(pk__gt=last).update(created_at=self.as_of, sent_at=self.as_of)
        # All of this happened before anybody looked; nothing of it is news to an open page.
        connection.run_on_commit.clear()


def _as_long_as(days: int, staff: Staff) -> None:
    """Certificates that have been valid from the first day on."""
    hands = [hand for group in staff.hands.values() for hand in group]
    papers = Certification.objects.filter(technician__in=[hand.technician for hand in hands])
    papers.update(valid_from=F("valid_from") - timedelta(days=days))
    for hand in hands:
        hand.papers = list(hand.technician.certificates.values_list("valid_from", "valid_until"))
