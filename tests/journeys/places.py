"""The main pages: where each is, who looks at it, and on what device."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.journeys.world import World
from visits.models import ChecklistVersion, FollowUp


@dataclass(frozen=True)
class Place:
    """One page. `role` is empty where nobody signs in."""

    name: str
    role: str
    path: Callable[[World], str]
    phone: bool = False
    status: int = 200


def fixed(path: str) -> Callable[[World], str]:
    return lambda world: path


def of_visit(rest: str) -> Callable[[World], str]:
    return lambda world: f"/my/visits/{world.working.pk}/{rest}"


def version_of(world: World) -> ChecklistVersion:
    """The list of installations: it has numbers, choices and conditions."""
    return ChecklistVersion.objects.get(template__code="install", version=1)


def item_of_draft(world: World) -> str:
    draft = ChecklistVersion.objects.get(template__code="install", effective_from=None)
    return f"/checklists/versions/{draft.pk}/items/{draft.items.get(code='W3').pk}/"


def follow_up_of(world: World) -> str:
    return f"/follow-ups/{FollowUp.objects.get(visit=world.done.visit).pk}/"


def clock_of(world: World) -> str:
    arrival = world.to_assign.clocks.get(kind="arrival", cycle=1)
    return f"/tickets/{world.to_assign.number}/clocks/{arrival.pk}/"


def of_technician(rest: str) -> Callable[[World], str]:
    return lambda world: f"/dispatch/technicians/{world.outlet.technicians.order_by('pk')[0].pk}/{rest}"


CLAIMED = (
    "/guarantee/compensation/?topic=fraud&buyer=consumer&jurisdiction=CN&event_on=2026-03-01&act=part_swap&proven=yes"
    "&price=180"
)
CALCULATED = (
    "/guarantee/calculator/?product=washing_machine&price=2999.00&invoice_on=2025-09-01&delivered_on=2025-09-01"
    "&same_model=yes&symptom=drive&repairs-0-handed_on=2025-10-08&repairs-0-returned_on=2025-10-11"
    "&repairs-0-symptom=drive&repairs-1-handed_on=2025-12-02&repairs-1-returned_on=2025-12-05"
    "&repairs-1-symptom=drive&asked=refund&as_of=2026-03-10&compare_on=2026-10-20"
)
PLACES = (
    Place("sign-in", "", fixed("/login/")),
    Place("desk", "agent", fixed("/desk/")),
    Place("search", "agent", fixed("/search/?q=桃园路")),
    Place("customer", "agent", lambda world: f"/customers/{world.customer.pk}/"),
    Place("intake-known", "agent", lambda world: f"/tickets/new/?customer={world.customer.pk}"),
    Place("intake-new", "agent", fixed("/tickets/new/")),
    Place("tickets", "agent", fixed("/tickets/?view=all")),
    Place("ticket", "agent", lambda world: f"/tickets/{world.unsent.number}/"),
    Place("ticket-closed", "manager", lambda world: f"/tickets/{world.done.ticket.number}/"),
    Place("send", "agent", lambda world: f"/tickets/{world.unsent.number}/send/"),
    Place("edit", "agent", lambda world: f"/tickets/{world.unsent.number}/edit/"),
    Place("clock", "agent", clock_of),
    Place("warranty", "agent", lambda world: f"/guarantee/appliances/{world.unsent.appliance_id}/"),
    Place("waits", "manager", fixed("/guarantee/waits/")),
    Place("wait", "manager", lambda world: f"/guarantee/waits/{world.wait.pk}/"),
    Place("warranty-waiting", "manager", lambda world: f"/guarantee/appliances/{world.repair.appliance_id}/"),
    Place("wait-form", "agent", lambda world: f"/guarantee/appliances/{world.unsent.appliance_id}/waits/new/"),
    Place("repair", "agent", lambda world: f"/guarantee/repairs/{world.repair.pk}/"),
    Place("repair-form", "agent", lambda world: f"/guarantee/appliances/{world.unsent.appliance_id}/repairs/new/"),
    Place("remedies", "manager", fixed("/guarantee/remedies/?view=approved")),
    Place("remedies-empty", "agent", fixed("/guarantee/remedies/?view=done")),
    Place("remedy-ticket", "agent", lambda world: f"/tickets/{world.remedy.ticket.number}/"),
    Place("remedy-unit", "agent", lambda world: f"/guarantee/tickets/{world.remedy.ticket.number}/remedy/old-unit/"),
    Place("approval-limits", "manager", fixed("/guarantee/approvals/")),
    Place("maker-promises", "manager", fixed("/guarantee/promises/")),
    Place("maker-promise-new", "manager", fixed("/guarantee/promises/new/")),
    Place("override", "manager", lambda world: f"/guarantee/decisions/{world.decision.pk}/override/"),
    Place("rules", "agent", fixed("/guarantee/rules/")),
    Place("guide", "agent", fixed("/guarantee/compensation/")),
    Place("guide-details", "agent", fixed(f"{CLAIMED}&step=3")),
    Place("guide-answer", "agent", lambda world: f"{CLAIMED}&step=4&ticket={world.unsent.number}"),
    Place(
        "guide-wrong", "agent", fixed("/guarantee/compensation/?topic=injury&event_on=2099-01-01&step=3"), status=422
    ),
    Place("calculator", "agent", fixed("/guarantee/calculator/")),
    Place("calculator-answers", "agent", fixed(CALCULATED)),
    Place(
        "calculator-wrong",
        "agent",
        fixed("/guarantee/calculator/?price=0&repairs-0-returned_on=2026-01-05"),
        status=422,
    ),
    Place("decision", "agent", lambda world: f"/guarantee/decisions/{world.decision.pk}/"),
    Place("note", "agent", lambda world: f"/guarantee/decisions/{world.decision.pk}/note/"),
    Place("note-both", "agent", lambda world: f"/guarantee/appliances/{world.unsent.appliance_id}/note/?lang=both"),
    Place("history", "agent", lambda world: f"/history/appliances/{world.done.ticket.appliance_id}/"),
    Place("ideas", "manager", fixed("/ideas/")),
    Place("idea", "manager", lambda world: f"/ideas/{world.done.ticket.ideas.get().pk}/"),
    Place("idea-form", "agent", lambda world: f"/tickets/{world.unsent.number}/idea/"),
    Place("articles", "agent", fixed("/knowledge/?state=draft")),
    Place("article", "manager", lambda world: f"/knowledge/{world.done.ticket.articles.get().pk}/"),
    Place("article-form", "manager", lambda world: f"/tickets/{world.done.ticket.number}/article/"),
    Place("recomputes", "manager", fixed("/recompute/")),
    Place("recompute", "manager", lambda world: f"/recompute/{world.recompute.pk}/"),
    Place("queue", "dispatcher", fixed("/dispatch/")),
    Place("technicians", "supervisor", fixed("/dispatch/technicians/")),
    Place("technician", "supervisor", of_technician("")),
    Place("technician-read", "dispatcher", of_technician("")),
    Place("shift-form", "supervisor", of_technician("shifts/new/?day=2026-03-11")),
    Place("absence-form", "supervisor", of_technician("absences/new/")),
    Place("week-copy", "supervisor", of_technician("shifts/copy/?week=2026-03-09")),
    Place("attention", "dispatcher", fixed("/dispatch/attention/")),
    Place("imports", "supervisor", fixed("/imports/")),
    Place("import-new", "supervisor", fixed("/imports/new/shifts/")),
    Place("long-work", "supervisor", fixed("/jobs/")),
    Place("queue-accept", "dispatcher", fixed("/dispatch/?view=accept")),
    Place("paces", "manager", fixed("/dispatch/travel/")),
    Place("pace-new", "manager", fixed("/dispatch/travel/new/")),
    Place("window-plans", "manager", fixed("/dispatch/windows/")),
    Place("window-plan", "supervisor", lambda world: f"/dispatch/windows/{world.outlet.pk}/"),
    Place("wish", "dispatcher", lambda world: f"/dispatch/tickets/{world.to_assign.number}/pairing/"),
    Place("candidates", "dispatcher", lambda world: f"/dispatch/tickets/{world.to_assign.number}/candidates/"),
    Place("assign", "dispatcher", lambda world: f"/dispatch/tickets/{world.to_assign.number}/assign/"),
    Place("timeline", "dispatcher", fixed("/dispatch/timeline/")),
    Place("board-map", "dispatcher", fixed("/dispatch/timeline/?view=map")),
    Place("callbacks", "agent", fixed("/callbacks/")),
    Place("callback", "agent", lambda world: f"/callbacks/{world.to_call.pk}/"),
    Place("callback-in-hand", "agent", lambda world: f"/callbacks/{world.in_hand.pk}/"),
    Place("call-wish", "agent", lambda world: f"/callbacks/of/{world.unsent.number}/wish/"),
    Place("checklists", "manager", fixed("/checklists/")),
    Place("checklist-use", "manager", lambda world: f"/checklists/{version_of(world).template_id}/"),
    Place("checklist-new", "manager", fixed("/checklists/new/")),
    Place("checklist-version", "manager", lambda world: f"/checklists/versions/{version_of(world).pk}/"),
    Place("checklist-preview", "manager", lambda world: f"/checklists/versions/{version_of(world).pk}/preview/"),
    Place("checklist-item", "manager", item_of_draft),
    Place("follow-ups", "agent", fixed("/follow-ups/")),
    Place("follow-up", "agent", follow_up_of),
    Place("mismatches", "manager", fixed("/callbacks/mismatches/")),
    Place("mismatch", "manager", lambda world: f"/callbacks/mismatches/{world.done.ticket.mismatches.get().pk}/"),
    Place("mismatch-figures", "manager", fixed("/callbacks/mismatches/figures/")),
    Place("call-settings", "manager", fixed("/callbacks/settings/")),
    Place("sampling-settings", "manager", fixed("/callbacks/settings/sampling/")),
    Place("draws", "manager", fixed("/callbacks/settings/draws/")),
    Place("stories", "manager", fixed("/stories/")),
    Place("story", "manager", lambda world: f"/stories/{world.story.pk}/"),
    Place("stories-waiting", "manager", fixed("/stories/?view=waiting")),
    Place("story-form", "agent", lambda world: f"/tickets/{world.to_call.ticket.number}/story/"),
    Place("care-note", "agent", lambda world: f"/tickets/{world.unsent.number}/care/note/"),
    Place("care-event", "agent", lambda world: f"/tickets/{world.unsent.number}/care/event/"),
    Place("consent-withdraw", "agent", lambda world: f"/tickets/{world.unsent.number}/consent/withdraw/"),
    Place("pickup", "dispatcher", lambda world: f"/tickets/{world.to_assign.number}/pickup/"),
    Place("exception", "manager", lambda world: f"/tickets/{world.to_assign.number}/exception/"),
    Place("calendars", "manager", fixed("/calendars/")),
    Place("calendar", "manager", fixed("/calendars/WORK/")),
    Place("calendar-year", "manager", fixed("/calendars/WORK/2026/")),
    Place("calendar-hours", "manager", fixed("/calendars/WORK/hours/")),
    Place("calendar-day", "manager", fixed("/calendars/WORK/day/")),
    Place("calendar-test", "supervisor", fixed("/calendars/WORK/test/?start=2026-02-13T17:00&minutes=960")),
    Place("public-days", "manager", fixed("/calendars/public-days/")),
    Place("policies", "manager", fixed("/promises/")),
    Place("policy", "manager", fixed("/promises/default-p1/")),
    Place("policy-new", "manager", fixed("/promises/new/")),
    Place("policy-version", "manager", fixed("/promises/default-p1/version/")),
    Place("promise-test", "supervisor", fixed("/promises/test/?priority=1&start=2026-02-13T21:00")),
    Place("ladders", "manager", fixed("/promises/ladders/")),
    Place("ladder", "manager", fixed("/promises/ladders/default/")),
    Place("ladder-read", "auditor", fixed("/promises/ladders/default/")),
    Place("notice-rules", "manager", fixed("/promises/ladders/rules/")),
    Place("settings", "admin", fixed("/settings/")),
    Place("settings-read", "supervisor", fixed("/settings/")),
    Place("webhooks", "admin", fixed("/webhooks/")),
    Place("webhook", "admin", lambda world: f"/webhooks/{world.webhook.pk}/"),
    Place("webhook-form", "admin", fixed("/webhooks/new/")),
    Place("channels", "admin", fixed("/settings/channels/")),
    Place("channel-form", "admin", fixed("/settings/channels/sms/")),
    Place("message-texts", "admin", fixed("/settings/channels/sms/texts/")),
    Place("deliveries", "admin", fixed("/deliveries/?channel=sms")),
    Place("deliveries-webhooks", "manager", fixed("/deliveries/?channel=webhook")),
    Place("consent", "agent", lambda world: f"/tickets/{world.unsent.number}/consent/"),
    Place("dashboard", "manager", fixed("/dashboard/")),
    Place("rows", "manager", fixed("/dashboard/rows/?figure=clock-arrival-all")),
    Place("notifications", "agent", fixed("/notifications/")),
    Place("today", "technician", fixed("/my/"), phone=True),
    Place("visit-planned", "technician", lambda world: f"/my/visits/{world.planned.pk}/", phone=True),
    Place("visit", "technician", of_visit(""), phone=True),
    Place("checklist", "technician", of_visit("checklist/"), phone=True),
    Place("inspection", "technician", of_visit("inspection/"), phone=True),
    Place("photos", "technician", of_visit("photos/"), phone=True),
    Place("charges", "technician", of_visit("charges/"), phone=True),
    Place("outcome", "technician", of_visit("outcome/"), phone=True),
    Place("sign", "technician", of_visit("sign/"), phone=True),
    Place("complete", "technician", of_visit("complete/"), phone=True),
    Place("abort", "technician", of_visit("abort/"), phone=True),
    Place("offer-refuse", "technician", lambda world: f"/my/offers/{world.offer.pk}/refuse/", phone=True),
    Place("customer-page", "", lambda world: f"/t/{world.planned.ticket.token}/", phone=True),
    Place("customer-page-rating", "", lambda world: f"/t/{world.to_call.ticket.token}/", phone=True),
    Place("customer-time", "", lambda world: f"/t/{world.planned.ticket.token}/time/", phone=True),
    Place("customer-cancel", "", lambda world: f"/t/{world.planned.ticket.token}/cancel/", phone=True),
    Place("unknown-link", "", fixed("/t/abc/"), phone=True, status=404),
    Place("tickets-empty", "agent", fixed("/tickets/?view=all&text=zzzz")),
    Place("search-empty", "agent", fixed("/search/?q=zzzz")),
    Place("callbacks-later", "agent", fixed("/callbacks/?view=later")),
    Place("export", "manager", fixed("/exports/tickets/")),
    Place("export-empty", "manager", fixed("/exports/tickets/?view=all&text=zz")),
    Place("articles-empty", "agent", fixed("/knowledge/?text=zzzz")),
    Place("ideas-phone", "technician", fixed("/ideas/"), phone=True),
    Place("notices-phone", "technician", fixed("/notifications/"), phone=True),
    Place("unknown-page", "agent", fixed("/tickets/260101-0000/"), status=404),
    Place("not-allowed", "dispatcher", fixed("/desk/"), status=403),
)
