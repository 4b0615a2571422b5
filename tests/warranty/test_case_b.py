"""Case B of the handbook, read off the page: a drum washing machine of 1997, on every day that decides something."""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse

from servicedesk import clock
from servicedesk.clock import LOCAL
from servicedesk.people.models import Role
from servicedesk.project.replay.document import read_case
from servicedesk.project.replay.play import play_event
from servicedesk.project.replay.world import World, build_world
from tests.make import make_ticket, make_user
from warranty.models import Decision

CASE_B = Path(settings.BASE_DIR) / "docs" / "cases" / "b-two-years-with-the-same-fault.yaml"
FREE, PAID = ("免费修理", "The repair is free"), ("收费修理", "The repair is paid")


@dataclass(frozen=True)
class Look:
    """Somebody opens the guarantee page at this moment: for a ticket of the story, for a new one, or for none."""

    at: str
    headline: tuple[str, str]
    sentence: tuple[str, str]
    ticket: str = ""
    part: str = ""


UNIT_RUNS = (
    "整机：有效至 1998-09-10，1998-09-10 的故障在期内。",
    "Whole unit: runs to 1998-09-10; the fault of 1998-09-10 is inside.",
)
UNIT_OVER = (
    "整机：已于 1998-09-10 届满，{day} 的故障在期后。",
    "Whole unit: ended on 1998-09-10; the fault of {day} came later.",
)
# The last day is a Sunday; the rest days of that year are not loaded, so it stays as counted and is provisional.
PARTS_RUN = (
    "主要部件：有效至 2000-09-10，{day} 的故障在期内。",
    "Main parts: runs to 2000-09-10; the fault of {day} is inside.",
)
PARTS_OVER = (
    "主要部件：已于 2000-09-10 届满，{day} 的故障在期后。",
    "Main parts: ended on 2000-09-10; the fault of {day} came later.",
)
BACK = (
    "{returned} 修好返还，第 {number} 日同一故障再现；30 天内免费，至 {last}。",
    "Returned on {returned}; the same fault came back on day {number}. Free for 30 days, to {last}.",
)


def said(sentence: tuple[str, str], **values: object) -> tuple[str, str]:
    """The sentence in both languages, with its days."""
    return sentence[0].format(**values), sentence[1].format(**values)


LOOKS = (
    # The unit's year.
    Look("1998-09-10T09:00", FREE, UNIT_RUNS),
    Look("1998-09-11T09:00", PAID, said(UNIT_OVER, day="1998-09-11")),
    # The first call: main parts still run, and bolts are none.
    Look("2000-06-08T09:00", PAID, said(UNIT_OVER, day="2000-06-08"), "t1"),
    # Twice it comes back within 30 days of a return.
    Look("2000-06-18T09:01", FREE, said(BACK, returned="2000-06-08", number=10, last="2000-07-08"), "t1"),
    Look("2000-07-03T09:01", FREE, said(BACK, returned="2000-06-18", number=15, last="2000-07-18"), "t1"),
    # The last of the 30 days after the third return, and the day after.
    Look("2000-08-02T09:00", FREE, said(BACK, returned="2000-07-03", number=30, last="2000-08-02"), "new"),
    Look("2000-08-03T09:00", PAID, said(UNIT_OVER, day="2000-08-03"), "new"),
    # The three years of the main parts, as for the motor.
    Look("2000-09-10T09:00", FREE, said(PARTS_RUN, day="2000-09-10"), part="motor"),
    Look("2000-09-11T09:00", PAID, said(PARTS_OVER, day="2000-09-11"), part="motor"),
    # All terms are over.
    Look("2002-06-03T09:00", PAID, said(UNIT_OVER, day="2002-06-03"), "t2"),
    Look("2002-06-03T09:00", PAID, said(PARTS_OVER, day="2002-06-03"), "t2"),
)
RIGHTS = re.compile(r'<ul class="rows rights">.*?</ul>', re.DOTALL)


def read(world: World, look: Look, language: str) -> str:
    """The text of the guarantee page at that moment, as an agent reads it; what is made for it is taken back."""
    at = datetime.fromisoformat(look.at).replace(tzinfo=LOCAL)
    drum = world.appliances["drum"]
    client = Client()
    client.cookies["django_language"] = language
    with clock.at(at), transaction.atomic():
        client.force_login(make_user(Role.AGENT))
        asked = {"main_part": look.part} if look.part else {}
        if look.ticket == "new":
            fault = world.tickets["t1"].fault
            asked["ticket"] = make_ticket(customer=drum.customer, appliance=drum, fault=fault, now=at).number
        elif look.ticket:
            asked["ticket"] = world.tickets[look.ticket].number
        page = client.get(reverse("warranty_appliance", args=[drum.pk]), asked).content.decode()
        transaction.set_rollback(True)
    return page


def words_of(page: str) -> str:
    """What a reader sees of it."""
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def faults_of(look: Look, page: str, language: int) -> list[str]:
    """What the page does not say though it is true, or says though it is not."""
    text, rights = words_of(page), RIGHTS.findall(page)
    found = [wanted for wanted in (look.headline[language], look.sentence[language]) if wanted not in text]
    # Article 11 never opens, and nothing but this one right does.
    if len(rights) != 1 or rights[0].count("<li>") != 1:
        found.append(f"rights: {words_of(' '.join(rights))}")
    if ("请向法务核实", "Check with counsel")[language] not in text:
        found.append("counsel")
    return [f"{look.at} {fault}" for fault in found]


@pytest.mark.usefixtures("in_chinese")
def test_the_page_tells_the_truth_at_each_date_in_both_languages() -> None:
    case, waiting, found = read_case(CASE_B), list(LOOKS), []
    with clock.at(case.events[0].at):
        world = build_world(case)
    for event in case.events:
        # A record does not know what comes after it: each look is taken when its moment comes.
        while waiting and datetime.fromisoformat(waiting[0].at).replace(tzinfo=LOCAL) < event.at:
            look = waiting.pop(0)
            for place, language in enumerate(("zh-hans", "en")):
                found += faults_of(look, read(world, look, language), place)
        play_event(world, event)
    assert not waiting
    assert found == []
    given = Decision.objects.order_by("decided_at").values_list("headline", flat=True)
    assert list(given) == ["paid_repair", "repair", "paid_repair"]
