"""The rules of sampling by themselves: what each takes, the same tickets every time, the heaviest first."""

from dataclasses import replace
from typing import Any

import pytest

from visits.aftercare.sampling import DEFAULT_RULES, Finished, Rule, hits_of, ranked, share


@pytest.mark.parametrize(
    ("rule", "finished", "value"),
    [
        (Rule("charge", 100, 1, 500), Finished("1", charge_fen=50_001), 50_001),
        (Rule("charge", 100, 1, 500), Finished("1", charge_fen=50_000), None),
        (Rule("parts", 100, 1), Finished("1", parts=2), 2),
        (Rule("parts", 100, 1), Finished("1", parts=2, photos=1), None),
        (Rule("fee", 100, 1), Finished("1", waived=True), 1),
        (Rule("conduct", 100, 1), Finished("1", not_kept=("4.1", "5.2")), "4.1 5.2"),
        (Rule("repeat", 100, 1, 30), Finished("1", repeat_days=30), 30),
        (Rule("repeat", 100, 1, 30), Finished("1", repeat_days=31), None),
        (Rule("new_technician", 100, 1, 90), Finished("1", technician_days=0), 0),
        (Rule("contradictions", 100, 1, 2), Finished("1", mismatches=2), 2),
        (Rule("contradictions", 100, 1, 2), Finished("1", mismatches=1), None),
        (Rule("no_fault", 100, 1), Finished("1", no_fault=True), 1),
    ],
)
def test_each_rule_takes_what_it_is_about(rule: Rule, finished: Finished, value: Any) -> None:
    hits = hits_of([rule], finished)
    assert [hit.value for hit in hits] == ([] if value is None else [value])
    assert hits_of([replace(rule, percent=0)], finished) == []


def test_a_share_takes_about_its_percentage_and_always_the_same_tickets() -> None:
    rule = Rule("random", 10, 5)
    taken = [number for number in range(20_000) if hits_of([rule], Finished(str(number)))]
    assert 1_800 < len(taken) < 2_200
    assert taken == [number for number in range(20_000) if share("random", str(number)) < 10]
    more = {number for number in range(20_000) if hits_of([replace(rule, percent=20)], Finished(str(number)))}
    assert set(taken) < more


def test_the_heaviest_go_first_and_the_order_of_the_rows_decides_nothing() -> None:
    drawn = [
        (str(number), hits_of(DEFAULT_RULES, Finished(str(number), charge_fen=number * 30_000)))
        for number in range(40)
    ]
    assert ranked(drawn) == ranked(reversed(drawn))
    weights = [sum(hit.weight for hit in hits) for _number, hits in ranked(drawn)]
    assert weights == sorted(weights, reverse=True)
