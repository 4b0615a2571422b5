"""An administrator and dead messages, agents and their callbacks: by keyboard alone."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from servicedesk import clock
from servicedesk.people.models import Role, User
from servicedesk.webhooks.models import WebhookDelivery, WebhookEndpoint
from servicedesk.webhooks.relay import serve
from servicedesk.webhooks.services import send_test
from tests.defaults import load_defaults
from tests.journeys.hands import CHINESE, Enter, Person
from tests.journeys.house_clock import HouseClock
from tests.journeys.keyboard import Hands
from tests.make import NOW, make_user
from tests.make_aftercare import make_callback
from tests.make_webhooks import Receiver, make_endpoint, receiver
from visits.models import Callback, CallbackAttempt, SurveyResponse

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("journeys-callers")]
both_languages = pytest.mark.parametrize("language", [CHINESE, "en"])
State = WebhookDelivery.State
REFUSAL = "stock is locked for counting"


@pytest.fixture
def hook() -> Iterator[Receiver]:
    with receiver() as found:
        yield found


def somebody(person: Enter, user: User) -> Person:
    one = person(language=user.language)
    one.enter(user)
    return one


def make_dead(endpoint: WebhookEndpoint) -> WebhookDelivery:
    """A message that its receiver refused until no try was left, days ago."""
    send_test(endpoint.pk, actor=None, now=NOW - timedelta(days=20))
    for day in range(20, 0, -1):
        serve(endpoint.pk, NOW - timedelta(days=day))
    return endpoint.deliveries.get(state=State.DEAD)


@both_languages
def test_an_admin_finds_a_dead_message_reads_why_and_sees_it_sent(
    person: Enter, hook: Receiver, language: str, house_clock: HouseClock
) -> None:
    load_defaults()
    hook.answer = lambda _number: (500, {}, REFUSAL.encode())
    endpoint = make_endpoint(hook.url, description="仓库系统")
    dead = make_dead(endpoint)
    admin = somebody(person, make_user(Role.ADMIN, language=language))
    page, keys, words = admin.page, Hands(admin), admin.words
    admin.go("/deliveries/")
    keys.skip()
    keys.follow(words("Webhooks"))
    expect(page).to_have_url(re.compile("channel=webhook"))
    keys.walk_to(words("State"))
    keys.choose(words("Given up", "delivery state"))
    keys.follow(words("Show"))
    line = page.locator(f"#line-{dead.pk}")
    expect(line).to_contain_text(REFUSAL)

    # The receiver has recovered: the message stays in sight under its filter until it has been taken.
    hook.answer = lambda _number: (200, {}, b"ok")
    keys.page_key("j")
    keys.has(line.get_by_role("button", name=words("Send again")))
    keys.press("Enter")
    keys.has(line)
    expect(line).to_contain_text(words("Waiting", "delivery state"))
    expect(page).to_have_url(re.compile("state=dead"))
    keys.walk_to(words("Give up"))
    serve(endpoint.pk, clock.now())
    expect(line).to_contain_text(words("Delivered", "delivery state"))
    # Its second button has gone with the waiting; the focus stays in the row.
    keys.has(line.get_by_role("button", name=words("Send again")))
    assert hook.ids()[-1] == dead.message

    send_test(endpoint.pk, actor=None, now=clock.now())
    waiting = endpoint.deliveries.get(state=State.WAITING)
    keys.walk_to(words("State"), back=True)
    keys.choose(words("Waiting", "delivery state"))
    keys.follow(words("Show"))
    expect(page.locator("tr[data-row]")).to_have_count(1)
    keys.follow(words("Give up"))
    keys.has(page.locator(f"#line-{waiting.pk}"))
    admin.sees("The message is given up. It can be sent again from here.")
    waiting.refresh_from_db()
    assert waiting.state == State.DEAD


@both_languages
def test_agents_call_back_one_after_another_and_never_the_same_customer(
    person: Enter, language: str, house_clock: HouseClock
) -> None:
    load_defaults()
    house_clock.forward(4 * 60)
    first, second, third = (make_callback() for _number in range(3))
    chen, ma = (somebody(person, make_user(Role.AGENT, name=name, language=language)) for name in ("陈静", "马超"))
    keys, words, page = Hands(chen), chen.words, chen.page
    chen.go("/callbacks/")
    keys.page_key("n", first.ticket.customer.name)
    keys.follow(words("Take and call"))
    chen.sees("The callback is yours for 15 minutes.")

    # Nobody answers: what follows is said before it is saved.
    keys.walk_to(words("Reached"))
    keys.press("ArrowDown")
    expect(page.locator("[name=outcome][value=no_answer]")).to_be_checked()
    expect(page.locator(".only-missed")).to_contain_text("03-10 18:30")
    keys.walk_to(words("Note for colleagues"))
    keys.type("忙音")
    keys.follow(words("Save and next"))
    expect(page).to_have_url(re.compile(f"/callbacks/{second.pk}/$"))
    attempt = CallbackAttempt.objects.get(callback=first)
    assert (attempt.outcome, attempt.note) == ("no_answer", "忙音")

    # A colleague has the next card before him as well, and presses a moment later.
    hers = Hands(ma)
    ma.go(f"/callbacks/{second.pk}/")
    keys.page_key("a")
    expect(page.locator(".call-form")).to_be_visible()
    hers.page_key("a")
    hers.has(ma.page.locator(".error-summary"))
    expect(ma.page.locator(".error-summary")).to_contain_text("陈静")
    hers.page_key("n", third.ticket.customer.name)
    expect(ma.page).to_have_url(re.compile(f"/callbacks/{third.pk}/$"))

    # Saved too soon: what is missing is named, and its field is one Enter away.
    keys.page_key("r")
    keys.press("Control+Enter")
    keys.has(page.locator(".error-summary"))
    keys.follow(words("Is the customer satisfied?"))
    keys.walk_to(words("Satisfied"))
    keys.press("Space")
    keys.walk_to("5", back=True)
    keys.press("Space", "Control+Enter")
    chen.sees("%(n)s: the customer has been heard.", n=second.ticket.number)
    assert Callback.objects.get(pk=second.pk).result == "satisfied"
    assert SurveyResponse.objects.get(callback=second).score == 5
