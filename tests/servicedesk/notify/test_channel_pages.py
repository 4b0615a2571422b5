"""The administrators' pages of channels and texts: what cannot work is refused, secrets are never shown."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from servicedesk import clock
from servicedesk.errors import ActionError
from servicedesk.notify.administration import Text, change_channel, save_text
from servicedesk.notify.models import ChannelSettings, MessageTemplate, Notification
from servicedesk.notify.outgoing import serve
from servicedesk.people.models import Role
from tests.make import make_user
from tests.make_channels import make_channel, make_outgoing, make_reader
from tests.make_desk import browser_of
from tests.make_webhooks import receiver

pytestmark = pytest.mark.django_db
SMS = {
    "is_active": "on",
    "sender": "易票",
    "hourly_cap": "5",
    "address": "http://127.0.0.1:9/sms",
    "body_format": "form",
    "field_phone": "mobile",
    "field_text": "content",
    "token_header": "X-Token",
}
TOKEN = "a-token-nobody-may-see"


@pytest.fixture
def admin() -> Client:
    return browser_of(make_reader(role=Role.ADMIN))


@pytest.fixture(autouse=True)
def _token(settings: Settings) -> None:
    settings.SMS_TOKEN = TOKEN


def page_of(client: Client, name: str, *args: object) -> str:
    return client.get(reverse(name, args=args)).content.decode()


def test_a_fresh_installation_shows_both_channels_off_and_what_they_lack(admin: Client) -> None:
    page = page_of(admin, "channel_list")
    assert page.count("已停用") == 2
    assert "服务器上没有设置 EMAIL_URL。" in page
    assert "启用前请先填写服务商接口地址。" in page
    assert reverse("channel_test", args=["sms"]) not in page


def test_a_channel_is_set_up_and_a_test_sent_to_oneself(admin: Client) -> None:
    with receiver() as provider:
        answer = admin.post(reverse("channel_edit", args=["sms"]), {**SMS, "address": provider.url})
        assert (answer.status_code, answer["Location"]) == (303, reverse("channel_list"))
        assert "使用中" in page_of(admin, "channel_list")
        assert admin.post(reverse("channel_test", args=["sms"])).status_code == 303
        assert serve("sms", clock.now()).delivered == 1
        assert "mobile=139" in provider.got[0][1].decode()
    row = ChannelSettings.objects.get(channel="sms")
    assert (row.hourly_cap, row.body_format, row.field_phone) == (5, "form", "mobile")


def test_the_token_is_never_shown_only_whether_there_is_one(admin: Client, settings: Settings) -> None:
    page = page_of(admin, "channel_edit", "sms")
    assert "服务器上已设置" in page
    assert TOKEN not in page
    settings.SMS_TOKEN = ""
    assert "服务器上未设置" in page_of(admin, "channel_edit", "sms")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"address": "https://169.254.169.254/"}, "内部网络"),
        ({"address": ""}, "启用前请先填写服务商接口地址"),
        ({"field_phone": ""}, "必填"),
        ({"field_text": ""}, "请填写短信内容的字段名"),
        ({"field_text": "a b"}, "名称只能包含"),
        ({"accepted_path": "code"}, "要同时填写"),
        ({"hourly_cap": "-1"}, "大于或等于"),
        ({"hourly_cap": "many"}, "整数"),
    ],
)
def test_what_cannot_work_is_refused_at_its_field_and_what_was_typed_stays(
    admin: Client, changed: dict[str, str], words: str
) -> None:
    answer = admin.post(reverse("channel_edit", args=["sms"]), {**SMS, "sender": "签名在此", **changed})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "签名在此" in page
    assert not ChannelSettings.objects.filter(is_active=True).exists()


@pytest.mark.parametrize("sender", ["nobody", "a@b", "服务 <服务@example.org>", "a@example.org\nBcc: b@example.org"])
def test_a_sender_of_mails_has_to_be_an_address(sender: str) -> None:
    with pytest.raises(ActionError) as refused:
        change_channel("email", {"sender": sender}, actor=None)
    assert (refused.value.code, refused.value.field) == ("bad_sender", "sender")


def test_mail_cannot_be_switched_on_without_a_server(admin: Client, settings: Settings) -> None:
    wanted = {"is_active": "on", "sender": "易票 <service@example.org>", "hourly_cap": "20"}
    answer = admin.post(reverse("channel_edit", args=["email"]), wanted)
    assert answer.status_code == 422
    assert "服务器上没有设置 EMAIL_URL。" in answer.content.decode()
    settings.EMAIL_HOST = "mail.example.org"
    assert admin.post(reverse("channel_edit", args=["email"]), wanted).status_code == 303


def test_a_test_needs_a_channel_in_use_and_an_address_of_ones_own(admin: Client) -> None:
    url = reverse("channel_test", args=["sms"])
    assert admin.post(url).status_code == 409
    make_channel("sms", address="http://127.0.0.1:9/")
    assert browser_of(make_user(Role.ADMIN)).post(url).status_code == 409
    assert admin.post(url).status_code == 303
    assert Notification.objects.get().kind == "channel_test"


def test_a_text_is_written_replaced_and_taken_away_with_a_way_back(admin: Client) -> None:
    url = reverse("message_texts", args=["sms"])
    assert "还没有自定义模板" in page_of(admin, "message_texts", "sms")
    wanted = {"kind": "praise", "language": "zh-hans", "text": "工单{number}受到表扬", "provider_template": "T-1"}
    assert admin.post(url, wanted).status_code == 303
    assert admin.post(url, {**wanted, "text": "{number}受到表扬"}).status_code == 303
    [text] = MessageTemplate.objects.all()
    assert text.text == "{number}受到表扬"
    page = page_of(admin, "message_texts", "sms")
    assert "{number}受到表扬" in page
    assert "T-1" in page
    chosen = admin.get(f"{url}?kind=praise&language=zh-hans").content.decode()
    assert chosen.count("{number}受到表扬") == 2, "in the list and in the form"
    answer: Any = admin.post(reverse("message_text_remove", args=[text.pk]), follow=True)
    assert not MessageTemplate.objects.exists()
    assert "受到表扬" in answer.content.decode(), "the way back carries the text"
    assert admin.post(reverse("message_text_remove", args=[text.pk])).status_code == 404


@pytest.mark.parametrize("text", ["{customer}", "{number", "   "])
def test_a_text_with_a_place_there_is_not_is_refused_at_its_field(admin: Client, text: str) -> None:
    wanted = {"kind": "praise", "language": "en", "text": text}
    answer = admin.post(reverse("message_texts", args=["email"]), wanted)
    assert answer.status_code == 422
    assert text.strip() in answer.content.decode()
    assert not MessageTemplate.objects.exists()


def test_nobody_but_administrators_words_messages_or_sets_channels() -> None:
    manager = make_user(Role.MANAGER)
    for act in (
        lambda: save_text(Text("praise", "sms", "en", "x"), actor=manager),
        lambda: change_channel("sms", {}, actor=manager),
    ):
        with pytest.raises(ActionError) as refused:
            act()
        assert refused.value.status == 403


def test_the_app_itself_has_no_settings(admin: Client) -> None:
    assert admin.get(reverse("channel_edit", args=["in_app"])).status_code == 404


def test_what_waits_is_counted_and_leads_to_the_log(admin: Client) -> None:
    make_channel("sms", address="http://127.0.0.1:9/")
    make_outgoing("sms")
    make_outgoing("sms", outcome="uncertain")
    page = page_of(admin, "channel_list")
    assert f"{reverse('delivery_list')}?channel=sms&amp;state=waiting" in page
    assert f"{reverse('delivery_list')}?channel=sms&amp;state=uncertain" in page
