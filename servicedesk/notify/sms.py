"""Text messages over the provider's HTTP interface, whose fields an administrator names."""

import json
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from servicedesk.notify.letters import Letter
from servicedesk.notify.models import ChannelSettings
from servicedesk.sending.http import Answer, Send, Sender


def send_sms(letter: Letter, row: ChannelSettings, *, send: Send | None = None) -> Answer:
    """Hands the letter to the provider. Never raises for what the network or the provider does."""
    send = send or Sender(loopback_allowed=settings.WEBHOOKS_ALLOW_LOOPBACK)
    return judged(send(row.address, body_of(letter, row), headers_of(letter, row)), row)


def body_of(letter: Letter, row: ChannelSettings) -> bytes:
    """The body in the provider's own fields; a field without a name is left out."""
    as_json = row.body_format == ChannelSettings.BodyFormat.JSON
    values = dict(letter.values)
    fields: dict[str, Any] = {
        row.field_phone: letter.to,
        row.field_text: letter.text,
        row.field_template: letter.provider_template,
        row.field_values: values if as_json else json.dumps(values, ensure_ascii=False),
        row.field_key: letter.key,
    }
    named = {name: value for name, value in fields.items() if name and value}
    return json.dumps(named, ensure_ascii=False).encode() if as_json else urlencode(named).encode()


def headers_of(letter: Letter, row: ChannelSettings) -> dict[str, str]:
    """The headers: the key to drop repeats by, and the token of the environment."""
    kind = (
        "application/json"
        if row.body_format == ChannelSettings.BodyFormat.JSON
        else "application/x-www-form-urlencoded"
    )
    headers = {"Idempotency-Key": letter.key, "Content-Type": f"{kind}; charset=utf-8"}
    if row.token_header and settings.SMS_TOKEN:
        usual = row.token_header.lower() == "authorization"
        headers[row.token_header] = f"Bearer {settings.SMS_TOKEN}" if usual else settings.SMS_TOKEN
    return headers


def judged(answer: Answer, row: ChannelSettings) -> Answer:
    """The answer, as `refused` where the provider's own word in it is not the one that means taken."""
    if not answer.is_delivered or not row.accepted_path:
        return answer
    taken = found_at(answer.content, row.accepted_path) == row.accepted_value
    return answer if taken else replace(answer, error="refused")


def found_at(content: bytes, path: str) -> str | None:
    """The value that stands in a JSON text at a path such as `data.0.code`, as text; None where there is none."""
    try:
        found: Any = json.loads(content)
        for step in path.split("."):
            found = found[int(step)] if isinstance(found, list) else found[step]
    except (ValueError, KeyError, IndexError, TypeError):
        return None
    if isinstance(found, bool):
        return str(found).lower()
    return None if found is None or isinstance(found, dict | list) else str(found)
