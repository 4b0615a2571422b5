"""Settled messages are forgotten after their time with their attempts; what waits stays, and one process does it."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from servicedesk.notify.models import NoticeAttempt, Notification
from servicedesk.sending.http import Answer
from servicedesk.webhooks.models import WebhookAttempt, WebhookDelivery
from servicedesk.webhooks.relay import serve
from servicedesk.webhooks.retention import purge_once
from servicedesk.webhooks.services import send_test
from tests.make import NOW
from tests.make_channels import make_outgoing
from tests.make_webhooks import make_endpoint

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_what_was_settled_before_the_retention_goes_with_its_attempts(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("servicedesk.webhooks.retention.CHUNK", 2)
    settings.DELIVERY_RETENTION_DAYS = 90
    long_ago, lately = NOW - 91 * DAY, NOW - 89 * DAY
    endpoint = make_endpoint()
    for at in (long_ago, lately):
        for _time in range(3):
            notice = make_outgoing("sms", sent_at=at)
            NoticeAttempt.objects.create(notification=notice, at=at, status=200, millis=1)
        make_outgoing("email", outcome="dead", ended_at=at)
        send_test(endpoint.pk, actor=None, now=at)
        serve(endpoint.pk, at, lambda *_sent: Answer(200))
    make_outgoing("in_app", sent_at=long_ago)
    make_outgoing("sms", created_at=long_ago)
    assert purge_once(NOW) == 5
    assert Notification.objects.count() == 6
    assert (NoticeAttempt.objects.count(), WebhookAttempt.objects.count()) == (3, 1)
    assert WebhookDelivery.objects.count() == 1
    assert Notification.objects.filter(sent_at=None, outcome="").count() == 1


def test_of_many_processes_one_has_its_turn_within_the_hour() -> None:
    make_outgoing("sms", sent_at=NOW - 200 * DAY)
    assert purge_once(NOW) == 1
    make_outgoing("sms", sent_at=NOW - 200 * DAY)
    assert purge_once(NOW + timedelta(minutes=59)) == 0
    assert purge_once(NOW + timedelta(minutes=60)) == 1
