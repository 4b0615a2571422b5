"""The batches of an import and of its taking back, as long work does them (servicedesk/jobs)."""

from datetime import datetime, timedelta
from functools import partial

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.errors import ActionError
from servicedesk.failpoints import reach
from servicedesk.imports.kinds import KINDS, Kind, Look, Work
from servicedesk.imports.models import Import, ImportRow, ImportState
from servicedesk.imports.rows import Layout, given_in, layout_of, read_cells
from servicedesk.imports.services import DRY_RUN_HOLDS, RUN, UNDO
from servicedesk.imports.trying import Outcome, try_row
from servicedesk.jobs.kinds import JobKind, register
from servicedesk.jobs.models import Job, JobState
from servicedesk.notify.heartbeat import claim_turn

# Rows of one transaction: people's rows are held that long.
BATCH = 25
# So long refused rows can still be fetched as a file.
KEEP_REFUSED = timedelta(days=30)
FORGET_EVERY = timedelta(hours=1)
TO_WRITE = (ImportRow.State.NEW, ImportRow.State.CHANGED)
State = ImportRow.State


def import_step(job: Job, now: datetime) -> bool:
    """Writes the next rows; whether some are left."""
    batch = Import.objects.get(pk=job.about)
    with translation.override(batch.language):
        kind = KINDS[batch.kind]
        rows = list(batch.rows.filter(state__in=TO_WRITE).order_by("number")[:BATCH])
        layout = layout_of(kind, batch.headings)
        work = kind.begin(job.asked_by, now)
        for row in rows:
            outcome = try_row(work, partial(read_cells, kind, layout, row.cells), partial(_changed_since, row))
            row.given = given_in(layout, row.cells, outcome.field)[:200]
            _settle(row, outcome)
            reach("imports.after_row")
        ImportRow.objects.bulk_update(rows, ["state", "after", "code", "field", "given", "expected"])
    job.done += len(rows)
    batch.written += sum(row.state == State.WRITTEN for row in rows)
    batch.late += sum(row.state == State.LATE for row in rows)
    batch.save(update_fields=["written", "late"])
    return len(rows) == BATCH


def _changed_since(row: ImportRow, look: Look) -> Outcome | None:
    """The refusal of a row that does not find what the dry run saw."""
    if look.before == row.before:
        return None
    return Outcome.refusal("changed_since", _("what the dry run saw: somebody changed it since"), key=look.key)


def _settle(row: ImportRow, outcome: Outcome) -> None:
    if outcome.state == "refused":
        row.state, row.code = State.LATE, outcome.code[:40]
        row.field, row.expected = outcome.field[:60], outcome.expected[:400]
        return
    row.state, row.after = State.WRITTEN, outcome.after


def import_ended(job: Job, now: datetime) -> None:
    """Ends the import; what was written needs its cells only for the way back."""
    batch = Import.objects.select_for_update().get(pk=job.about)
    whole = job.state == JobState.DONE
    batch.state, batch.ended_at = (ImportState.DONE if whole else ImportState.BROKEN), now
    batch.save(update_fields=["state", "ended_at"])
    if KINDS[batch.kind].no_undo:
        batch.rows.filter(state=State.WRITTEN).update(cells=[])


def undo_step(job: Job, now: datetime) -> bool:
    """Takes the last rows back; whether some are left."""
    batch = Import.objects.get(pk=job.about)
    with translation.override(batch.language):
        kind = KINDS[batch.kind]
        rows = list(batch.rows.filter(state=State.WRITTEN).order_by("-number")[:BATCH])
        layout = layout_of(kind, batch.headings)
        work = kind.begin(job.asked_by, now)
        for row in rows:
            row.expected = _taken_back(work, kind, layout, row)[:400]
            row.state = State.KEPT if row.expected else State.UNDONE
        ImportRow.objects.bulk_update(rows, ["state", "expected"])
    job.done += len(rows)
    batch.undone += sum(row.state == State.UNDONE for row in rows)
    batch.save(update_fields=["undone"])
    return len(rows) == BATCH


def _taken_back(work: Work, kind: Kind, layout: Layout, row: ImportRow) -> str:
    """Why the row could not be taken back; empty where it was."""
    try:
        with transaction.atomic():
            work.undo(read_cells(kind, layout, row.cells), row.before, row.after or {})
    except ActionError as error:
        return str(error.message)
    except (IntegrityError, ProtectedError):
        return _("Something else rests on it by now.")
    return ""


def undo_ended(job: Job, now: datetime) -> None:
    """Ends the taking back; broken off, the import counts as carried out in part."""
    batch = Import.objects.select_for_update().get(pk=job.about)
    whole = job.state == JobState.DONE
    batch.state, batch.undone_at = (ImportState.UNDONE if whole else ImportState.BROKEN), now
    batch.save(update_fields=["state", "undone_at"])


def forget_once(now: datetime) -> int:
    """Discards dry runs nobody decided about for a day, and forgets rows thirty days after the end; how many imports.

    Asked oftener than once an hour it does nothing.
    """
    if not claim_turn("imports", now, FORGET_EVERY):
        return 0
    undecided = Import.objects.filter(state=ImportState.LOOKED, asked_at__lt=now - DRY_RUN_HOLDS)
    given_up = list(undecided.values_list("pk", flat=True))
    Import.objects.filter(pk__in=given_up, state=ImportState.LOOKED).update(state=ImportState.DISCARDED, ended_at=now)
    ImportRow.objects.filter(batch__in=given_up).delete()
    old = ImportRow.objects.filter(batch__ended_at__lt=now - KEEP_REFUSED)
    forgotten = old.values("batch").distinct().count()
    old.delete()
    return len(given_up) + forgotten


def register_jobs() -> None:
    """Makes both known as kinds of long work."""

    def page(job: Job) -> str:
        return reverse("import_detail", args=[job.about])

    register(RUN, JobKind(gettext_lazy("Import"), import_step, import_ended, page))
    register(UNDO, JobKind(gettext_lazy("Import taken back"), undo_step, undo_ended, page))
