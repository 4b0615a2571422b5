"""One Django app, one migration history; the models live in the packages."""

from servicedesk.api.models import ApiToken, KeptAnswer
from servicedesk.care.models import CareNote, Consent
from servicedesk.catalogue.models import Appliance, FaultCode, ProductCategory, ProductModel
from servicedesk.dashboards.models import Tally, TallyMark, TechnicianTally
from servicedesk.exports.models import Export
from servicedesk.ideas.models import IdeaAnswer, IdeaEvent, ImprovementIdea
from servicedesk.imports.models import Import, ImportRow
from servicedesk.jobs.models import Job
from servicedesk.knowledge.models import Article, ArticleStep
from servicedesk.notify.models import ChannelSettings, Heartbeat, MessageTemplate, NoticeAttempt, Notification
from servicedesk.people.models import (
    Address,
    Customer,
    CustomerPhone,
    Membership,
    Outlet,
    Region,
    ServiceZone,
    User,
    UserOutlet,
)
from servicedesk.sla.escalation.models import Escalation, Ladder, LadderStep, NoticeRules
from servicedesk.sla.models import ReconcileRun, SlaClock, SlaEvent, SlaPolicy, SlaSegment, SlaTarget
from servicedesk.sla.recompute.models import RecomputeJob, RecomputeSample
from servicedesk.tickets.ended import EndedTickets
from servicedesk.tickets.models import (
    Draft,
    Handover,
    Praise,
    Ticket,
    TicketEvent,
    TicketException,
    TicketFacts,
    TicketNumber,
    TicketParty,
)
from servicedesk.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from servicedesk.worktime.models import CalendarDay, CalendarVersion, WorkCalendar

__all__ = [
    "Address",
    "ApiToken",
    "Appliance",
    "Article",
    "ArticleStep",
    "CalendarDay",
    "CalendarVersion",
    "CareNote",
    "ChannelSettings",
    "Consent",
    "Customer",
    "CustomerPhone",
    "Draft",
    "EndedTickets",
    "Escalation",
    "Export",
    "FaultCode",
    "Handover",
    "Heartbeat",
    "IdeaAnswer",
    "IdeaEvent",
    "Import",
    "ImportRow",
    "ImprovementIdea",
    "Job",
    "KeptAnswer",
    "Ladder",
    "LadderStep",
    "Membership",
    "MessageTemplate",
    "NoticeAttempt",
    "NoticeRules",
    "Notification",
    "Outlet",
    "Praise",
    "ProductCategory",
    "ProductModel",
    "RecomputeJob",
    "RecomputeSample",
    "ReconcileRun",
    "Region",
    "ServiceZone",
    "SlaClock",
    "SlaEvent",
    "SlaPolicy",
    "SlaSegment",
    "SlaTarget",
    "Tally",
    "TallyMark",
    "TechnicianTally",
    "Ticket",
    "TicketEvent",
    "TicketException",
    "TicketFacts",
    "TicketNumber",
    "TicketParty",
    "User",
    "UserOutlet",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WorkCalendar",
]
