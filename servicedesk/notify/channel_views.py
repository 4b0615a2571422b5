"""The administrators' pages of the channels: what is in use, how it is reached, and what its messages say."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from servicedesk import clock
from servicedesk.access import roles_allowed, staff_of
from servicedesk.errors import INVALID, ActionError
from servicedesk.notify import administration
from servicedesk.notify.administration import MISSING, Text
from servicedesk.notify.channel_selectors import ChannelReport, channel_reports
from servicedesk.notify.channels import OUTGOING, settings_of
from servicedesk.notify.forms import ChannelForm, TextForm
from servicedesk.notify.letters import PLACES, parts_of, signed, without_places
from servicedesk.notify.models import Channel, MessageTemplate
from servicedesk.notify.wording import known_kinds, label_of
from servicedesk.people.models import Role
from servicedesk.sending.wording import result_of
from servicedesk.undo import Undo, say_done

SEE_OTHER = 303
ICONS = {Channel.EMAIL: "mail", Channel.SMS: "device-mobile-message"}
# Notices about the channels themselves are never sent by them.
NOT_WORDED = frozenset({"channel_dead", "channel_uncertain"})


@require_GET
@roles_allowed(Role.ADMIN)
def channel_list(request: HttpRequest) -> HttpResponse:
    """Every channel with its state, its last messages and what waits."""
    lines = [_line(report) for report in channel_reports()]
    return render(request, "notify/channel_list.html", {"now": clock.now(), "lines": lines})


def _line(report: ChannelReport) -> dict[str, Any]:
    failure = report.last_failure
    return {
        "report": report,
        "icon": ICONS[Channel(report.row.channel)],
        "missing": [MISSING[name] for name in report.missing],
        "failure": {"at": failure.at, "words": result_of(failure)} if failure is not None else None,
    }


@require_http_methods(["GET", "POST"])
@roles_allowed(Role.ADMIN)
def channel_edit(request: HttpRequest, channel: str) -> HttpResponse:
    """How a channel is reached; what cannot work is refused at its field."""
    user, row = staff_of(request), _row_or_404(channel)
    form = ChannelForm(request.POST if request.method == "POST" else None, instance=row, channel=channel)
    if request.method == "POST" and form.is_valid():
        try:
            administration.change_channel(channel, form.cleaned_data, actor=user)
        except ActionError as error:
            _at_field(form, error)
        else:
            messages.success(request, _("Saved."))
            return _to("channel_list")
    context = {
        "form": form,
        "row": row,
        "secrets": _secrets(channel),
        "text_count": MessageTemplate.objects.filter(channel=channel).count(),
    }
    return render(request, "notify/channel_form.html", context, status=INVALID if form.is_bound else 200)


def _secrets(channel: str) -> list[dict[str, Any]]:
    name = "EMAIL_URL" if channel == Channel.EMAIL else "SMS_TOKEN"
    return [{"name": name, "is_set": bool(settings.EMAIL_HOST if channel == Channel.EMAIL else settings.SMS_TOKEN)}]


@require_POST
@roles_allowed(Role.ADMIN)
def channel_test(request: HttpRequest, channel: str) -> HttpResponseRedirect:
    """Sends a test message to the person who asks for it."""
    administration.send_test(channel, actor=staff_of(request), now=clock.now())
    messages.success(request, _("A test message to you is on its way; the deliveries show what becomes of it."))
    return _to("channel_list")


@require_http_methods(["GET", "POST"])
@roles_allowed(Role.ADMIN)
def message_texts(request: HttpRequest, channel: str) -> HttpResponse:
    """The words of a channel's messages where they are not the notices' own; a new text replaces an old one."""
    user, row = staff_of(request), _row_or_404(channel)
    kinds = sorted(known_kinds() - NOT_WORDED, key=label_of)
    initial = _initial(request, channel)
    form = TextForm(request.POST if request.method == "POST" else None, channel=channel, kinds=kinds, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            administration.save_text(form.wanted(), actor=user)
        except ActionError as error:
            _at_field(form, error)
        else:
            messages.success(request, _("Saved."))
            return _to("message_texts", channel)
    texts = MessageTemplate.objects.filter(channel=channel).order_by("kind", "language")
    context = {
        "form": form,
        "row": row,
        "places": [(f"{{{name}}}", words) for name, words in PLACES.items()],
        "lines": [_text_line(text, row.sender) for text in texts],
        "is_sms": channel == Channel.SMS,
    }
    return render(request, "notify/message_texts.html", context, status=INVALID if form.is_bound else 200)


def _initial(request: HttpRequest, channel: str) -> dict[str, Any]:
    wanted = {"kind": request.GET.get("kind", ""), "language": request.GET.get("language", "")}
    found = MessageTemplate.objects.filter(channel=channel, **wanted).values().first()
    return dict(found) if found is not None else {}


def _text_line(text: MessageTemplate, sender: str) -> dict[str, Any]:
    bare = without_places(text.text)
    return {"text": text, "label": label_of(text.kind), "parts": parts_of(signed(sender, bare))}


@require_POST
@roles_allowed(Role.ADMIN)
def message_text_remove(request: HttpRequest, text_id: int) -> HttpResponseRedirect:
    """Takes a text away; the message that says so carries the way back."""
    removed: Text = administration.remove_text(text_id, actor=staff_of(request))
    back = reverse("message_texts", args=[removed.channel])
    fields = {
        "kind": removed.kind,
        "language": removed.language,
        "text": removed.text,
        "provider_template": removed.provider_template,
    }
    say_done(request, _("The text is removed. The notice's own sentence is sent again."), Undo(back, fields))
    return _to("message_texts", removed.channel)


def _at_field(form: Any, error: ActionError) -> None:
    if error.field not in form.fields:
        raise error
    form.add_error(error.field, str(error.message))


def _row_or_404(channel: str) -> Any:
    if channel not in OUTGOING:
        raise Http404
    return settings_of(channel)


def _to(name: str, *args: object) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse(name, args=args), status=SEE_OTHER)
