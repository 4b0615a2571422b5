"""The rules on the phone and those of the house say the same over many cases."""

import json
import random
from dataclasses import asdict
from typing import Any

import pytest
from playwright.sync_api import Page

from visits import completion
from visits.completion import Condition, Evidence, Item, Reply

PROOFS = [
    "tick", "certificate", "price_list", "signature", "reading", "statement", "inspection", "text", "number", "choice",
    "photo",
]  # fmt: skip
OUTCOMES = ["", "fixed", "needs_part", "taken_to_workshop"]
CASES = 600

JUDGE = """async (cases) => {
  const rules = await import("/static/js/field/rules.js");
  return cases.map(({ items, replies, evidence, outcome }) => ({
    applying: rules.applying(items, replies).map((one) => one.code),
    missing: rules.missingOf(items, replies, evidence, outcome).map((one) => [one.code, one.lack]),
    kept: items.map((one) => rules.isKept(one, replies[one.code], evidence)),
    score: rules.scoreOf(items, replies, evidence),
  }));
}"""


def condition(chance: random.Random, above: list[str]) -> Condition | None:
    if not above or chance.random() < 0.6:
        return None
    answers = chance.sample(["done", "not_done", "a", "b", "X1"], chance.randint(1, 3))
    return Condition(chance.choice(above), frozenset(answers))


def case(chance: random.Random) -> dict[str, Any]:
    items: list[Item] = []
    for n in range(chance.randint(1, 7)):
        above = [one.code for one in items]
        excused = frozenset(chance.sample(OUTCOMES[1:], chance.randint(0, 2)))
        items.append(
            Item(
                f"{n}.1",
                chance.choice(PROOFS),
                chance.random() < 0.7,
                chance.random() < 0.1,
                excused,
                condition(chance, above),
                condition(chance, above),
            )
        )
    replies = {
        one.code: Reply(chance.choice(["done", "not_done"]), chance.choice(["", "a", "b", "X1", "2026-1"]))
        for one in items
        if chance.random() < 0.7
    }
    evidence = Evidence(
        chance.random() < 0.5, chance.random() < 0.5, frozenset({"X1"}), frozenset({"2026-1"}),
        frozenset(one.code for one in items if chance.random() < 0.4),
    )  # fmt: skip
    return {"items": items, "replies": replies, "evidence": evidence, "outcome": chance.choice(OUTCOMES)}


def of_house(one: dict[str, Any]) -> dict[str, Any]:
    items, replies, evidence = one["items"], one["replies"], one["evidence"]
    score = completion.score_of(items, replies, evidence)
    missing = completion.missing_of(items, replies, evidence, one["outcome"])
    return {
        "applying": [each.code for each in completion.applying(items, replies)],
        "missing": [[each.code, each.lack] for each in missing],
        "kept": [completion.is_kept(each, replies.get(each.code), evidence) for each in items],
        "score": {**asdict(score), "failing": list(score.failing), "share": score.share, "passed": score.passed},
    }


def plain(value: Any) -> Any:
    return json.loads(
        json.dumps(value, default=lambda each: sorted(each) if isinstance(each, frozenset) else asdict(each))
    )


@pytest.mark.django_db(transaction=True)
def test_phone_and_house_judge_alike(page: Page, live_app: str) -> None:
    chance = random.Random(7)
    cases = [case(chance) for _n in range(CASES)]
    page.goto(f"{live_app}/login/")
    assert page.evaluate(JUDGE, plain(cases)) == [plain(of_house(one)) for one in cases]
