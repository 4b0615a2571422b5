"""An idea from the finding to its answers, and what is refused on the way."""

from typing import Any

import pytest

from servicedesk.errors import ActionError
from servicedesk.ideas import services
from servicedesk.ideas.models import IdeaEvent, IdeaState, ImprovementIdea
from servicedesk.ideas.selectors import figures, owed_answers
from servicedesk.notify.models import Notification
from servicedesk.people.models import Role
from tests.defaults import load_defaults
from tests.make import NOW, make_appliance, make_category, make_customer, make_ticket, make_user
from tests.make_learning import HOUR, make_idea

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def defaults(db: None) -> None:
    load_defaults()


def code_of(action: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(ActionError) as caught:
        action(*args, **kwargs)
    return caught.value.code


def test_an_idea_goes_its_whole_way_and_is_told_on_its_ticket() -> None:
    agent, manager = make_user(Role.AGENT), make_user(Role.MANAGER)
    ticket = make_ticket(actor=agent)
    idea = make_idea(ticket, agent)
    services.route_idea(idea.pk, "product", actor=manager, now=NOW)
    services.accept_idea(idea.pk, actor=manager, now=NOW)
    services.ship_idea(idea.pk, "新功能", actor=manager, now=NOW + HOUR)
    services.answer_proposer(idea.pk, "谢谢", actor=manager, now=NOW + HOUR)
    idea.refresh_from_db()
    assert idea.state == IdeaState.SHIPPED
    services.answer_customer(idea.pk, ticket.pk, "已告知", "phone", actor=agent, now=NOW + HOUR)
    idea.refresh_from_db()
    assert idea.state == IdeaState.ANSWERED
    told = list(ticket.events.order_by("id").values_list("action", flat=True))
    assert told[-5:] == ["propose_idea", "route_idea", "accept_idea", "ship_idea", "answer_idea"]
    steps = [event.to_state for event in IdeaEvent.objects.filter(idea=idea)]
    assert steps == ["proposed", "routed", "accepted", "shipped", "shipped", "answered"]
    kinds = set(Notification.objects.filter(recipient=agent).values_list("kind", flat=True))
    assert kinds >= {"idea_accepted", "idea_shipped", "idea_answered"}


def test_a_declined_idea_still_owes_its_answers() -> None:
    agent, manager = make_user(Role.AGENT), make_user(Role.MANAGER)
    ticket = make_ticket(actor=agent)
    idea = make_idea(ticket, agent)
    services.route_idea(idea.pk, "quality", actor=manager, now=NOW)
    assert code_of(services.decline_idea, idea.pk, "  ", actor=manager, now=NOW) == "reason_missing"
    services.decline_idea(idea.pk, "成本过高", actor=manager, now=NOW)
    owed = owed_answers(idea)
    assert (owed.proposer, owed.tickets) == (True, [ticket])


def test_the_order_of_steps_and_the_roles_are_kept() -> None:
    agent, manager = make_user(Role.AGENT), make_user(Role.MANAGER)
    idea = make_idea(make_ticket(actor=agent), agent)
    assert code_of(services.accept_idea, idea.pk, actor=manager, now=NOW) == "wrong_state"
    assert code_of(services.route_idea, idea.pk, "product", actor=agent, now=NOW) == "role_not_allowed"
    assert code_of(services.route_idea, idea.pk, "sales", actor=manager, now=NOW) == "department_unknown"
    assert code_of(services.answer_proposer, idea.pk, "x", actor=manager, now=NOW) == "wrong_state"
    assert code_of(services.ship_idea, 0, "x", actor=manager, now=NOW) == "idea_not_found"


def test_an_idea_needs_its_words_and_a_ticket_with_a_product_in_scope() -> None:
    outsider = make_user(Role.TECHNICIAN)
    ticket = make_ticket()
    for field in ("title", "finding", "proposal"):
        words: Any = {field: " "}
        with pytest.raises(ActionError) as caught:
            make_idea(ticket, **words)
        assert (caught.value.code, caught.value.field) == (f"{field}_missing", field)
    assert code_of(make_idea, ticket, title="长" * 121) == "title_too_long"
    assert code_of(make_idea, ticket, outsider) == "ticket_not_found"
    bare = make_ticket(appliance=None, category=None, kind="consultation")
    assert code_of(make_idea, bare) == "category_missing"
    assert not ImprovementIdea.objects.exists()


def test_further_tickets_are_linked_once_and_only_of_the_same_product() -> None:
    idea, second = make_idea(make_ticket()), make_ticket()
    services.link_idea(idea.pk, second.pk, actor=None, now=NOW)
    assert idea.tickets.count() == 2
    assert code_of(services.link_idea, idea.pk, second.pk, actor=None, now=NOW) == "already_linked"
    customer = make_customer()
    fridge = make_appliance(customer, category=make_category("refrigerator"))
    other = make_ticket(customer=customer, appliance=fridge)
    assert code_of(services.link_idea, idea.pk, other.pk, actor=None, now=NOW) == "ticket_of_other_category"


def test_each_customer_is_told_once_and_only_of_the_ideas_tickets() -> None:
    ticket, stranger = make_ticket(), make_ticket()
    second = make_ticket()
    idea = make_idea(ticket)
    services.link_idea(idea.pk, second.pk, actor=None, now=NOW)
    services.route_idea(idea.pk, "parts", actor=None, now=NOW)
    services.decline_idea(idea.pk, "x", actor=None, now=NOW)
    tell = services.answer_customer
    assert code_of(tell, idea.pk, stranger.pk, "x", "phone", actor=None, now=NOW) == "ticket_not_linked"
    assert code_of(tell, idea.pk, ticket.pk, "x", "smoke", actor=None, now=NOW) == "channel_unknown"
    tell(idea.pk, ticket.pk, "x", "phone", actor=None, now=NOW)
    assert code_of(tell, idea.pk, ticket.pk, "x", "phone", actor=None, now=NOW) == "already_answered"


def test_the_figures_count_ideas_per_hundred_tickets_and_decisions() -> None:
    ticket = make_ticket()
    for _more in range(3):
        make_ticket()
    kept, dropped = make_idea(ticket), make_idea(ticket)
    for idea in (kept, dropped):
        services.route_idea(idea.pk, "product", actor=None, now=NOW)
    services.accept_idea(kept.pk, actor=None, now=NOW + 24 * HOUR)
    services.decline_idea(dropped.pk, "x", actor=None, now=NOW + 72 * HOUR)
    found = figures(NOW + 80 * HOUR)
    assert (found.per_hundred, found.accepted_percent, found.first_answer_days) == (50.0, 50, 2.0)
    assert found.by_state["accepted"] == found.by_state["declined"] == 1
    empty = figures(NOW - 80 * HOUR)
    assert (empty.per_hundred, empty.accepted_percent, empty.first_answer_days) == (None, None, None)
