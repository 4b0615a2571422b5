"""Group robots of WeCom, DingTalk and Feishu: an event as a few lines in the group, in each robot's own format.

Formats, signatures and codes are those of the makers' pages on custom robots. A robot answers 200 also when it
refuses; what counts is the code in the body.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from servicedesk.people.models import Outlet
from servicedesk.sending.http import Answer, Send
from servicedesk.sla.wording import clock_label
from servicedesk.templatetags.moments import local_text
from servicedesk.webhooks.kinds import TEST, label_of
from servicedesk.webhooks.models import WebhookDelivery, WebhookEndpoint

Format = WebhookEndpoint.Format
# A minute is the window of all three makers' limits.
REST_SECONDS = 60.0
TOO_MANY = 429
# Codes by which each maker says that too much came at once.
LIMITED: Mapping[str, frozenset[int]] = {
    Format.WECOM: frozenset({45009, 45033}),
    Format.DINGTALK: frozenset({130101, 410100}),
    Format.FEISHU: frozenset({9499, 11232}),
}
CODES: Mapping[str, tuple[str, ...]] = {
    Format.WECOM: ("errcode",),
    Format.DINGTALK: ("errcode",),
    Format.FEISHU: ("code", "StatusCode"),
}


@dataclass(frozen=True)
class News:
    """An event in words: one line that says what, more that say where and when, and where to read on."""

    title: str
    lines: list[str]
    link: str

    @property
    def text(self) -> str:
        """All of it as plain lines."""
        return "\n".join(part for part in (self.title, *self.lines, self.link) if part)

    @property
    def markdown(self) -> str:
        """All of it with the title in bold, lines apart, and the link under a word."""
        words = _("Open in Yipiao")
        link = f"[{words}]({self.link})" if self.link else ""
        return "\n\n".join(part for part in (f"**{self.title}**", *self.lines, link) if part)


def tell(endpoint: WebhookEndpoint, message: WebhookDelivery, now: datetime, send: Send) -> Answer:
    """One post into the group; the robot's own code decides whether it was taken."""
    news = news_of(json.loads(message.body))
    url, content = request_of(endpoint, news, now)
    body = json.dumps(content, ensure_ascii=False).encode()
    return judged(send(url, body, {"Content-Type": "application/json; charset=utf-8"}), endpoint.format)


def news_of(told: Mapping[str, Any]) -> News:
    """What a message tells, in the language of the installation; numbers, codes and states, nothing about a person."""
    kind, data = str(told["type"]), told["data"]
    with translation.override(settings.LANGUAGE_CODE):
        title = str(label_of(kind))
        if kind == TEST:
            return News(title, [_("Messages of Yipiao arrive in this group.")], "")
        if "promise" in data:
            title = f"{title} · {clock_label(data['promise'])}"
        number = str(data["ticket"])
        lines = [_("Ticket %(number)s, priority %(priority)s") % {"number": number, "priority": data["priority"]}]
        if data.get("outlet"):
            outlet = Outlet.objects.filter(code=data["outlet"]).first()
            lines.append(str(outlet or data["outlet"]))
        if data.get("due_at"):
            lines.append(_("Due %(due)s") % {"due": local_text(datetime.fromisoformat(data["due_at"]))})
        link = f"{settings.SITE_URL}{reverse('ticket_detail', args=[number])}" if settings.SITE_URL else ""
        return News(title, lines, link)


def request_of(endpoint: WebhookEndpoint, news: News, now: datetime) -> tuple[str, dict[str, Any]]:
    """Where the robot is told, and the body in its format, signed where the robot has a secret."""
    with translation.override(settings.LANGUAGE_CODE):
        if endpoint.format == Format.WECOM:
            return endpoint.url, {"msgtype": "markdown", "markdown": {"content": news.markdown}}
        if endpoint.format == Format.DINGTALK:
            url = signed_address(endpoint.url, endpoint.secret, now) if endpoint.secret else endpoint.url
            return url, {"msgtype": "markdown", "markdown": {"title": news.title, "text": news.markdown}}
    content: dict[str, Any] = {"msg_type": "text", "content": {"text": news.text}}
    if endpoint.secret:
        stamp = str(int(now.timestamp()))
        content = {"timestamp": stamp, "sign": feishu_sign(endpoint.secret, stamp), **content}
    return endpoint.url, content


def signed_address(url: str, secret: str, now: datetime) -> str:
    """DingTalk's address with time in milliseconds and signature: HMAC-SHA256 of time, line break and secret."""
    stamp = str(int(now.timestamp() * 1000))
    mac = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
    sign = quote(base64.b64encode(mac).decode(), safe="")
    return f"{url}{'&' if '?' in url else '?'}timestamp={stamp}&sign={sign}"


def feishu_sign(secret: str, stamp: str) -> str:
    """Feishu's signature: HMAC-SHA256 of nothing under a key of time in seconds, line break and secret."""
    return base64.b64encode(hmac.new(f"{stamp}\n{secret}".encode(), b"", hashlib.sha256).digest()).decode()


def judged(answer: Answer, maker: str) -> Answer:
    """The answer, as `refused` or `limited` where the robot's own code says so."""
    if answer.status == TOO_MANY:
        return replace(answer, error="limited")
    if not answer.is_delivered:
        return answer
    code = code_of(answer.content, CODES[maker])
    if code == 0:
        return answer
    return replace(answer, error="limited" if code in LIMITED[maker] else "refused")


def code_of(content: bytes, names: tuple[str, ...]) -> int | None:
    """The robot's code by the first of its names that is there; None for an answer of another kind."""
    try:
        told = json.loads(content)
    except ValueError:
        return None
    if not isinstance(told, dict):
        return None
    codes = [told[name] for name in names if isinstance(told.get(name), int)]
    return codes[0] if codes else None
