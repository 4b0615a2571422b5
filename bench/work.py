"""What is measured besides pages: opening a ticket, the lag of the sweep, the load run."""

import random
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from http.client import HTTPException
from itertools import count
from uuid import uuid4

from bench.client import Browser
from bench.figures import Load
from bench.staff import Examples, Staff
from servicedesk import clock
from servicedesk.people.models import Customer
from servicedesk.sla.models import ClockState, SlaClock, SlaEvent

CONNECTIONS = 4
READS_OF_TEN = 8
SWEPT = 20
SWEEP_PATIENCE = 15.0
_turns = count(1)


def opening(browser: Browser, customer_id: int) -> tuple[int, float]:
    """Open a ticket as an agent does: the form is fetched, then sent. Status and milliseconds of the sending."""
    browser.get(f"/tickets/new/?customer={customer_id}")
    customer = Customer.objects.prefetch_related("phones", "addresses", "appliances").get(pk=customer_id)
    phone, address = customer.phones.all()[0], customer.addresses.all()[0]
    machines = list(customer.appliances.all()[:1])
    fields = {
        "submission": str(uuid4()),
        "customer": str(customer_id),
        "name": customer.name,
        "phone_choice": str(phone.pk),
        "address_choice": str(address.pk),
        "kind": "repair" if machines else "consultation",
        "channel": "phone",
        "appliance": str(machines[0].pk) if machines else "other",
        "description": "脱水时跳动",
        "window": "",
        "read_back": "on",
    }
    return browser.post("/tickets/new/", fields)


def sweep_lags() -> list[float]:
    """Milliseconds from due to written down, for clocks of the tickets the bench opened, brought forward to now."""
    now = clock.now()
    own = SlaClock.objects.filter(ticket__owner__employee_no__startswith="BENCH-", state=ClockState.RUNNING)
    ids = list(own.filter(stopped_at=None, next_fire_at__gt=now).values_list("pk", flat=True)[:SWEPT])
    due = {}
    for place, number in enumerate(ids):
        due[number] = now + timedelta(seconds=1 + 0.15 * place)
        moved = {"warn_at": due[number], "due_at": due[number], "next_fire_at": due[number], "next_level": "breach"}
        SlaClock.objects.filter(pk=number).update(**moved)
    seen: dict[int, float] = {}
    patience = time.monotonic() + SWEEP_PATIENCE
    while len(seen) < len(ids) and time.monotonic() < patience:
        written = SlaEvent.objects.filter(clock__in=ids, level="breach").values_list("clock_id", flat=True)
        at = clock.now()
        for number in set(written) - set(seen):
            seen[number] = (at - due[number]).total_seconds() * 1000
        time.sleep(0.02)
    return [seen.get(number, SWEEP_PATIENCE * 1000) for number in ids]


class LoadRun:
    """Four clients that read and write for a while; what they meet is collected."""

    def __init__(self, make_browser: Callable[[str], Browser], staff: Staff, found: Examples) -> None:
        self.make_browser, self.staff, self.found = make_browser, staff, found
        self.reads: list[float] = []
        self.writes: list[float] = []
        self.errors: list[str] = []

    def run(self, seconds: int) -> Load:
        """Let them work for `seconds`; an answer of 400 and more, or none at all, is an error."""
        began = time.monotonic()
        workers = [threading.Thread(target=self.work, args=(place, began + seconds)) for place in range(CONNECTIONS)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        return Load(self.reads, self.writes, self.errors, time.monotonic() - began, CONNECTIONS)

    def work(self, place: int, until: float) -> None:
        """One client: eight reads to two writes, in a random order of its own."""
        dice = random.Random(place)  # noqa: S311 - a mix, no secret
        browser = self.make_browser("dispatcher" if place % 2 else "manager")
        while time.monotonic() < until:
            reading = dice.randrange(10) < READS_OF_TEN
            path = dice.choice(self.paths()) if reading else ""
            try:
                status, took = browser.get(path) if reading else self.write(browser, dice, opens=place % 2 == 0)
            except (OSError, HTTPException) as error:
                self.errors.append(f"{path or 'a write'}: {error}")
                browser.close()
                continue
            if status >= 400:
                self.errors.append(f"{path or 'a write'}: {status}")
            (self.reads if reading else self.writes).append(took)
        browser.close()

    def paths(self) -> list[str]:
        """What is read: lists, tickets, the queue, the search, now and then a dashboard."""
        tickets = [f"/tickets/{number}/" for number in self.found.living[:40]]
        return ["/tickets/", "/tickets/?view=all", "/dispatch/", "/dashboard/", *tickets[:8], *self.searches()]

    def searches(self) -> list[str]:
        """Some of the searches."""
        return [f"/search/?q={tail}" for tail in self.found.tails[:4]]

    def write(self, browser: Browser, dice: random.Random, *, opens: bool) -> tuple[int, float]:
        """A write: a new ticket, or a note on a living ticket of the dispatcher's outlets."""
        if (opens or not self.found.living) and self.found.customers:
            return opening(browser, dice.choice(self.found.customers))
        number = dice.choice(self.found.living)
        return browser.post(f"/tickets/{number}/note/", {"note": f"测量记录 {next(_turns)}"})
