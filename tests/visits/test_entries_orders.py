"""The same work of a phone, sent in any order, cut in the middle, unanswered, repeated: the same state at the end."""

import base64
import hashlib
import io
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.storage import default_storage
from django.db import transaction
from django.forms.models import model_to_dict
from django.test import override_settings
from PIL import Image, ImageDraw

from servicedesk import clock
from servicedesk.notify.models import Notification
from servicedesk.pictures import SIGNATURE_PREFIX, path_of
from servicedesk.sla.models import SlaEvent, SlaSegment
from servicedesk.tickets.models import TicketEvent, TicketFacts
from tests.make import NOW
from tests.make_dispatch import make_technician
from tests.make_visits import MINUTE, jpeg, make_visit, proof_for
from tests.visits.phones import STROKES, Phone
from visits.inspection import checks_for
from visits.models import Callback, ChecklistItem, ChecklistTemplate, Mismatch, Signature, Visit, VisitEntry
from visits.selectors import checklist_for
from warranty.models import RepairRecord

pytestmark = pytest.mark.django_db

# The device's clock is seven minutes ahead, and the phone comes back to a network in the afternoon.
SKEW = timedelta(minutes=7)
ONLINE = NOW + timedelta(hours=5)
ORDINARY, PROOF, AT_ONCE = 3, 500, 5
BEGINNING = 20261123


@dataclass
class World:
    phone: Phone
    visits: list[Visit]
    outbox: list[tuple[Visit, dict[str, Any]]]


def photo(shade: int) -> str:
    return base64.b64encode(jpeg(40 + shade, 30)).decode()


def drawing() -> str:
    paper, out = Image.new("L", (120, 40), "white"), io.BytesIO()
    ImageDraw.Draw(paper).line((5, 20, 110, 30), fill=0, width=3)
    paper.save(out, "PNG")
    return SIGNATURE_PREFIX + base64.b64encode(out.getvalue()).decode()


def work_of(phone: Phone, visit: Visit, start: int) -> Iterator[dict[str, Any]]:
    """Everything done on one visit, from minute `start` on."""
    minute = iter(range(start, start + 200))

    def entry(action: str, base: Any = None, **data: Any) -> dict[str, Any]:
        return phone.entry(visit, action, NOW + next(minute) * MINUTE, base=base, **data)

    yield entry("record_contact", reached=True, note="下午到")
    yield entry("depart")
    yield entry("arrive")
    yield entry("add_photo", token=str(UUID(int=start)), content=photo(start % 7), item="")
    yield entry("start_work")
    version = checklist_for(visit.ticket, ChecklistTemplate.Occasion.ON_SITE, NOW)
    own = {"signature", "inspection", "photo"}
    for item in ChecklistItem.objects.filter(version=version, not_applicable=False, shown_when={}):
        if item.proof not in own:
            yield entry("answer_item", code=item.code, value="done", proof=proof_for(visit, item, NOW))
    yield entry("answer_item", code="5.3", value="not_done", note="没带垫布")
    seen = {"value": "not_done", "proof": "", "note": "没带垫布"}
    yield entry("answer_item", base=seen, code="5.3", value="done", note="找到了")
    yield entry("answer_item", code="5.2", value="perhaps")
    yield entry("add_photo", token=str(UUID(int=start + 1)), content=base64.b64encode(b"no picture").decode())
    yield entry("add_photo", token=str(UUID(int=start + 2)), content=photo(start % 5))
    checks = [{"code": one.code, "ok": one.code != "leaks"} for one in checks_for("washing_machine")]
    yield entry("record_inspection", checks=checks, remark="进水阀渗水", others_asked=True)
    yield entry("add_charge", item="L10", quantity=1)
    yield entry("add_charge", item="nothing")
    yield entry("name_appliance", serial=f"sn {start}")
    yield entry("record_outcome", outcome="needs_part", finding="泵堵")
    before: dict[str, str | None] = {"outcome": "needs_part", "confirmed_fault": None, "finding": "泵堵", "work": ""}
    yield entry("record_outcome", base=before, outcome="fixed", finding="泵堵", work="换泵")
    yield entry("sign", opinion="很满意", drawing=drawing(), strokes=STROKES)
    yield entry("complete_visit")


@pytest.fixture
def world() -> World:
    technician = make_technician()
    visits = [make_visit(technician), make_visit(technician, start=NOW + timedelta(hours=3))]
    phone = Phone(technician.user, skew=SKEW)
    works = zip(work_of(phone, visits[0], 20), work_of(phone, visits[1], 90), strict=True)
    both = [[(visits[0], one), (visits[1], other)] for one, other in works]
    return World(phone, visits, [pair for pairs in both for pair in pairs])


def send_all(world: World, chance: random.Random) -> None:
    """Sends every entry until it was answered: in any order, some cut, some unanswered, some twice."""
    waiting = list(world.outbox)
    chance.shuffle(waiting)
    while waiting:
        visit, entry = waiting.pop(0)
        fate = chance.random()
        if fate < 0.12:
            cut(world.phone, visit, entry, chance)
            waiting.insert(chance.randint(0, len(waiting)), (visit, entry))
            continue
        answer = world.phone.send(visit, entry, ONLINE)
        assert answer.status_code == 200, answer.content
        if fate < 0.3:
            # The answer was lost, or the phone died before it wrote it down: it sends the same again, later.
            waiting.insert(chance.randint(0, len(waiting)), (visit, entry))


def cut(phone: Phone, visit: Visit, entry: dict[str, Any], chance: random.Random) -> None:
    whole = json.dumps({**entry, "sent_at": (ONLINE + SKEW).isoformat()}).encode()
    part = whole[: chance.randint(0, len(whole) - 1)]
    address, headers = f"/api/v1/visits/{visit.pk}/entries", phone.api.headers
    with clock.at(ONLINE):
        answer = phone.api.client.generic("POST", address, part, "application/json", headers=headers)
    assert answer.status_code in {400, 422}, answer.content


def without(data: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name not in names}


def told(rows: Any, *left_out: str) -> list[dict[str, Any]]:
    """Rows by their values; ids and the instants at which the database wrote them differ and are left out."""
    names = {"id", "recorded_at", "created_at", *left_out}
    return [without(row, *names) for row in rows.values()]


def state_of(visit: Visit) -> dict[str, Any]:
    """Everything the house knows of a visit and its ticket, by value."""
    visit = Visit.objects.select_related("ticket__appliance", "assignment", "technician").get(pk=visit.pk)
    ticket, events = visit.ticket, told(visit.events.order_by("id"))
    for event in events:
        event["data"] = without(event["data"], "photo")
    story = told(TicketEvent.objects.filter(ticket=ticket).order_by("id"))
    for line in story:
        line["data"] = without(line["data"], "callback")
    photos = sorted(visit.photos.values_list("token", "item", "width", "height", "taken_at"))
    return {
        "visit": model_to_dict(visit),
        "events": events,
        "answers": told(visit.answers.order_by("id")),
        "photos": photos,
        "contents": [hashlib.sha256(default_storage.open(path_of(str(one[0]))).read()).hexdigest() for one in photos],
        "charges": told(visit.charges.order_by("item__code")),
        "inspection": without(model_to_dict(visit.inspection), "id"),
        "signature": told(Signature.objects.filter(visit=visit)),
        "ticket": (ticket.state, ticket.row_version, ticket.appliance and ticket.appliance.serial),
        "facts": model_to_dict(TicketFacts.objects.get(ticket=ticket)),
        "clocks": told(ticket.clocks.order_by("kind", "cycle")),
        "ledger": told(SlaSegment.objects.filter(clock__ticket=ticket).order_by("clock__kind", "id"), "clock_id"),
        "breaches": told(SlaEvent.objects.filter(clock__ticket=ticket).order_by("clock__kind", "id"), "clock_id"),
        "story": story,
        "callbacks": told(Callback.objects.filter(ticket=ticket).order_by("kind"), "token"),
        "repairs": told(RepairRecord.objects.filter(ticket=ticket).order_by("id")),
        "mismatches": told(Mismatch.objects.filter(ticket=ticket).order_by("code")),
        "assignment": (visit.assignment.state, visit.assignment.ended_at, visit.assignment.row_version),
        "seen": (visit.technician.last_lat, visit.technician.last_seen_at),
        "notices": sorted(Notification.objects.filter(ticket=ticket).values_list("kind", "recipient", "channel")),
        "entries": sorted(
            VisitEntry.objects.filter(visit=visit).values_list("seq", "action", "state", "code", "counted_at")
        ),
    }


def played(world: World, seed: int, media: Path) -> list[dict[str, Any]]:
    """The state after the order of that seed; the database is as before afterwards."""
    with override_settings(MEDIA_ROOT=str(media / str(seed))), transaction.atomic():
        send_all(world, random.Random(seed))
        states = [state_of(visit) for visit in world.visits]
        transaction.set_rollback(True)
    return states


def in_order(world: World, media: Path) -> list[dict[str, Any]]:
    with override_settings(MEDIA_ROOT=str(media / "in-order")), transaction.atomic():
        for visit, entry in world.outbox:
            assert world.phone.send(visit, entry, ONLINE).status_code == 200
        states = [state_of(visit) for visit in world.visits]
        transaction.set_rollback(True)
    return states


def compare(world: World, media: Path, seeds: range) -> None:
    expected = in_order(world, media)
    for state in expected:
        assert state["visit"]["state"] == "completed"
        refused = [(action, code) for _seq, action, outcome, code, _at in state["entries"] if outcome != "applied"]
        assert sorted(refused) == [
            ("add_charge", "price_item_unknown"),
            ("add_photo", "photo_unreadable"),
            ("answer_item", "invalid_choice"),
        ]
    for seed in seeds:
        for found, wanted in zip(played(world, seed, media), expected, strict=True):
            for part, value in wanted.items():
                assert found[part] == value, f"order {seed} differs in {part}"


@pytest.mark.slow
def test_any_order_cut_or_repeat_ends_in_the_same_state(world: World, media: Path) -> None:
    compare(world, media, range(BEGINNING, BEGINNING + ORDINARY))


@pytest.mark.proof
@pytest.mark.parametrize("batch", range(PROOF // AT_ONCE))
def test_five_hundred_orders_end_in_the_same_state(world: World, media: Path, batch: int) -> None:
    first = BEGINNING + ORDINARY + batch * AT_ONCE
    compare(world, media, range(first, first + AT_ONCE))
