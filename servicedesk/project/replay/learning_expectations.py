"""What a story expects of ideas, articles and what is known of a symptom."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from servicedesk.ideas.models import ImprovementIdea
from servicedesk.knowledge.models import Article
from servicedesk.knowledge.selectors import is_offered, known_to
from servicedesk.project.replay.line import Line
from servicedesk.project.replay.world import World
from servicedesk.tickets.models import Ticket

Values = Mapping[str, Any]


def names_of(rows: Mapping[str, Any], found: Any) -> list[str]:
    """The story's own names of the rows found, sorted."""
    ids = {row.pk for row in found}
    return sorted(name for name, row in rows.items() if row.pk in ids)


def idea_state(_world: World, idea: ImprovementIdea) -> Any:
    """Where the idea stands."""
    return idea.state


def idea_department(_world: World, idea: ImprovementIdea) -> Any:
    """To whom it was routed."""
    return idea.department


def idea_tickets(world: World, idea: ImprovementIdea) -> Any:
    """The tickets it was found on."""
    return names_of(world.tickets, idea.tickets.all())


def idea_models(_world: World, idea: ImprovementIdea) -> Any:
    """The models it is about."""
    return sorted(idea.product_models.values_list("code", flat=True))


def idea_answered(_world: World, idea: ImprovementIdea) -> Any:
    """Who has been told what came of it."""
    return sorted(set(idea.answers.values_list("audience", flat=True)))


def idea_steps(_world: World, idea: ImprovementIdea) -> Any:
    """The states it went through, in order."""
    states = [event.to_state for event in idea.events.all()]
    return [state for place, state in enumerate(states) if place == 0 or states[place - 1] != state]


def article_state(_world: World, article: Article) -> Any:
    """Where the article stands."""
    return article.state


def article_version(_world: World, article: Article) -> Any:
    """Which of its texts is the present one."""
    return article.version


def article_tickets(world: World, article: Article) -> Any:
    """The tickets it was learned on."""
    return names_of(world.tickets, article.tickets.all())


def article_model(_world: World, article: Article) -> Any:
    """The model it is about."""
    return article.model.code if article.model else None


Figure = Callable[[World, Any], Any]
OF_IDEA: dict[str, Figure] = {
    "state": idea_state,
    "department": idea_department,
    "tickets": idea_tickets,
    "models": idea_models,
    "answered": idea_answered,
    "steps": idea_steps,
}
OF_ARTICLE: dict[str, Figure] = {
    "state": article_state,
    "version": article_version,
    "tickets": article_tickets,
    "model": article_model,
}
# Of one thing: `{idea: {of: name, figure: value …}}`.
OF_THINGS: dict[str, tuple[str, dict[str, Figure]]] = {
    "idea": ("ideas", OF_IDEA),
    "article": ("articles", OF_ARTICLE),
}


def mistakes_in_thing(place: str, kind: str, values: Any) -> list[str]:
    """What cannot be understood in the figures of an idea or article."""
    if not isinstance(values, dict) or "of" not in values:
        return [f"{place}.{kind}: must be a mapping with `of`, its name in the story, and its figures"]
    known = OF_THINGS[kind][1]
    return [
        f"{place}.{kind}.{key}: is not known; known are {', '.join(sorted(known))}"
        for key in sorted(set(values) - set(known) - {"of"})
    ]


def compare_thing(world: World, kind: str, values: Values) -> list[Line]:
    """A line for each figure of an idea or article. Raises StoryError for a name the story has not."""
    rows, known = OF_THINGS[kind]
    row = world.find(rows, values["of"])
    row.refresh_from_db()
    return [
        Line(f"{kind} {values['of']} {key}", in_order(key, wanted), known[key](world, row))
        for key, wanted in values.items()
        if key != "of"
    ]


def in_order(key: str, wanted: Any) -> Any:
    """Names without an order of their own are compared sorted; steps have one."""
    return sorted(map(str, wanted)) if isinstance(wanted, list) and key != "steps" else wanted


def offered(_world: World, ticket: Ticket, _values: Values) -> Any:
    """Whether the solved case is, or was until it was written down, offered as an article."""
    return is_offered(ticket) or ticket.articles.exists()


def known_issue(world: World, ticket: Ticket, _values: Values) -> Any:
    """What was known of the symptom when the ticket came in, by the story's names of articles and ideas."""
    found = known_to(ticket, _intake_of(ticket))
    articles = names_of(world.articles, [one for one in found if not one.is_idea])
    return sorted(articles + names_of(world.ideas, [one for one in found if one.is_idea]))


def _intake_of(ticket: Ticket) -> datetime:
    return ticket.received_at


OF_TICKET: dict[str, Callable[[World, Ticket, Values], Any]] = {
    "offered_as_article": offered,
    "known_issue": known_issue,
}
