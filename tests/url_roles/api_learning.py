"""Routes of the API for ideas and articles."""

from tests.url_roles import EVERYBODY
from tests.url_roles.api import EVERY_HAND, at, ticket
from tests.url_roles.learning import DECIDERS, of_article, of_idea

ANSWERERS = DECIDERS | {"agent"}
KNOWN = {"code": "washing_machine", "symptom": "noise"}

ROWS = {
    "api_ideas": at(None, EVERYBODY),
    "api_idea": at(of_idea, EVERYBODY, scoped=False),
    "api_propose_idea": at(ticket, EVERY_HAND, "post"),
    "api_link_idea": at(of_idea, EVERY_HAND, "post", scoped=False),
    "api_route_idea": at(of_idea, DECIDERS, "post", scoped=False),
    "api_accept_idea": at(of_idea, DECIDERS, "post", scoped=False),
    "api_decline_idea": at(of_idea, DECIDERS, "post", scoped=False),
    "api_ship_idea": at(of_idea, DECIDERS, "post", scoped=False),
    "api_answer_proposer": at(of_idea, ANSWERERS, "post", scoped=False),
    "api_answer_customer": at(of_idea, ANSWERERS, "post", scoped=False),
    "api_articles": at(None, EVERYBODY),
    "api_article": at(of_article, EVERYBODY, scoped=False),
    "api_article:patch": at(of_article, EVERY_HAND, "patch", scoped=False),
    "api_propose_article": at(ticket, EVERY_HAND, "post"),
    "api_publish_article": at(of_article, DECIDERS, "post", scoped=False),
    "api_withdraw_article": at(of_article, DECIDERS, "post", scoped=False),
    "api_known_issues": at(lambda world: KNOWN, EVERYBODY, scoped=False),
}
