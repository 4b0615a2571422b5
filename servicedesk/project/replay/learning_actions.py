"""The actions of verdicts, improvement ideas and articles, as a story names them."""

from typing import Any

from servicedesk.ideas import services as ideas
from servicedesk.ideas.models import ImprovementIdea
from servicedesk.knowledge import services as library
from servicedesk.knowledge.models import Article
from servicedesk.project.replay.actions import Step, action
from servicedesk.project.replay.world import StoryError
from servicedesk.tickets.models import IntakeChannel
from warranty.facts_builder import Question
from warranty.services import decide_for


def idea_of(step: Step) -> ImprovementIdea:
    """The idea of the event, by the name the story gave it."""
    idea: ImprovementIdea = step.world.find("ideas", step.values.get("idea"))
    return idea


def article_of(step: Step) -> Article:
    """The article of the event, by the name the story gave it."""
    article: Article = step.world.find("articles", step.values.get("article"))
    return article


@action()
def record_verdict(step: Step) -> Any:
    """Records what the guarantee says on this day about the ticket's appliance."""
    ticket = step.ticket()
    if ticket.appliance_id is None:
        raise StoryError("the ticket names no appliance")
    question = Question(fault_on=step.now.astimezone(step.world.case.zone).date())
    return decide_for(ticket.appliance_id, question, ticket=ticket, **step.who)


@action("title finding proposal", needs="ticket title finding proposal")
def propose_idea(step: Step) -> Any:
    said = ideas.Finding(step.text("title"), step.text("finding"), step.text("proposal"))
    idea = ideas.propose_idea(step.ticket().pk, said, **step.who)
    step.world.ideas[step.name or str(idea.pk)] = idea
    return idea


@action(needs="idea ticket")
def link_idea(step: Step) -> Any:
    return ideas.link_idea(idea_of(step).pk, step.ticket().pk, **step.who)


@action("reason", needs="idea department")
def route_idea(step: Step) -> Any:
    return ideas.route_idea(idea_of(step).pk, step.text("department"), reason=step.text("reason"), **step.who)


@action("reason", needs="idea")
def accept_idea(step: Step) -> Any:
    return ideas.accept_idea(idea_of(step).pk, reason=step.text("reason"), **step.who)


@action("reason", needs="idea")
def decline_idea(step: Step) -> Any:
    return ideas.decline_idea(idea_of(step).pk, step.text("reason"), **step.who)


@action(needs="idea result")
def ship_idea(step: Step) -> Any:
    return ideas.ship_idea(idea_of(step).pk, step.text("result"), **step.who)


@action("ticket channel", needs="idea text")
def answer_idea(step: Step) -> Any:
    """Tells the customer of `ticket`; without a ticket the one who proposed it."""
    idea = idea_of(step)
    if "ticket" not in step.values:
        return ideas.answer_proposer(idea.pk, step.text("text"), **step.who)
    channel = step.text("channel") or IntakeChannel.PHONE
    return ideas.answer_customer(idea.pk, step.ticket().pk, step.text("text"), channel, **step.who)


def words_of(step: Step) -> library.Words:
    """The text of an article."""
    return library.Words(step.text("title"), step.text("cause"), step.text("remedy"))


@action("title cause remedy for_model", needs="ticket title cause remedy")
def propose_article(step: Step) -> Any:
    for_model = bool(step.values.get("for_model", True))
    article = library.propose_article(step.ticket().pk, words_of(step), for_model=for_model, **step.who)
    step.world.articles[step.name or str(article.pk)] = article
    return article


@action("title cause remedy", needs="article title cause remedy")
def edit_article(step: Step) -> Any:
    return library.edit_article(article_of(step).pk, words_of(step), **step.who)


@action(needs="article")
def publish_article(step: Step) -> Any:
    return library.publish_article(article_of(step).pk, **step.who)


@action("reason", needs="article")
def withdraw_article(step: Step) -> Any:
    return library.withdraw_article(article_of(step).pk, step.text("reason"), **step.who)
