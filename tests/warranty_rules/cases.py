"""Random facts for the property tests: every product and province, repairs in order, promises, an exchange."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from tests.warranty_rules.makers import the_edition
from warranty.rules.facts import (
    Buyer,
    Channel,
    Facts,
    FaultType,
    MembershipCard,
    Promise,
    PromiseKind,
    Proof,
    Remedy,
    Repair,
    RepairKind,
)

# Days around which the law changed are drawn as often as all others together.
TURNS = [
    date(1995, 8, 25), date(2001, 11, 15), date(2002, 9, 1), date(2011, 3, 1), date(2014, 3, 15), date(2017, 5, 1),
    date(2024, 7, 1),
]  # fmt: skip
PRODUCTS = sorted({product.code for product in the_edition().products})
PARTS = ["", "", "motor", "compressor", "battery", "keyboard", "panel", "other_part", "flux capacitor"]
SOLD = st.one_of(
    st.dates(date(1995, 8, 25), date(2025, 6, 30)),
    st.builds(lambda turn, days: turn + timedelta(days=days), st.sampled_from(TURNS), st.integers(0, 40)),
)
PRICES = st.decimals(Decimal("0.01"), Decimal("99999.99"), places=2)

promises = st.one_of(
    st.builds(
        Promise,
        kind=st.just(PromiseKind.WHOLE_UNIT),
        months=st.integers(1, 72),
        main_part_months=st.one_of(st.none(), st.integers(1, 120)),
    ),
    st.builds(Promise, kind=st.just(PromiseKind.REPAIRED_PART), months=st.integers(1, 24)),
    st.builds(Promise, kind=st.just(PromiseKind.DEPRECIATION), percent=st.integers(0, 100).map(Decimal)),
)


@st.composite
def closed_repairs(draw: st.DrawFn, begin: date) -> tuple[Repair, ...]:
    """Up to four repairs one after the other, all returned."""
    found: list[Repair] = []
    free_from = begin
    for _ in range(draw(st.integers(0, 4))):
        handed = free_from + timedelta(days=draw(st.integers(0, 150)))
        free_from = handed + timedelta(days=draw(st.integers(0, 45)))
        kind, symptom = draw(st.sampled_from(RepairKind)), draw(st.sampled_from(["noise", "leak", ""]))
        found.append(Repair(handed_on=handed, returned_on=free_from, kind=kind, symptom=symptom))
    return tuple(found)


@st.composite
def faulty(draw: st.DrawFn, buyer: Buyer | None = Buyer.CONSUMER) -> tuple[Facts, date]:
    """A performance fault without an open job or wait, and a day on which everything on record has ended."""
    sold = draw(SOLD)
    delivered = sold + timedelta(days=draw(st.integers(0, 9)))
    installed = draw(st.sampled_from([None, delivered, delivered + timedelta(days=12)]))
    repairs = draw(closed_repairs(installed or delivered))
    ends = [delivered, installed or sold, *(item.returned_on or sold for item in repairs)]
    exchanged = draw(st.sampled_from([None, None, max(ends)]))
    facts = Facts(
        product=draw(st.sampled_from(PRODUCTS)),
        jurisdiction=draw(st.sampled_from(["CN", "CN-ZJ", "CN-SD"])),
        buyer=buyer or draw(st.sampled_from(Buyer)),
        proof=draw(st.sampled_from(Proof)),
        price=draw(PRICES),
        price_paid=draw(st.one_of(st.none(), PRICES)),
        invoice_on=sold,
        delivered_on=delivered,
        installed_on=installed,
        exchanged_on=exchanged,
        main_part=draw(st.sampled_from(PARTS)),
        symptom=draw(st.sampled_from(["noise", "leak", ""])),
        cause_disputed=draw(st.sampled_from([False, False, True])),
        repairs=repairs,
        same_model_in_stock=draw(st.sampled_from([True, False, None])),
        asked=draw(st.sampled_from(Remedy)),
        promises=tuple(draw(st.lists(promises, max_size=2))),
    )
    return facts, max(ends)


@st.composite
def any_facts(draw: st.DrawFn) -> tuple[Facts, date]:
    """Facts of any kind, contradictory ones among them, and a day of decision."""
    facts, last = draw(faulty(buyer=None))
    values = {name: getattr(facts, name) for name in facts.__dataclass_fields__}
    values |= {
        "fault_type": draw(st.sampled_from(FaultType)),
        "channel": draw(st.sampled_from(Channel)),
        "misuse": draw(st.booleans()),
        "membership": draw(st.sampled_from(MembershipCard)),
        "price": draw(st.one_of(st.none(), st.just(Decimal(0)), PRICES)),
        "invoice_on": draw(st.sampled_from([facts.invoice_on, None])),
        "occurred_on": draw(st.sampled_from([None, last])),
    }
    return Facts(**values), last + timedelta(days=draw(st.integers(-3, 1500)))
