"""A person's notices, and what a page asks while it has no event stream."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from servicedesk.notify import live
from servicedesk.notify.models import Notification
from servicedesk.notify.services import notify
from servicedesk.notify.stream import channels_of
from servicedesk.people.models import Role, User
from tests.make import make_outlet, make_ticket, make_user

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(user)
    return client


def make_notices(reader: User, number: int) -> list[Notification]:
    ticket = make_ticket(actor=make_user())
    for each in range(number):
        notify(f"test:{each}", [reader], "praise", ticket=ticket)
    return list(Notification.objects.filter(recipient=reader).order_by("id"))


class TestList:
    def test_it_shows_the_unread_notices_of_the_reader_only(self) -> None:
        reader = make_user()
        notices = make_notices(reader, 2)
        notify("test:other", [make_user()], "handover_refused")

        text = signed_in(reader).get(reverse("notifications")).content.decode()

        assert notices[0].ticket is not None
        assert text.count(f"praised the service on ticket {notices[0].ticket.number}") == 2
        assert "refused" not in text

    def test_read_ones_stand_behind_the_second_tab(self) -> None:
        reader = make_user()
        (notice,) = make_notices(reader, 1)
        client = signed_in(reader)
        client.get(reverse("notification_open", args=[notice.pk]))

        first = client.get(reverse("notifications")).content.decode()
        second = client.get(reverse("notifications"), {"view": "read"}).content.decode()

        assert "Nothing new" in first
        assert "praised the service" in second

    def test_an_empty_list_says_so(self) -> None:
        client = signed_in(make_user())

        assert "Nothing new" in client.get(reverse("notifications")).content.decode()
        assert "No notice has been read" in client.get(reverse("notifications"), {"view": "read"}).content.decode()

    def test_a_long_list_goes_on_behind_a_link(self) -> None:
        reader = make_user()
        notices = make_notices(reader, 35)
        client = signed_in(reader)

        first = client.get(reverse("notifications"))
        second = client.get(reverse("notifications"), {"after": first.context["after"]})

        assert [line.id for line in first.context["lines"]] == [notice.pk for notice in notices[:4:-1]]
        assert [line.id for line in second.context["lines"]] == [notice.pk for notice in notices[4::-1]]
        assert second.context["after"] == ""

    @pytest.mark.parametrize("nonsense", ["abc", "-1", "9" * 40, "٣", "1; drop"])
    def test_a_position_that_is_no_number_shows_the_top(self, nonsense: str) -> None:
        reader = make_user()
        make_notices(reader, 1)

        answer = signed_in(reader).get(reverse("notifications"), {"after": nonsense})

        assert answer.status_code == 200

    def test_its_queries_do_not_grow_with_the_list(
        self, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        reader = make_user()
        make_notices(reader, 25)
        client = signed_in(reader)

        with django_assert_max_num_queries(8):
            client.get(reverse("notifications"))


class TestOpening:
    def test_it_leads_to_the_ticket_and_counts_as_read(self) -> None:
        reader = make_user()
        (notice,) = make_notices(reader, 1)

        answer = signed_in(reader).get(reverse("notification_open", args=[notice.pk]))

        notice.refresh_from_db()
        assert notice.ticket is not None
        assert answer.headers["Location"] == reverse("ticket_detail", args=[notice.ticket.number])
        assert notice.read_at is not None

    def test_a_technician_is_led_to_his_day(self) -> None:
        reader = make_user(Role.TECHNICIAN)
        (notice,) = make_notices(reader, 1)

        answer = signed_in(reader).get(reverse("notification_open", args=[notice.pk]))

        assert answer.headers["Location"] == reverse("visit_today")

    @pytest.mark.parametrize("role", [Role.ADMIN, Role.TECHNICIAN])
    @pytest.mark.parametrize(
        ("kind", "values", "url"),
        [
            ("webhook_dead", {"endpoint": 7, "delivery": 9}, "/webhooks/7/"),
            ("idea_answered", {"idea": 7}, "/ideas/7/"),
            ("article_published", {"article": 7}, "/knowledge/7/"),
        ],
    )
    def test_one_about_something_else_than_a_ticket_leads_to_it(
        self, role: Role, kind: str, values: dict[str, int], url: str
    ) -> None:
        reader = make_user(role)
        notify("test:1", [reader], kind, ticket=make_ticket(), values=values)

        answer = signed_in(reader).get(reverse("notification_open", args=[Notification.objects.get().pk]))

        assert answer.headers["Location"] == url

    def test_one_that_does_not_say_about_what_leads_back_to_the_list(self) -> None:
        reader = make_user(Role.ADMIN)
        notify("test:1", [reader], "webhook_dead")

        answer = signed_in(reader).get(reverse("notification_open", args=[Notification.objects.get().pk]))

        assert answer.headers["Location"] == reverse("notifications")

    def test_one_without_a_ticket_leads_back_to_the_list(self) -> None:
        reader = make_user()
        notify("test:1", [reader], "praise")

        answer = signed_in(reader).get(reverse("notification_open", args=[Notification.objects.get().pk]))

        assert answer.headers["Location"] == reverse("notifications")

    def test_somebody_elses_notice_does_not_exist_and_stays_unread(self) -> None:
        (notice,) = make_notices(make_user(), 1)

        answer = signed_in(make_user()).get(reverse("notification_open", args=[notice.pk]))

        notice.refresh_from_db()
        assert answer.status_code == 404
        assert notice.read_at is None


class TestReadAll:
    def test_what_was_on_the_page_is_read_and_the_rest_is_not(self) -> None:
        reader = make_user()
        notices = make_notices(reader, 3)

        answer = signed_in(reader).post(reverse("notifications_read_all"), {"newest": notices[1].pk})

        assert answer.status_code == 303
        assert [notice.pk for notice in Notification.objects.filter(read_at=None)] == [notices[2].pk]

    def test_it_cannot_be_asked_for_by_a_link(self) -> None:
        assert signed_in(make_user()).get(reverse("notifications_read_all")).status_code == 405


class TestPoll:
    def test_the_first_answer_only_says_where_the_reader_stands(self) -> None:
        reader = make_user()
        notices = make_notices(reader, 2)

        answer = signed_in(reader).get(reverse("notifications_poll")).json()

        assert answer == {"cursor": str(notices[-1].pk), "events": []}

    def test_later_answers_bring_what_is_new_and_ask_the_page_to_look_again(self) -> None:
        reader = make_user()
        first, second = make_notices(reader, 2)
        notify("test:other", [make_user()], "praise")

        answer = signed_in(reader).get(reverse("notifications_poll"), {"since": first.pk}).json()

        assert answer["cursor"] == str(second.pk)
        assert answer["events"] == [
            {"type": "notification", "data": {"id": second.pk, "kind": "praise"}},
            {"type": "ticket", "data": {"resync": True}},
        ]

    def test_it_hands_out_a_fresh_address_of_the_stream_for_the_readers_channels(self, settings: Settings) -> None:
        settings.EVENTS_URL = "http://127.0.0.1:9/events"
        outlet = make_outlet()
        reader = make_user(Role.DISPATCHER, outlet)

        stream = signed_in(reader).get(reverse("notifications_poll")).json()["stream"]

        listener = live.read_token(stream.partition("token=")[2])
        assert listener is not None
        assert listener.channels == {f"user:{reader.pk}", "role:dispatcher", f"outlet:{outlet.pk}"}

    def test_only_who_sees_every_ticket_listens_to_the_desk(self) -> None:
        outlet = make_outlet()

        assert "desk" in channels_of(make_user(Role.AGENT))
        assert "desk" in channels_of(make_user(Role.SUPERVISOR))
        assert "desk" not in channels_of(make_user(Role.SUPERVISOR, outlet))
        assert "desk" not in channels_of(make_user(Role.TECHNICIAN, outlet))

    def test_nobody_signed_in_hears_nothing(self) -> None:
        assert Client().get(reverse("notifications_poll")).status_code == 302
