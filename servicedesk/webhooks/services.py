"""What administrators do with webhooks: add, change, pause, exchange the secret, try, send again."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from servicedesk.errors import FORBIDDEN, OUT_OF_SCOPE, ActionError, invalid
from servicedesk.people.models import Outlet, Role, User
from servicedesk.sending.addresses import AddressError, find_target
from servicedesk.sending.wording import URL_FAULTS
from servicedesk.webhooks.kinds import KINDS, TEST
from servicedesk.webhooks.models import WebhookDelivery, WebhookEndpoint
from servicedesk.webhooks.outbox import body_of
from servicedesk.webhooks.signing import new_secret

# How long messages carry a signature of the old secret beside the new one's.
BOTH_LIVE = timedelta(days=7)


@dataclass(frozen=True)
class Wanted:
    """An endpoint as somebody wants it."""

    url: str
    description: str
    kinds: tuple[str, ...]
    format: str = WebhookEndpoint.Format.STANDARD
    outlet: Outlet | None = None
    # A robot's own secret for its signatures; others get one of ours.
    secret: str = ""


def add_endpoint(wanted: Wanted, *, actor: User | None, now: datetime) -> WebhookEndpoint:
    """A new active endpoint with a secret. Refuses with 422 an address that may not be sent to, and no kinds."""
    _require_admin(actor)
    _require_sound(wanted)
    with transaction.atomic():
        return WebhookEndpoint.objects.create(
            url=wanted.url,
            description=wanted.description,
            kinds=_ordered(wanted.kinds),
            format=wanted.format,
            outlet=wanted.outlet,
            secret=new_secret() if wanted.format == WebhookEndpoint.Format.STANDARD else wanted.secret,
            created_by=actor,
            created_at=now,
        )


def change_endpoint(endpoint_id: int, wanted: Wanted, *, actor: User | None) -> WebhookEndpoint:
    """The endpoint with its new address, words, kinds and outlet; refusals as in `add_endpoint`.

    A robot keeps its address and its secret where none is given: pages never show them. The format stays.
    """
    _require_admin(actor)
    with transaction.atomic():
        endpoint = _lock(endpoint_id)
        keeps = endpoint.is_robot and not wanted.url
        wanted = replace(wanted, format=endpoint.format, url=endpoint.url if keeps else wanted.url)
        _require_sound(wanted)
        endpoint.url, endpoint.description, endpoint.kinds = wanted.url, wanted.description, _ordered(wanted.kinds)
        endpoint.outlet = wanted.outlet
        if endpoint.is_robot:
            endpoint.secret = wanted.secret or endpoint.secret
        endpoint.save(update_fields=["url", "description", "kinds", "outlet", "secret"])
    return endpoint


def pause_endpoint(endpoint_id: int, *, actor: User | None) -> WebhookEndpoint:
    """Nothing is written for it nor sent to it until it is resumed; what waits stays. 409 when it is paused."""
    return _switch(endpoint_id, actor, active=False)


def resume_endpoint(endpoint_id: int, *, actor: User | None) -> WebhookEndpoint:
    """It hears again, from now on and of what waited. 409 when it is active."""
    return _switch(endpoint_id, actor, active=True)


def _switch(endpoint_id: int, actor: User | None, *, active: bool) -> WebhookEndpoint:
    _require_admin(actor)
    with transaction.atomic():
        endpoint = _lock(endpoint_id)
        if endpoint.is_active == active:
            raise ActionError("wrong_state", _("Somebody has changed this webhook in the meantime."))
        endpoint.is_active = active
        endpoint.save(update_fields=["is_active"])
    return endpoint


def rotate_secret(endpoint_id: int, *, actor: User | None, now: datetime) -> WebhookEndpoint:
    """A new secret; messages are signed with both for seven days. 409 during an exchange, and for a robot."""
    _require_admin(actor)
    with transaction.atomic():
        endpoint = _lock(endpoint_id)
        if endpoint.is_robot:
            raise ActionError("robot_secret", _("The secret of a robot comes from its group. Enter it on the form."))
        if len(endpoint.live_secrets(now)) > 1:
            raise ActionError("two_secrets_live", _("Two secrets are live already. End the old one first."))
        endpoint.previous_secret, endpoint.secret = endpoint.secret, new_secret()
        endpoint.previous_until = now + BOTH_LIVE
        endpoint.save(update_fields=["secret", "previous_secret", "previous_until"])
    return endpoint


def end_old_secret(endpoint_id: int, *, actor: User | None, now: datetime) -> WebhookEndpoint:
    """From now on only the new secret signs, and the old one is forgotten. 409 where there is no old one."""
    _require_admin(actor)
    with transaction.atomic():
        endpoint = _lock(endpoint_id)
        if len(endpoint.live_secrets(now)) == 1:
            raise ActionError("no_old_secret", _("There is no old secret any more."))
        endpoint.previous_secret, endpoint.previous_until = "", None
        endpoint.save(update_fields=["previous_secret", "previous_until"])
    return endpoint


def send_test(endpoint_id: int, *, actor: User | None, now: datetime) -> WebhookDelivery:
    """A waiting message of the kind `webhook.test`. 409 for an endpoint that is paused."""
    _require_admin(actor)
    with transaction.atomic():
        endpoint = _lock(endpoint_id)
        if not endpoint.is_active:
            raise ActionError("endpoint_paused", _("This webhook is paused. Resume it first."))
        return WebhookDelivery.objects.create(
            endpoint=endpoint,
            event_key=f"test:{uuid4().hex}",
            kind=TEST,
            body=body_of(TEST, now, {"webhook": endpoint.pk}),
            created_at=now,
            next_try_at=now,
        )


def send_again(delivery_id: int, *, actor: User | None, now: datetime) -> WebhookDelivery:
    """The message waits for its next try now, under its old id. 409 while it is being sent, or the endpoint paused."""
    _require_admin(actor)
    with transaction.atomic():
        found = WebhookDelivery.objects.select_for_update(of=("self",)).select_related("endpoint")
        message = found.filter(pk=delivery_id).first()
        if message is None:
            raise ActionError("delivery_not_found", _("There is no such message."), status=OUT_OF_SCOPE)
        if not message.endpoint.is_active:
            raise ActionError("endpoint_paused", _("This webhook is paused. Resume it first."))
        if message.leased_until is not None and message.leased_until > now:
            raise ActionError("being_sent", _("This message is being sent at this moment."))
        message.state, message.attempts = WebhookDelivery.State.WAITING, 0
        message.next_try_at, message.leased_until, message.settled_at = now, None, None
        message.save(update_fields=["state", "attempts", "next_try_at", "leased_until", "settled_at"])
    return message


def give_up(delivery_id: int, *, actor: User | None, now: datetime) -> WebhookDelivery:
    """The message is not sent any more. 409 while it is being sent, or where it does not wait."""
    _require_admin(actor)
    with transaction.atomic():
        message = WebhookDelivery.objects.select_for_update().filter(pk=delivery_id).first()
        if message is None:
            raise ActionError("delivery_not_found", _("There is no such message."), status=OUT_OF_SCOPE)
        if message.state != WebhookDelivery.State.WAITING:
            raise ActionError("settled_already", _("This message is settled already."))
        if message.leased_until is not None and message.leased_until > now:
            raise ActionError("being_sent", _("This message is being sent at this moment."))
        message.state, message.settled_at = WebhookDelivery.State.DEAD, now
        message.next_try_at, message.leased_until = None, None
        message.save(update_fields=["state", "settled_at", "next_try_at", "leased_until"])
    return message


def _require_admin(actor: User | None) -> None:
    if actor is not None and actor.role != Role.ADMIN:
        raise ActionError("role_not_allowed", _("Your role may not do this."), status=FORBIDDEN)


def _require_sound(wanted: Wanted) -> None:
    try:
        # The relay looks again at every message: an address may come to mean something else.
        find_target(wanted.url, loopback_allowed=settings.WEBHOOKS_ALLOW_LOOPBACK)
    except AddressError as refused:
        raise invalid("url", refused.code, URL_FAULTS[refused.code]) from refused
    if wanted.format not in WebhookEndpoint.Format.values:
        raise invalid("format", "unknown_format", _("Choose a format."))
    if not wanted.kinds or not set(wanted.kinds) <= set(KINDS):
        raise invalid("kinds", "no_kinds", _("Choose at least one event."))


def _ordered(kinds: tuple[str, ...]) -> list[str]:
    return [kind for kind in KINDS if kind in kinds]


def _lock(endpoint_id: int) -> WebhookEndpoint:
    endpoint = WebhookEndpoint.objects.select_for_update().filter(pk=endpoint_id).first()
    if endpoint is None:
        raise ActionError("webhook_not_found", _("There is no such webhook."), status=OUT_OF_SCOPE)
    return endpoint
