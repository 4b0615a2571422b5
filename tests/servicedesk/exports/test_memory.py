"""Memory does not grow with the rows."""

import os
import re
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from servicedesk.exports.columns import columns_for
from servicedesk.exports.models import Export
from servicedesk.exports.sources import ticket_source
from servicedesk.exports.writing import Listing, csv_pieces, write_xlsx
from servicedesk.people.models import Role, User
from servicedesk.tickets.selectors import Filters
from tests.conftest import ROOT, database_url_of_test
from tests.defaults import load_defaults
from tests.make import NOW, make_ticket, make_user

# Copies of one ticket with numbers and tokens of their own; what an export reads stands in the ticket itself.
COPIES = """
INSERT INTO servicedesk_ticket (number, token, kind, channel, priority, state, owner_id, outlet_id, customer_id,
    contact_name, contact_phone_raw, contact_phone, address_id, category_id, appliance_id, description, answers,
    received_at, excluded_from_measures, row_version)
SELECT '99' || lpad((%(first)s + n)::text, 9, '0'), 'copy-' || (%(first)s + n),
    kind, channel, priority, state, owner_id,
    outlet_id, customer_id, contact_name, contact_phone_raw, contact_phone, address_id, category_id, appliance_id,
    description, answers, received_at - n * interval '1 second', excluded_from_measures, row_version
FROM servicedesk_ticket, generate_series(1, %(many)s) AS n WHERE id = %(model)s
"""


def copy_ticket(model: int, many: int, first: int = 0) -> None:
    with connection.cursor() as cursor:
        cursor.execute(COPIES, {"model": model, "many": many, "first": first})


def listing_for(person: User) -> Listing:
    source = ticket_source(person, Filters(view="all"), "All", NOW)
    return Listing(source, columns_for(full_numbers=False), "en", [])


def peak_of(person: User, kind: str, folder: Path) -> tuple[int, int]:
    """Rows written and the highest memory Python held meanwhile, in bytes."""
    listing = listing_for(person)
    tracemalloc.start()
    if kind == "csv":
        for _piece in csv_pieces(listing, chunk=200):
            pass
    else:
        write_xlsx(listing, folder / "list.xlsx", chunk=200)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return listing.written, peak


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_five_times_the_rows_take_no_more_memory(kind: str, tmp_path: Path) -> None:
    load_defaults()
    person = make_user(Role.MANAGER)
    model = make_ticket()
    copy_ticket(model.pk, 599)
    peak_of(person, kind, tmp_path)  # what is imported and kept once does not count
    few_rows, few = peak_of(person, kind, tmp_path)
    copy_ticket(model.pk, 2400, first=600)
    many_rows, many = peak_of(person, kind, tmp_path)
    assert (few_rows, many_rows) == (600, 3000)
    assert many < few * 1.25 + 200_000, f"{few} bytes for 600 rows, {many} for 3000"


@pytest.mark.django_db
def test_the_command_writes_the_file_and_the_audit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    load_defaults()
    person = make_user(Role.MANAGER)
    make_ticket()
    call_command("export_tickets", str(tmp_path / "list.csv"), "--as", person.employee_no)
    assert re.match(r"1 rows, 0\.0 MB, [\d.]+ s, peak memory \d+ MB", capsys.readouterr().out)
    assert Export.objects.get().user == person
    with pytest.raises(CommandError, match="no active member"):
        call_command("export_tickets", str(tmp_path / "list.csv"), "--as", "nobody")
    with pytest.raises(CommandError):
        call_command("export_tickets", str(tmp_path / "list.pdf"), "--as", person.employee_no)


@pytest.mark.proof
@pytest.mark.timeout(5400)
@pytest.mark.django_db(transaction=True)
def test_a_million_rows_take_no_more_memory_than_a_hundred_thousand(tmp_path: Path) -> None:
    load_defaults()
    person = make_user(Role.MANAGER)
    model = make_ticket()
    peaks: dict[str, list[int]] = {"csv": [], "xlsx": []}
    have = 1
    for rows in (100_000, 1_000_000):
        copy_ticket(model.pk, rows - have, first=have)
        have = rows
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE servicedesk_ticket")
        for kind, found in peaks.items():
            command = [sys.executable, "manage.py", "export_tickets", str(tmp_path / f"list.{kind}")]
            environment = {**os.environ, "DATABASE_URL": database_url_of_test()}
            command += ["--as", person.employee_no]
            done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
            print(kind, done.stdout)  # noqa: T201 - the figures of docs/exports.md
            assert done.stdout.startswith(f"{rows} rows")
            found.append(int(re.search(r"peak memory (\d+) MB", done.stdout)[1]))  # type: ignore[index]
    for few, many in peaks.values():
        assert many <= few * 1.1 + 5, peaks
