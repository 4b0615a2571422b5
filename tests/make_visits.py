"""Plain makers of visits: each walks the real actions up to the state a test begins in."""

import io
from datetime import datetime, timedelta
from typing import Any

from PIL import Image

from dispatch.models import Technician
from dispatch.services import accept_assignment
from servicedesk.tickets.models import Outcome
from tests.make import NOW, make_handed_over
from tests.make_dispatch import make_assignment, make_technician
from visits.inspection import checks_for
from visits.models import ChecklistItem, FollowUp, Visit
from visits.selectors import latest_answers, local_day, price_list_on, proof_of_keeping
from visits.services import (
    CheckResult,
    Findings,
    ItemAnswer,
    Report,
    SignedSheet,
    answer_item,
    arrive,
    depart,
    record_inspection,
    record_outcome,
    sign,
    start_work,
)

ORDER = ("planned", "en_route", "on_site", "working")
MINUTE = timedelta(minutes=1)
OWN_PROOF = frozenset({"signature", "inspection", "photo"})


def make_visit(technician: Technician | None = None, upto: str = "planned", **overrides: Any) -> Visit:
    """A visit in the state `upto`; `now` is when its ticket came in, everything else goes to the ticket.

    It departs 20 minutes after that, arrives after 50 and starts after 55.
    """
    technician = technician or make_technician()
    now: datetime = overrides.pop("now", NOW)
    start = overrides.pop("start", now + timedelta(hours=1))
    ticket = overrides.pop("ticket", None) or make_handed_over(technician.outlet, now=now, **overrides)
    assignment = make_assignment(technician, start, ticket=ticket, now=now)
    actor = technician.user
    accept_assignment(assignment.pk, actor=actor, now=now + 5 * MINUTE)
    visit = Visit.objects.get(assignment=assignment)
    steps = ((depart, 20), (arrive, 50), (start_work, 55))
    for action, minutes in steps[: ORDER.index(upto)]:
        visit = action(visit.pk, actor=actor, now=now + minutes * MINUTE)
    return Visit.objects.select_related("ticket", "technician__user", "assignment").get(pk=visit.pk)


def answer_all(visit: Visit, now: datetime, **not_done: str) -> None:
    """Answers every open item as kept; `c4_1="…"` answers 4.1 as not kept, with that note."""
    failing = {name.removeprefix("c").replace("_", "."): note for name, note in not_done.items()}
    visit.refresh_from_db()
    answered = latest_answers(visit)
    for item in ChecklistItem.objects.filter(version=visit.checklist_id, not_applicable=False):
        if item.code in failing:
            said = ItemAnswer(item.code, "not_done", note=failing[item.code])
        elif item.code in answered or item.shown_when or item.proof in OWN_PROOF:
            continue
        else:
            said = ItemAnswer(item.code, "done", proof_for(visit, item, now))
        answer_item(visit.pk, said, actor=visit.technician.user, now=now)


def proof_for(visit: Visit, item: ChecklistItem, now: datetime) -> str:
    """A proof that holds on the day of the visit."""
    if item.proof == "certificate":
        return str(visit.technician.certificates.get().number)
    prices = price_list_on(local_day(now))
    return prices.version if item.proof == "price_list" and prices else proof_of_keeping(item)


def inspect(visit: Visit, now: datetime, **wrong: str) -> None:
    """Records an inspection in which everything is in order but `wrong`."""
    checks = [CheckResult(check.code, check.code not in wrong) for check in checks_for("washing_machine")]
    findings = Findings(checks, others_asked=True)
    record_inspection(visit.pk, findings, actor=visit.technician.user, now=now)


def make_ready(visit: Visit, outcome: str = Outcome.FIXED, *, now: datetime, **not_done: str) -> Visit:
    """The visit with outcome, answers, inspection and signature: nothing is missing."""
    actor = visit.technician.user
    report = Report(outcome, visit.ticket.fault, "排水泵堵塞", "更换排水泵")
    record_outcome(visit.pk, report, actor=actor, now=now)
    inspect(visit, now)
    sign(visit.pk, SignedSheet("很满意", typed_name="王芳"), actor=actor, now=now)
    answer_all(visit, now, **not_done)
    visit.refresh_from_db()
    return visit


def jpeg(width: int = 64, height: int = 48, **options: Any) -> bytes:
    """The bytes of a small photo; `options` go to the encoder, for example exif."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), "steelblue").save(out, "JPEG", **options)
    return out.getvalue()


def make_follow_up(visit: Visit, **overrides: Any) -> FollowUp:
    """A task a visit left, found by the inspection."""
    fields = {"source": "inspection", "code": "noise", "kind": "task", "made_at": NOW, **overrides}
    return FollowUp.objects.create(visit=visit, **fields)
