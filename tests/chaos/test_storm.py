"""The long run: hundreds of kills, crashes and flushes over thousands of clocks; I1 to I6 hold at the end."""

import os
import random
import statistics
import sys
import time
from datetime import timedelta

import pytest

from servicedesk import clock
from servicedesk.sla.models import SlaClock, SlaEvent
from servicedesk.webhooks.models import WebhookDelivery
from tests.chaos import invariants
from tests.chaos.agents import Agents, agents_at_work
from tests.chaos.house import House
from tests.chaos.processes import until
from tests.chaos.storm import Storm
from tests.chaos.work import lags, make_desk, shorten_waits, unclimbed, unnoticed, unsettled
from tests.make_webhooks import Receiver, make_endpoint, receiver

pytestmark = [pytest.mark.chaos, pytest.mark.proof, pytest.mark.xdist_group("chaos")]
CLOCKS = int(os.environ.get("CHAOS_CLOCKS", "10000"))
KILLS = int(os.environ.get("CHAOS_KILLS", "200"))
CRASHES = int(os.environ.get("CHAOS_CRASHES", "6"))
SEED = int(os.environ.get("CHAOS_SEED", "20261122"))
# What a kill takes with the start of what was killed; the clocks fall due over so much time.
SECONDS_A_KILL = 2.5
# How quickly they can be opened.
CLOCKS_A_SECOND = 150


@pytest.mark.timeout(5400)
def test_hundreds_of_kills_lose_nothing_and_do_nothing_twice(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    window = timedelta(seconds=KILLS * SECONDS_A_KILL)
    desk = make_desk(minutes=60)
    with receiver() as sink:
        make_endpoint(sink.url, "sla.warn", "sla.breach", now=clock.now())
        began = clock.now()
        first = began + timedelta(seconds=CLOCKS / CLOCKS_A_SECOND)
        desk.open_many(CLOCKS, first, first + window)
        with agents_at_work(house, desk) as agents:
            storm = Storm(house, KILLS, CRASHES, CRASHES, random.Random(SEED))
            storm.rage()
            time.sleep(max(0.0, (first + window - clock.now()).total_seconds()))
            drained = until(lambda: not unnoticed(clock.now()), 60, "all breaches")
            until(lambda: not unclimbed(clock.now()), 60, "the ladders")
            shorten_waits(clock.now())
            settled = until(lambda: not unsettled(), 900, "all outboxes")
        with capsys.disabled():
            sys.stdout.write(figures(house, agents, sink, [drained, settled]))
        now = clock.now()
        offenders = [*invariants.all_hold(now), *invariants.settled(now), *agents.refused(storm.outages)]
        rows = [row.message for row in WebhookDelivery.objects.all()]
        offenders += invariants.keys_are_rows(sink.ids(), rows)
    assert offenders == []
    assert storm.fallen() == []
    # A process has one message on its way to an endpoint; a crash of the database may leave all of them unmarked.
    assert len(sink.got) - len(rows) <= house.kills.total() + 4 * CRASHES


def figures(house: House, agents: Agents, sink: Receiver, waits: list[float]) -> str:
    """The figures of docs/reliability.md, a line each."""
    found = lags(clock.now())
    percentiles = statistics.quantiles(found, n=100)
    keys = len(set(sink.ids()))
    lines = [
        f"clocks {SlaClock.objects.count()}, events {SlaEvent.objects.count()}, breaches {len(found)}",
        f"kills {house.kills.total()}: {dict(house.kills.most_common())}",
        f"crashes of PostgreSQL {house.crashes['postgres']}, flushes of Redis {house.crashes['redis']}",
        f"noticed after: median {percentiles[49]:.2f} s, p99 {percentiles[98]:.2f} s, longest {found[-1]:.2f} s",
        f"all noticed {waits[0]:.1f} s after the storm, outboxes empty after {waits[1]:.0f} s",
        f"messages at the sink {keys}, repeats {len(sink.got) - keys}",
        f"agents' answers {dict(agents.statuses())}",
    ]
    return "\n" + "\n".join(lines) + "\n"
