"""The large demonstration: a few played tickets copied over two years, true to the model like the played ones."""

import itertools
import json
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Count, Exists, F, Max, OuterRef, Q

from dispatch.models import ACTIVE, Assignment, AssignmentState, Shift
from servicedesk import clock
from servicedesk.clock import LOCAL
from servicedesk.notify.models import Notification
from servicedesk.people.models import Customer, CustomerPhone, User
from servicedesk.people.names import initials_of, pinyin_of
from servicedesk.people.phones import read_phone
from servicedesk.people.search import find_customers, read_question
from servicedesk.project.demo.build import Summary
from servicedesk.project.demo.large.build import build_large
from servicedesk.project.demo.scale import Scale
from servicedesk.sla.models import SlaClock, SlaEvent
from servicedesk.sla.services import rebuild
from servicedesk.tickets.models import Handover, Ticket, TicketEvent, TicketNumber, TicketParty
from servicedesk.tickets.services import add_note
from servicedesk.tickets.transitions import row_of
from tests.demo.house import house
from tests.demo.world import AS_OF
from visits.models import Answer, Callback, Charge, Visit
from warranty.models import Decision, RepairRecord

pytestmark = pytest.mark.django_db

LITTLE = Scale(tickets=2_000, living=60, days=730, customers=1_200, outlets=4, technicians=24, agents=6, played=45)
WORKING = ("planned", "en_route", "on_site", "working")


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Summary, list[Any]]]:
    with django_db_blocker.unblock(), transaction.atomic():
        before = house()
        yield build_large(LITTLE, AS_OF, 5, lambda _done: None), before
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def large_world(world: tuple[Summary, list[Any]]) -> None:
    """Every test here looks at the one world."""


def test_there_are_as_many_tickets_as_were_asked_for(world: tuple[Summary, list[Any]]) -> None:
    assert Ticket.objects.count() == world[0].tickets == LITTLE.tickets
    assert Customer.objects.count() == LITTLE.customers


def test_every_index_constraint_and_trigger_is_there_again(world: tuple[Summary, list[Any]]) -> None:
    assert house() == world[1]


def test_columns_of_clocks_agree_with_their_ledgers() -> None:
    clocks = list(SlaClock.objects.order_by("pk").select_related("target"))
    wrong = {}
    for each in Random(1).sample(clocks, 300):
        with clock.at(AS_OF):
            mended = rebuild(each, at=AS_OF)
        if mended:
            wrong[each.pk, each.kind] = mended
    assert not wrong


def test_every_breach_and_nothing_else_has_its_event() -> None:
    written = SlaEvent.objects.filter(clock=OuterRef("pk"), level="breach")
    breached = SlaClock.objects.exclude(breached_at=None)
    assert breached.count() > 50
    # A stop that was stamped earlier than the sweep's breach is met, and keeps the event.
    assert not breached.exclude(Exists(written)).exists()
    assert not SlaEvent.objects.exclude(cycle=F("clock__cycle")).exists()
    assert not SlaEvent.objects.filter(level="breach").exclude(due_at=F("clock__breached_at")).exists()


def test_what_has_come_due_has_been_swept() -> None:
    assert not SlaClock.objects.filter(next_fire_at__lt=AS_OF).exists()
    running = SlaClock.objects.filter(stopped_at=None)
    assert {each.state_at(AS_OF) for each in running} >= {"running", "breached", "paused"}


def test_ended_tickets_have_nothing_open() -> None:
    ended = Q(ticket__state__in=["closed", "cancelled"])
    assert not SlaClock.objects.filter(ended, stopped_at=None).exists()
    assert not Assignment.objects.filter(ended, state__in=ACTIVE).exists()
    assert not Visit.objects.filter(ended, state__in=WORKING).exists()
    # A quality call asks about a ticket that has been closed.
    assert not Callback.objects.filter(ended, state="open").exclude(kind="quality").exists()
    assert not TicketParty.objects.filter(ended, until=None, part="technician").exists()


def test_states_of_a_ticket_agree_with_each_other() -> None:
    scheduled = Ticket.objects.filter(state="scheduled")
    active = Assignment.objects.filter(ticket=OuterRef("pk"), state__in=ACTIVE)
    assert scheduled.count() > 5
    assert not scheduled.exclude(Exists(active)).exists()
    serving = Visit.objects.filter(ticket=OuterRef("pk"), state__in=["on_site", "working"])
    workshop = Visit.objects.filter(ticket=OuterRef("pk"), outcome="taken_to_workshop")
    assert not Ticket.objects.filter(state="in_service").exclude(Exists(serving) | Exists(workshop)).exists()
    waiting = Callback.objects.filter(ticket=OuterRef("pk"), kind="completion")
    assert not Ticket.objects.filter(state="awaiting_callback").exclude(Exists(waiting)).exists()
    accepted = Handover.objects.filter(ticket=OuterRef("pk"), state="accepted", outlet=OuterRef("outlet"))
    assert not Ticket.objects.filter(visits__isnull=False).exclude(Exists(accepted)).exists()
    assert not Ticket.objects.exclude(closed_at=None).filter(closed_at__gt=AS_OF).exists()


def test_rows_of_a_ticket_know_the_same_people() -> None:
    assert not Visit.objects.exclude(technician=F("assignment__technician")).exists()
    assert not Visit.objects.exclude(ticket=F("assignment__ticket")).exists()
    led = Assignment.objects.exclude(state__in=["refused", "released"])
    assert not led.exclude(technician__outlet=F("ticket__outlet")).exists()
    skilled = Q(technician__skills__category=F("ticket__category"))
    assert led.filter(skilled).count() == led.count()
    assert not Ticket.objects.exclude(appliance=None).exclude(customer=F("appliance__customer")).exists()
    assert not Ticket.objects.exclude(address=None).exclude(customer=F("address__customer")).exists()
    assert not Ticket.objects.exclude(contact_phone="").exclude(customer__phones__number=F("contact_phone")).exists()


def test_no_technician_is_in_two_places() -> None:
    spans: dict[int, list[Any]] = {}
    taking = Assignment.objects.exclude(state__in=[AssignmentState.REFUSED, AssignmentState.RELEASED])
    for job in taking.exclude(pk__in=played_jobs()):
        spans.setdefault(job.technician_id, []).append((job.span.lower, job.span.upper))
    for rows in spans.values():
        rows.sort()
        assert all(one[1] <= other[0] for one, other in itertools.pairwise(rows))
    assert sum(map(len, spans.values())) > 1000


def played_jobs() -> list[int]:
    """Jobs that were played: whatever ended early may lie beside what was planned then."""
    return list(Assignment.objects.order_by("pk").values_list("pk", flat=True)[: LITTLE.played + 60])


def test_an_assignment_is_where_its_ticket_is() -> None:
    rows = Assignment.objects.values_list("lat", "lon", "ticket__address__lat", "ticket__address__lon")
    assert rows.exists()
    assert all((lat, lon) == tuple(home) for lat, lon, *home in rows)


def test_jobs_lie_within_hours_and_certificates() -> None:
    jobs = list(Assignment.objects.filter(state="done").order_by("pk"))
    for job in Random(2).sample(jobs, 100):
        assert Shift.objects.filter(technician=job.technician, span__overlap=job.span).exists()
        day = job.span.lower.astimezone(LOCAL).date()
        assert job.technician.certificates.filter(valid_from__lte=day, valid_until__gte=day).exists()


def test_numbers_count_through_each_day() -> None:
    days = Counter(number.split("-")[0] for number in Ticket.objects.values_list("number", flat=True))
    kept = {f"{day:%y%m%d}": last for day, last in TicketNumber.objects.values_list("day", "last")}
    assert days == kept
    for number, at in Ticket.objects.values_list("number", "received_at"):
        assert number.startswith(f"{at.astimezone(LOCAL):%y%m%d}-")


def test_two_years_have_summers_and_festivals() -> None:
    months = Counter(at.astimezone(LOCAL).month for at in air_conditioners())
    assert months[7] > 2 * months[11]
    days = Counter(at.astimezone(LOCAL).date() for at in Ticket.objects.values_list("received_at", flat=True))
    assert len(days) > 650
    assert min(days) <= (AS_OF - timedelta(days=725)).date()


def air_conditioners() -> Any:
    return Ticket.objects.filter(category__code="air_conditioner").values_list("received_at", flat=True)


def test_the_story_speaks_of_rows_of_its_own_ticket() -> None:
    models: dict[str, Any] = {"visit": Visit, "assignment": Assignment, "callback": Callback, "decision": Decision}
    for word, model in models.items():
        lines = list(TicketEvent.objects.filter(data__has_key=word).order_by("-pk")[:200])
        known = dict(model.objects.values_list("pk", "ticket_id"))
        assert lines
        assert all(known[line.data[word]] == line.ticket_id for line in lines)
    for line in TicketEvent.objects.filter(data__has_key="start").order_by("-pk")[:50]:
        assert abs((line.ticket.received_at.date() - AS_OF.date()).days) >= 0
        assert line.data["start"] >= f"{line.ticket.received_at - timedelta(days=1):%Y-%m-%d}"


def test_the_story_begins_with_the_call_and_is_not_of_the_future() -> None:
    assert not TicketEvent.objects.filter(at__gt=AS_OF).exists()
    assert not Ticket.objects.annotate(lines=Count("events")).filter(lines__lt=1).exists()
    late = TicketEvent.objects.filter(ticket__state="closed", at__gt=F("ticket__closed_at"))
    after_the_end = [row_of(action) for action in set(late.values_list("action", flat=True))]
    work = [row for row in after_the_end if row.thing in {"ticket", "handover", "assignment", "visit"}]
    assert [row.action for row in work if row.sources and "closed" not in row.sources] == []


def test_proofs_are_kept_for_ninety_days_and_notices_for_three() -> None:
    played = Ticket.objects.order_by("pk").values_list("pk", flat=True)[LITTLE.played + 30]
    old = {"visit__ticket__received_at__lt": AS_OF - timedelta(days=91)}
    assert not Answer.objects.filter(**old).exists()
    assert not Charge.objects.filter(**old).exists()
    assert Answer.objects.filter(visit__ticket__gt=played).exists()
    assert Charge.objects.filter(visit__ticket__gt=played).exists()
    copied = Notification.objects.filter(ticket__gt=played, ticket__state="closed")
    assert not copied.filter(ticket__received_at__lt=AS_OF - timedelta(days=4)).exists()
    assert Visit.objects.filter(ticket__received_at__lt=AS_OF - timedelta(days=400)).exists()


def test_decisions_are_of_the_days_of_their_ticket() -> None:
    for decision in Decision.objects.order_by("-pk").select_related("ticket", "appliance")[:100]:
        assert decision.ticket is not None
        day = decision.ticket.received_at.astimezone(LOCAL).date()
        assert decision.as_of == day
        assert decision.outcome["as_of"] == str(day)
        assert decision.appliance_id == decision.ticket.appliance_id
        assert decision.facts["invoice_on"] in {None, str(decision.appliance.invoice_date)}
        bought_by = {"person": "consumer"}.get(decision.ticket.customer.kind, "business")
        assert decision.facts["buyer"] == bought_by
    own = RepairRecord.objects.exclude(ticket=None)
    assert own.filter(appliance=F("ticket__appliance")).count() == own.count()


def test_customers_are_found_by_name_pinyin_and_number() -> None:
    customer = Customer.objects.order_by("-pk").filter(kind="person")[0]
    assert customer.name_pinyin == pinyin_of(customer.name)
    assert customer.name_initials == initials_of(customer.name)
    phone = customer.phones.get(is_primary=True)
    raw, number = read_phone(phone.raw)
    assert (raw, number) == (phone.raw, str(phone.number))
    assert phone.digits == str(phone.number)[1:]
    assert CustomerPhone.objects.filter(number=phone.number).count() == 1
    for words in (customer.name, customer.name_pinyin, phone.raw):
        assert customer in find_customers(Customer.objects.all(), read_question(words), 50)


def test_customers_were_there_before_their_tickets() -> None:
    first = Customer.objects.annotate(first=Max("tickets__received_at")).exclude(first=None)
    assert not first.filter(created_at__gt=F("first")).exists()
    assert Ticket.objects.filter(customer__created_at__gt=F("received_at")).count() == 0


def test_work_goes_on_with_what_was_copied() -> None:
    ticket = Ticket.objects.filter(state="open").order_by("-pk")[0]
    agent = User.objects.filter(role="agent").order_by("pk")[0]
    add_note(ticket.pk, "来电催问。", actor=agent, now=AS_OF)
    assert ticket.events.filter(note="来电催问。").exists()
    closed = Ticket.objects.filter(state="closed").order_by("-pk")[0]
    with pytest.raises(Exception, match="append_only"), transaction.atomic():
        closed.events.update(note="")


def test_values_hold_no_blank_that_was_left_open() -> None:
    for value in TicketEvent.objects.order_by("-pk").values_list("data", flat=True)[:3000]:
        assert "$s" not in json.dumps(value)
