"""`manage.py check_translations`: every message has a Chinese text, and no Chinese text is left over."""

import os
import shutil
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from servicedesk.project import catalogues
from servicedesk.project.catalogues import PARTS_LANGUAGE, compare, load_catalogue

SOURCES = ("servicedesk", "dispatch", "warranty", "visits", "templates")


class Command(BaseCommand):
    """Extracts into a temporary folder; the sources are never touched, the catalogue only with `--write`."""

    help = "Compares the messages in the sources with the Chinese catalogue."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add `--write`."""
        parser.add_argument(
            "--write",
            action="store_true",
            help="bring the catalogue up to date: take in parts, add new messages, drop old ones",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Report gaps and fail on any. Raises CommandError."""
        if shutil.which("xgettext") is None:
            if os.environ.get("CI", "").lower() in {"1", "true"}:
                raise CommandError("xgettext is missing (Debian package gettext), and CI requires this check.")
            self.stdout.write("Translations were not compared: xgettext is missing (Debian package gettext).")
            return
        source = settings.BASE_DIR / "locale" / PARTS_LANGUAGE / "LC_MESSAGES" / "django.po"
        catalogue, messages = load_catalogue(source), extract(settings.BASE_DIR)
        if options["write"]:
            write(source, catalogue, messages)
            catalogue = load_catalogue(source)
        gaps = compare(catalogue, messages)
        for heading, found in (("missing", gaps.missing), ("fuzzy", gaps.fuzzy), ("obsolete", gaps.obsolete)):
            for name in found:
                self.stdout.write(f"{heading}: {name}")
        if gaps:
            raise CommandError(
                f"{len(gaps.missing)} messages have no Chinese text, {len(gaps.fuzzy)} are fuzzy,"
                f" {len(gaps.obsolete)} are obsolete."
            )
        self.stdout.write(f"All {len(messages)} messages have a Chinese text.")


def extract(root: Path) -> polib.POFile:
    """Return the messages of the sources, as `makemessages` finds them in a copy. Raises CommandError."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in SOURCES:
            if (root / name).is_dir():
                shutil.copytree(root / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
        (copy / "locale").mkdir()
        command = [
            sys.executable,
            "-m",
            "django",
            "makemessages",
            "--locale",
            PARTS_LANGUAGE,
            "--no-obsolete",
        ]
        # Outside a project makemessages needs no settings, and finds the folder `locale` by itself.
        environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
        done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
        result = copy / "locale" / PARTS_LANGUAGE / "LC_MESSAGES" / "django.po"
        if done.returncode or not result.exists():
            raise CommandError(f"Messages could not be extracted:\n{done.stderr or done.stdout}")
        return polib.pofile(str(result))


def write(source: Path, catalogue: polib.POFile, messages: polib.POFile) -> None:
    """Bring the catalogue up to date with the messages, sorted and without places."""
    known = {(entry.msgctxt, entry.msgid): entry for entry in catalogue if not entry.obsolete}
    kept = catalogues.new_catalogue()
    kept.metadata = catalogue.metadata
    for message in sorted(messages, key=lambda entry: (entry.msgid, entry.msgctxt or "")):
        old = known.get((message.msgctxt, message.msgid))
        kept.append(
            polib.POEntry(
                msgctxt=message.msgctxt,
                msgid=message.msgid,
                msgid_plural=message.msgid_plural,
                msgstr=old.msgstr if old else "",
                msgstr_plural=(old.msgstr_plural if old else {}) or ({0: ""} if message.msgid_plural else {}),
                comment=message.comment,
                flags=[flag for flag in message.flags if flag != "fuzzy"] + (["fuzzy"] if old and old.fuzzy else []),
            )
        )
    source.parent.mkdir(parents=True, exist_ok=True)
    kept.save(str(source))
