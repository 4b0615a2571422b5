"""`/metrics`: for whoever has the token, true at each scrape."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from servicedesk import clock
from servicedesk.notify.models import Heartbeat
from tests.make import make_ticket
from tests.make_sla import load_promises

TOKEN = "a-token-of-the-tests"


def scraped(client: Client) -> dict[str, float]:
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.content.decode())
    return {
        "".join([sample.name, *sorted(sample.labels.values())]): sample.value
        for family in families
        for sample in family.samples
    }


@pytest.mark.django_db
@pytest.mark.parametrize("header", ["", "Bearer wrong", "Bearer "])
def test_without_the_token_there_is_nothing(client: Client, settings: Any, header: str) -> None:
    settings.METRICS_TOKEN = TOKEN
    assert client.get("/metrics", headers={"Authorization": header}).status_code == 404
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"Authorization": header}).status_code == 404


@pytest.mark.django_db
def test_an_overdue_clock_shows_as_lag_until_it_is_swept(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    load_promises()
    assert scraped(client)["yipiao_sla_due"] == 0
    now = clock.now()
    make_ticket(channel="email", priority=2, now=now - timedelta(minutes=20))
    Heartbeat.objects.create(name="timers", at=now - timedelta(seconds=90))

    figures = scraped(client)

    assert figures["yipiao_sla_due"] == 1
    assert 500 < figures["yipiao_sla_lag_seconds"] < 600
    assert figures["yipiao_heartbeat_age_secondstimers"] >= 90
    assert figures["yipiao_look_back_foundlost_clocks"] == 0
