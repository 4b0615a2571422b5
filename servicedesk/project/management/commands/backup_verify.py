"""`manage.py backup_verify`: are a backup's files whole, and does the database hold what it holds."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from servicedesk.project.backup.databases import database_from_settings
from servicedesk.project.backup.errors import BackupError
from servicedesk.project.backup.manifest import require_whole
from servicedesk.project.backup.restore import require_equal


class Command(BaseCommand):
    """Exit code 1 with a list of all differences."""

    help = "Checks a backup's files, and compares row counts and files with this installation."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add folder and `--files-only`."""
        parser.add_argument("folder", type=Path, help="the folder of one backup")
        parser.add_argument("--files-only", action="store_true", help="leave the database alone")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do it. Raises CommandError with every fault."""
        folder = options["folder"]
        try:
            manifest = require_whole(folder)
            self.stdout.write(f"The {len(manifest.files)} files of the backup are whole.")
            if options["files_only"]:
                return
            require_equal(folder, manifest, database_from_settings(), Path(settings.MEDIA_ROOT))
        except BackupError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            f"All {len(manifest.counts)} tables have the {manifest.rows:,} rows of the backup,"
            f" and its {manifest.media_files:,} files are in place."
        )
