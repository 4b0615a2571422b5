"""Half-typed forms are kept per person and form, and thrown away in the end."""

from datetime import timedelta

import pytest

from servicedesk.errors import ActionError
from servicedesk.tickets.drafts import KEPT_FOR, draft_of, drafts_of, keep_draft, throw_away
from servicedesk.tickets.models import Draft
from tests.make import NOW, make_user

pytestmark = pytest.mark.django_db


def test_a_form_is_kept_once_and_the_last_words_count() -> None:
    user = make_user()
    keep_draft(user, "intake:new", {"name": "王"}, now=NOW)
    keep_draft(user, "intake:new", {"name": "王芳"}, now=NOW + timedelta(seconds=3))
    assert Draft.objects.get().data == {"name": "王芳"}


def test_nobody_reads_another_persons_draft() -> None:
    keep_draft(make_user(), "intake:new", {"name": "王芳"}, now=NOW)
    assert draft_of(make_user(), "intake:new") is None


def test_old_drafts_go_when_a_new_one_is_kept() -> None:
    user, other = make_user(), make_user()
    keep_draft(user, "intake:1", {}, now=NOW)
    keep_draft(other, "intake:1", {}, now=NOW)
    keep_draft(user, "intake:2", {}, now=NOW + KEPT_FOR + timedelta(seconds=1))
    assert [draft.key for draft in drafts_of(user, "intake:")] == ["intake:2"]
    assert draft_of(other, "intake:1") is None


def test_throwing_away_says_whether_there_was_something() -> None:
    user = make_user()
    keep_draft(user, "intake:new", {}, now=NOW)
    assert throw_away(user, "intake:new")
    assert not throw_away(user, "intake:new")


@pytest.mark.parametrize(
    ("key", "data", "code"),
    [("", {}, "draft_key_unknown"), ("x" * 61, {}, "draft_key_unknown"), ("a", {"t": "x" * 20_001}, "draft_too_long")],
)
def test_a_form_without_name_or_end_is_refused(key: str, data: dict[str, str], code: str) -> None:
    with pytest.raises(ActionError) as refused:
        keep_draft(make_user(), key, data, now=NOW)
    assert refused.value.code == code
    assert not Draft.objects.exists()
