"""`manage.py backup`: database and files of this installation into one folder."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from servicedesk.project.backup.databases import database_from_settings
from servicedesk.project.backup.drill import run_drill
from servicedesk.project.backup.errors import BackupError
from servicedesk.project.backup.take import remove_old, take_backup
from servicedesk.project.backup.words import describe_taken


class Command(BaseCommand):
    """Exit code 0 only when a whole backup was written."""

    help = "Writes a backup of database, photos and signatures; people may go on working."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add folder, `--jobs`, `--keep` and `--drill`."""
        parser.add_argument("folder", nargs="?", type=Path, help="where backups are kept; BACKUP_ROOT if left out")
        parser.add_argument("--jobs", type=int, default=2, help="tables dumped at once (2)")
        parser.add_argument("--keep", type=int, metavar="N", help="delete all but the newest N backups afterwards")
        parser.add_argument(
            "--drill", action="store_true", help="restore it into a scratch database, compare, remove both again"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do it, with seconds and sizes. Raises CommandError."""
        root = options["folder"] or Path(settings.BACKUP_ROOT)
        database, media, jobs = database_from_settings(), Path(settings.MEDIA_ROOT), options["jobs"]
        if options["keep"] is not None and options["keep"] < 1:
            raise CommandError("--keep needs at least 1.")
        try:
            if options["drill"]:
                run_drill(database, media, root, jobs, self.stdout.write)
                return
            self.stdout.write(describe_taken(take_backup(database, media, root, jobs)))
        except BackupError as error:
            raise CommandError(str(error)) from None
        if options["keep"] is not None:
            for removed in remove_old(root, options["keep"]):
                self.stdout.write(f"Removed the old backup {removed}")
