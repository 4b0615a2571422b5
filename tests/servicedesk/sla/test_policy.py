"""Which policy a clock follows: the most specific one that fits, clock by clock."""

from datetime import date, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from servicedesk.people.models import Membership
from servicedesk.sla.defaults import load_policies
from servicedesk.sla.models import SlaPolicy, SlaTarget
from servicedesk.sla.policy import criteria_of, targets_for
from servicedesk.tickets.models import Ticket
from tests.make import NOW, make_customer, make_handed_over, make_outlet, make_ticket
from tests.make_sla import load_promises, make_policy

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _promises() -> None:
    load_promises()


def chosen(ticket: Ticket, kind: str, at: Any = NOW) -> str:
    """The code of the policy the clock follows."""
    return targets_for(ticket, [kind], at)[kind].policy.code


# Minutes of docs/sla.md for priority 1, 2, 3.
@pytest.mark.parametrize(
    ("kind", "minutes"),
    [
        ("contact", (15, 30, 60)),
        ("outlet_sent", (5, 15, 30)),
        ("outlet_accept", (15, 30, 120)),
        ("dispatch", (30, 60, 240)),
        ("technician_contact", (30, 90, 480)),
        ("arrival", (120, 480, 1440)),
        ("fix", (480, 1440, 2880)),
    ],
)
def test_the_default_targets_are_those_of_the_table(kind: str, minutes: tuple[int, int, int]) -> None:
    found = [targets_for(make_ticket(priority=priority), [kind], NOW)[kind].minutes for priority in (1, 2, 3)]

    assert tuple(found) == minutes


@pytest.mark.parametrize(
    ("kind", "reasons"),
    [
        ("contact", set()),
        ("outlet_accept", set()),
        ("dispatch", {"waiting_for_customer"}),
        ("arrival", {"waiting_for_customer"}),
        ("fix", {"waiting_for_customer", "waiting_for_parts"}),
        ("callback", set()),
    ],
)
def test_a_clock_may_be_paused_only_for_the_reasons_of_the_table(kind: str, reasons: set[str]) -> None:
    assert set(targets_for(make_ticket(), [kind], NOW)[kind].pausable_by) == reasons


def test_a_complaint_keeps_the_clocks_of_its_priority_beside_its_own() -> None:
    complaint = make_ticket(kind="complaint", priority=3)

    assert chosen(complaint, "complaint_answer") == "default-complaint"
    assert chosen(complaint, "contact") == "default-p3"


def test_each_stronger_criterion_wins_over_all_weaker_ones_together() -> None:
    outlet = make_outlet()
    customer = make_customer(grade="A")
    Membership.objects.create(
        customer=customer, kind="club", card_no="1", valid_from=date(2026, 1, 1), valid_until=date(2026, 12, 31)
    )
    ticket = make_handed_over(outlet, customer=customer, priority=2)
    steps: list[dict[str, Any]] = [
        {"kind": "repair"},
        {"priority": 2},
        {"region": outlet.region},
        {"grade": "A"},
        {"membership": "club"},
    ]

    order = []
    for place, criteria in enumerate(steps):
        make_policy(f"step-{place}", "arrival", 100 + place, **criteria)
        order.append(chosen(ticket, "arrival"))

    # A policy by ticket kind alone is weaker than the default one by priority; equals go by their code.
    assert order == ["default-p2", "default-p2", "step-2", "step-3", "step-4"]


def test_two_criteria_win_over_the_stronger_of_them_alone() -> None:
    ticket = make_ticket(priority=1)
    make_policy("urgent-repair", "arrival", 60, priority=1, kind="repair")

    assert chosen(ticket, "arrival") == "urgent-repair"


def test_a_policy_for_somebody_else_does_not_fit() -> None:
    ticket = make_ticket(customer=make_customer(grade="B"))
    make_policy("vip", "arrival", 60, grade="A")
    make_policy("club", "arrival", 60, membership="club")
    make_policy("region", "arrival", 60, region=make_outlet().region)

    assert chosen(ticket, "arrival") == "default-p2"


@pytest.mark.parametrize(
    ("first", "last", "fits"),
    [
        (date(2026, 3, 10), date(2026, 3, 10), True),
        (date(2026, 3, 11), date(2026, 12, 31), False),
        (date(2025, 1, 1), date(2026, 3, 9), False),
    ],
)
def test_a_membership_counts_on_its_days_only(first: date, last: date, fits: bool) -> None:
    customer = make_customer()
    Membership.objects.create(customer=customer, kind="club", card_no="1", valid_from=first, valid_until=last)
    make_policy("club", "arrival", 60, membership="club")

    assert (chosen(make_ticket(customer=customer), "arrival") == "club") is fits


def test_the_newest_version_in_force_is_followed() -> None:
    ticket = make_ticket()
    make_policy("fast", "arrival", 90, kind="repair", priority=2)
    make_policy("fast", "arrival", 45, kind="repair", priority=2, version=2, effective_from=NOW + timedelta(days=1))

    today = targets_for(ticket, ["arrival"], NOW)["arrival"]
    tomorrow = targets_for(ticket, ["arrival"], NOW + timedelta(days=1))["arrival"]

    assert (today.minutes, tomorrow.minutes) == (90, 45)


def test_a_version_that_drops_a_target_no_longer_promises_it() -> None:
    ticket = make_ticket()
    make_policy("fast", "arrival", 90, kind="repair", priority=2)
    make_policy("fast", "fix", 45, kind="repair", priority=2, version=2, effective_from=NOW)

    assert chosen(ticket, "arrival") == "default-p2"


def test_the_criteria_are_named_the_strongest_first() -> None:
    policy = make_policy("vip", "arrival", 60, grade="A", priority=1, kind="repair").policy

    assert criteria_of(policy) == ["grade", "priority", "kind"]


def test_loading_the_defaults_again_changes_nothing_and_keeps_what_was_edited() -> None:
    SlaTarget.objects.filter(policy__code="default-p2", clock="arrival").update(minutes=300)
    before = (SlaPolicy.objects.count(), SlaTarget.objects.count())

    load_policies()

    assert (SlaPolicy.objects.count(), SlaTarget.objects.count()) == before
    assert SlaTarget.objects.get(policy__code="default-p2", clock="arrival").minutes == 300


def test_an_edited_target_is_seen_at_once() -> None:
    ticket = make_ticket()
    targets_for(ticket, ["arrival"], NOW)

    SlaTarget.objects.filter(policy__code="default-p2", clock="arrival").update(minutes=300)

    assert targets_for(ticket, ["arrival"], NOW)["arrival"].minutes == 300


def test_policies_are_read_from_memory_while_they_stay_the_same(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    ticket = make_ticket()
    targets_for(ticket, ["arrival"], NOW)

    with django_assert_num_queries(1):
        targets_for(ticket, ["arrival", "fix", "contact"], NOW)
