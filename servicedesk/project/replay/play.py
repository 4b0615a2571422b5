"""Playing a story: each action at its instant, the sweep at every due instant between, then the expectations."""

from collections.abc import Callable
from datetime import datetime, timedelta

from servicedesk import clock
from servicedesk.clock import LOCAL
from servicedesk.errors import ActionError
from servicedesk.project.replay import (
    care_actions,  # noqa: F401 - registers its actions
    learning_actions,  # noqa: F401 (it registers its actions)
)
from servicedesk.project.replay.actions import ACTIONS, Step
from servicedesk.project.replay.document import Case, Event, Expectation, instant
from servicedesk.project.replay.expectations import compare, mistakes_in
from servicedesk.project.replay.line import Line
from servicedesk.project.replay.world import StoryError, World, build_world
from servicedesk.sla.models import SlaClock
from servicedesk.sla.pauses import remind_once
from servicedesk.sla.sweep import sweep_once
from visits.care.services import RUNS_FROM, run_daily

# A sweep that moves nothing on must not turn for ever.
MOST_SWEEPS = 10_000


def mistakes_of(case: Case) -> list[str]:
    """What cannot be played: unknown actions and values, missing ones, unknown expectations."""
    found = []
    for event in case.events:
        action = ACTIONS.get(event.do)
        if action is None:
            found.append(f"{event.place}.do: {event.do!r} is no action; known are {', '.join(sorted(ACTIONS))}")
            continue
        found += [
            f"{event.place}.with.{key}: {event.do} does not take it"
            for key in sorted(set(event.values) - action.takes)
        ]
        found += [f"{event.place}.with.{key}: {event.do} needs it" for key in sorted(action.needs - set(event.values))]
    for expectation in case.expect:
        found += mistakes_in(expectation)
    return found


def play(case: Case, say: Callable[[str], None]) -> list[Line]:
    """Every figure the story expects, beside what was found. Raises StoryError where it cannot go on."""
    with clock.at(case.events[0].at):
        world = build_world(case)
    lines: list[Line] = []

    def note(found: list[Line]) -> None:
        lines.extend(found)
        for line in found:
            say(str(line))

    end = case.events[-1].at
    dated = [(at_of(case, one), one) for one in case.expect if "at" in one.values]
    waiting = sorted(dated, key=lambda pair: pair[0])
    told = case.events[0].at
    for event in case.events:
        # What is asked as of an instant is asked then: a record does not know what comes after it.
        while waiting and waiting[0][0] < event.at:
            note(ask(world, *waiting.pop(0)))
        sweep_until(event.at)
        care_between(case, told, event.at)
        told = event.at
        note(play_event(world, event))
    sweep_until(end)
    for at, one in waiting:
        note(ask(world, at, one))
    for one in case.expect:
        if "at" not in one.values:
            note(ask(world, end, one))
    return lines


def at_of(case: Case, expectation: Expectation) -> datetime:
    """The instant an expectation names. Raises StoryError where it is none."""
    try:
        return instant(expectation.values["at"], case.zone)
    except ValueError as error:
        raise StoryError(f"{expectation.place}.at: {error}") from error


def ask(world: World, at: datetime, expectation: Expectation) -> list[Line]:
    """The figures of an expectation as they stand at an instant."""
    with clock.at(at):
        return compare(world, expectation, at)


def play_event(world: World, event: Event) -> list[Line]:
    """Does what the event says; a line where a refusal was expected."""
    with clock.at(event.at):
        try:
            step = Step(world, event.values, world.person(event.by), event.at, event.name)
            ACTIONS[event.do].play(step)
        except ActionError as refusal:
            if not event.refused:
                raise StoryError(
                    f"{event.place} {event.do}: refused with {refusal.code}: {refusal.message}"
                ) from refusal
            return [Line(f"{event.place} {event.do} refused", event.refused, refusal.code)]
        except StoryError as error:
            raise StoryError(f"{event.place} {event.do}: {error}") from error
    if event.refused:
        return [Line(f"{event.place} {event.do} refused", event.refused, "allowed")]
    return []


def care_between(case: Case, start: datetime, end: datetime) -> None:
    """Searches for courtesy calls on every morning between two events, where the story has care plans."""
    if not case.given.get("care_plans"):
        return
    morning = datetime.combine(start.astimezone(LOCAL), RUNS_FROM, tzinfo=LOCAL)
    while morning <= end:
        if morning > start:
            with clock.at(morning):
                run_daily(morning)
        morning += timedelta(days=1)


def sweep_until(end: datetime) -> None:
    """Runs the sweep after every instant at which a clock warns or breaks or a pause should end before `end`, as the
    timers would have.

    A clock that is due in this very instant is still in time, so that it breaks only a moment later.
    """
    for _round in range(MOST_SWEEPS):
        due = SlaClock.objects.filter(next_fire_at__lt=end).order_by("next_fire_at")
        instant = due.values_list("next_fire_at", flat=True).first()
        if instant is None:
            return
        moment = instant + timedelta(microseconds=1)
        with clock.at(moment):
            sweep_once(moment)
            remind_once(moment)
    raise StoryError("the sweep does not come to an end")
