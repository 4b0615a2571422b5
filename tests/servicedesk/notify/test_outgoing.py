"""What leaves the house: sent once under one key, tried again where that is safe, else put before people."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.utils import translation
from pytest_django import DjangoAssertNumQueries, Settings

from servicedesk import clock
from servicedesk.notify import outgoing, relay
from servicedesk.notify.channels import active_channels
from servicedesk.notify.hold import discard_held, hold_outboxes
from servicedesk.notify.letters import Letter
from servicedesk.notify.mail import send_mail
from servicedesk.notify.models import ChannelSettings, MessageTemplate, NoticeAttempt, Notification
from servicedesk.notify.outgoing import LEASE, MOST_ATTEMPTS, RESTS, due_channels, serve, tick
from servicedesk.notify.sms import found_at
from servicedesk.notify.wording import sentence
from servicedesk.people.models import Role
from servicedesk.sending.http import Answer
from servicedesk.sending.rounds import RelayResult
from tests.conftest import Wait
from tests.make import make_outlet, make_ticket, make_user
from tests.make_channels import MailServer, mail_server, make_channel, make_outgoing, make_reader
from tests.make_webhooks import HANG_UP, Receiver, receiver

pytestmark = pytest.mark.django_db
Outcome = Notification.Outcome


@pytest.fixture
def now() -> datetime:
    return clock.now() + timedelta(seconds=1)


@pytest.fixture
def post(settings: Settings) -> Iterator[MailServer]:
    """A mail server that `EMAIL_URL` leads to, and the channel switched on."""
    with mail_server() as found:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", found.port
        settings.SITE_URL = "https://desk.example.org"
        make_channel("email")
        yield found


@pytest.fixture
def phones(settings: Settings) -> Iterator[Receiver]:
    """A provider of text messages, and the channel switched on."""
    settings.SMS_TOKEN = "token-of-the-test"
    with receiver() as found:
        make_channel("sms", address=found.url)
        yield found


def sms_row(**changed: Any) -> None:
    ChannelSettings.objects.filter(channel="sms").update(**changed)


def state_of(notice: Notification) -> tuple[bool, str, int]:
    notice.refresh_from_db()
    return notice.sent_at is not None, notice.outcome, notice.attempts


def test_channels_are_offered_once_they_are_switched_on_and_complete(settings: Settings) -> None:
    assert active_channels() == ("in_app",)
    row = make_channel("sms", address="https://sms.example.org/", is_active=False)
    settings.SMS_TOKEN = "token"
    assert active_channels() == ("in_app",)
    ChannelSettings.objects.update(is_active=True)
    assert active_channels() == ("in_app", "sms")
    settings.SMS_TOKEN = ""
    assert active_channels() == ("in_app",)
    assert row.token_header == "Authorization"


def test_a_notice_arrives_by_mail_once_with_a_link_and_without_the_customer(post: MailServer, now: datetime) -> None:
    reader = make_reader(language="en")
    ticket = make_ticket()
    notice = make_outgoing("email", reader, ticket=ticket)
    assert due_channels(now) == ["email"]
    assert serve("email", now) == RelayResult(delivered=1)
    assert serve("email", now + timedelta(hours=1)) == RelayResult()
    assert state_of(notice) == (True, "", 1)
    [letter] = post.got
    assert (letter["To"], letter["Message-ID"]) == (reader.email, f"<{notice.message_key}@desk.example.org>")
    text = letter.get_content()
    assert f"A customer praised the service on ticket {ticket.number}." in text
    assert f"https://desk.example.org/notifications/{notice.pk}/" in text
    assert ticket.number in str(letter["Subject"])
    assert "王芳" not in text
    [tried] = NoticeAttempt.objects.all()
    assert (tried.status, tried.error, tried.excerpt) == (250, "", "taken")


def test_without_a_language_of_his_own_the_reader_gets_that_of_the_installation(
    post: MailServer, now: datetime
) -> None:
    make_outgoing("email")
    with translation.override("en"):
        serve("email", now)
    assert "客户" in post.got[0].get_content()


def test_a_text_message_goes_out_in_the_fields_the_provider_asks_for(phones: Receiver, now: datetime) -> None:
    outlet = make_outlet(name_zh="涪东网点")
    ticket = make_ticket()
    type(ticket).objects.filter(pk=ticket.pk).update(outlet=outlet)
    sms_row(field_template="tpl", field_values="vars", field_phone="mobile")
    MessageTemplate.objects.create(
        kind="praise",
        channel="sms",
        language="zh-hans",
        text="工单{number}({outlet})受到表扬",
        provider_template="T-7",
    )
    reader = make_reader(phone="139 0000-7777")
    notice = make_outgoing("sms", reader, ticket=ticket)
    assert serve("sms", now) == RelayResult(delivered=1)
    [(headers, body)] = phones.got
    assert json.loads(body) == {
        "mobile": "13900007777",
        "text": f"【易票】工单{ticket.number}(涪东网点)受到表扬",
        "tpl": "T-7",
        "vars": {"number": ticket.number, "outlet": "涪东网点"},
        "id": notice.message_key,
    }
    assert headers["idempotency-key"] == notice.message_key
    assert headers["authorization"] == "Bearer token-of-the-test"


def test_a_provider_may_want_form_fields_and_a_header_of_its_own(phones: Receiver, now: datetime) -> None:
    sms_row(body_format="form", token_header="X-Token", field_key="", field_values="vars")
    make_outgoing("sms", make_reader(phone="13912345678"))
    serve("sms", now)
    [(headers, body)] = phones.got
    fields = {name: found[0] for name, found in parse_qs(body.decode()).items()}
    assert fields["phone"] == "13912345678"
    assert set(fields) == {"phone", "text", "vars"}
    assert headers["x-token"] == "token-of-the-test"
    assert headers["content-type"].startswith("application/x-www-form-urlencoded")


def test_a_polite_answer_that_does_not_say_taken_is_a_failure(phones: Receiver, now: datetime) -> None:
    sms_row(accepted_path="data.0.code", accepted_value="0")
    phones.answer = lambda number: (200, {}, b'{"data":[{"code":%d}]}' % (15 if number == 1 else 0))
    notice = make_outgoing("sms")
    assert serve("sms", now) == RelayResult(failed=1)
    assert NoticeAttempt.objects.get().error == "refused"
    assert serve("sms", now + timedelta(seconds=20)) == RelayResult(delivered=1)
    assert state_of(notice) == (True, "", 2)


@pytest.mark.parametrize(
    ("content", "path", "found"),
    [
        (b'{"code":0}', "code", "0"),
        (b'{"ok":true}', "ok", "true"),
        (b'{"a":[{"b":"OK"}]}', "a.0.b", "OK"),
        (b'{"a":[]}', "a.0.b", None),
        (b'{"a":null}', "a", None),
        (b"no json", "a", None),
        (b'["x"]', "a", None),
    ],
)
def test_the_answer_is_read_at_a_path(content: bytes, path: str, found: str | None) -> None:
    assert found_at(content, path) == found


def test_a_failing_provider_is_tried_ever_more_rarely_then_given_up_with_one_notice_a_day(
    phones: Receiver, now: datetime
) -> None:
    phones.answer = lambda _number: (500, {}, b"out of order")
    admin = make_user(Role.ADMIN)
    notice = make_outgoing("sms")
    rests = []
    while not notice.outcome:
        assert serve("sms", now) == RelayResult(failed=1)
        notice.refresh_from_db()
        if notice.next_try_at:
            assert serve("sms", notice.next_try_at - timedelta(seconds=3)) == RelayResult()
            rests.append((notice.next_try_at - now).total_seconds())
            now = notice.next_try_at
    assert (notice.outcome, len(phones.got), len(set(key_of(phones)))) == (Outcome.DEAD, MOST_ATTEMPTS, 1)
    assert notice.tries.count() == MOST_ATTEMPTS
    for rest, usual in zip(rests, RESTS, strict=True):
        assert usual * 0.8 <= rest <= usual * 1.2 + 5
    make_outgoing("sms", attempts=MOST_ATTEMPTS - 1)
    serve("sms", now)
    assert Notification.objects.filter(outcome=Outcome.DEAD).count() == 2
    [alert] = Notification.objects.filter(recipient=admin, kind="channel_dead")
    with translation.override("en"):
        assert sentence(alert).startswith("Text message: messages could not be delivered")


def key_of(phones: Receiver) -> list[str]:
    return [headers["idempotency-key"] for headers, _body in phones.got]


def test_a_poisoned_notice_dies_and_the_rest_flows(phones: Receiver, now: datetime) -> None:
    MessageTemplate.objects.create(kind="praise", channel="sms", language="zh-hans", text="{broken")
    poison = make_outgoing("sms", attempts=MOST_ATTEMPTS - 1)
    sound = make_outgoing("sms", kind="unhappy_customer")
    assert serve("sms", now) == RelayResult(delivered=1, failed=1)
    assert state_of(poison) == (False, Outcome.DEAD, MOST_ATTEMPTS)
    assert poison.tries.get().error == "no_words"
    assert state_of(sound) == (True, "", 1)


def test_a_provider_that_asks_for_time_rests_with_all_that_waits(phones: Receiver, now: datetime) -> None:
    phones.answer = lambda number: (429, {"Retry-After": "90"}, b"") if number == 1 else (200, {}, b"")
    for _time in range(3):
        make_outgoing("sms")
    assert serve("sms", now) == RelayResult(failed=1, put_back=2)
    assert due_channels(now + timedelta(seconds=80)) == []
    later = now + timedelta(seconds=100)
    assert due_channels(later) == ["sms"]
    assert serve("sms", later) == RelayResult(delivered=3)
    assert len(phones.got) == 4


def test_nobody_gets_more_in_an_hour_than_the_cap(phones: Receiver, now: datetime) -> None:
    sms_row(hourly_cap=2)
    busy, other = make_reader(), make_reader()
    for _time in range(4):
        make_outgoing("sms", busy)
    make_outgoing("sms", other)
    assert serve("sms", now) == RelayResult(delivered=3)
    assert serve("sms", now + timedelta(minutes=11)) == RelayResult()
    assert serve("sms", now + timedelta(minutes=75)) == RelayResult(delivered=2)


def test_news_of_yesterday_is_not_sent(phones: Receiver, now: datetime) -> None:
    notice = make_outgoing("sms", created_at=now - timedelta(hours=25))
    assert serve("sms", now) == RelayResult(failed=1)
    assert state_of(notice) == (False, Outcome.DEAD, 1)
    assert phones.got == []


def test_who_has_no_address_or_has_left_is_skipped(phones: Receiver, now: datetime) -> None:
    nowhere = make_outgoing("sms", make_reader(phone=""))
    gone = make_reader()
    left = make_outgoing("sms", gone)
    type(gone).objects.filter(pk=gone.pk).update(is_active=False)
    assert serve("sms", now) == RelayResult()
    assert {state_of(nowhere)[1], state_of(left)[1]} == {Outcome.SKIPPED}


def test_a_server_that_refuses_the_recipient_is_not_asked_again(post: MailServer, now: datetime) -> None:
    post.rcpt = "550 no such person"
    notice = make_outgoing("email")
    assert serve("email", now) == RelayResult(failed=1)
    assert state_of(notice) == (False, Outcome.DEAD, 1)
    assert (notice.tries.get().status, post.got) == (550, [])


def test_a_full_letter_box_is_tried_again(post: MailServer, now: datetime) -> None:
    post.after_data = lambda number: "452 full" if number == 1 else "250 taken"
    notice = make_outgoing("email")
    assert serve("email", now) == RelayResult(failed=1)
    assert serve("email", now + timedelta(seconds=20)) == RelayResult(delivered=1)
    assert len(post.got) == 2
    assert len(set(post.ids())) == 1
    assert state_of(notice) == (True, "", 2)


def test_without_a_mail_server_the_channel_rests_and_nothing_is_lost(settings: Settings, now: datetime) -> None:
    make_channel("email")
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    for _time in range(2):
        make_outgoing("email")
    assert serve("email", now) == RelayResult(failed=1, put_back=1)
    assert NoticeAttempt.objects.get().error == "no_connection"
    assert due_channels(now + timedelta(seconds=5)) == []
    assert due_channels(now + timedelta(seconds=30)) == ["email"]


@pytest.mark.parametrize("at_most_once", [False, True])
def test_a_connection_cut_after_sending_is_repeated_only_where_that_does_no_harm(
    phones: Receiver, now: datetime, at_most_once: bool
) -> None:
    sms_row(at_most_once=at_most_once)
    make_user(Role.ADMIN)
    phones.answer = lambda number: HANG_UP if number == 1 else (200, {}, b"")
    notice = make_outgoing("sms")
    serve("sms", now)
    later = now + timedelta(seconds=20)
    if at_most_once:
        assert state_of(notice) == (False, Outcome.UNCERTAIN, 1)
        assert serve("sms", later) == RelayResult()
        assert Notification.objects.filter(kind="channel_uncertain").exists()
    else:
        assert serve("sms", later) == RelayResult(delivered=1)
    assert len(phones.got) == (1 if at_most_once else 2)
    assert len(set(key_of(phones))) == 1


def test_a_mail_server_that_takes_the_letter_and_hangs_leaves_it_uncertain(post: MailServer) -> None:
    post.after_data = lambda _number: "hang"
    row = ChannelSettings.objects.get(channel="email")
    answer = send_mail(Letter("ntc_1", "a@example.org", "s", "t", "", {}), row, deadline=0.3)
    assert (answer.error, answer.is_uncertain) == ("timeout", True)
    assert answer.millis < 2000


@pytest.mark.parametrize("at_most_once", [False, True])
def test_a_relay_killed_between_sending_and_marking_repeats_at_most_once_under_the_same_key(
    phones: Receiver, now: datetime, monkeypatch: pytest.MonkeyPatch, at_most_once: bool
) -> None:
    sms_row(at_most_once=at_most_once)
    notice = make_outgoing("sms")

    def killed(*_args: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(outgoing, "mark", killed)
        with pytest.raises(SystemExit):
            serve("sms", now)
    # The lease counts from when it was taken, which on a busy machine is some seconds into the round.
    assert serve("sms", now + LEASE - timedelta(seconds=8)) == RelayResult(), "its lease still runs"
    result = serve("sms", now + LEASE + timedelta(seconds=20))
    if at_most_once:
        assert (result, len(phones.got)) == (RelayResult(failed=1), 1)
        assert state_of(notice)[1] == Outcome.UNCERTAIN
    else:
        assert (result, len(phones.got)) == (RelayResult(delivered=1), 2)
        assert len(set(key_of(phones))) == 1


def test_a_frozen_round_that_wakes_up_late_spoils_nothing(phones: Receiver, now: datetime) -> None:
    notice = make_outgoing("sms")
    [stale] = outgoing.lease("sms", now)
    assert serve("sms", now + LEASE) == RelayResult(delivered=1)
    row = ChannelSettings.objects.get(channel="sms")
    outgoing.mark(stale.notice, Answer(error="timeout"), row, now + LEASE * 2)
    assert state_of(notice) == (True, "", 2)


def test_a_restore_holds_what_waits_and_may_discard_it(phones: Receiver, now: datetime) -> None:
    notice = make_outgoing("sms")
    hold_outboxes(now, now=now)
    assert serve("sms", now) == RelayResult()
    assert discard_held(now=now) == 1
    assert state_of(notice) == (False, Outcome.DISCARDED, 0)
    assert serve("sms", now) == RelayResult()


def test_an_idle_round_asks_once_or_twice(phones: Receiver, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    now = clock.now()
    with django_assert_num_queries(2):
        assert tick(now) == 0
    sms_row(is_active=False)
    with django_assert_num_queries(1):
        assert tick(now) == 0


@pytest.mark.django_db(transaction=True)
def test_a_hanging_provider_delays_neither_the_app_nor_the_other_channels(
    post: MailServer, phones: Receiver, wait_for: Wait
) -> None:
    def hang(_number: int) -> Any:
        phones.let_go.wait(9)
        return 200, {}, b""

    phones.answer = hang
    slow, quick = make_outgoing("sms"), make_outgoing("email")
    told = make_outgoing("in_app")
    assert tick(clock.now()) == 2
    assert relay.relay_once(clock.now()).sent == 1
    assert state_of(told)[0]
    wait_for(lambda: state_of(quick)[0] and phones.got)
    assert not state_of(slow)[0]
    assert tick(clock.now()) == 0, "the slow one is being served already"
    phones.let_go.set()
    wait_for(lambda: state_of(slow)[0] and not outgoing.crew.busy)
