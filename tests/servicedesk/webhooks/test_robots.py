"""Group robots: each maker's format, signature and codes; keys are never shown; one of an outlet hears of it only."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from servicedesk.errors import ActionError
from servicedesk.people.models import Role
from servicedesk.sending.http import Answer
from servicedesk.sending.rounds import RelayResult
from servicedesk.webhooks.masking import masked
from servicedesk.webhooks.models import WebhookEndpoint
from servicedesk.webhooks.relay import due_endpoints, serve
from servicedesk.webhooks.robots import judged
from servicedesk.webhooks.services import Wanted, add_endpoint, change_endpoint, rotate_secret, send_test
from tests.defaults import load_defaults
from tests.make import NOW, make_handed_over, make_outlet, make_user
from tests.make_desk import browser_of
from tests.make_webhooks import Receiver, receiver

pytestmark = pytest.mark.django_db
SECRET = "SECa3f0c1"
KINDS = ("ticket.accept_handover",)


@pytest.fixture(autouse=True)
def _defaults(settings: Settings) -> None:
    load_defaults()
    settings.SITE_URL = "https://desk.example.org"


@pytest.fixture
def group() -> Iterator[Receiver]:
    with receiver() as found:
        found.answer = lambda _number: (200, {}, b'{"errcode":0,"errmsg":"ok"}')
        yield found


def make_robot(maker: str, url: str, secret: str = "", **wanted: object) -> WebhookEndpoint:
    fields = {"kinds": KINDS, "outlet": None, **wanted}
    return add_endpoint(
        Wanted(url, "值班群", format=maker, secret=secret, **fields),  # type: ignore[arg-type]
        actor=None,
        now=NOW,
    )


def test_wecom_hears_in_markdown_where_and_what(group: Receiver) -> None:
    robot = make_robot("wecom", group.url)
    ticket = make_handed_over(make_outlet(name_zh="涪东网点"))
    assert serve(robot.pk, NOW + timedelta(minutes=5)) == RelayResult(delivered=1)
    [(headers, body)] = group.got
    told = json.loads(body)
    assert told["msgtype"] == "markdown"
    for words in (
        "**网点接单**",
        ticket.number,
        "涪东网点",
        f"(https://desk.example.org/tickets/{ticket.number}/)",
    ):
        assert words in told["markdown"]["content"], words
    assert "webhook-signature" not in headers
    assert "王芳" not in body.decode()


def test_dingtalk_is_signed_in_its_address(group: Receiver) -> None:
    robot = make_robot("dingtalk", group.url, SECRET)
    send_test(robot.pk, actor=None, now=NOW)
    urls: list[str] = []

    def send(url: str, body: bytes, _headers: object) -> Answer:
        urls.append(url)
        assert json.loads(body)["msgtype"] == "markdown"
        return Answer(200, content=b'{"errcode":0}')

    assert serve(robot.pk, NOW, send) == RelayResult(delivered=1)
    asked = parse_qs(urlsplit(urls[0]).query)
    stamp = asked["timestamp"][0]
    mac = hmac.new(SECRET.encode(), f"{stamp}\n{SECRET}".encode(), hashlib.sha256).digest()
    assert asked["sign"] == [base64.b64encode(mac).decode()]
    assert asked["from"] == ["yipiao"]
    assert abs(int(stamp) / 1000 - NOW.timestamp()) < 10


def test_feishu_is_signed_in_its_body(group: Receiver) -> None:
    group.answer = lambda _number: (200, {}, b'{"StatusCode":0,"StatusMessage":"success","code":0,"data":{}}')
    robot = make_robot("feishu", group.url, SECRET)
    send_test(robot.pk, actor=None, now=NOW)
    assert serve(robot.pk, NOW) == RelayResult(delivered=1)
    told = json.loads(group.got[0][1])
    mac = hmac.new(f"{told['timestamp']}\n{SECRET}".encode(), b"", hashlib.sha256).digest()
    assert told["sign"] == base64.b64encode(mac).decode()
    assert told["msg_type"] == "text"
    assert "易票的消息可以发到本群。" in told["content"]["text"]


@pytest.mark.parametrize(
    ("maker", "content", "error"),
    [
        ("wecom", b'{"errcode":0}', ""),
        ("wecom", b'{"errcode":93000,"errmsg":"invalid webhook url"}', "refused"),
        ("wecom", b'{"errcode":45009}', "limited"),
        ("dingtalk", b'{"errcode":310000,"errmsg":"sign not match"}', "refused"),
        ("dingtalk", b'{"errcode":130101}', "limited"),
        ("feishu", b'{"code":19021,"msg":"sign match fail"}', "refused"),
        ("feishu", b'{"code":9499}', "limited"),
        ("feishu", b'{"StatusCode":0}', ""),
        ("wecom", b"<html>a portal</html>", "refused"),
        ("wecom", b"[]", "refused"),
    ],
)
def test_a_robot_that_answers_200_may_still_have_refused(maker: str, content: bytes, error: str) -> None:
    answer = judged(Answer(200, content=content), maker)
    assert (answer.error, answer.is_delivered) == (error, not error)


def test_a_robot_that_asks_for_time_rests_with_all_that_waits(group: Receiver) -> None:
    group.answer = lambda number: (200, {}, b'{"errcode":%d}' % (45009 if number == 2 else 0))
    robot = make_robot("wecom", group.url)
    for _time in range(4):
        send_test(robot.pk, actor=None, now=NOW)
    assert serve(robot.pk, NOW) == RelayResult(delivered=1, failed=1, put_back=2)
    assert due_endpoints(NOW + timedelta(seconds=50)) == []
    soon = NOW + timedelta(seconds=70)
    assert due_endpoints(soon) == [robot.pk]
    assert serve(robot.pk, soon) == RelayResult(delivered=3)


def test_a_robot_of_an_outlet_hears_of_that_outlet_only() -> None:
    own, other = make_outlet(), make_outlet()
    robot = make_robot("wecom", "http://127.0.0.1:9/x", outlet=own)
    mine, _theirs = make_handed_over(own), make_handed_over(other)
    [message] = robot.deliveries.all()
    assert mine.number in message.body


def test_a_robot_keeps_its_format_address_and_secret_where_none_is_given() -> None:
    robot = make_robot("dingtalk", "http://127.0.0.1:9/send?access_token=0123456789abcdef", SECRET)
    change_endpoint(robot.pk, Wanted("", "新名字", KINDS), actor=None)
    robot.refresh_from_db()
    assert (robot.description, robot.format, robot.secret) == ("新名字", "dingtalk", SECRET)
    assert robot.url.endswith("0123456789abcdef")
    with pytest.raises(ActionError) as refused:
        rotate_secret(robot.pk, actor=None, now=NOW)
    assert refused.value.code == "robot_secret"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://oapi.dingtalk.com/robot/send?access_token=0123456789abcdef", "…/robot/send?access_token=••••cdef"),
        ("https://open.feishu.cn/open-apis/bot/v2/hook/12345678-9abc", "…/open-apis/bot/v2/hook/••••9abc"),
        ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=short", "…/cgi-bin/webhook/send?key=••••"),
    ],
)
def test_the_key_in_an_address_is_masked(url: str, shown: str) -> None:
    assert masked(url).endswith(shown.removeprefix("…"))
    assert "0123456789" not in masked(url)


def test_pages_set_up_a_robot_and_never_show_its_keys() -> None:
    admin: Client = browser_of(make_user(Role.ADMIN))
    key = "0123456789abcdef"
    form = {
        "description": "值班群",
        "format": "dingtalk",
        "url": f"http://127.0.0.1:9/robot/send?access_token={key}",
        "secret": SECRET,
        "kinds": ["sla.breach"],
    }
    answer = admin.post(reverse("webhook_new"), form)
    robot = WebhookEndpoint.objects.get()
    assert (answer.status_code, robot.format, robot.secret) == (303, "dingtalk", SECRET)
    for name, args in (("webhook_list", []), ("webhook_detail", [robot.pk]), ("webhook_edit", [robot.pk])):
        page = admin.get(reverse(name, args=args)).content.decode()
        assert "••••cdef" in page, name
        assert key not in page
        assert SECRET not in page
    edited = {"description": "夜班群", "url": "", "secret": "", "kinds": ["sla.warn"]}
    assert admin.post(reverse("webhook_edit", args=[robot.pk]), edited).status_code == 303
    robot.refresh_from_db()
    assert (robot.description, robot.url.endswith(key), robot.secret) == ("夜班群", True, SECRET)
