"""The log of all that leaves the house: filtered, page by page, sent again or given up by administrators only."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from servicedesk import clock
from servicedesk.errors import ActionError
from servicedesk.notify.administration import give_up_notice, send_notice_again
from servicedesk.notify.models import NoticeAttempt, Notification
from servicedesk.people.models import Role
from servicedesk.webhooks.models import WebhookDelivery
from servicedesk.webhooks.services import give_up, send_test
from tests.make import NOW, make_user
from tests.make_channels import make_channel, make_outgoing
from tests.make_desk import browser_of
from tests.make_webhooks import make_endpoint

pytestmark = pytest.mark.django_db
LOG = "/deliveries/"


@pytest.fixture
def admin() -> Client:
    return browser_of(make_user(Role.ADMIN))


def tried(notice: Notification, **fields: Any) -> None:
    NoticeAttempt.objects.create(notification=notice, at=clock.now(), **{"millis": 12, **fields})


def test_an_empty_log_says_what_will_stand_here(admin: Client) -> None:
    assert "还没有发送过消息" in admin.get(LOG).content.decode()
    assert "没有符合条件的消息" in admin.get(f"{LOG}?state=dead").content.decode()


def test_each_message_is_shown_with_its_state_and_attempts(admin: Client) -> None:
    notice = make_outgoing("sms", outcome="dead")
    tried(notice, status=500, excerpt="<b>out of order</b>")
    page = admin.get(f"{LOG}?channel=sms").content.decode()
    for words in (str(notice.recipient), "已放弃", "响应 500", "&lt;b&gt;out of order", "12 ms"):
        assert words in page, words
    assert str(notice.recipient) not in admin.get(f"{LOG}?channel=email").content.decode()
    assert str(notice.recipient) not in admin.get(f"{LOG}?channel=sms&state=waiting").content.decode()
    assert str(notice.recipient) in admin.get(f"{LOG}?channel=sms&state=dead").content.decode()


def test_a_day_is_that_of_the_product(admin: Client) -> None:
    early, late = (make_outgoing("sms", created_at=NOW.replace(hour=hour)) for hour in (15, 16))
    page = admin.get(f"{LOG}?channel=sms&day=2026-03-10").content.decode()
    assert str(early.recipient) in page
    assert str(late.recipient) not in page, "midnight in Shanghai is 16:00 in UTC"
    assert "发送记录" in admin.get(f"{LOG}?channel=sms&day=nonsense&state=nonsense&after=x").content.decode()


def test_webhooks_and_robots_stand_in_it_too(admin: Client) -> None:
    message = send_test(make_endpoint(description="仓库系统").pk, actor=None, now=NOW)
    page = admin.get(f"{LOG}?channel=webhook&state=waiting").content.decode()
    assert "仓库系统" in page
    assert reverse("webhook_delivery_give_up", args=[message.pk]) in page
    assert admin.post(reverse("webhook_delivery_give_up", args=[message.pk])).status_code == 303
    assert WebhookDelivery.objects.get().state == "dead"
    assert admin.post(reverse("webhook_delivery_again", args=[message.pk])).status_code == 303
    assert WebhookDelivery.objects.get().state == "waiting"


def test_a_manager_reads_and_changes_nothing(admin: Client) -> None:
    manager = browser_of(make_user(Role.MANAGER))
    notice = make_outgoing("sms", outcome="uncertain")
    page = manager.get(f"{LOG}?channel=sms").content.decode()
    assert "结果不明" in page
    assert reverse("delivery_again", args=[notice.pk]) not in page
    assert manager.post(reverse("delivery_again", args=[notice.pk])).status_code == 403
    assert reverse("delivery_again", args=[notice.pk]) in admin.get(f"{LOG}?channel=sms").content.decode()


def test_what_is_uncertain_is_sent_again_under_its_key_or_given_up(admin: Client) -> None:
    make_channel("sms", address="http://127.0.0.1:9/")
    again, ended = make_outgoing("sms", outcome="uncertain", attempts=3), make_outgoing("sms", outcome="uncertain")
    key = again.message_key
    answer = admin.post(reverse("delivery_again", args=[again.pk]), {"state": "uncertain", "day": "2026-03-10"})
    assert answer["Location"] == f"{LOG}?channel=sms&state=uncertain&day=2026-03-10&just={again.pk}"
    # It waits now, and stands in its place all the same; others of its state do not.
    other = make_outgoing("sms")
    shown = admin.get(f"{LOG}?channel=sms&state=uncertain&just={again.pk}").content.decode()
    assert f'id="line-{again.pk}"' in shown
    assert f'id="line-{other.pk}"' not in shown
    admin.post(reverse("delivery_give_up", args=[ended.pk]))
    again.refresh_from_db()
    ended.refresh_from_db()
    assert (again.outcome, again.attempts, again.message_key) == ("", 0, key)
    assert ended.outcome == "discarded"


def test_one_that_is_being_sent_or_settled_is_left_alone() -> None:
    now = clock.now()
    sending = make_outgoing("sms", lease_until=now + timedelta(seconds=20), next_try_at=now)
    sent = make_outgoing("sms", sent_at=now)
    fresh = make_outgoing("sms")
    for act, notice, code in (
        (send_notice_again, sending, "being_sent"),
        (give_up_notice, sending, "being_sent"),
        (give_up_notice, sent, "settled_already"),
        (send_notice_again, fresh, "waiting_already"),
        (send_notice_again, make_outgoing("in_app"), "message_not_found"),
    ):
        with pytest.raises(ActionError) as refused:
            act(notice.pk, actor=None, now=now)
        assert refused.value.code == code
    message = send_test(make_endpoint().pk, actor=None, now=now)
    give_up(message.pk, actor=None, now=now)
    with pytest.raises(ActionError) as refused:
        give_up(message.pk, actor=None, now=now)
    assert refused.value.code == "settled_already"


def test_a_long_log_is_read_page_by_page_with_the_same_few_questions(
    admin: Client, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    monkeypatch.setattr("servicedesk.webhooks.delivery_views.PAGE", 2)
    notices = [make_outgoing("sms") for _time in range(5)]
    with django_assert_max_num_queries(12):
        first: Any = admin.get(f"{LOG}?channel=sms")
    assert [line.id for line in first.context["lines"]] == [notices[4].pk, notices[3].pk]
    second: Any = admin.get(f"{LOG}?channel=sms&after={first.context['after']}")
    assert [line.id for line in second.context["lines"]] == [notices[2].pk, notices[1].pk]
