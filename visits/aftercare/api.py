"""Callbacks over the API: the queue of the desk, taking one in hand, recording the call."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from servicedesk.access import ticket_or_404
from servicedesk.api.bodies import CursorQuery
from servicedesk.api.cursors import read_cursor, write_cursor
from servicedesk.api.endpoint import REQUIRED, Call, Endpoint, operation
from servicedesk.api.fields import Choice
from servicedesk.errors import invalid
from visits import api_shapes as shapes
from visits.aftercare.access import callback_or_404
from visits.aftercare.cards import card_of
from visits.aftercare.script import CONTRADICTIONS, VERSION, Question, contradictions
from visits.aftercare.selectors import PAGE, VIEWS, QueueFilter, queue_of
from visits.aftercare.services import (
    CustomerAnswer,
    claim_callback,
    record_attempt,
    release_callback,
    schedule_callback,
)
from visits.aftercare.transitions import CALLERS
from visits.models import Callback

READ, WRITE = "callbacks:read", "callbacks:write"


class CallbackQuery(CursorQuery):
    """Which callbacks."""

    view = Choice(VIEWS, required=False, default="now")
    kind = Choice(Callback.Kind.values, required=False, default="")


class CallbackEndpoint(Endpoint):
    """An address below the callbacks."""

    tag = "callbacks"


class Callbacks(CallbackEndpoint):
    """The queue of the desk."""

    @operation("list_callbacks", READ, shapes.CallbackPageOut, roles=CALLERS, query=CallbackQuery)
    def get(self, call: Call) -> dict[str, Any]:
        """Lists a view of the callbacks, next to break first, 40 a page."""
        asked = call.asked
        start = int(read_cursor(asked["cursor"], asked).get("after", "0"))
        rows = queue_of(call.user, asked["view"], call.now, start, QueueFilter(kind=asked["kind"]))
        key = str(start + PAGE) if len(rows) > PAGE else ""
        return {"items": [row.callback for row in rows[:PAGE]], "next": write_cursor(key, "after", asked)}


class OneCallback(CallbackEndpoint):
    """One callback."""

    @operation("read_callback", READ, shapes.CallbackOut, roles=CALLERS, find=callback_or_404)
    def get(self, call: Call) -> Any:
        """Reads a callback."""
        return call.found


class ScheduleCallback(CallbackEndpoint):
    """A call to be made."""

    @operation(
        "schedule_callback",
        WRITE,
        shapes.CallbackOut,
        body=shapes.ScheduleBody,
        find=ticket_or_404,
        status=201,
        key=REQUIRED,
    )
    def post(self, call: Call) -> Any:
        """Schedules a call; the one that stands open already is answered."""
        given = call.given
        return schedule_callback(
            call.found.pk, given["kind"], actor=call.user, now=call.now, not_before=given["not_before"]
        )


class ClaimCallback(CallbackEndpoint):
    """A call in hand."""

    @operation("claim_callback", WRITE, shapes.CallbackOut, find=callback_or_404)
    def post(self, call: Call) -> Any:
        """Takes a callback in hand for a quarter of an hour, so that nobody else calls."""
        return claim_callback(call.found.pk, actor=call.user, now=call.now)


class ReleaseCallback(CallbackEndpoint):
    """A call given back."""

    @operation("release_callback", WRITE, shapes.CallbackOut, roles=CALLERS, find=callback_or_404)
    def post(self, call: Call) -> Any:
        """Gives a callback back that is in one's own hands."""
        return release_callback(call.found.pk, actor=call.user, now=call.now)


class RecordAttempt(CallbackEndpoint):
    """A call that was made."""

    @operation(
        "record_attempt",
        WRITE,
        shapes.AttemptOut,
        body=shapes.AttemptBody,
        find=callback_or_404,
        status=201,
        checks_version=True,
    )
    def post(self, call: Call) -> Any:
        """Records a call. A customer who is not satisfied reopens the ticket at once."""
        given = call.given
        return record_attempt(
            call.found.pk,
            given["outcome"],
            actor=call.user,
            now=call.now,
            note=given["note"],
            later_at=given["later_at"],
            answer=_answer(call),
            expected_version=call.version,
        )


def _answer(call: Call) -> CustomerAnswer | None:
    given = call.given
    if given["outcome"] != "reached":
        return None
    callback: Callback = call.found
    script = card_of(callback, call.user, call.now).script
    answers = {one["code"]: one["answer"] for one in given.get("answers", [])}
    _check(script, answers)
    against = contradictions(script, answers)
    if answers:
        answers["version"] = VERSION
    if against:
        answers[CONTRADICTIONS] = " ".join(against)
    return CustomerAnswer(given.get("result", ""), given.get("score", 0), answers, given["opinion"])


def _check(script: list[Question], answers: dict[str, str]) -> None:
    options = {question.code: question.options for question in script}
    for code, answer in answers.items():
        if answer not in options.get(code, ()):
            raise invalid("answers", "answer_unknown", _("Choose an answer."), question=code)
