"""The pages of the webhooks, for administrators: what there is, what was sent, and what became of it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from servicedesk import clock
from servicedesk.access import read_id, roles_allowed, staff_of
from servicedesk.errors import INVALID, ActionError
from servicedesk.people.models import Role
from servicedesk.sending.wording import result_of
from servicedesk.webhooks import services
from servicedesk.webhooks.forms import EndpointForm
from servicedesk.webhooks.kinds import label_of
from servicedesk.webhooks.models import WebhookDelivery, WebhookEndpoint
from servicedesk.webhooks.selectors import PAGE, endpoints, log_page

SEE_OTHER = 303
# Which secret the next page shows, once.
SHOW_ONCE = "webhook_secret_shown_once"
TONES = {"waiting": "info", "delivered": "ok", "dead": "danger"}
ICONS = {"waiting": "clock", "delivered": "circle-check", "dead": "alert-octagon"}


@require_GET
@roles_allowed(Role.ADMIN)
def webhook_list(request: HttpRequest) -> HttpResponse:
    """All endpoints with how they fare."""
    return render(request, "webhooks/webhook_list.html", {"now": clock.now(), "endpoints": list(endpoints())})


@require_http_methods(["GET", "POST"])
@roles_allowed(Role.ADMIN)
def webhook_new(request: HttpRequest) -> HttpResponse:
    """A new endpoint; its secret is shown once, on the page that follows."""
    user = staff_of(request)
    form = EndpointForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            endpoint = services.add_endpoint(form.wanted(), actor=user, now=clock.now())
        except ActionError as error:
            return _form(request, form, _("New webhook"), error=error)
        if not endpoint.is_robot:
            request.session[SHOW_ONCE] = endpoint.pk
        messages.success(request, _("The webhook is set up."))
        return _to(endpoint.pk)
    return _form(request, form, _("New webhook"), status=INVALID if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@roles_allowed(Role.ADMIN)
def webhook_edit(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """Address, words and kinds of an endpoint."""
    user, endpoint = staff_of(request), _endpoint_or_404(endpoint_id)
    initial = {
        "url": "" if endpoint.is_robot else endpoint.url,
        "description": endpoint.description,
        "kinds": endpoint.kinds,
        "outlet": endpoint.outlet_id,
    }
    form = EndpointForm(request.POST if request.method == "POST" else None, initial=initial, endpoint=endpoint)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_endpoint(endpoint.pk, form.wanted(), actor=user)
        except ActionError as error:
            return _form(request, form, _("Edit webhook"), error=error, endpoint=endpoint)
        messages.success(request, _("Saved."))
        return _to(endpoint.pk)
    return _form(request, form, _("Edit webhook"), endpoint=endpoint, status=INVALID if form.is_bound else 200)


def _form(
    request: HttpRequest,
    form: EndpointForm,
    title: str,
    *,
    error: ActionError | None = None,
    endpoint: WebhookEndpoint | None = None,
    status: int = 200,
) -> HttpResponse:
    if error is not None:
        if error.field not in form.fields:
            raise error
        form.add_error(error.field, str(error.message))
        status = error.status
    back = reverse("webhook_detail", args=[endpoint.pk]) if endpoint else reverse("webhook_list")
    context = {"form": form, "title": title, "back_url": back}
    return render(request, "webhooks/webhook_form.html", context, status=status)


@require_GET
@never_cache
@roles_allowed(Role.ADMIN)
def webhook_detail(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """An endpoint and its log, newest message first; a fresh secret is shown here once."""
    endpoint, now = _endpoint_or_404(endpoint_id), clock.now()
    state, after = request.GET.get("state", ""), read_id(request.GET.get("after", ""))
    found = log_page(endpoint, state=state, older_than=after)
    fragment = request.headers.get("HX-Request") == "true"
    shown = not fragment and request.session.get(SHOW_ONCE) == endpoint.pk
    if shown:
        del request.session[SHOW_ONCE]
    context = {
        "now": now,
        "endpoint": endpoint,
        "kinds": [label_of(kind) for kind in endpoint.kinds],
        "two_secrets": len(endpoint.live_secrets(now)) > 1,
        "secret": endpoint.secret if shown else "",
        "lines": [_line(message) for message in found[:PAGE]],
        "busy": any(message.state == WebhookDelivery.State.WAITING for message in found[:PAGE]),
        "after": found[PAGE - 1].pk if len(found) > PAGE else "",
        "first_page": after is None,
        "tabs": _tabs(state),
        "narrowed": bool(state),
    }
    return render(request, "webhooks/_log.html" if fragment else "webhooks/webhook_detail.html", context)


def _line(message: WebhookDelivery) -> dict[str, Any]:
    return {
        "message": message,
        "label": label_of(message.kind),
        "tone": TONES[message.state],
        "icon": ICONS[message.state],
        "tries": [{"attempt": attempt, "words": result_of(attempt)} for attempt in message.tries.all()],
    }


def _tabs(state: str) -> list[dict[str, Any]]:
    chosen = state if state in WebhookDelivery.State.values else ""
    tabs = [("", _("All messages")), *WebhookDelivery.State.choices]
    return [
        {"url": f"?state={value}" if value else "?", "label": label, "count": None, "active": value == chosen}
        for value, label in tabs
    ]


@require_POST
@roles_allowed(Role.ADMIN)
def webhook_pause(request: HttpRequest, endpoint_id: int) -> HttpResponseRedirect:
    """Stops an endpoint."""
    services.pause_endpoint(endpoint_id, actor=staff_of(request))
    messages.success(request, _("The webhook is paused."))
    return _to(endpoint_id)


@require_POST
@roles_allowed(Role.ADMIN)
def webhook_resume(request: HttpRequest, endpoint_id: int) -> HttpResponseRedirect:
    """Lets an endpoint go on."""
    services.resume_endpoint(endpoint_id, actor=staff_of(request))
    messages.success(request, _("The webhook is active again."))
    return _to(endpoint_id)


@require_POST
@roles_allowed(Role.ADMIN)
def webhook_rotate(request: HttpRequest, endpoint_id: int) -> HttpResponseRedirect:
    """A new secret beside the old one; it is shown once, on the page that follows."""
    services.rotate_secret(endpoint_id, actor=staff_of(request), now=clock.now())
    request.session[SHOW_ONCE] = endpoint_id
    messages.success(request, _("There is a new secret. For seven days messages are signed with both."))
    return _to(endpoint_id)


@require_POST
@roles_allowed(Role.ADMIN)
def webhook_end_old(request: HttpRequest, endpoint_id: int) -> HttpResponseRedirect:
    """Ends the old secret before its time."""
    services.end_old_secret(endpoint_id, actor=staff_of(request), now=clock.now())
    messages.success(request, _("The old secret is no longer used."))
    return _to(endpoint_id)


@require_POST
@roles_allowed(Role.ADMIN)
def webhook_test(request: HttpRequest, endpoint_id: int) -> HttpResponseRedirect:
    """Puts a test message into the outbox."""
    services.send_test(endpoint_id, actor=staff_of(request), now=clock.now())
    messages.success(request, _("A test message is on its way; the log shows what becomes of it."))
    return _to(endpoint_id)


@require_POST
@roles_allowed(Role.ADMIN)
def webhook_again(request: HttpRequest, delivery_id: int) -> HttpResponseRedirect:
    """Puts a message into the outbox once more, under its old id."""
    message = services.send_again(delivery_id, actor=staff_of(request), now=clock.now())
    messages.success(request, _("The message is sent again under its old id."))
    return _to(message.endpoint_id)


def _endpoint_or_404(endpoint_id: int) -> WebhookEndpoint:
    endpoint = endpoints().filter(pk=endpoint_id).first()
    if endpoint is None:
        raise Http404
    found: WebhookEndpoint = endpoint
    return found


def _to(endpoint_id: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("webhook_detail", args=[endpoint_id]), status=SEE_OTHER)
