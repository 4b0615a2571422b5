"""The kept counters: equal to the rows after any changes, from any number of connections, whoever was at work."""

import random
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections, transaction

from servicedesk import clock
from servicedesk.catalogue.models import FaultCode
from servicedesk.dashboards import selectors
from servicedesk.dashboards.cells import CLOCKS, MEASURES
from servicedesk.dashboards.figures import View, judged, met, missed, rated, repairs_closed, repeats
from servicedesk.dashboards.filters import Filters
from servicedesk.dashboards.models import Tally, TallyMark
from servicedesk.dashboards.tallies import differences, recount, settle_once
from servicedesk.errors import ActionError
from servicedesk.people.models import Outlet, Role, User
from servicedesk.sla.models import ClockKind, SlaClock
from servicedesk.sla.sweep import sweep_once
from servicedesk.tickets.ended import EndedTickets, ended_differences, fold
from servicedesk.tickets.locking import lock_ticket
from servicedesk.tickets.models import Ticket, TicketFacts
from servicedesk.tickets.selectors import VIEWS, filtered, view_counts
from servicedesk.tickets.selectors import Filters as ListFilters
from servicedesk.tickets.services import (
    accept_handover,
    cancel_ticket,
    close_ticket,
    pause_clock,
    record_contact,
    refuse_handover,
    reopen_ticket,
    resume_clock,
    send_to_outlet,
)
from tests.defaults import load_defaults
from tests.make import NOW, make_appliance, make_customer, make_outlet, make_ticket, make_user
from tests.make_dispatch import make_technician
from tests.make_visits import make_ready, make_visit
from visits.services import complete_visit

DAYS = 6
# `visit` is a technician's whole work, assigned and worked step by step; `end` and `rate` write what a visit and a
# callback leave on the lower floor, which brings tickets to their end faster.
ACTIONS = [
    "open",
    "send",
    "send",
    "accept",
    "accept",
    "refuse",
    "contact",
    "visit",
    "visit",
    "pause",
    "resume",
    "close",
    "end",
    "rate",
    "cancel",
    "reopen",
    "fault",
    "exclude",
    "sweep",
    "settle",
]


def settle() -> None:
    """Settles until nothing is stale."""
    while settle_once(NOW):
        pass


def same_as_rows(view: View) -> None:
    """Every figure of the view against a plain count over the rows."""
    for kind, share in selectors.attainment(view).items():
        found = judged(view, kind)
        assert (share.hits, share.n) == (found.filter(met()).count(), found.count()), kind
        for lines in (selectors.by_outlet(view, kind), selectors.by_day(view, kind)):
            assert sum(line.share.n for line in lines) == share.n
            assert sum(line.share.missed for line in lines) == found.filter(missed(view.now)).count()
    first, repeat = selectors.repairs(view)
    closed = repairs_closed(view)
    assert (first.n, repeat.hits) == (closed.count(), closed.filter(repeats()).count())
    assert selectors.satisfaction(view).n == rated(view).count()


def ended() -> int:
    """How many tickets have ended, as it is kept."""
    return sum(EndedTickets.objects.values_list("n", flat=True))


def agree() -> None:
    """Nothing that is kept differs from the rows."""
    assert list(differences()) == []
    assert ended_differences() == []


class Works:
    """Real actions at random on a shared set of tickets; what the state forbids is refused and counts as done."""

    def __init__(self, outlets: list[Outlet], people: list[User], tickets: list[int]) -> None:
        self.outlets, self.people, self.tickets = outlets, people, tickets
        self.technicians = {outlet.pk: make_technician(outlet) for outlet in outlets}
        self.done: dict[str, int] = {}

    def one(self, dice: random.Random) -> None:
        """One action at a random moment of the tests' days."""
        ticket = dice.choice(self.tickets)
        now = NOW + timedelta(minutes=dice.randrange(DAYS * 24 * 60))
        action = dice.choice(ACTIONS)
        try:
            self.act(action, ticket, dice, now)
        except ActionError:
            return
        self.done[action] = self.done.get(action, 0) + 1

    def act(self, action: str, ticket: int, dice: random.Random, now: Any) -> None:
        """Do it; raises ActionError where the state forbids it."""
        outlet = dice.choice(self.outlets)
        works: dict[str, Any] = {
            "open": lambda: self.open(dice, now),
            "send": lambda: send_to_outlet(ticket, outlet, actor=None, now=now),
            "accept": lambda: accept_handover(ticket, actor=None, now=now),
            "refuse": lambda: refuse_handover(ticket, "没有人手", actor=None, now=now),
            "contact": lambda: record_contact(ticket, reached=True, actor=None, now=now),
            "visit": lambda: self.visit(ticket, dice),
            "pause": lambda: pause_clock(ticket, "waiting_for_customer", actor=None, now=now),
            "resume": lambda: resume_clock(ticket, actor=None, now=now),
            "close": lambda: close_ticket(ticket, actor=None, now=now),
            "end": lambda: self.end(ticket, dice, now),
            "cancel": lambda: cancel_ticket(ticket, "duplicate", actor=None, now=now),
            "reopen": lambda: reopen_ticket(ticket, "又坏了", actor=None, now=now),
            "rate": lambda: self.note(
                ticket,
                technician=dice.choice(self.people),
                completed_at=now,
                satisfaction=dice.randint(1, 5),
                visits=1,
            ),
            "fault": lambda: self.note(ticket, fault_group=dice.choice(["drive", "leak"])),
            "exclude": lambda: Ticket.objects.filter(pk=ticket).update(excluded_from_measures=dice.random() < 0.2),
            "sweep": lambda: sweep_once(now),
            "settle": lambda: (settle_once(now), fold()),
        }
        works[action]()

    def visit(self, ticket: int, dice: random.Random) -> None:
        """Hands over, assigns and works a visit on a working day; each step is an action of its own."""
        now = NOW + timedelta(days=dice.randrange(3), minutes=dice.randrange(240))
        outlet = dice.choice(self.outlets)
        technician = self.technicians[outlet.pk]
        with suppress(ActionError):
            send_to_outlet(ticket, outlet, actor=None, now=now)
        with suppress(ActionError):
            accept_handover(ticket, actor=None, now=now)
        visit = make_visit(technician, "working", ticket=Ticket.objects.get(pk=ticket), now=now)
        make_ready(visit, now=now + timedelta(minutes=70))
        complete_visit(visit.pk, actor=technician.user, now=now + timedelta(minutes=80))

    def note(self, ticket: int, **facts: Any) -> None:
        """Writes facts of a ticket, under the lock of every action."""
        with transaction.atomic():
            lock_ticket(ticket, None)
            TicketFacts.objects.filter(ticket=ticket).update(**facts)

    def end(self, ticket: int, dice: random.Random, now: Any) -> None:
        """Closes a ticket nobody works on as its last visit and the callback do, under the lock of every action."""
        with transaction.atomic():
            if lock_ticket(ticket, None).state != "open":
                raise ActionError("at_work", "at work")
            Ticket.objects.filter(pk=ticket).update(state="closed", closed_at=now)
            TicketFacts.objects.filter(ticket=ticket).update(
                technician=dice.choice(self.people), completed_at=now, visits=1, fault_group="drive"
            )

    def open(self, dice: random.Random, now: Any) -> None:
        """Another repair of an appliance that is known, or of a new household."""
        known = Ticket.objects.get(pk=dice.choice(self.tickets))
        again = {"customer": known.customer, "appliance": known.appliance} if dice.random() < 0.7 else {}
        kind = dice.choice(["repair", "repair", "consultation"])
        made = make_ticket(actor=dice.choice(self.people), now=now, kind=kind, **again)
        self.tickets.append(made.pk)


def run_works(actions: int) -> dict[str, int]:
    """`actions` random actions from four connections; how often each was done."""
    load_defaults()
    outlets, people = [make_outlet() for _ in range(3)], [make_user(Role.AGENT) for _ in range(2)]
    customer = make_customer()
    tickets = [
        make_ticket(customer=customer, appliance=make_appliance(customer), actor=people[0]).pk for _ in range(8)
    ]
    works = Works(outlets, people, tickets)
    faults: list[BaseException] = []

    def work(seed: int) -> None:
        dice = random.Random(seed)
        try:
            for _ in range(actions // 4):
                works.one(dice)
        except BaseException as error:  # noqa: BLE001 - a thread must not swallow what the test has to see
            faults.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults, faults
    return works.done


def counters_hold_after(actions: int) -> None:
    """The proof: after the actions the counters agree with the rows, stale or settled, and so does every figure."""
    done = run_works(actions)
    assert {"open", "send", "visit", "end", "settle"} <= done.keys(), done
    now = NOW + timedelta(days=DAYS + 1)
    agree()
    same_as_rows(View(make_user(Role.MANAGER), Filters(NOW.date() - timedelta(days=1), now.date()), now))
    settle()
    agree()
    assert not TallyMark.objects.exists()
    manager = make_user(Role.MANAGER)
    for outlet in (None, *Outlet.objects.values_list("pk", flat=True)):
        same_as_rows(View(manager, Filters(NOW.date() - timedelta(days=1), now.date(), outlet), now))
    person = make_user(Role.DISPATCHER, *Outlet.objects.all()[:2])
    same_as_rows(View(person, Filters(NOW.date() - timedelta(days=1), now.date()), now))
    for user in (manager, person):
        counts = view_counts(user, now)
        assert counts == {view: filtered(user, ListFilters(view=view), now).count() for view in VIEWS}


@pytest.mark.django_db(transaction=True)
def test_counters_equal_the_rows_after_random_actions_from_four_connections() -> None:
    counters_hold_after(300)


@pytest.mark.proof
@pytest.mark.timeout(3000)
@pytest.mark.django_db(transaction=True)
def test_counters_equal_the_rows_after_five_thousand_random_actions_from_four_connections() -> None:
    counters_hold_after(5_000)


@pytest.fixture
def month() -> Iterator[View]:
    """A closed repair, a ticket that runs, and the view on both."""
    load_defaults()
    agent, customer = make_user(Role.AGENT), make_customer()
    for _ in range(2):
        ticket = make_ticket(actor=agent, customer=customer, appliance=make_appliance(customer))
        send_to_outlet(ticket.pk, make_outlet(), actor=None, now=NOW + timedelta(minutes=5))
        accept_handover(ticket.pk, actor=None, now=NOW + timedelta(minutes=9))
    Ticket.objects.filter(pk=ticket.pk).update(state="closed", closed_at=NOW + timedelta(hours=2))
    now = NOW + timedelta(days=3)
    with clock.at(now):
        yield View(make_user(Role.MANAGER), Filters(NOW.date() - timedelta(days=20), now.date()), now)


@pytest.mark.django_db
def test_a_settled_figure_is_read_from_the_tallies_alone(month: View) -> None:
    settle()
    Tally.objects.update(counts=[7, 9] * len(MEASURES))
    assert selectors.attainment(month)[ClockKind.DISPATCH].n == 9 * Tally.objects.count() + 2


@pytest.mark.django_db
def test_a_change_is_seen_at_once_although_nothing_has_settled_it(month: View) -> None:
    settle()
    before = selectors.satisfaction(month).n
    TicketFacts.objects.update(completed_at=NOW, satisfaction=5)
    fresh = View(month.user, month.filters, month.now)
    assert (before, selectors.satisfaction(fresh).n) == (0, 2)
    settle()
    assert selectors.satisfaction(View(month.user, month.filters, month.now)).n == 2


@pytest.mark.django_db
def test_promises_that_ran_out_unswept_count_although_their_day_is_settled(month: View) -> None:
    settle()
    share = selectors.attainment(month)[ClockKind.FIX]
    assert (share.hits, share.n) == (0, 2)
    assert not SlaClock.objects.filter(kind=ClockKind.FIX, state="breached").exists()


@pytest.mark.django_db
def test_a_symptom_that_changes_its_group_makes_every_day_stale(month: View) -> None:
    settle()
    fault = FaultCode.objects.first()
    assert fault is not None
    fault.group = "another"
    fault.save()
    assert TallyMark.objects.count() == Tally.objects.values("day", "outlet").distinct().count()


@pytest.mark.django_db
def test_recount_builds_lost_counters_anew(month: View, capsys: pytest.CaptureFixture[str]) -> None:
    whole = selectors.attainment(month)
    Tally.objects.all().delete()
    TallyMark.objects.all().delete()
    EndedTickets.objects.all().delete()
    with pytest.raises(CommandError, match="differ"):
        call_command("recount", check=True)
    call_command("recount")
    assert selectors.attainment(View(month.user, month.filters, month.now)) == whole
    assert ended() == 1
    call_command("recount", check=True)
    assert "agree" in capsys.readouterr().out


@pytest.mark.django_db
def test_lines_of_the_count_are_folded_without_changing_it(month: View) -> None:
    EndedTickets.objects.bulk_create([EndedTickets(outlet=1, n=n) for n in (3, -1, -2) * 200])
    before = ended()
    assert fold()
    assert (ended(), EndedTickets.objects.filter(outlet=1).count()) == (before, 0)
    assert not fold()


@pytest.mark.django_db
def test_every_kind_of_clock_has_its_place_in_the_tallies() -> None:
    assert set(CLOCKS) == set(ClockKind.values)
    recount(lambda _day: None)
    assert not Tally.objects.exists()
