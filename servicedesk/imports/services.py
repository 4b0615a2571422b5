"""Bringing a file, deciding about it, taking it back.

The dry run does everything the import will do, row by row, in a transaction that is rolled back: so it accepts and
refuses exactly as the import, the pages and the API do, and leaves nothing behind.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from servicedesk.errors import FORBIDDEN, OUT_OF_SCOPE, ActionError
from servicedesk.imports.kinds import KINDS, Kind, Look
from servicedesk.imports.models import Import, ImportRow, ImportState
from servicedesk.imports.reading import Table, read_table
from servicedesk.imports.rows import Layout, given_in, layout_of, read_cells
from servicedesk.imports.trying import Outcome, try_row
from servicedesk.jobs.models import Job
from servicedesk.jobs.services import OVERSEERS, start_job
from servicedesk.locks import wait_for_turn
from servicedesk.people.models import User

RUN, UNDO = "import", "import_undo"
# A dry run nobody decided about tells little after a day.
DRY_RUN_HOLDS = timedelta(days=1)


def imports_for(user: User) -> QuerySet[Import]:
    """The imports `user` may look at, the newest first: the own, for managers and administrators all."""
    found = Import.objects.select_related("asked_by")
    return found if user.role in OVERSEERS else found.filter(asked_by=user)


def kind_for(user: User, key: str) -> Kind:
    """The kind of that key. Refuses with 404 an unknown one, with 403 whom it is not open to."""
    kind = KINDS.get(key)
    if kind is None:
        raise ActionError("import_kind_unknown", _("There is no such kind of list."), status=OUT_OF_SCOPE)
    if user.role not in kind.roles:
        raise ActionError("role_not_allowed", _("Your role may not import this."), status=FORBIDDEN)
    return kind


def look_at_file(kind_key: str, name: str, data: bytes, *, actor: User, now: datetime) -> Import:
    """The dry run of a file: each row new, changed, unchanged or refused; nothing of it is written.

    Refuses with 403, 404 and, on `file`, with what `read_table` and `layout_of` refuse.
    """
    kind = kind_for(actor, kind_key)
    table = read_table(name, data, kind.most_rows)
    layout = layout_of(kind, table.headings)
    outcomes = _tried(kind, table, layout, actor, now)
    counts = {
        state: sum(one.state == state for one in outcomes) for state in ("new", "changed", "unchanged", "refused")
    }
    with transaction.atomic():
        batch = Import.objects.create(
            kind=kind.key,
            file_name=name[-120:],
            language=get_language() or "zh-hans",
            asked_by=actor,
            asked_at=now,
            headings=table.headings,
            ignored=list(layout.ignored),
            **counts,
        )
        ImportRow.objects.bulk_create(
            (
                _row(batch, number, cells, layout, outcome)
                for (number, cells), outcome in zip(table.rows, outcomes, strict=True)
            ),
            batch_size=500,
        )
    return batch


def _tried(kind: Kind, table: Table, layout: Layout, actor: User, now: datetime) -> list[Outcome]:
    outcomes: list[Outcome] = []
    lines: dict[str, int] = {}
    with rolled_back():
        # One file after the other: two that name the same people would wait for each other.
        wait_for_turn("imports.dry_run")
        work = kind.begin(actor, now)
        for number, cells in table.rows:
            outcome = try_row(work, partial(read_cells, kind, layout, cells), partial(_said_before, lines))
            if outcome.state != "refused":
                lines[outcome.key] = number
            outcomes.append(outcome)
    return outcomes


def _said_before(lines: dict[str, int], look: Look) -> Outcome | None:
    """The refusal of a row that is about the same thing as an earlier one of the file."""
    if look.key not in lines:
        return None
    return Outcome.refusal("row_twice", _("once: row %(n)s says it already") % {"n": lines[look.key]}, key=look.key)


@contextmanager
def rolled_back() -> Iterator[None]:
    """A transaction of which nothing stays."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _row(batch: Import, number: int, cells: list[str], layout: Layout, outcome: Outcome) -> ImportRow:
    return ImportRow(
        batch=batch,
        number=number,
        state=outcome.state,
        # What is equal already needs nothing more.
        cells=[] if outcome.state == ImportRow.State.UNCHANGED else cells,
        before=outcome.before,
        code=outcome.code[:40],
        field=outcome.field[:60],
        given=given_in(layout, cells, outcome.field)[:200],
        expected=outcome.expected[:400],
    )


def confirm_import(import_id: int, *, actor: User, now: datetime) -> Job:
    """The import, now carried out in the background.

    Refuses with 404, with 409 import_not_waiting, import_too_old (a day after the dry run) and nothing_to_import.
    """
    with transaction.atomic():
        batch = _locked(import_id, actor)
        kind_for(actor, batch.kind)
        if batch.state != ImportState.LOOKED:
            raise ActionError("import_not_waiting", _("This import does not wait for a decision."))
        if now - batch.asked_at > DRY_RUN_HOLDS:
            raise ActionError("import_too_old", _("The dry run is older than a day. Bring the file again."))
        if not batch.to_write:
            raise ActionError("nothing_to_import", _("No row would be written."))
        batch.state, batch.confirmed_at = ImportState.RUNNING, now
        batch.save(update_fields=["state", "confirmed_at"])
        return start_job(RUN, batch.pk, total=batch.to_write, actor=actor, now=now)


def discard_import(import_id: int, *, actor: User, now: datetime) -> Import:
    """The import, given up before anything was written; its cells are forgotten. Refuses with 409."""
    with transaction.atomic():
        batch = _locked(import_id, actor)
        if batch.state != ImportState.LOOKED:
            raise ActionError("import_not_waiting", _("This import does not wait for a decision."))
        batch.state, batch.ended_at = ImportState.DISCARDED, now
        batch.save(update_fields=["state", "ended_at"])
        batch.rows.all().delete()
        return batch


def undo_import(import_id: int, *, actor: User, now: datetime) -> Job:
    """The import, now taken back in the background, the last row first; rows somebody changed since stay as they are.

    Refuses with 404, with 409 import_without_undo, import_not_over and nothing_to_undo.
    """
    with transaction.atomic():
        batch = _locked(import_id, actor)
        kind = kind_for(actor, batch.kind)
        if kind.no_undo:
            raise ActionError("import_without_undo", kind.no_undo)
        if batch.state not in {ImportState.DONE, ImportState.BROKEN}:
            raise ActionError("import_not_over", _("Only an import that is over can be taken back."))
        rows = batch.rows.filter(state=ImportRow.State.WRITTEN).count()
        if not rows:
            raise ActionError("nothing_to_undo", _("No row was written."))
        batch.state = ImportState.UNDOING
        batch.save(update_fields=["state"])
        return start_job(UNDO, batch.pk, total=rows, actor=actor, now=now)


def _locked(import_id: int, actor: User) -> Import:
    batch = Import.objects.select_for_update(of=("self",)).filter(pk=import_id).first()
    if batch is None or (batch.asked_by_id != actor.pk and actor.role not in OVERSEERS):
        raise ActionError("import_not_found", _("There is no such import."), status=OUT_OF_SCOPE)
    return batch
