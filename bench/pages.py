"""The pages that are measured, and what each may take (the figures of the issue)."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from urllib.parse import quote

from bench.figures import Goal
from bench.staff import Examples, Staff

LIST = Goal(150, 12)
TICKET = Goal(80, 15)
SEARCH = Goal(200)
QUEUE = Goal(150)
DASHBOARD = Goal(200)
API_LIST = Goal(60)


@dataclass(frozen=True)
class Page:
    """One measure: who asks, the addresses in turn, and the goal. `token` pages answer only to an API token."""

    name: str
    role: str
    paths: list[str]
    goal: Goal

    def turns(self) -> Iterator[str]:
        """The addresses, again and again."""
        return cycle(self.paths)


def pages_of(staff: Staff, found: Examples) -> list[Page]:
    """Every page of the table, with addresses from the data; a page without an example is left out."""
    outlet = staff.outlets[0] if staff.outlets else 0
    pages = [
        Page("ticket list, dispatcher with 3 outlets, default view", "dispatcher", ["/tickets/"], LIST),
        Page("ticket list, dispatcher with 3 outlets, at risk", "dispatcher", ["/tickets/?view=risk"], LIST),
        Page("ticket list, dispatcher with 3 outlets, all", "dispatcher", ["/tickets/?view=all"], LIST),
        Page("ticket list, manager, all open", "manager", ["/tickets/?view=open"], LIST),
        Page("ticket list, manager, all", "manager", ["/tickets/?view=all"], LIST),
        Page("ticket list, manager, at risk", "manager", ["/tickets/?view=risk"], LIST),
        Page("ticket list, agent, own", "agent", ["/tickets/?view=mine"], LIST),
        Page("ticket page, ended", "dispatcher", [f"/tickets/{one}/" for one in found.tickets], TICKET),
        Page("ticket page, living", "dispatcher", [f"/tickets/{one}/" for one in found.living], TICKET),
        *_searches(found),
        Page("dispatch queue, dispatcher with 3 outlets", "dispatcher", ["/dispatch/"], QUEUE),
        Page("dispatch queue, manager", "manager", ["/dispatch/"], QUEUE),
        Page("dashboard, 28 days, one outlet", "manager", [f"/dashboard/?outlet={outlet}"], DASHBOARD),
        Page("dashboard, 28 days, all outlets", "manager", ["/dashboard/"], DASHBOARD),
        Page("dashboard, 28 days, dispatcher with 3 outlets", "dispatcher", ["/dashboard/"], DASHBOARD),
        Page("API list of 25", "manager", ["/api/v1/tickets?limit=25"], API_LIST),
    ]
    return [page for page in pages if page.paths]


def _searches(found: Examples) -> list[Page]:
    asked = {
        "phone tail": found.tails,
        "whole phone number": found.phones,
        "name of two signs": found.names,
        "pinyin": found.pinyin,
        "words of an address": found.addresses,
        "ticket number": found.tickets,
    }
    pages = [
        Page(f"search, {kind}", "agent", [f"/search/?q={quote(one)}" for one in words], SEARCH)
        for kind, words in asked.items()
    ]
    for kind, words in asked.items():
        if kind != "words of an address":
            paths = [f"/tickets/?view=all&text={quote(one)}" for one in words]
            pages.append(Page(f"text filter of the list, {kind}", "manager", paths, SEARCH))
    pages.append(
        Page("search, phone tail, dispatcher", "dispatcher", [f"/search/?q={one}" for one in found.tails], SEARCH)
    )
    return pages
