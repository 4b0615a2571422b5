"""Routes of the technicians, of imports and of long work."""

from datetime import timedelta
from typing import Any

from dispatch.models import Absence
from servicedesk import clock
from servicedesk.imports.models import Import
from servicedesk.jobs.models import Job
from tests.make_dispatch import make_absence
from tests.url_roles import Row

EDITORS = frozenset({"supervisor", "manager", "admin"})
READERS = EDITORS | {"dispatcher"}
OVERSEERS = frozenset({"manager", "admin"})


def of_technician(world: Any) -> dict[str, Any]:
    return {"technician_id": world.technician.pk}


def of_skill(world: Any) -> dict[str, Any]:
    return {"technician_id": world.technician.pk, "skill_id": world.technician.skills.get().pk}


def of_paper(world: Any) -> dict[str, Any]:
    return {"technician_id": world.technician.pk, "certificate_id": world.technician.certificates.get().pk}


def of_shift(world: Any) -> dict[str, Any]:
    return {"technician_id": world.technician.pk, "shift_id": world.technician.shifts.first().pk}


def of_absence(world: Any) -> dict[str, Any]:
    far = clock.now() + timedelta(days=300)
    absence = Absence.objects.filter(technician=world.technician).first()
    absence = absence or make_absence(world.technician, far, far + timedelta(days=1))
    return {"technician_id": world.technician.pk, "absence_id": absence.pk}


def of_import(world: Any) -> dict[str, Any]:
    """An import of the manager that waits for a decision."""
    found = Import.objects.filter(state="looked").first() or Import.objects.create(
        kind="skills", file_name="a.csv", language="en", asked_by=world.people["manager"], asked_at=clock.now(), new=1
    )
    return {"import_id": found.pk}


def of_job(world: Any) -> dict[str, Any]:
    """Work of the manager that waits for a worker."""
    batch = of_import(world)["import_id"]
    found = Job.objects.filter(about=batch).first() or Job.objects.create(
        kind="import", about=batch, asked_by=world.people["manager"], asked_at=clock.now()
    )
    return {"job_id": found.pk}


# What belongs to the manager does not exist for those who do not oversee.
HIDDEN = READERS - OVERSEERS
ROWS = {
    "technician_list": Row(allowed=READERS),
    "attention_list": Row(allowed=READERS),
    "technician_new": Row(allowed=EDITORS),
    "technician_detail": Row(of_technician, allowed=READERS, scoped=True),
    "profile_edit": Row(of_technician, allowed=EDITORS, scoped=True),
    "districts_edit": Row(of_technician, allowed=EDITORS, scoped=True),
    "skill_new": Row(of_technician, allowed=EDITORS, scoped=True),
    "skill_edit": Row(of_skill, allowed=EDITORS, scoped=True),
    "skill_remove": Row(of_skill, method="post", allowed=EDITORS, scoped=True),
    "certificate_new": Row(of_technician, allowed=EDITORS, scoped=True),
    "certificate_edit": Row(of_paper, allowed=EDITORS, scoped=True),
    "certificate_switch": Row(of_paper, allowed=EDITORS, scoped=True),
    "shift_new": Row(of_technician, allowed=EDITORS, scoped=True),
    "shift_edit": Row(of_shift, allowed=EDITORS, scoped=True),
    "shift_remove": Row(of_shift, method="post", allowed=EDITORS, scoped=True),
    "week_repeat": Row(of_technician, method="post", allowed=EDITORS, scoped=True),
    "week_copy": Row(of_technician, allowed=EDITORS, scoped=True),
    "absence_new": Row(of_technician, allowed=EDITORS, scoped=True),
    "absence_edit": Row(of_absence, allowed=EDITORS, scoped=True),
    "absence_remove": Row(of_absence, method="post", allowed=EDITORS, scoped=True),
    "import_list": Row(allowed=READERS),
    "import_new": Row(lambda world: {"kind_key": "skills"}, allowed=EDITORS),
    "import_template": Row(lambda world: {"kind_key": "skills", "extension": "xlsx"}, allowed=EDITORS),
    "import_detail": Row(of_import, allowed=OVERSEERS, hidden_from=HIDDEN),
    "import_refused": Row(of_import, allowed=OVERSEERS, hidden_from=HIDDEN),
    "import_confirm": Row(of_import, method="post", allowed=OVERSEERS, hidden_from=HIDDEN),
    "import_discard": Row(of_import, method="post", allowed=OVERSEERS, hidden_from=HIDDEN),
    "import_undo": Row(of_import, method="post", allowed=OVERSEERS, hidden_from=HIDDEN),
    "job_list": Row(allowed=READERS),
    "job_detail": Row(of_job, allowed=OVERSEERS, hidden_from=HIDDEN),
    "job_cancel": Row(of_job, method="post", allowed=OVERSEERS, hidden_from=HIDDEN),
}
