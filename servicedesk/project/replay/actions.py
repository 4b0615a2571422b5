"""The actions a story may name, each with the values it takes; every one calls the real service."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dispatch import services as booking
from dispatch.models import ACTIVE, Assignment
from servicedesk.people.models import User
from servicedesk.project.replay.document import instant
from servicedesk.project.replay.world import StoryError, World, category, fault
from servicedesk.sla.models import PauseReason
from servicedesk.tickets import services as desk
from servicedesk.tickets.models import Ticket
from visits import services as onsite
from visits.aftercare import services as aftercare
from visits.inspection import checks_for
from visits.models import Callback, ChecklistItem, Visit
from visits.selectors import day_of, items_to_play, local_day, price_list_on, proof_of_keeping, valid_certificates
from visits.services import CheckResult, Findings, ItemAnswer, Report, SignedSheet

# How long a visit is booked where the story does not say.
USUAL_VISIT = timedelta(hours=2)
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Step:
    """One event as an action sees it."""

    world: World
    values: Values
    actor: User | None
    now: datetime
    name: str = ""

    @property
    def who(self) -> dict[str, Any]:
        """The arguments every action takes."""
        return {"actor": self.actor, "now": self.now}

    def ticket(self) -> Ticket:
        """The ticket of the event, fresh from the database."""
        ticket: Ticket = self.world.find("tickets", self.values.get("ticket"))
        ticket.refresh_from_db()
        return ticket

    def text(self, key: str) -> str:
        """A text, empty where the story says nothing."""
        return str(self.values.get(key) or "")

    def moment(self, key: str) -> datetime | None:
        """An instant in the story's zone, None where it says nothing."""
        value = self.values.get(key)
        return None if value is None else instant(value, self.world.case.zone)


@dataclass(frozen=True)
class Action:
    """How an event of this name is played and which values it may carry."""

    play: Callable[[Step], Any]
    takes: frozenset[str]
    needs: frozenset[str] = frozenset({"ticket"})


ACTIONS: dict[str, Action] = {}


def action(takes: str = "", needs: str = "ticket") -> Callable[[Callable[[Step], Any]], Callable[[Step], Any]]:
    """Registers a function under its own name."""

    def register(play: Callable[[Step], Any]) -> Callable[[Step], Any]:
        required = frozenset(needs.split())
        ACTIONS[play.__name__] = Action(play, frozenset(takes.split()) | required, required)
        return play

    return register


@action(
    "appliance category symptom description contact_name phone requested_from requested_until priority received_at "
    "read_back owner parent",
    needs="channel customer kind",
)
def open_ticket(step: Step) -> Any:
    world, values = step.world, step.values
    customer = world.find("customers", values["customer"])
    its = world.find("appliances", values["appliance"]) if values.get("appliance") else None
    kind = its.category if its else category(values["category"]) if values.get("category") else None
    symptom = fault(values["symptom"], kind) if values.get("symptom") else None
    first_phone = customer.phones.first()
    intake = desk.Intake(
        kind=values["kind"],
        channel=values["channel"],
        customer=customer,
        contact_name=step.text("contact_name"),
        contact_phone=step.text("phone") or (first_phone.raw if first_phone else ""),
        address=customer.addresses.first(),
        category=kind,
        appliance=its,
        fault=symptom,
        description=step.text("description"),
        requested_from=step.moment("requested_from"),
        requested_until=step.moment("requested_until"),
        priority=values.get("priority"),
        read_back=bool(values.get("read_back")),
        received_at=step.moment("received_at"),
        owner=world.person(step.text("owner")),
        parent=world.find("tickets", values["parent"]) if values.get("parent") else None,
    )
    ticket = desk.open_ticket(intake, **step.who)
    world.tickets[step.name or ticket.number] = ticket
    return ticket


@action("description contact_name requested_from requested_until")
def edit_ticket(step: Step) -> Any:
    ticket = step.ticket()
    changes: dict[str, Any] = {key: step.text(key) for key in ("description", "contact_name") if key in step.values}
    windows = ("requested_from", "requested_until")
    changes |= {key: step.moment(key) for key in windows if key in step.values}
    return desk.edit_ticket(ticket.pk, changes, expected_version=ticket.row_version, **step.who)


@action("reached note")
def record_contact(step: Step) -> Any:
    reached = bool(step.values.get("reached", True))
    return desk.record_contact(step.ticket().pk, reached=reached, note=step.text("note"), **step.who)


@action("outlet note")
def send_to_outlet(step: Step) -> Any:
    outlets = step.world.outlets
    code = step.text("outlet") or next(iter(outlets))
    return desk.send_to_outlet(step.ticket().pk, step.world.find("outlets", code), note=step.text("note"), **step.who)


@action()
def accept_handover(step: Step) -> Any:
    return desk.accept_handover(step.ticket().pk, **step.who)


@action("reason")
def refuse_handover(step: Step) -> Any:
    return desk.refuse_handover(step.ticket().pk, step.text("reason"), **step.who)


def span_of(step: Step) -> tuple[datetime, datetime]:
    """The hours of a booking; from now on for two hours where the story does not say."""
    start = step.moment("from") or step.now
    return start, step.moment("until") or start + USUAL_VISIT


@action("technician from until override", needs="ticket technician")
def assign_technician(step: Step) -> Any:
    technician = step.world.find("technicians", step.values["technician"])
    reason = step.text("override")
    return booking.assign_technician(step.ticket().pk, technician, *span_of(step), override_reason=reason, **step.who)


@action("technician from until reason override", needs="ticket technician")
def reassign_technician(step: Step) -> Any:
    technician = step.world.find("technicians", step.values["technician"])
    return booking.reassign_technician(
        step.ticket().pk,
        technician,
        *span_of(step),
        booking.Why(step.text("reason"), step.text("override")),
        **step.who,
    )


def assignment_of(step: Step) -> Assignment:
    """The living assignment of the event's ticket."""
    found: Assignment | None = step.ticket().assignments.filter(state__in=ACTIVE).last()
    if found is None:
        raise StoryError("the ticket has no technician at this moment")
    return found


@action()
def accept_assignment(step: Step) -> Any:
    return booking.accept_assignment(assignment_of(step).pk, **step.who)


@action("reason")
def refuse_assignment(step: Step) -> Any:
    return booking.refuse_assignment(assignment_of(step).pk, step.text("reason"), **step.who)


def visit_of(step: Step) -> Visit:
    """The latest visit of the event's ticket."""
    found: Visit | None = step.ticket().visits.last()
    if found is None:
        raise StoryError("the ticket has no visit at this moment: has the technician accepted?")
    return found


def simple_step(name: str, service: Callable[..., Any]) -> None:
    """An action of a visit that takes nothing but the visit."""
    ACTIONS[name] = Action(lambda step: service(visit_of(step).pk, **step.who), frozenset({"ticket"}))


for _name, _service in (("depart", onsite.depart), ("arrive", onsite.arrive), ("start_work", onsite.start_work)):
    simple_step(_name, _service)


@action("item value proof note")
def answer_item(step: Step) -> Any:
    """One item, or all that apply (`item: all`) with the proof that is true at this instant."""
    visit = visit_of(step)
    if step.text("item") not in {"", "all"}:
        said = ItemAnswer(step.text("item"), step.text("value") or "done", step.text("proof"), step.text("note"))
        return onsite.answer_item(visit.pk, said, **step.who)
    return answer_all(step, visit)


def answer_all(step: Step, visit: Visit) -> list[Any]:
    """Every item of the checklist answered as kept; its certificate and price list are those in force."""
    day = day_of(visit, step.now)
    prices = price_list_on(local_day(day))
    certificates = valid_certificates(visit.technician, day)
    proofs: dict[str, str] = {
        ChecklistItem.Proof.CERTIFICATE: certificates[0] if certificates else "",
        ChecklistItem.Proof.PRICE_LIST: prices.version if prices else "",
        ChecklistItem.Proof.READING: "ok",
    }
    kept = ((item, proofs.get(item.proof, proof_of_keeping(item))) for item in items_to_play(visit))
    return [onsite.answer_item(visit.pk, ItemAnswer(item.code, "done", proof), **step.who) for item, proof in kept]


def category_code(visit: Visit) -> str:
    """Which list of checks fits the product."""
    return visit.ticket.category.code if visit.ticket.category else ""


@action("remark others_asked")
def record_inspection(step: Step) -> Any:
    """The one-stop inspection, every check in order."""
    visit = visit_of(step)
    findings = Findings(
        [CheckResult(check.code, ok=True) for check in checks_for(category_code(visit))],
        step.text("remark"),
        bool(step.values.get("others_asked", True)),
    )
    return onsite.record_inspection(visit.pk, findings, **step.who)


@action("name opinion")
def sign(step: Step) -> Any:
    sheet = SignedSheet(opinion=step.text("opinion"), typed_name=step.text("name") or "×")
    return onsite.sign(visit_of(step).pk, sheet, **step.who)


@action("outcome finding work confirmed_fault", needs="ticket outcome")
def record_outcome(step: Step) -> Any:
    visit = visit_of(step)
    confirmed = step.text("confirmed_fault")
    report = Report(
        outcome=step.text("outcome"),
        confirmed_fault=fault(confirmed, visit.ticket.category) if confirmed else None,
        finding=step.text("finding"),
        work=step.text("work"),
    )
    return onsite.record_outcome(visit.pk, report, **step.who)


@action("outcome finding work confirmed_fault")
def complete_visit(step: Step) -> Any:
    """Completes the visit; with an outcome in the same event that is recorded first."""
    if step.values.get("outcome"):
        ACTIONS["record_outcome"].play(step)
    return onsite.complete_visit(visit_of(step).pk, **step.who)


@action("reason note", needs="ticket reason")
def abort_visit(step: Step) -> Any:
    return onsite.abort_visit(visit_of(step).pk, step.text("reason"), note=step.text("note"), **step.who)


@action("reason note until")
def pause_clock(step: Step) -> Any:
    reason = step.text("reason") or PauseReason.WAITING_FOR_CUSTOMER
    end = step.moment("until")
    return desk.pause_clock(step.ticket().pk, reason, note=step.text("note"), expected_end_at=end, **step.who)


@action("note")
def resume_clock(step: Step) -> Any:
    return desk.resume_clock(step.ticket().pk, note=step.text("note"), **step.who)


@action("kind not_before")
def schedule_callback(step: Step) -> Any:
    kind = step.text("kind") or Callback.Kind.COURTESY
    not_before = step.moment("not_before")
    return aftercare.schedule_callback(step.ticket().pk, kind, not_before=not_before, **step.who)


@action("outcome kind result score opinion note later_at")
def record_attempt(step: Step) -> Any:
    """An attempt of the open callback (of `kind`, if given); reached and satisfied where the story does not say."""
    calls = Callback.objects.filter(ticket=step.ticket(), state=Callback.State.OPEN)
    if step.values.get("kind"):
        calls = calls.filter(kind=step.text("kind"))
    callback = calls.order_by("-id").first()
    if callback is None:
        raise StoryError("the ticket has no open callback at this moment")
    outcome = step.text("outcome") or "reached"
    result = step.text("result") or Callback.Result.SATISFIED
    usual = {Callback.Result.SATISFIED: 5, Callback.Result.PARTLY: 3}.get(Callback.Result(result), 1)
    answer = aftercare.CustomerAnswer(result, int(step.values.get("score", usual)), opinion=step.text("opinion"))
    return aftercare.record_attempt(
        callback.pk,
        outcome,
        note=step.text("note"),
        later_at=step.moment("later_at"),
        answer=answer if outcome == "reached" else None,
        **step.who,
    )


@action("reason")
def reopen_ticket(step: Step) -> Any:
    return desk.reopen_ticket(step.ticket().pk, step.text("reason"), **step.who)


@action("note")
def close_ticket(step: Step) -> Any:
    return desk.close_ticket(step.ticket().pk, note=step.text("note"), **step.who)


@action("reason note")
def cancel_ticket(step: Step) -> Any:
    reason = step.text("reason") or "customer_wish"
    return desk.cancel_ticket(step.ticket().pk, reason, note=step.text("note"), **step.who)


@action("note text")
def add_note(step: Step) -> Any:
    return desk.add_note(step.ticket().pk, step.text("note") or step.text("text"), **step.who)


@action("text channel")
def record_praise(step: Step) -> Any:
    return desk.record_praise(step.ticket().pk, step.text("text"), step.text("channel") or "phone", **step.who)


@action("rule reason", needs="ticket rule")
def grant_exception(step: Step) -> Any:
    return desk.grant_exception(step.ticket().pk, step.text("rule"), step.text("reason"), **step.who)
