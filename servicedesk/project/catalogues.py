"""Catalogues of translations: where they are, what is in them, what is missing.

`locale/<language>/LC_MESSAGES/django.po` is the catalogue; `locale/parts/*.po` are new Chinese entries on
their way into it, which count as soon as they lie there.
"""

from dataclasses import dataclass, field
from pathlib import Path

import polib

PARTS_LANGUAGE = "zh_Hans"


def source_catalogues(locale: Path) -> list[Path]:
    """Return the paths of the .po files below a locale folder; the Chinese one also where only parts of it
    exist.
    """
    found = sorted(locale.glob("*/LC_MESSAGES/django.po"))
    expected = locale / PARTS_LANGUAGE / "LC_MESSAGES" / "django.po"
    if expected not in found and any(part_files(locale)):
        found.append(expected)
    return found


def part_files(locale: Path) -> list[Path]:
    """Return the parts, in a fixed order."""
    return sorted((locale / "parts").glob("*.po"))


def load_catalogue(source: Path) -> polib.POFile:
    """Return a catalogue with the entries of its parts filled in. Raises OSError with the name of a broken
    file.
    """
    catalogue = polib.pofile(str(source)) if source.exists() else new_catalogue()
    locale = source.parents[2]
    if source.parents[1].name == PARTS_LANGUAGE:
        for part in part_files(locale):
            fill_in(catalogue, polib.pofile(str(part)))
    return catalogue


def new_catalogue() -> polib.POFile:
    """Return an empty catalogue with the header gettext needs."""
    catalogue = polib.POFile()
    catalogue.metadata = {
        "Project-Id-Version": "yipiao",
        "Language": PARTS_LANGUAGE,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    return catalogue


def fill_in(catalogue: polib.POFile, part: polib.POFile) -> None:
    """Add the translated entries of `part` that `catalogue` lacks or has untranslated."""
    known = {(entry.msgctxt, entry.msgid): entry for entry in catalogue}
    for entry in part:
        if entry.obsolete or not entry.translated():
            continue
        old = known.get((entry.msgctxt, entry.msgid))
        if old is None:
            catalogue.append(entry)
            known[entry.msgctxt, entry.msgid] = entry
        elif not old.translated():
            old.msgstr, old.msgstr_plural = entry.msgstr, entry.msgstr_plural
            old.flags = [flag for flag in old.flags if flag != "fuzzy"]


def build_catalogue(source: Path) -> int | None:
    """Write the .mo file of a catalogue; return its number of texts, None when up to date."""
    target = source.with_suffix(".mo")
    inputs = [path for path in (source, *part_files(source.parents[2])) if path.exists()]
    if target.exists() and target.stat().st_mtime >= max(path.stat().st_mtime for path in inputs):
        return None
    catalogue = load_catalogue(source)
    target.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save_as_mofile(str(target))
    return len(catalogue.translated_entries())


@dataclass
class Gaps:
    """What a catalogue lacks against the messages of the sources."""

    missing: list[str] = field(default_factory=list)
    fuzzy: list[str] = field(default_factory=list)
    obsolete: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.missing or self.fuzzy or self.obsolete)


def compare(catalogue: polib.POFile, messages: polib.POFile) -> Gaps:
    """Return which messages lack a sure translation, and which translations nobody asks for."""
    known = {(entry.msgctxt, entry.msgid): entry for entry in catalogue if not entry.obsolete}
    asked = {(entry.msgctxt, entry.msgid) for entry in messages if not entry.obsolete}
    gaps = Gaps()
    for key in sorted(asked, key=str):
        entry = known.get(key)
        if entry is None or not (entry.translated() or entry.fuzzy):
            gaps.missing.append(label(key))
        elif entry.fuzzy:
            gaps.fuzzy.append(label(key))
    gaps.obsolete = [label(key) for key in sorted(known.keys() - asked, key=str)]
    return gaps


def label(key: tuple[str | None, str]) -> str:
    """Return how a message is named in a report."""
    context, message = key
    return f"{message!r} ({context})" if context else repr(message)
