"""`manage.py build_translations`: makes the .mo files Django reads, without gettext."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from servicedesk.project.catalogues import build_catalogue, source_catalogues


class Command(BaseCommand):
    """Compiles what is newer than its result."""

    help = "Builds the translation files (.mo) from the catalogues (.po) that changed."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **options: Any) -> None:
        """Compile each language's catalogue."""
        for folder in settings.LOCALE_PATHS:
            for source in source_catalogues(Path(folder)):
                written = build_catalogue(source)
                if written is not None and options["verbosity"] > 0:
                    self.stdout.write(f"{source.parent.parent.name}: {written} translations built")
