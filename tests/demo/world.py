"""A tiny demonstration for the tests, and what must be in each."""

from datetime import datetime

from dispatch.models import Assignment
from servicedesk.clock import LOCAL
from servicedesk.project.demo.build import Summary, build_demo
from servicedesk.project.demo.scale import Scale
from servicedesk.sla.models import SlaClock
from servicedesk.tickets.models import Handover, Ticket, TicketState
from visits.models import Callback, Visit, VisitState

AS_OF = datetime(2026, 3, 12, 10, 30, tzinfo=LOCAL)
NIGHT = datetime(2026, 3, 12, 2, 15, tzinfo=LOCAL)
TINY = Scale(tickets=30, living=22, days=6, customers=20, outlets=3, technicians=12, agents=3)


def build(as_of: datetime = AS_OF, seed: int = 5) -> Summary:
    return build_demo(TINY, as_of, seed, lambda _done: None)


def assert_every_state() -> None:
    assert set(Ticket.objects.values_list("state", flat=True)) >= set(TicketState.values) - {"cancelled"}
    assert set(Visit.objects.values_list("state", flat=True)) == set(VisitState.values)
    assert set(Handover.objects.values_list("state", flat=True)) >= {"sent", "accepted", "refused"}
    assert set(Assignment.objects.values_list("state", flat=True)) >= {"offered", "accepted", "done", "refused"}
    assert SlaClock.objects.filter(state="paused").exists()
    assert SlaClock.objects.filter(state="breached").exists()
    assert Callback.objects.filter(state="open").exists()
    assert Callback.objects.filter(result="not_satisfied").exists()
