"""The log of all that leaves the house: e-mails, text messages, webhooks, robots, and what became of each."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from servicedesk import clock
from servicedesk.access import read_id, roles_allowed, staff_of
from servicedesk.clock import LOCAL
from servicedesk.notify import administration
from servicedesk.notify.channel_selectors import SENT, STATES, WAITING, in_state, log_of, state_of
from servicedesk.notify.models import Channel, Notification
from servicedesk.notify.wording import sentence
from servicedesk.people.models import Role
from servicedesk.sending.wording import result_of
from servicedesk.webhooks import services
from servicedesk.webhooks.kinds import label_of
from servicedesk.webhooks.models import WebhookDelivery
from servicedesk.webhooks.selectors import PAGE

SEE_OTHER = 303
WEBHOOK = "webhook"
Outcome = Notification.Outcome
# How each state is drawn, and under which name a webhook's message has it.
LOOKS: dict[str, tuple[str, str]] = {
    WAITING: ("info", "clock"),
    SENT: ("ok", "circle-check"),
    Outcome.UNCERTAIN: ("warn", "mail-question"),
    Outcome.DEAD: ("danger", "alert-octagon"),
    Outcome.DISCARDED: ("neutral", "trash"),
    Outcome.SKIPPED: ("neutral", "minus"),
}
WEBHOOK_STATES = {WAITING: "waiting", SENT: "delivered", str(Outcome.DEAD): "dead"}


@dataclass(frozen=True)
class Asked:
    """What the reader wants to see."""

    channel: str
    state: str
    day: date | None
    older_than: int | None
    # The message somebody has just acted on: shown in its place though its state is another now.
    just: int | None


@dataclass(frozen=True)
class Line:
    """A message as the log shows it; an empty address is a button that is not offered."""

    id: int
    what: str
    to: str
    state: str
    created_at: datetime
    next_try_at: datetime | None
    tries: list[dict[str, Any]] = field(default_factory=list)
    number: str = ""
    again_url: str = ""
    give_up_url: str = ""

    @property
    def tone(self) -> str:
        """The tone of its state."""
        return LOOKS[self.state][0]

    @property
    def icon(self) -> str:
        """The icon of its state."""
        return LOOKS[self.state][1]

    @property
    def label(self) -> str:
        """Its state in words."""
        return state_label(self.state)


def state_label(state: str) -> str:
    """A state of a message in words."""
    known: dict[str, Any] = {
        WAITING: WebhookDelivery.State.WAITING.label,
        SENT: WebhookDelivery.State.DELIVERED.label,
        **dict(Outcome.choices),
    }
    return str(known[state])


@require_GET
@roles_allowed(Role.ADMIN, Role.MANAGER)
def delivery_list(request: HttpRequest) -> HttpResponse:
    """The messages of one channel, newest first, by state and day; administrators may send again or give up."""
    asked = _asked(request)
    may_act = staff_of(request).role == Role.ADMIN
    found, line_of = _webhook_log(asked) if asked.channel == WEBHOOK else _notice_log(asked)
    rows = list(found[: PAGE + 1])
    lines = [line_of(row, may_act) for row in rows[:PAGE]]
    fragment = request.headers.get("HX-Request") == "true"
    context = {
        "now": clock.now(),
        "asked": asked,
        "busy": any(line.state == WAITING for line in lines),
        "arriving": not fragment,
        "tabs": _tabs(asked),
        "states": [(state, state_label(state)) for state in _states_of(asked.channel)],
        "lines": lines,
        "after": rows[PAGE - 1].pk if len(rows) > PAGE else "",
        "narrowed": bool(asked.state or asked.day),
    }
    return render(request, "webhooks/_deliveries.html" if fragment else "webhooks/delivery_list.html", context)


def _asked(request: HttpRequest) -> Asked:
    given = request.GET
    channel = given.get("channel", "")
    channel = channel if channel in {Channel.EMAIL, Channel.SMS, WEBHOOK} else str(Channel.EMAIL)
    state = given.get("state", "")
    try:
        day = date.fromisoformat(given.get("day", ""))
    except ValueError:
        day = None
    return Asked(
        channel,
        state if state in _states_of(channel) else "",
        day,
        read_id(given.get("after", "")),
        read_id(given.get("just", "")),
    )


def _states_of(channel: str) -> list[str]:
    return list(WEBHOOK_STATES) if channel == WEBHOOK else list(STATES)


def _tabs(asked: Asked) -> list[dict[str, Any]]:
    channels = [(Channel.EMAIL, Channel.EMAIL.label), (Channel.SMS, Channel.SMS.label), (WEBHOOK, _("Webhooks"))]
    return [
        {"url": f"?channel={value}", "label": label, "count": None, "active": value == asked.channel}
        for value, label in channels
    ]


def _narrowed(asked: Asked) -> Q:
    wanted = Q()
    if asked.day is not None:
        start = datetime.combine(asked.day, time(), LOCAL)
        wanted &= Q(created_at__gte=start, created_at__lt=start + timedelta(days=1))
    if asked.older_than is not None:
        wanted &= Q(pk__lt=asked.older_than)
    return wanted


def _notice_log(asked: Asked) -> tuple[QuerySet[Any], Callable[[Any, bool], Line]]:
    found = log_of(asked.channel).filter(_narrowed(asked))
    return (found.filter(in_state(asked.state) | Q(pk=asked.just)) if asked.state else found), _notice_line


def _webhook_log(asked: Asked) -> tuple[QuerySet[Any], Callable[[Any, bool], Line]]:
    found = WebhookDelivery.objects.filter(_narrowed(asked)).select_related("endpoint").prefetch_related("tries")
    if asked.state:
        found = found.filter(Q(state=WEBHOOK_STATES[asked.state]) | Q(pk=asked.just))
    return found.order_by("-id"), _webhook_line


def _notice_line(notice: Notification, may_act: bool) -> Line:
    state = state_of(notice)
    may_end = state in {WAITING, Outcome.UNCERTAIN}
    may_repeat = state != WAITING or notice.next_try_at is not None
    return Line(
        notice.pk,
        sentence(notice),
        str(notice.recipient),
        state,
        notice.created_at,
        notice.next_try_at,
        [_try(each) for each in notice.tries.all()],
        notice.ticket.number if notice.ticket is not None else "",
        reverse("delivery_again", args=[notice.pk]) if may_act and may_repeat else "",
        reverse("delivery_give_up", args=[notice.pk]) if may_act and may_end else "",
    )


def _webhook_line(message: WebhookDelivery, may_act: bool) -> Line:
    state = next(name for name, own in WEBHOOK_STATES.items() if own == message.state)
    may_repeat = may_act and message.endpoint.is_active
    return Line(
        message.pk,
        str(label_of(message.kind)),
        message.endpoint.description,
        state,
        message.created_at,
        message.next_try_at,
        [_try(each) for each in message.tries.all()],
        "",
        reverse("webhook_delivery_again", args=[message.pk]) if may_repeat else "",
        reverse("webhook_delivery_give_up", args=[message.pk]) if may_act and state == WAITING else "",
    )


def _try(attempt: Any) -> dict[str, Any]:
    return {"attempt": attempt, "words": result_of(attempt)}


@require_POST
@roles_allowed(Role.ADMIN)
def delivery_again(request: HttpRequest, notice_id: int) -> HttpResponseRedirect:
    """Puts an e-mail or text message into the outbox once more, under its old key."""
    notice = administration.send_notice_again(notice_id, actor=staff_of(request), now=clock.now())
    return _back(request, _("The message is sent again under its old id."), notice.channel, notice.pk)


@require_POST
@roles_allowed(Role.ADMIN)
def delivery_give_up(request: HttpRequest, notice_id: int) -> HttpResponseRedirect:
    """Gives an e-mail or text message up."""
    notice = administration.give_up_notice(notice_id, actor=staff_of(request), now=clock.now())
    return _back(request, _("The message is given up. It can be sent again from here."), notice.channel, notice.pk)


@require_POST
@roles_allowed(Role.ADMIN)
def webhook_delivery_again(request: HttpRequest, delivery_id: int) -> HttpResponseRedirect:
    """Puts a webhook's message into the outbox once more, under its old id."""
    services.send_again(delivery_id, actor=staff_of(request), now=clock.now())
    return _back(request, _("The message is sent again under its old id."), WEBHOOK, delivery_id)


@require_POST
@roles_allowed(Role.ADMIN)
def webhook_delivery_give_up(request: HttpRequest, delivery_id: int) -> HttpResponseRedirect:
    """Gives a webhook's message up."""
    services.give_up(delivery_id, actor=staff_of(request), now=clock.now())
    return _back(request, _("The message is given up. It can be sent again from here."), WEBHOOK, delivery_id)


def _back(request: HttpRequest, words: str, channel: str, message_id: int) -> HttpResponseRedirect:
    """To the list as it was narrowed, with the message in its place."""
    messages.success(request, words)
    kept = {name: request.POST.get(name, "") for name in ("state", "day", "after")}
    given = {"channel": channel, **{name: value for name, value in kept.items() if value}, "just": message_id}
    return HttpResponseRedirect(f"{reverse('delivery_list')}?{urlencode(given)}", status=SEE_OTHER)
