"""The administrators' pages: set up, show the secret once, log, test, send again, exchange the secret."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from servicedesk import clock
from servicedesk.errors import ActionError
from servicedesk.people.models import Role
from servicedesk.sending.http import Answer
from servicedesk.webhooks import services
from servicedesk.webhooks.models import WebhookDelivery, WebhookEndpoint
from servicedesk.webhooks.relay import serve
from servicedesk.webhooks.services import Wanted, send_again, send_test
from tests.make import NOW, make_user
from tests.make_desk import browser_of
from tests.make_webhooks import make_endpoint

pytestmark = pytest.mark.django_db
FORM = {
    "url": "http://127.0.0.1:9/hook",
    "description": "仓库系统",
    "format": "standard",
    "kinds": ["ticket.close_ticket", "sla.breach"],
}


@pytest.fixture
def admin() -> Client:
    return browser_of(make_user(Role.ADMIN))


def detail_of(endpoint: WebhookEndpoint) -> str:
    return reverse("webhook_detail", args=[endpoint.pk])


def test_an_empty_list_says_what_webhooks_are_for_and_leads_to_the_first(admin: Client) -> None:
    page = admin.get(reverse("webhook_list")).content.decode()
    assert "还没有推送接口" in page
    assert reverse("webhook_new") in page


def test_a_new_webhook_shows_its_secret_once(admin: Client) -> None:
    answer = admin.post(reverse("webhook_new"), FORM)
    endpoint = WebhookEndpoint.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, detail_of(endpoint))
    assert endpoint.kinds == ["ticket.close_ticket", "sla.breach"]
    assert endpoint.created_by is not None
    assert endpoint.secret in admin.get(detail_of(endpoint)).content.decode()
    assert endpoint.secret not in admin.get(detail_of(endpoint)).content.decode()
    assert "仓库系统" in admin.get(reverse("webhook_list")).content.decode()


@override_settings(WEBHOOKS_ALLOW_LOOPBACK=False)
@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://93.184.215.14/", "https://"),
        ("https://127.0.0.1/", "内部网络"),
        ("https://169.254.169.254/latest", "内部网络"),
        ("nonsense", "https://example.org/path"),
        ("", "必填"),
    ],
)
def test_an_address_that_may_not_be_sent_to_is_refused_at_its_field(admin: Client, url: str, words: str) -> None:
    answer = admin.post(reverse("webhook_new"), {**FORM, "url": url})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "仓库系统" in answer.content.decode(), "what was typed stays"
    assert not WebhookEndpoint.objects.exists()


def test_address_words_and_events_can_be_changed(admin: Client) -> None:
    endpoint = make_endpoint()
    url = reverse("webhook_edit", args=[endpoint.pk])
    assert endpoint.url in admin.get(url).content.decode()
    assert admin.post(url, {**FORM, "kinds": []}).status_code == 422
    assert admin.post(url, FORM).status_code == 303
    endpoint.refresh_from_db()
    assert (endpoint.description, endpoint.kinds) == ("仓库系统", ["ticket.close_ticket", "sla.breach"])


def test_the_log_tells_every_attempt_and_offers_to_send_again(admin: Client) -> None:
    endpoint = make_endpoint()
    assert "还没有发送过消息" in admin.get(detail_of(endpoint)).content.decode()
    with clock.at(NOW):
        assert admin.post(reverse("webhook_test", args=[endpoint.pk])).status_code == 303
    message = WebhookDelivery.objects.get()
    serve(endpoint.pk, NOW, lambda *_sent: Answer(status=500, excerpt="<b>out of order</b>", millis=12))
    page = admin.get(detail_of(endpoint)).content.decode()
    for words in ("响应 500", "&lt;b&gt;out of order", "12 ms", message.message, "2026-03-10 10:00:"):
        assert words in page, words
    assert 'hx-trigger="every 4s"' in page
    with clock.at(NOW + timedelta(hours=1)):
        assert admin.post(reverse("webhook_again", args=[message.pk])).status_code == 303
    serve(endpoint.pk, NOW + timedelta(hours=1), lambda *_sent: Answer(status=200))
    page = admin.get(detail_of(endpoint)).content.decode()
    assert "已送达" in page
    assert 'hx-trigger="every 4s"' not in page
    fragment = admin.get(f"{detail_of(endpoint)}?state=dead", headers={"HX-Request": "true"}).content.decode()
    assert "没有此状态的消息" in fragment
    assert "<html" not in fragment


def test_a_long_log_is_read_page_by_page(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("servicedesk.webhooks.views.PAGE", 2)
    endpoint = make_endpoint()
    sent = [send_test(endpoint.pk, actor=None, now=NOW) for _time in range(3)]
    first: Any = admin.get(detail_of(endpoint))
    assert first.context["after"] == sent[1].pk
    second = admin.get(f"{detail_of(endpoint)}?after={sent[1].pk}").content.decode()
    assert sent[0].message in second
    assert sent[2].message not in second


def test_a_secret_is_exchanged_with_both_live_and_the_old_one_ended(admin: Client) -> None:
    endpoint = make_endpoint()
    old = endpoint.secret
    with clock.at(NOW):
        admin.post(reverse("webhook_rotate", args=[endpoint.pk]))
        endpoint.refresh_from_db()
        assert endpoint.live_secrets(NOW) == [endpoint.secret, old]
        assert endpoint.secret in admin.get(detail_of(endpoint)).content.decode()
        assert admin.post(reverse("webhook_rotate", args=[endpoint.pk])).status_code == 409
        admin.post(reverse("webhook_end_old", args=[endpoint.pk]))
        assert admin.post(reverse("webhook_end_old", args=[endpoint.pk])).status_code == 409
    endpoint.refresh_from_db()
    assert (endpoint.live_secrets(NOW), endpoint.previous_secret) == ([endpoint.secret], "")


def test_a_webhook_is_paused_and_resumed(admin: Client) -> None:
    endpoint = make_endpoint()
    for route, active in (("webhook_pause", False), ("webhook_resume", True)):
        assert admin.post(reverse(route, args=[endpoint.pk])).status_code == 303
        assert admin.post(reverse(route, args=[endpoint.pk])).status_code == 409
        endpoint.refresh_from_db()
        assert endpoint.is_active is active


def code_of(call: Any) -> tuple[int, str]:
    with pytest.raises(ActionError) as refused:
        call()
    return refused.value.status, refused.value.code


def test_actions_refuse_with_codes() -> None:
    endpoint, agent = make_endpoint(), make_user(Role.MANAGER)
    message = send_test(endpoint.pk, actor=None, now=NOW)
    WebhookDelivery.objects.filter(pk=message.pk).update(leased_until=NOW + timedelta(minutes=1))
    assert code_of(lambda: send_test(endpoint.pk, actor=agent, now=NOW)) == (403, "role_not_allowed")
    assert code_of(lambda: send_test(0, actor=None, now=NOW)) == (404, "webhook_not_found")
    assert code_of(lambda: send_again(0, actor=None, now=NOW)) == (404, "delivery_not_found")
    assert code_of(lambda: send_again(message.pk, actor=None, now=NOW)) == (409, "being_sent")
    wrong = Wanted(endpoint.url, "x", ("ticket.reveal_phone",))
    assert code_of(lambda: services.add_endpoint(wrong, actor=None, now=NOW)) == (422, "no_kinds")
    services.pause_endpoint(endpoint.pk, actor=None)
    assert code_of(lambda: send_test(endpoint.pk, actor=None, now=NOW)) == (409, "endpoint_paused")
    assert code_of(lambda: send_again(message.pk, actor=None, now=NOW)) == (409, "endpoint_paused")
