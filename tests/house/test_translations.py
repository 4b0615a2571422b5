"""Catalogues: what is missing is found, what is there is built without gettext."""

import gettext
import os
import shutil
from pathlib import Path
from typing import Any

import polib
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from servicedesk.project import catalogues

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'


@pytest.fixture
def locale(tmp_path: Path) -> Path:
    """A locale folder with a catalogue of one entry and one part."""
    folder = tmp_path / "locale"
    (folder / "zh_Hans" / "LC_MESSAGES").mkdir(parents=True)
    (folder / "parts").mkdir()
    (folder / "zh_Hans" / "LC_MESSAGES" / "django.po").write_text(
        HEADER + 'msgid "Ticket"\nmsgstr "工单"\n\nmsgid "Visit"\nmsgstr ""\n'
    )
    (folder / "parts" / "room.po").write_text(
        HEADER + 'msgid "Visit"\nmsgstr "上门"\n\nmsgctxt "verb"\nmsgid "Visit"\nmsgstr "拜访"\n'
    )
    return folder


def source_of(locale: Path) -> Path:
    return locale / "zh_Hans" / "LC_MESSAGES" / "django.po"


def entries(**texts: str) -> polib.POFile:
    made = catalogues.new_catalogue()
    for message, text in texts.items():
        made.append(polib.POEntry(msgid=message, msgstr=text))
    return made


def test_a_part_fills_the_catalogue_and_contexts_are_kept_apart(locale: Path) -> None:
    built = catalogues.build_catalogue(source_of(locale))
    assert built == 3
    with source_of(locale).with_suffix(".mo").open("rb") as file:
        translations = gettext.GNUTranslations(file)
    assert translations.gettext("Ticket") == "工单"
    assert translations.gettext("Visit") == "上门"
    assert translations.pgettext("verb", "Visit") == "拜访"


def test_a_second_build_does_nothing_until_a_part_changes(locale: Path) -> None:
    catalogues.build_catalogue(source_of(locale))
    assert catalogues.build_catalogue(source_of(locale)) is None
    newer = source_of(locale).with_suffix(".mo").stat().st_mtime + 5
    os.utime(locale / "parts" / "room.po", (newer, newer))
    assert catalogues.build_catalogue(source_of(locale)) == 3


def test_parts_alone_are_enough_for_a_catalogue(locale: Path) -> None:
    source_of(locale).unlink()
    assert catalogues.source_catalogues(locale) == [source_of(locale)]
    assert catalogues.build_catalogue(source_of(locale)) == 2


def test_missing_fuzzy_and_obsolete_messages_are_told_apart() -> None:
    catalogue = entries(Known="已知", Guessed="猜", Gone="旧")
    guessed = catalogue.find("Guessed")
    assert guessed is not None
    guessed.flags.append("fuzzy")
    gaps = catalogues.compare(catalogue, entries(Known="", Guessed="", New=""))
    assert (gaps.missing, gaps.fuzzy, gaps.obsolete) == (["'New'"], ["'Guessed'"], ["'Gone'"])
    assert gaps
    assert not catalogues.compare(entries(Known="已知"), entries(Known=""))


@pytest.fixture
def project(locale: Path, settings: Any) -> Path:
    """A small project whose sources ask for three messages."""
    root = locale.parent
    (root / "servicedesk").mkdir()
    (root / "servicedesk" / "words.py").write_text(
        'from django.utils.translation import gettext as _, pgettext\n_("Ticket")\npgettext("verb", "Visit")\n'
    )
    (root / "templates").mkdir()
    (root / "templates" / "page.html").write_text('{% translate "Visit" %}')
    settings.BASE_DIR = root
    settings.LOCALE_PATHS = [locale]
    return root


needs_gettext = pytest.mark.skipif(
    shutil.which("xgettext") is None and os.environ.get("CI") != "true",
    reason="xgettext is missing (Debian package gettext)",
)


@needs_gettext
def test_the_check_passes_when_every_message_has_its_text(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check_translations")
    assert "All 3 messages have a Chinese text." in capsys.readouterr().out


@needs_gettext
def test_the_check_fails_and_names_what_is_missing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "templates" / "page.html").write_text('{% translate "Visit" %}{% translate "Brand new" %}')
    with pytest.raises(CommandError, match="1 messages have no Chinese text, 0 are fuzzy, 0 are obsolete"):
        call_command("check_translations")
    assert "missing: 'Brand new'" in capsys.readouterr().out


@needs_gettext
def test_write_takes_in_parts_adds_new_messages_and_drops_old_ones(project: Path) -> None:
    (project / "servicedesk" / "words.py").write_text('from x import gettext as _\n_("Brand new")\n')
    with pytest.raises(CommandError):
        call_command("check_translations", "--write")
    written = polib.pofile(str(project / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"))
    assert {entry.msgid: entry.msgstr for entry in written} == {"Brand new": "", "Visit": "上门"}


def test_without_gettext_the_check_says_so_and_is_an_error_in_ci(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("shutil.which", lambda _name: None)
    monkeypatch.delenv("CI", raising=False)
    call_command("check_translations")
    assert "xgettext is missing" in capsys.readouterr().out
    monkeypatch.setenv("CI", "true")
    with pytest.raises(CommandError, match="CI requires"):
        call_command("check_translations")


def test_the_command_says_what_it_built_and_nothing_the_second_time(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("build_translations")
    call_command("build_translations")
    assert capsys.readouterr().out == "zh_Hans: 3 translations built\n"
