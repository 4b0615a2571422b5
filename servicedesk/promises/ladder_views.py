"""The pages of the ladders: all of them with the rules of notices, one with its steps and its record."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.models import LogEntry
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from servicedesk import clock
from servicedesk.access import roles_allowed, staff_of
from servicedesk.errors import FORBIDDEN, INVALID, ActionError
from servicedesk.notify.channels import active_channels
from servicedesk.promises import ladders
from servicedesk.promises.audit import entries_of, kept_in
from servicedesk.promises.ladder_forms import (
    LadderForm,
    RulesForm,
    StepFormSet,
    ladder_initial,
    rules_initial,
    steps_initial,
)
from servicedesk.promises.ladders import WantedRules, rules_now
from servicedesk.promises.values import WantedLadder, WantedStep, ladder_of
from servicedesk.promises.views import EDITORS, READERS, SEE_OTHER, may_edit
from servicedesk.promises.wording import (
    channel_words,
    differences,
    ladder_fits,
    ladder_words,
    moment_words,
    recipient_words,
    repeat_words,
    rules_words,
)
from servicedesk.sla.escalation.models import Ladder, NoticeRules
from servicedesk.undo import Undo, say_done

RECORD = 50


@require_GET
@roles_allowed(*READERS)
def ladder_list(request: HttpRequest) -> HttpResponse:
    """Every ladder with its steps, the one for the fewest clocks first, and the rules of notices."""
    rows = sorted(
        Ladder.objects.prefetch_related("steps"), key=lambda row: (not row.is_active, -row.specificity, row.code)
    )
    context = {
        "now": clock.now(),
        "rows": [_row(ladder) for ladder in rows],
        "rules": rules_now(),
        "record": _record(entries_of(NoticeRules, [1])),
        "may_edit": may_edit(request),
    }
    return render(request, "promises/ladder_list.html", context)


def _row(ladder: Ladder) -> dict[str, Any]:
    wanted = ladder_of(ladder)
    return {
        "ladder": ladder,
        "fits": ladder_fits(ladder.clock, ladder.priority),
        "repeats": repeat_words(ladder.repeat_minutes),
        "lines": [_step(step) for step in wanted.steps],
    }


def _step(step: WantedStep) -> dict[str, Any]:
    active = active_channels()
    return {
        "when": moment_words(step.moment, step.percent),
        "who": recipient_words(step.recipients),
        "how": channel_words([each for each in step.channels if each in active]),
        "idle": channel_words([each for each in step.channels if each not in active]),
    }


@require_http_methods(["GET", "POST"])
@roles_allowed(*READERS)
def ladder_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One ladder: its form for those who may change it, its steps for the others, and its record."""
    ladder = Ladder.objects.filter(code=code).first()
    if ladder is None:
        raise Http404
    if request.method == "POST" and not may_edit(request):
        raise ActionError("role_not_allowed", _("Your role may not do this."), status=FORBIDDEN)
    wanted, given = ladder_of(ladder), request.POST if request.method == "POST" else None
    form = LadderForm(given, initial=ladder_initial(wanted, ladder.row_version))
    steps = StepFormSet(given, initial=steps_initial(wanted), prefix="steps")
    context = {**_row(ladder), "title": str(ladder), "form": form, "steps": steps}
    if given is None or not (_both_valid(form, steps)):
        return _unfinished(request, context)
    new = form.wanted(_steps_in(steps))
    try:
        entry = ladders.change_ladder(
            ladder.pk, new, form.cleaned_data["base"], actor=staff_of(request), now=clock.now()
        )
    except ActionError as error:
        return _ladder_refused(request, context, error, new)
    undo = Undo(reverse("promise_change_undo", args=[entry.pk])) if entry is not None else None
    say_done(request, _("The ladder is changed. Climbs under way go on by it."), undo)
    return _to("ladder_detail", ladder.code)


def _both_valid(form: LadderForm, steps: Any) -> bool:
    valid = [form.is_valid(), steps.is_valid()]
    return all(valid)


def _unfinished(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The form before anything was typed, or with what was typed and what is wrong with it."""
    steps = context["steps"]
    if steps.is_bound and steps.total_error_count():
        context["refusal"] = _("Mend the steps that are marked.")
    return _ladder_page(request, context, status=INVALID if steps.is_bound else 200)


def _steps_in(steps: Any) -> list[WantedStep]:
    return [step for row in steps.forms if (step := row.step()) is not None]


@require_http_methods(["GET", "POST"])
@roles_allowed(*EDITORS)
def ladder_new(request: HttpRequest) -> HttpResponse:
    """A new ladder with its steps."""
    given = request.POST if request.method == "POST" else None
    form, steps = LadderForm(given, initial={"base": 0}, new=True), StepFormSet(given, prefix="steps")
    context: dict[str, Any] = {"title": _("New ladder"), "form": form, "steps": steps}
    if given is None or not _both_valid(form, steps):
        return _unfinished(request, context)
    wanted = form.wanted(_steps_in(steps))
    try:
        ladder = ladders.add_ladder(form.cleaned_data["code"], wanted, actor=staff_of(request), now=clock.now())
    except ActionError as error:
        return _ladder_refused(request, context, error, wanted)
    messages.success(request, _("The ladder is there."))
    return _to("ladder_detail", ladder.code)


def _ladder_refused(
    request: HttpRequest, context: dict[str, Any], error: ActionError, wanted: WantedLadder
) -> HttpResponse:
    """The form once more with what was typed; after somebody else's change, with both side by side."""
    form: LadderForm = context["form"]
    if error.code == "ladder_changed":
        theirs = Ladder.objects.get(pk=context["ladder"].pk)
        last = entries_of(Ladder, [theirs.pk]).first()
        context |= {
            "differences": differences(ladder_words(wanted), ladder_words(ladder_of(theirs))),
            "who": str(last.user) if last is not None else "",
        }
        # Saving again puts the values of this form in place of the others.
        typed = request.POST.copy()
        typed["base"] = str(theirs.row_version)
        form.data = typed
    if error.field in form.fields and error.field != "base":
        form.add_error(error.field, str(error.message))
    else:
        context["refusal"] = error.message
    return _ladder_page(request, context, status=error.status)


def _ladder_page(request: HttpRequest, context: dict[str, Any], *, status: int) -> HttpResponse:
    ladder = context.get("ladder")
    context |= {
        "now": clock.now(),
        "may_edit": may_edit(request),
        "record": _record(entries_of(Ladder, [ladder.pk])) if ladder is not None else [],
    }
    return render(request, "promises/ladder_detail.html", context, status=status)


@require_http_methods(["GET", "POST"])
@roles_allowed(*EDITORS)
def notice_rules(request: HttpRequest) -> HttpResponse:
    """The quiet hours, and how much a person is told at once."""
    form = RulesForm(request.POST if request.method == "POST" else None, initial=rules_initial(rules_now()))
    context: dict[str, Any] = {"form": form}
    status = INVALID if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            entry = ladders.change_rules(form.wanted(), form.based_on(), actor=staff_of(request), now=clock.now())
        except ActionError as error:
            return _rules_refused(request, form, error)
        undo = Undo(reverse("promise_change_undo", args=[entry.pk])) if entry is not None else None
        say_done(request, _("The rules are changed."), undo)
        return _to("ladder_list")
    return render(request, "promises/rules_form.html", context, status=status)


def _rules_refused(request: HttpRequest, form: RulesForm, error: ActionError) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "refusal": error.message}
    if error.code == "rules_changed":
        standing = rules_now()
        context["differences"] = differences(rules_words(form.wanted().as_dict()), rules_words(standing.as_dict()))
        typed = request.POST.copy()
        typed.update({name: str(value) for name, value in _bases(standing).items()})
        form.data = typed
    return render(request, "promises/rules_form.html", context, status=error.status)


def _bases(rules: WantedRules) -> dict[str, Any]:
    return {name: value for name, value in rules_initial(rules).items() if name.startswith("base_")}


@require_POST
@roles_allowed(*EDITORS)
def change_undo(request: HttpRequest, entry_id: int) -> HttpResponseRedirect:
    """Takes a change of a ladder or of the rules back, as long as nothing came after it."""
    thing = ladders.undo_change(entry_id, actor=staff_of(request), now=clock.now())
    messages.success(request, _("The change is taken back."))
    return _to("ladder_detail", thing.code) if isinstance(thing, Ladder) else _to("ladder_list")


def _record(entries: Any) -> list[dict[str, Any]]:
    """The lines of the record, newest first, each with what it changed in words."""
    return [_record_line(entry) for entry in entries[:RECORD]]


def _record_line(entry: LogEntry) -> dict[str, Any]:
    kept = kept_in(entry)
    changes: list[dict[str, str]] = []
    if kept is not None and kept["before"] is not None:
        words = [_words_of(kept[side]) for side in ("before", "after")]
        changes = differences(*words)
    return {"entry": entry, "is_new": kept is not None and kept["before"] is None, "changes": changes}


def _words_of(kept: dict[str, Any]) -> dict[str, str]:
    return ladder_words(WantedLadder.from_dict(kept)) if "steps" in kept else rules_words(kept)


def _to(name: str, *args: Any) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse(name, args=args), status=SEE_OTHER)
