"""A worker is killed in the middle of an import; no half batch stays, and the next worker ends it."""

import pytest

from dispatch.models import Shift
from servicedesk import clock
from servicedesk.imports.models import ImportRow
from servicedesk.imports.services import confirm_import, look_at_file
from servicedesk.jobs.models import Job
from servicedesk.people.models import Role
from tests.chaos.house import House
from tests.chaos.processes import until
from tests.defaults import load_defaults
from tests.make import make_outlet, make_user
from tests.make_dispatch import make_technician

pytestmark = [pytest.mark.chaos, pytest.mark.slow, pytest.mark.xdist_group("chaos")]
ROWS = 40


def test_an_import_whose_worker_was_killed_is_whole_in_the_end(house: House) -> None:
    load_defaults()
    outlet = make_outlet()
    keeper, technician = make_user(Role.SUPERVISOR, outlet), make_technician(outlet)
    before = Shift.objects.count()
    lines = [f"{technician.user.employee_no},2031-{1 + n // 28:02d}-{1 + n % 28:02d},08:00,18:00" for n in range(ROWS)]
    data = "\n".join(["employee_no,day,start,end", *lines]).encode()
    batch = look_at_file("shifts", "a.csv", data, actor=keeper, now=clock.now())
    assert batch.new == ROWS
    job = confirm_import(batch.pk, actor=keeper, now=clock.now())

    doomed = house.timers("imports.after_row:10")
    doomed.wait_for_end()
    assert doomed.was_killed, doomed.said()
    job.refresh_from_db()
    assert (job.state, job.done, job.attempts) == ("running", 0, 1)
    assert Shift.objects.count() == before, "of the batch in which the worker died nothing stays"

    house.timers()
    until(lambda: Job.objects.filter(pk=job.pk, state="done").exists(), 60, "the end of the import")
    assert Shift.objects.count() == before + ROWS
    assert ImportRow.objects.filter(batch=batch, state="written").count() == ROWS
