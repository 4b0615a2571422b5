"""A relay that is really killed, between sending and marking: at most one repeat, under the same key."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.db import connection
from pytest_django import Settings

from servicedesk import clock
from servicedesk.notify.models import Notification
from servicedesk.notify.outgoing import LEASE, serve
from tests.make_channels import make_channel, make_outgoing
from tests.make_webhooks import receiver

pytestmark = pytest.mark.django_db(transaction=True)
ROUND = "import django; django.setup(); from servicedesk.notify.outgoing import serve; from servicedesk import clock; "
ROUND += "serve('sms', clock.now())"


def database_url() -> str:
    kept = connection.settings_dict
    password = quote(str(kept["PASSWORD"]), safe="")
    return f"postgres://{kept['USER']}:{password}@{kept['HOST']}:{kept['PORT']}/{kept['NAME']}"


def killed_round() -> int:
    """Runs a round of the relay in a process of its own that dies after its first sending; returns how it ended."""
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "servicedesk.project.settings.test",
        "FAILPOINT": "channels.after_send",
        "SMS_TOKEN": "token-of-the-test",
    }
    return subprocess.run([sys.executable, "-c", ROUND], env=environment, check=False, timeout=60).returncode


@pytest.mark.parametrize("at_most_once", [False, True])
def test_a_killed_relay_repeats_at_most_one_message_under_its_key(settings: Settings, at_most_once: bool) -> None:
    settings.SMS_TOKEN = "token-of-the-test"
    with receiver() as provider:
        make_channel("sms", address=provider.url, at_most_once=at_most_once)
        for _time in range(3):
            make_outgoing("sms")
        assert killed_round() == -signal.SIGKILL
        assert len(provider.got) == 1
        serve("sms", clock.now() + LEASE + timedelta(seconds=1))
        keys = [headers["idempotency-key"] for headers, _body in provider.got]
        sent = Notification.objects.exclude(sent_at=None).count()
        doubtful = Notification.objects.filter(outcome="uncertain").count()
    assert len(set(keys)) == 3, "nothing is lost"
    assert (len(keys), sent, doubtful) == ((3, 2, 1) if at_most_once else (4, 3, 0))
