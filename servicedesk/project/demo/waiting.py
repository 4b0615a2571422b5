"""Waits in the demonstration, in each phase until a right arises, and repairs done elsewhere; all by real actions."""

import io
from datetime import date, datetime, timedelta
from uuid import uuid4

from django.db.models import QuerySet
from PIL import Image, ImageDraw

from servicedesk.catalogue.models import Appliance
from servicedesk.people.models import CustomerKind
from servicedesk.project.demo.staff import Staff
from servicedesk.tickets.models import Ticket
from warranty.facts_builder import local_day
from warranty.repair_log import RepairElsewhere, Sheet, record_elsewhere
from warranty.waits import NewWait, open_wait
from warranty.watching import watch_once

# Days each has waited so far: nothing yet, warned, warned again, and the right is there.
PHASES = ((20, "控制板"), (75, "主控板"), (86, "电源板"), (96, "显示板"))
REPAIRER = "绵城家电维修中心"
DAY = timedelta(days=1)


def add_waits(staff: Staff, as_of: datetime) -> None:
    """Adds units that a repairer nearby has and waits for parts, and one repair with its sheet, one without."""
    agent, today = staff.agents[0], local_day(as_of)
    units = list(quiet_units(today)[: len(PHASES) + 2])
    for unit, (days, part) in zip(units, PHASES, strict=False):
        since = today - days * DAY
        at = as_of - days * DAY
        repair = RepairElsewhere(repairer=REPAIRER, kind="warranty", handed_over_on=since, work="等待配件")
        record_elsewhere(unit.pk, repair, drawn_sheet(since), actor=agent, now=at)
        wait = NewWait(cause="no_parts", since=since, part=part, promised_on=since + 30 * DAY)
        open_wait(unit.pk, wait, actor=agent, now=at)
    for unit, proven in zip(units[len(PHASES) :], (True, False), strict=False):
        handed = today - 40 * DAY
        done = RepairElsewhere(
            repairer=REPAIRER, kind="warranty", handed_over_on=handed, returned_on=handed + 3 * DAY, work="更换电源板"
        )
        sheet = drawn_sheet(handed) if proven else None
        record_elsewhere(unit.pk, done, sheet, actor=agent, now=as_of - 2 * DAY)
    watch_once(as_of)


def quiet_units(today: date) -> QuerySet[Appliance]:
    """Units of private customers in their first year, bought before the longest wait, that nobody has called about."""
    bought = (today - 340 * DAY, today - (PHASES[-1][0] + 10) * DAY)
    units = Appliance.objects.filter(
        customer__kind=CustomerKind.PERSON,
        invoice_status=Appliance.Invoice.PRESENT,
        invoice_date__range=bought,
        repairs=None,
        parts_waits=None,
    )
    called = Ticket.objects.filter(appliance__isnull=False).values("appliance")
    return units.exclude(pk__in=called).order_by("pk")


def drawn_sheet(day: date) -> Sheet:
    """A repair sheet as a picture, drawn."""
    paper = Image.new("RGB", (600, 400), "white")
    pen = ImageDraw.Draw(paper)
    pen.rectangle((20, 20, 580, 380), outline="black", width=3)
    for line, text in enumerate(("REPAIR SHEET", f"No. {day:%y%m%d}", f"IN {day:%Y-%m-%d}")):
        pen.text((50, 60 + 60 * line), text, fill="black")
    out = io.BytesIO()
    paper.save(out, "JPEG")
    out.seek(0)
    return Sheet(out, uuid4())
