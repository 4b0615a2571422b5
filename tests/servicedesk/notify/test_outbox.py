"""The outbox: written once, handed over at least once, read in the reader's language."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from servicedesk import clock
from servicedesk.notify import live, relay, wording
from servicedesk.notify.heartbeat import timers_late, write_heartbeat
from servicedesk.notify.models import Heartbeat, Notification
from servicedesk.notify.relay import LEASE, RelayResult, relay_once
from servicedesk.notify.selectors import unread_count
from servicedesk.notify.services import mark_all_read, mark_read, notify
from servicedesk.notify.tasks import relay as relay_task
from servicedesk.people.models import User
from servicedesk.sla.tasks import sweep as sweep_task
from tests.make import NOW, make_ticket, make_user
from tests.make_sla import load_promises

pytestmark = pytest.mark.django_db


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def make_notice(reader: User, key: str = "test:1", kind: str = "praise", **values: Any) -> Notification:
    notify(key, [reader], kind, values=values)
    return Notification.objects.get(event_key=key, recipient=reader)


class TestWriting:
    def test_one_event_makes_one_notice_a_person_however_often_it_is_told(self) -> None:
        one, other = make_user(), make_user()

        notify("handover:7:sent", [one, other, one], "handover_sent")
        notify("handover:7:sent", [one], "handover_sent")

        assert Notification.objects.filter(event_key="handover:7:sent").count() == 2

    def test_somebody_who_has_left_gets_none(self) -> None:
        notify("praise:1", [make_user(is_active=False)], "praise")

        assert not Notification.objects.exists()

    def test_nobody_to_tell_is_no_fault(self) -> None:
        notify("praise:1", [], "praise")

        assert not Notification.objects.exists()


class TestRelay:
    @pytest.fixture
    def heard(self, monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], str, dict[str, Any]]]:
        heard: list[tuple[list[str], str, dict[str, Any]]] = []
        monkeypatch.setattr(live, "publish", lambda channels, kind, data: heard.append((list(channels), kind, data)))
        return heard

    def test_it_tells_the_open_pages_of_the_reader_and_notes_it(
        self, heard: list[tuple[list[str], str, dict[str, Any]]]
    ) -> None:
        reader = make_user()
        notice = make_notice(reader)

        assert relay_once(NOW) == RelayResult(sent=1)

        notice.refresh_from_db()
        assert (notice.sent_at, notice.lease_until, notice.attempts) == (NOW, None, 1)
        assert heard == [([f"user:{reader.pk}"], "notification", {"id": notice.pk, "kind": "praise"})]

    def test_a_flood_for_one_reader_is_one_message(self, heard: list[tuple[list[str], str, dict[str, Any]]]) -> None:
        reader = make_user()
        for number in range(5):
            make_notice(reader, f"test:{number}")

        assert relay_once(NOW).sent == 5
        assert len(heard) == 1

    def test_what_was_sent_is_not_sent_again(self) -> None:
        make_notice(make_user())
        relay_once(NOW)

        assert relay_once(after(3600)) == RelayResult()

    def test_a_notice_leased_by_a_relay_that_died_is_tried_when_the_lease_runs_out(self) -> None:
        notice = make_notice(make_user())
        Notification.objects.filter(pk=notice.pk).update(lease_until=NOW + LEASE, attempts=1)

        assert relay_once(after(29)) == RelayResult()
        assert relay_once(after(30)) == RelayResult(sent=1)

    def test_a_channel_that_fails_is_tried_again_later_and_later(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken(_notices: object) -> None:
            raise OSError("away")

        monkeypatch.setitem(relay.CHANNELS, "in_app", broken)
        notice = make_notice(make_user())

        assert relay_once(NOW) == RelayResult(failed=1)
        assert relay_once(after(31)) == RelayResult(failed=1)
        notice.refresh_from_db()
        assert notice.sent_at is None
        assert notice.lease_until == after(31 + 60)

    def test_it_works_in_batches(self) -> None:
        reader = make_user()
        for number in range(3):
            make_notice(reader, f"test:{number}")

        assert [relay_once(NOW, limit=2).sent for _ in range(3)] == [2, 1, 0]


class TestReading:
    def test_a_notice_is_read_once_and_by_its_reader_only(self) -> None:
        reader = make_user()
        notice = make_notice(reader)

        assert mark_read(make_user(), notice.pk, now=NOW) is None
        mark_read(reader, notice.pk, now=NOW)
        again = mark_read(reader, notice.pk, now=after(60))

        assert again is not None
        assert again.read_at == NOW

    def test_all_is_read_except_what_came_in_since_the_page_was_drawn(self) -> None:
        reader, other = make_user(), make_user()
        shown = make_notice(reader, "test:1")
        later = make_notice(reader, "test:2")
        foreign = make_notice(other, "test:3")

        assert mark_all_read(reader, now=NOW, up_to=shown.pk) == 1

        assert unread_count(reader) == 1
        later.refresh_from_db()
        foreign.refresh_from_db()
        assert later.read_at is foreign.read_at is None

    def test_counting_stops_at_a_hundred(self, django_assert_num_queries: DjangoAssertNumQueries) -> None:
        reader = make_user()
        Notification.objects.bulk_create(
            Notification(event_key=f"test:{number}", recipient=reader, kind="praise") for number in range(120)
        )

        with django_assert_num_queries(1):
            assert unread_count(reader) == 100


class TestWords:
    # Every kind that any action writes (a search for `notify(` finds them).
    KINDS = (
        "handover_sent",
        "handover_refused",
        "assignment_offered",
        "assignment_refused",
        "assignment_released",
        "praise",
        "unhappy_customer",
        "callback_exhausted",
        "sla_warn",
        "sla_breach",
    )

    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    def test_each_kind_has_words_that_name_the_ticket(self, kind: str, language: str) -> None:
        ticket = make_ticket()
        notify("test:1", [ticket.owner], kind, ticket=ticket, values={"kind": "arrival", "due": NOW.isoformat()})

        with translation.override(language):
            words = wording.sentence(Notification.objects.select_related("ticket").get(event_key="test:1"))

        assert kind in wording.known_kinds()
        assert ticket.number in words

    def test_a_breach_names_the_clock_and_its_due_time(self) -> None:
        ticket = make_ticket()
        values = {"kind": "arrival", "due": "2026-03-10T10:00:00+00:00"}
        notify("test:1", [ticket.owner], "sla_breach", ticket=ticket, values=values)

        with translation.override("en"):
            words = wording.sentence(Notification.objects.get(event_key="test:1"))

        assert words == f"Arrival of ticket {ticket.number} is overdue. It was due 03-10 18:00."

    def test_an_offer_names_its_time(self) -> None:
        notice = make_notice(make_user(), kind="assignment_offered", start="2026-03-11T01:00:00+00:00")

        with translation.override("en"):
            assert "03-11 09:00" in wording.sentence(notice)

    def test_an_unknown_kind_or_broken_values_still_give_a_sentence(self) -> None:
        reader = make_user()
        strange = make_notice(reader, "test:1", "never_heard_of")
        notify("test:2", [reader], "sla_warn", values={"kind": "nonsense", "due": 7})
        broken = Notification.objects.get(event_key="test:2")

        with translation.override("en"):
            assert wording.sentence(strange) == "There is news on ticket –."
            assert "nonsense of ticket –" in wording.sentence(broken)


class TestSignsOfLife:
    def test_either_timer_within_a_minute_is_enough(self) -> None:
        write_heartbeat("beat", NOW)

        assert not timers_late(after(59))
        assert timers_late(after(61))

    def test_another_process_does_not_count_as_a_timer(self) -> None:
        write_heartbeat("reports", NOW)

        assert timers_late(NOW)

    def test_it_is_written_at_most_once_a_second_and_never_back_in_time(self) -> None:
        write_heartbeat("beat", NOW)
        write_heartbeat("beat", after(0.5))
        write_heartbeat("beat", after(-10))
        assert Heartbeat.objects.get(name="beat").at == NOW

        write_heartbeat("beat", after(1))
        assert Heartbeat.objects.get(name="beat").at == after(1)

    def test_the_tasks_do_their_round_at_the_time_of_the_database(self) -> None:
        load_promises()
        now = clock.now()
        make_ticket(channel="email", now=now - timedelta(days=1))

        sweep_task()
        relay_task()

        assert Heartbeat.objects.get(name="beat").at >= now
        assert Notification.objects.filter(kind="sla_breach", sent_at__gte=now).exists()
        assert not Notification.objects.filter(sent_at=None).exists()
