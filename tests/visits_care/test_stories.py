"""Delight stories: told without the customer, approved by another, published by his consent."""

from datetime import timedelta

import pytest

from servicedesk.care.services import give_consent, withdraw_consent
from servicedesk.errors import ActionError
from servicedesk.people.models import Role
from servicedesk.tickets.models import Ticket
from tests.make import NOW, make_customer, make_ticket, make_user
from visits.models import DelightStory
from visits.stories.personal import Known, found_in
from visits.stories.services import Telling, approve_story, propose_story, publish_story

TOLD = Telling("一次破例", "用户无法出门，网点上门取机，第二天送回。", "送修产品上门取送")
KNOWN = Known(("王芳",), ("138 0013 8000",), ("桃园路8号3单元",))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("王芳很高兴", "name"),
        ("王 芳很高兴", "name"),
        ("用户很高兴", ""),
        ("她的尾号是0138000", "phone"),
        ("请打 010-6655 4433", "phone"),
        ("住在桃园路8号", "address"),
        ("桃园路8号3单元", "address"),
        ("当天跑了 12 公里，修了 3 台", ""),
    ],
)
def test_a_customer_is_found_by_name_number_or_place(text: str, found: str) -> None:
    assert found_in(text, KNOWN) == found


def test_a_surname_alone_tells_nobody_but_with_a_title_it_does() -> None:
    known = Known(names=("陈",))
    assert found_in("陈皮茶", known) == ""
    assert found_in("陈女士打来电话", known) == "name"


def agreed() -> Ticket:
    ticket = make_ticket()
    give_consent(ticket.pk, "story", "phone", actor=None, now=NOW)
    return ticket


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["title", "text", "beyond"])
def test_a_story_that_names_the_customer_is_refused_with_the_field(field: str) -> None:
    words = {"title": "t", "text": "t", "beyond": "t", field: "王芳的手机"}
    with pytest.raises(ActionError) as refused:
        propose_story(make_ticket().pk, Telling(**words), actor=None, now=NOW)
    assert (refused.value.code, refused.value.field, refused.value.status) == ("personal_data", field, 422)


@pytest.mark.django_db
def test_a_story_goes_from_proposal_to_publication() -> None:
    ticket, manager = agreed(), make_user(Role.MANAGER)
    story = propose_story(ticket.pk, TOLD, actor=make_user(Role.AGENT), now=NOW)
    with pytest.raises(ActionError, match="wrong_state"):
        publish_story(story.pk, actor=manager, now=NOW)
    approve_story(story.pk, actor=manager, now=NOW)
    published = publish_story(story.pk, actor=manager, now=NOW + timedelta(hours=1))
    assert (published.state, published.approved_by) == ("published", manager)
    lines = list(ticket.events.filter(data__story=story.pk).values_list("action", flat=True))
    assert lines == ["propose_story", "approve_story", "publish_story"]


@pytest.mark.django_db
def test_nobody_approves_his_own_story_and_only_managers_do() -> None:
    manager = make_user(Role.MANAGER)
    story = propose_story(make_ticket().pk, TOLD, actor=manager, now=NOW)
    for actor, code in ((manager, "own_story"), (make_user(Role.SUPERVISOR), "role_not_allowed")):
        with pytest.raises(ActionError) as refused:
            approve_story(story.pk, actor=actor, now=NOW)
        assert (refused.value.code, refused.value.status) == (code, 403)


@pytest.mark.django_db
def test_without_consent_a_story_is_not_published_and_with_its_end_it_is_taken_back() -> None:
    ticket, manager = make_ticket(), make_user(Role.MANAGER)
    story = propose_story(ticket.pk, TOLD, actor=None, now=NOW)
    approve_story(story.pk, actor=manager, now=NOW)
    give_consent(ticket.pk, "health", "phone", actor=None, now=NOW)
    with pytest.raises(ActionError, match="consent_missing"):
        publish_story(story.pk, actor=manager, now=NOW)
    give_consent(ticket.pk, "story", "phone", actor=None, now=NOW)
    publish_story(story.pk, actor=manager, now=NOW)
    withdraw_consent(ticket.pk, "health", actor=None, now=NOW)
    assert DelightStory.objects.get().state == "published"
    withdraw_consent(ticket.pk, "story", actor=None, now=NOW)
    assert DelightStory.objects.get().state == "withdrawn"


@pytest.mark.django_db
def test_a_name_learnt_after_the_proposal_still_keeps_the_story_back() -> None:
    customer = make_customer(name="李先生")
    ticket, manager = make_ticket(customer=customer), make_user(Role.MANAGER)
    give_consent(ticket.pk, "story", "phone", actor=None, now=NOW)
    story = propose_story(ticket.pk, TOLD, actor=None, now=NOW)
    approve_story(story.pk, actor=manager, now=NOW)
    customer.name = "网点"
    customer.save(update_fields=["name"])
    with pytest.raises(ActionError, match="personal_data"):
        publish_story(story.pk, actor=manager, now=NOW)


@pytest.mark.django_db
def test_a_ticket_has_one_living_story() -> None:
    ticket = agreed()
    propose_story(ticket.pk, TOLD, actor=None, now=NOW)
    with pytest.raises(ActionError, match="story_exists"):
        propose_story(ticket.pk, TOLD, actor=None, now=NOW)
    withdraw_consent(ticket.pk, "story", actor=None, now=NOW)
    assert propose_story(ticket.pk, TOLD, actor=None, now=NOW).state == "draft"
