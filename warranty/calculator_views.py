"""The calculator of the guarantee: facts without an appliance, the answer of one day or of two; nothing is stored."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from servicedesk import clock
from servicedesk.access import roles_allowed
from servicedesk.errors import INVALID
from warranty.access import RECORDERS
from warranty.calculator_forms import Calculator
from warranty.facts_builder import local_day
from warranty.presenting import Shown, facts_words, show
from warranty.rules.decide import decide
from warranty.rules.facts import Facts
from warranty.selectors import rest_days, the_edition


@dataclass(frozen=True)
class Answer:
    """The answer as of a day; `ahead` where that day is still to come."""

    day: date
    ahead: bool
    shown: Shown


@require_GET
@roles_allowed(*RECORDERS)
def warranty_calculator(request: HttpRequest) -> HttpResponse:
    """The form with what was asked, which the address holds; the answer above it, or each mistake at its field."""
    today = local_day(clock.now())
    asked = Calculator(request.GET.dict(), edition=the_edition(), today=today)
    context: dict[str, Any] = {"calculator": asked, "form": asked.form, "today": today}
    if asked.facts:
        context |= {
            "answers": [_answer(asked.facts, day, today) for day in asked.days],
            "facts": facts_words(asked.facts),
            "sold": asked.facts.sold_on,
            "product": asked.facts.product,
        }
    wrong = asked.asked and not asked.is_valid
    return render(request, "warranty/calculator.html", context, status=INVALID if wrong else 200)


def _answer(facts: Facts, day: date, today: date) -> Answer:
    verdict = decide(facts, the_edition(), rest_days(), day)
    return Answer(day, day > today, show(verdict, facts, the_edition(), verdict.missing))
