"""The notification centre by topic, without what other channels carry, and with a digest in place of very many."""

from typing import Any

import pytest

from servicedesk.notify.models import Notification
from servicedesk.notify.selectors import notices_page, unread_count
from servicedesk.notify.services import notify
from servicedesk.notify.wording import sentence
from tests.make import NOW, make_user
from tests.make_desk import browser_of

pytestmark = pytest.mark.django_db


def test_the_reader_looks_for_one_kind_of_news() -> None:
    reader = make_user()
    for number, kind in enumerate(("sla_breach", "handover_sent", "praise", "webhook_dead")):
        notify(f"topic:{number}", [reader], kind)
    for topic, kind in (
        ("promises", "sla_breach"),
        ("work", "handover_sent"),
        ("customers", "praise"),
        ("rest", "webhook_dead"),
    ):
        [notice] = notices_page(reader, unread=True, topic=topic)
        assert notice.kind == kind
    assert len(notices_page(reader, unread=True, topic="nonsense")) == 4
    page: Any = browser_of(reader).get("/notifications/?about=work")
    assert len(page.context["lines"]) == 1
    assert "?view=read&amp;about=work" in page.content.decode()


def test_only_what_is_shown_is_marked_as_read() -> None:
    reader = make_user()
    notify("topic:1", [reader], "sla_breach")
    notify("topic:2", [reader], "praise")
    browser_of(reader).post("/notifications/read/", {"newest": "", "about": "promises"})
    assert [notice.kind for notice in notices_page(reader, unread=True)] == ["praise"]


def test_what_also_went_by_mail_stands_here_once_and_is_read_by_its_link() -> None:
    reader = make_user(email="a@example.org")
    notify("topic:1", [reader], "praise", channels=("in_app", "email"))
    assert unread_count(reader) == 1
    mail = Notification.objects.get(channel="email")
    browser_of(reader).get(f"/notifications/{mail.pk}/")
    assert unread_count(reader) == 0


def test_a_digest_tells_the_figures_and_leads_to_the_tickets_at_risk() -> None:
    reader = make_user()
    notify("digest:1", [reader], "sla_digest", values={"warn": 30, "breach": 12, "since": NOW.isoformat()})
    notice = Notification.objects.get()
    words = sentence(notice)
    assert "12" in words
    assert "30" in words
    assert browser_of(reader).get(f"/notifications/{notice.pk}/")["Location"] == "/tickets/?view=risk"
