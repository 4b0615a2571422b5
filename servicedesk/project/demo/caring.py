"""Care in the demonstration: a unit with us, a health note by consent, a published story; all by real actions."""

from datetime import datetime, timedelta

from django.db.models import Max, QuerySet

from servicedesk.care.services import give_consent, record_care_note
from servicedesk.people.models import Role, User
from servicedesk.project.demo.staff import Staff
from servicedesk.tickets.models import Ticket, TicketState
from servicedesk.tickets.services import grant_exception
from visits.custody.services import UnitSeen, needs_exception, record_pickup
from visits.stories.services import Telling, approve_story, propose_story, publish_story

# The last hour of the demonstration; what came before it is the lives of the tickets.
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
STORY = Telling(
    "雨夜里的一盏灯",
    "用户家中停电又停水，师傅修好机器后，冒雨到物业问清来电时间，回来告诉用户，并留下自己的应急灯，第二天再上门取回。",
    "修理之外替用户打听来电时间，留下应急灯",
)


def add_care(staff: Staff, last: int, as_of: datetime) -> None:
    """Adds the three to tickets made after `last`; a demonstration without a fitting ticket goes without."""
    quiet = Ticket.objects.filter(pk__gt=last).annotate(latest=Max("events__at")).filter(latest__lt=as_of - HOUR)
    _unit_with_us(quiet, staff, as_of - HOUR)
    _health_note(quiet, as_of - HOUR)
    _published_story(quiet, staff, as_of - HOUR)


def _unit_with_us(quiet: QuerySet[Ticket], staff: Staff, start: datetime) -> None:
    living = quiet.filter(state__in=[TicketState.IN_SERVICE, TicketState.OPEN], handovers__state="accepted")
    ticket = living.order_by("state", "number").first()
    if ticket is None:
        return
    if needs_exception(ticket):
        grant_exception(ticket.pk, "home_pickup", "用户行动不便，无法送修", actor=None, now=start)
    seen = UnitSeen("外壳有轻微划痕，其余完好", "电源线一根", "")
    dispatcher = staff.dispatchers[ticket.outlet_id or 0][0]
    record_pickup(ticket.pk, seen, actor=dispatcher, now=start + 5 * MINUTE)


def _health_note(quiet: QuerySet[Ticket], start: datetime) -> None:
    ticket = quiet.filter(state__in=[TicketState.SCHEDULED, TicketState.OPEN]).order_by("-number").first()
    if ticket is None:
        return
    give_consent(ticket.pk, "health", "phone", actor=ticket.owner, now=start + 10 * MINUTE)
    text = "腿部手术后在家休养，开门较慢，请电话告知后稍等"
    record_care_note(ticket.pk, "mobility", text, actor=ticket.owner, now=start + 12 * MINUTE)


def _published_story(quiet: QuerySet[Ticket], staff: Staff, start: datetime) -> None:
    manager = User.objects.filter(role=Role.MANAGER, is_active=True).order_by("employee_no").first()
    told = quiet.filter(state=TicketState.CLOSED, facts__visits__gt=0, facts__satisfaction=5)
    ticket = told.order_by("-number").first()
    if ticket is None or manager is None:
        return
    give_consent(ticket.pk, "story", "phone", actor=ticket.owner, now=start + 15 * MINUTE)
    dispatcher = staff.dispatchers[ticket.outlet_id or 0][0]
    story = propose_story(ticket.pk, STORY, actor=dispatcher, now=start + 20 * MINUTE)
    approve_story(story.pk, actor=manager, now=start + 30 * MINUTE)
    publish_story(story.pk, actor=manager, now=start + 31 * MINUTE)
