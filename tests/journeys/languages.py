"""Both languages whole: no Chinese of the program on an English page, no English of it on a Chinese one."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import polib
from playwright.sync_api import Page

from servicedesk.care.models import CareNote
from servicedesk.catalogue.models import Appliance
from servicedesk.ideas.models import ImprovementIdea
from servicedesk.knowledge.models import Article
from servicedesk.notify.models import ChannelSettings
from servicedesk.people.models import Address, Customer, Outlet, User
from servicedesk.project.catalogues import load_catalogue
from servicedesk.project.demo.logins import DEMO_LOGINS
from servicedesk.sla.models import SlaPolicy
from servicedesk.tickets.models import Ticket, TicketEvent
from servicedesk.webhooks.models import WebhookAttempt, WebhookEndpoint
from visits.models import Callback, CareEvent, DelightStory, Signature, Visit
from warranty.models import Decision, PartsWait, RepairRecord

CATALOGUE = Path(__file__).resolve().parents[2] / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
CHINESE = re.compile(r"[\u3400-\u9fff]")
ENGLISH = re.compile(r"[A-Za-z]{3,}")
# Names of keys, of units, of file formats, protocols and of the two languages are the same in both.
SAME = re.compile(
    r"API\b|Ctrl|Alt|Enter|Esc|Tab|MPa|min\b|P[123]\b|CSV|Excel|XLSX|PDF|https\b|"
    r"JSON|Webhooks?\b|Authorization|Bearer|Idempotency-Key|data\.0\.status|EMAIL_URL|SMS_TOKEN"
)
# Everything a person can read or is told: texts, titles, labels, hints in fields. What says it is of another language
# (the language menu) is left out, and so is what a person typed, and what shows without scripts only: markup here.
TEXTS = """() => {
  const own = document.documentElement.lang;
  const found = [];
  const foreign = (node) => node.closest('[lang]')?.lang !== own;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent.trim();
    if (text && !parent.closest('script, style, noscript, textarea, code') && !foreign(parent)) found.push(text);
  }
  for (const node of document.body.querySelectorAll('[title], [aria-label], [placeholder], [alt]')) {
    for (const name of ['title', 'aria-label', 'placeholder', 'alt']) {
      const text = node.getAttribute(name)?.trim();
      if (text && !foreign(node)) found.push(text);
    }
  }
  return [document.title, ...new Set(found)];
}"""


def typed_words() -> list[str]:
    """Everything people have typed, longest first: names, places, sentences, numbers."""
    kinds: tuple[tuple[Any, tuple[str, ...]], ...] = (
        (User, ("name", "employee_no")),
        (Customer, ("name", "note")),
        (RepairRecord, ("repairer", "work")),
        (PartsWait, ("part",)),
        (Address, ("city", "district", "detail")),
        (Appliance, ("serial", "model__code", "model__brand")),
        (Outlet, ("code",)),
        (Ticket, ("description", "contact_name", "number")),
        (TicketEvent, ("note",)),
        (Callback, ("opinion",)),
        (Visit, ("finding", "work")),
        (Signature, ("opinion", "typed_name")),
        (SlaPolicy, ("code",)),
        (Decision, ("edition",)),
        (ImprovementIdea, ("title", "finding", "proposal", "result")),
        (CareNote, ("text",)),
        (CareEvent, ("note",)),
        (DelightStory, ("title", "text", "beyond")),
        (WebhookEndpoint, ("description", "url")),
        (WebhookAttempt, ("excerpt",)),
        (ChannelSettings, ("sender", "address")),
        (Article, ("title", "cause", "remedy")),
    )
    said = {
        str(value) for model, names in kinds for row in model.objects.values_list(*names) for value in row if value
    }
    said |= {words for login in DEMO_LOGINS for words in (login.name, login.employee_no)}
    parts = {line for one in said for line in one.splitlines()} | {one[0] for one in said if CHINESE.match(one)}
    return sorted(said | parts, key=len, reverse=True)


def left_of(text: str, typed: list[str]) -> str:
    """What the program itself says in `text`."""
    for word in typed:
        text = text.replace(word, " ")
    return SAME.sub(" ", text)


@cache
def untranslated() -> frozenset[str]:
    """Texts of the catalogue whose Chinese is another than the English."""
    catalogue: polib.POFile = load_catalogue(CATALOGUE)
    return frozenset(entry.msgid for entry in catalogue if entry.msgstr and entry.msgstr != entry.msgid)


def texts_of(page: Page) -> list[str]:
    found: list[str] = page.evaluate(TEXTS)
    return found


def chinese_of_ours(page: Page) -> list[str]:
    """What an English page says in Chinese by itself."""
    typed = typed_words()
    return [text for text in texts_of(page) if CHINESE.search(left_of(text, typed))]


def english_of_ours(page: Page) -> list[str]:
    """What a Chinese page says in English by itself, or leaves untranslated."""
    typed, texts = typed_words(), texts_of(page)
    return [text for text in texts if text in untranslated() or ENGLISH.search(left_of(text, typed))]
