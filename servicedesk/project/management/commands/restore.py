"""`manage.py restore`: a backup into the empty database of this installation."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from servicedesk import clock
from servicedesk.notify.hold import hold_outboxes
from servicedesk.project.backup.databases import Database, database_from_settings
from servicedesk.project.backup.errors import BackupError
from servicedesk.project.backup.manifest import Manifest, require_whole
from servicedesk.project.backup.media import unpack_media
from servicedesk.project.backup.restore import (
    clear,
    is_empty,
    load_backup,
    require_equal,
    require_known_migrations,
    require_quiet,
)
from servicedesk.project.backup.words import describe_restored


class Command(BaseCommand):
    """Refuses before it changes anything, or restores all of it."""

    help = "Restores a backup, compares it, applies newer migrations, and holds messages until release_outbox."
    # An empty database is what this is for.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add folder, `--jobs` and `--replace`."""
        parser.add_argument("folder", type=Path, help="the folder of one backup")
        parser.add_argument("--jobs", type=int, default=2, help="tables loaded at once (2)")
        parser.add_argument("--replace", action="store_true", help="delete what is in the database now")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do it, with seconds. Raises CommandError; before the line `Loading` nothing was changed."""
        connection.close()
        database, folder = database_from_settings(), options["folder"]
        try:
            manifest = self.examine(folder, database, replace=options["replace"])
            self.stdout.write(f"Loading the backup of {manifest.taken_at:%Y-%m-%d %H:%M:%S} UTC")
            if options["replace"]:
                clear(database)
            restored = load_backup(folder, database, options["jobs"])
            unpack_media(folder, Path(settings.MEDIA_ROOT))
            self.stdout.write(describe_restored(manifest, restored))
            require_equal(folder, manifest, database, Path(settings.MEDIA_ROOT))
        except BackupError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"All {len(manifest.counts)} tables have the rows of the backup.")
        call_command("migrate", interactive=False, verbosity=0)
        hold_outboxes(manifest.taken_at, now=clock.now())
        self.stdout.write("Messages are held. Start the house, then decide with `manage.py release_outbox`.")

    def examine(self, folder: Path, database: Database, *, replace: bool) -> Manifest:
        """Return the manifest when everything speaks for restoring. Raises BackupError."""
        manifest = require_whole(folder)
        require_known_migrations(manifest, folder)
        require_quiet(database)
        if not replace and not is_empty(database):
            raise BackupError(
                f"The database {database.name} is not empty. Say --replace to delete what is in it,"
                " or restore into an empty one."
            )
        return manifest
