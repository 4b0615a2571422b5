"""The template tags, each through a template as pages use it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ImproperlyConfigured
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from servicedesk.templatetags.statuses import LOOKS

NOW = datetime(2026, 3, 2, 2, 7, tzinfo=UTC)
CHIP = '{% include "components/_sla_chip.html" with kind="Arrival" %}'


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def rendered(source: str, **context: Any) -> str:
    """The markup of a piece of template at NOW."""
    return Template(source).render(Context({"now": NOW, **context}))


class PhoneForm(forms.Form):
    phone = forms.RegexField(r"^\d{11}$", label="Phone", help_text="Eleven digits.")
    kind = forms.ChoiceField(label="Kind", choices=[("repair", "Repair")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="Read back")


def test_an_icon_is_inline_and_hidden_from_screen_readers() -> None:
    markup = rendered('{% icon "phone" %}')
    assert markup.startswith("<svg")
    assert 'aria-hidden="true"' in markup
    assert "style=" not in markup


def test_a_filled_icon_is_filled() -> None:
    assert 'fill="currentColor"' in rendered('{% icon "star-filled" %}')


@pytest.mark.parametrize("name", ["no-such-icon", "../../../package", "Phone"])
def test_an_unknown_icon_is_an_error_and_no_hole(name: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="icon"):
        rendered("{% icon name %}", name=name)


@pytest.mark.parametrize("family", LOOKS)
def test_every_state_has_shape_word_and_tone(family: str) -> None:
    for state, look in LOOKS[family].items():
        markup = rendered("{% status family state 'chip' %}", family=family, state=state)
        assert "<svg" in markup
        assert f"<span>{look.word}</span>" in markup
        assert f'data-tone="{look.tone}"' in markup


def test_an_unknown_state_keeps_its_name_and_is_escaped() -> None:
    assert "half way" in rendered('{% status "ticket" "half_way" %}')
    assert "<script>" not in rendered('{% status "ticket" "<script>" %}')


@pytest.mark.parametrize(
    ("due", "warn", "state", "text"),
    [
        (timedelta(hours=3, minutes=12), timedelta(hours=1), "running", "3:12 left"),
        (timedelta(minutes=42), timedelta(0), "warned", "0:42 left"),
        (timedelta(0), -timedelta(hours=1), "warned", "0:00 left"),
        (-timedelta(seconds=1), -timedelta(hours=1), "breached", "0:00 over"),
        (-timedelta(minutes=65), -timedelta(hours=2), "breached", "1:05 over"),
    ],
)
def test_a_running_clock_says_how_it_stands_now_whatever_the_row_says(
    due: timedelta, warn: timedelta, state: str, text: str
) -> None:
    markup = rendered(CHIP, state="running", due=NOW + due, warn=NOW + warn)
    assert f'data-state="{state}"' in markup
    assert f'<span class="sla__time">{text}</span>' in markup


def test_a_paused_clock_shows_what_is_left_and_no_deadline() -> None:
    markup = rendered(CHIP, state="paused", left=90)
    assert "1:30 left" in markup
    assert "title=" not in markup


def test_a_kept_clock_no_longer_counts() -> None:
    markup = rendered(CHIP, state="met", due=NOW - timedelta(hours=1))
    assert 'data-state="met"' in markup
    assert '<span class="sla__time"></span>' in markup


def test_a_relative_time_carries_the_exact_one() -> None:
    markup = rendered("{% relative_time at %}", at=NOW - timedelta(minutes=3))
    assert 'title="2026-03-02 10:04:00"' in markup
    assert ">3 min ago</time>" in markup
    assert rendered("{% relative_time at %}", at=None) == "–"


def test_a_changed_filter_keeps_the_others_and_starts_at_the_top() -> None:
    request = RequestFactory().get("/queue", {"outlet": ["1", "2"], "state": "open", "after": "k9"})
    assert rendered('{% qs state="closed" %}', request=request) == "?outlet=1&amp;outlet=2&amp;state=closed"
    assert rendered("{% qs state=None %}", request=request) == "?outlet=1&amp;outlet=2"
    assert rendered('{% qs after="k10" %}', request=request) == "?outlet=1&amp;outlet=2&amp;state=open&amp;after=k10"


def test_a_theme_cookie_of_the_wrong_kind_is_ignored() -> None:
    request = RequestFactory().get("/")
    request.COOKIES["theme"] = '"><script>'
    assert rendered("{% theme %}", request=request) == "auto"
    request.COOKIES["theme"] = "dark"
    assert rendered("{% theme %}", request=request) == "dark"


def test_a_faulty_field_keeps_what_was_typed_and_points_at_its_error() -> None:
    form = PhoneForm({"phone": "95588"})
    markup = rendered('{% include "components/_field.html" %}', field=form["phone"])
    assert 'value="95588"' in markup
    assert 'aria-invalid="true"' in markup
    assert 'aria-describedby="id_phone_helptext id_phone_error"' in markup
    assert 'id="id_phone_error"' in markup
    assert 'id="id_phone_helptext"' in markup


def test_the_error_summary_leads_to_each_field() -> None:
    form = PhoneForm({"phone": "95588"})
    summary = rendered('{% include "components/_error_summary.html" %}', form=form)
    fields = rendered('{% for field in form %}{% include "components/_field.html" %}{% endfor %}', form=form)
    for name in ("phone", "kind", "agreed"):
        assert f'href="#id_{name}"' in summary
        assert f'id="id_{name}"' in fields


def test_without_faults_there_is_no_summary() -> None:
    assert rendered('{% include "components/_error_summary.html" %}', form=PhoneForm()).strip() == ""
