"""Ticket and guarantee note on paper: A4 sheets with all that matters and nothing of the screen's furniture."""

import re

import pytest
from playwright.sync_api import Page

from tests.journeys.house import House
from tests.journeys.places import PLACES, Place

pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.xdist_group("journeys-print")]
BY_NAME = {place.name: place for place in PLACES}
A4 = {"width": 794, "height": 1123}
FURNITURE = (".topbar", ".toolbar", ".button", "toast-stack", ".copy-line", ".story-chips", "form", "dialog", "kbd")


def sheet(house: House, place: Place, language: str) -> Page:
    """The page as it goes to the printer."""
    page = house.look_at(place, language=language)
    page.emulate_media(media="print")
    page.set_viewport_size(A4)  # type: ignore[arg-type]
    return page


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_printed_ticket_has_number_facts_and_story_and_no_navigation(house: House, language: str) -> None:
    ticket = house.world.done.ticket
    page = sheet(house, BY_NAME["ticket-closed"], language)
    try:
        text = page.locator("body").inner_text()
        shown = [name for name in FURNITURE if page.locator(f"{name}:visible").count()]
        assert shown == []
        assert ticket.number in text
        assert ticket.customer.name in text
        # Nothing more of the phone than the screen shows.
        assert "1390000" not in text
        assert page.locator("#ticket-story li:visible").count() == ticket.events.count()
        # No "2 h ago", which is wrong as soon as it is printed.
        when = page.locator("#ticket-story time").first
        assert when.evaluate("(node) => getComputedStyle(node).fontSize") == "0px"
        assert re.search(r"\d{4}-\d{2}-\d{2}", when.evaluate("(node) => getComputedStyle(node, '::after').content"))
        # Black on white, whatever the screen has.
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert page.evaluate("document.scrollingElement.scrollWidth") <= A4["width"]
        pdf = page.pdf(format="A4", prefer_css_page_size=True)
    finally:
        page.emulate_media(media="screen")
    assert pdf.startswith(b"%PDF")
    # The title of the file is the ticket's, in UTF-16 or plain.
    assert ticket.number.encode() in pdf or ticket.number.encode("utf-16-be").hex().upper().encode() in pdf.upper()
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 3


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", ["note", "note-both"])
def test_a_printed_note_is_whole_on_one_or_two_sheets_a_language(house: House, name: str, language: str) -> None:
    page = sheet(house, BY_NAME[name], language)
    try:
        assert [word for word in FURNITURE if page.locator(f"{word}:visible").count()] == []
        notes = page.locator(".note")
        assert notes.count() == (2 if name == "note-both" else 1)
        cut = "(nodes) => nodes.filter((node) => node.scrollWidth > node.clientWidth + 1).length"
        assert page.locator(".note, .note *").evaluate_all(cut) == 0
        assert page.evaluate("document.scrollingElement.scrollWidth") <= A4["width"]
        assert page.locator(".note__signs:visible").count() == notes.count()
        pdf = page.pdf(format="A4", prefer_css_page_size=True)
    finally:
        page.emulate_media(media="screen")
    assert notes.count() <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 2 * notes.count()
