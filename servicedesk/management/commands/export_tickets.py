"""`manage.py export_tickets`: a list into a file, by the same rules as the page, and what it cost."""

import re
import resource
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import get_language

from servicedesk import clock
from servicedesk.desk.views.tickets import VIEW_LABELS
from servicedesk.errors import ActionError
from servicedesk.exports.columns import columns_for
from servicedesk.exports.marks import marks_of
from servicedesk.exports.models import ExportFormat
from servicedesk.exports.services import Wish, finish_export, start_export
from servicedesk.exports.sources import ticket_source
from servicedesk.exports.writing import Listing, csv_pieces, write_xlsx
from servicedesk.people.models import User
from servicedesk.tickets.selectors import VIEWS, Filters


class Command(BaseCommand):
    """Exports in the name of a member of staff; the row of the audit is his."""

    help = "Exports the tickets a member of staff sees into a file and tells rows, seconds and peak memory."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add who, what and where to."""
        parser.add_argument("file", type=Path, help="the file to write; its ending says the format")
        parser.add_argument("--as", dest="employee_no", required=True, help="employee number of who takes the list")
        parser.add_argument("--view", choices=VIEWS, default="all")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write the file. Raises CommandError for an unknown person and for what the action refuses."""
        file, now = options["file"], clock.now()
        person = User.objects.filter(employee_no=options["employee_no"], is_active=True).first()
        if person is None:
            raise CommandError(f"There is no active member of staff {options['employee_no']}.")
        source = ticket_source(person, Filters(view=options["view"]), VIEW_LABELS[options["view"]], now)
        wish = Wish(format=file.suffix.lstrip("."))
        try:
            # Who may type commands on the server holds the database anyway: nobody asks for a password here.
            export = start_export(source, wish, actor=person, now=now, password_confirmed=True)
        except ActionError as error:
            raise CommandError(str(error.message)) from error
        marks = marks_of(export, source, person)
        listing = Listing(source, columns_for(full_numbers=False), get_language() or "zh-hans", marks)
        began, complete = time.monotonic(), False
        try:
            write(listing, file, export.format)
            complete = True
        finally:
            finish_export(export.pk, listing.written, complete=complete, now=clock.now())
        seconds, size = time.monotonic() - began, file.stat().st_size / 1e6
        self.stdout.write(
            f"{listing.written} rows, {size:.1f} MB, {seconds:.1f} s, peak memory {peak_megabytes():.0f} MB"
        )


def write(listing: Listing, file: Path, kind: str) -> None:
    """Write the list in its format."""
    if kind == ExportFormat.XLSX:
        write_xlsx(listing, file)
        return
    with file.open("wb") as out:
        out.writelines(csv_pieces(listing))


def peak_megabytes() -> float:
    """Return the most memory this process ever held (resident set), in MB."""
    status = Path("/proc/self/status")
    if status.exists():
        # Linux's own high-water mark; that of getrusage is handed down by whoever started the process.
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
        if found:
            return int(found[1]) / 1e3
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
