"""The actions of care a story may name: consent, units in our hands, care events, delight stories."""

from typing import Any

from servicedesk.care import services as care
from servicedesk.care.models import CareNote, Consent
from servicedesk.project.replay.actions import Step, action
from servicedesk.project.replay.world import StoryError
from visits.care import services as courtesy
from visits.custody import services as custody
from visits.models import CareEvent, DelightStory
from visits.stories import services as stories


def seen_of(step: Step) -> custody.UnitSeen:
    """What was seen of the unit; in order where the story says nothing."""
    return custody.UnitSeen(step.text("condition") or "完好", step.text("accessories"), step.text("name"))


@action("condition accessories name")
def record_pickup(step: Step) -> Any:
    return custody.record_pickup(step.ticket().pk, seen_of(step), **step.who)


@action("condition accessories name")
def record_return(step: Step) -> Any:
    return custody.record_return(step.ticket().pk, seen_of(step), **step.who)


@action("purpose how", needs="ticket purpose")
def give_consent(step: Step) -> Any:
    how = step.text("how") or Consent.How.PHONE
    return care.give_consent(step.ticket().pk, step.text("purpose"), how, **step.who)


@action("purpose", needs="ticket purpose")
def withdraw_consent(step: Step) -> Any:
    return care.withdraw_consent(step.ticket().pk, step.text("purpose"), **step.who)


@action("kind text known_day", needs="ticket text")
def record_care_note(step: Step) -> Any:
    kind = step.text("kind") or CareNote.Kind.HEALTH
    day = step.moment("known_day")
    known_day = day.date() if day else None
    return care.record_care_note(step.ticket().pk, kind, step.text("text"), known_day=known_day, **step.who)


@action()
def read_care_notes(step: Step) -> Any:
    if step.actor is None:
        raise StoryError("somebody must read: name him with `by`")
    return care.read_care_notes(step.ticket().pk, actor=step.actor, now=step.now)


@action("kind note", needs="ticket note")
def record_care_event(step: Step) -> Any:
    kind = step.text("kind") or CareEvent.Kind.VISIT
    return courtesy.record_care_event(step.ticket().pk, kind, step.text("note"), **step.who)


@action("title text beyond", needs="ticket title text beyond")
def propose_story(step: Step) -> Any:
    told = stories.Telling(step.text("title"), step.text("text"), step.text("beyond"))
    return stories.propose_story(step.ticket().pk, told, **step.who)


def story_of(step: Step) -> DelightStory:
    """The delight story of the event's ticket."""
    found: DelightStory | None = step.ticket().stories.first()
    if found is None:
        raise StoryError("the ticket has no delight story at this moment")
    return found


@action()
def approve_story(step: Step) -> Any:
    return stories.approve_story(story_of(step).pk, **step.who)


@action()
def publish_story(step: Step) -> Any:
    return stories.publish_story(story_of(step).pk, **step.who)
