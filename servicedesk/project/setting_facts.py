"""One fact on a card of the settings: how the thing stands, or what is amiss with it. Each asks one small table."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from servicedesk.api.models import ApiToken
from servicedesk.calendars.horizon import missing_year
from servicedesk.notify.channels import OUTGOING, missing_of, settings_of
from servicedesk.notify.models import Channel, ChannelSettings, MessageTemplate, Notification
from servicedesk.people.models import User
from servicedesk.promises.ladders import rules_now
from servicedesk.sla.escalation.models import Ladder
from servicedesk.sla.models import SlaPolicy
from servicedesk.sla.recompute.models import LIVING, JobState, RecomputeJob
from servicedesk.webhooks.models import WebhookDelivery, WebhookEndpoint
from servicedesk.worktime.models import WorkCalendar
from servicedesk.worktime.selectors import years_loaded
from visits.aftercare.calling import house_ladder, rules_in_force
from visits.models import SamplingRules
from warranty.facts_builder import local_day
from warranty.models import MakerPromise
from warranty.remedies.approvals import limits_on
from warranty.wording import money_words

ICONS = {"ok": "circle-check", "info": "clock", "warn": "alert-triangle", "danger": "alert-octagon"}


@dataclass(frozen=True)
class Fact:
    """A few words, in a tone when they are more than a figure."""

    text: str
    tone: str = ""

    @property
    def icon(self) -> str:
        """The shape that goes with the tone; empty without one."""
        return ICONS.get(self.tone, "")


def policies(now: datetime) -> Fact:
    """How many versions wait for their day, else how many policies there are."""
    found = SlaPolicy.objects.aggregate(
        waiting=Count("id", filter=Q(effective_from__gt=now)), codes=Count("code", distinct=True)
    )
    if waiting := found["waiting"]:
        return Fact(
            ngettext("%d version waits for its day", "%d versions wait for their day", waiting) % waiting, "info"
        )
    return Fact(ngettext("%d policy", "%d policies", found["codes"]) % found["codes"])


def ladders(_now: datetime) -> Fact:
    """How many ladders are in use; none at all is amiss."""
    count = Ladder.objects.filter(is_active=True).count()
    if not count:
        return Fact(_("None in use: nobody hears of a breach"), "warn")
    return Fact(ngettext("%d ladder in use", "%d ladders in use", count) % count)


def quiet_hours(_now: datetime) -> Fact:
    """When staff is left in peace."""
    rules = rules_now()
    values = {"since": f"{rules.quiet_from:%H:%M}", "until": f"{rules.quiet_until:%H:%M}"}
    return Fact(_("Quiet from %(since)s to %(until)s") % values)


def calendars(_now: datetime) -> Fact:
    """How many calendars there are."""
    count = WorkCalendar.objects.count()
    return Fact(ngettext("%d calendar", "%d calendars", count) % count)


def public_days(now: datetime) -> Fact:
    """The year whose days are missing, else the last one that is loaded."""
    year = missing_year(now)
    if year is not None:
        return Fact(_("The days of %(year)s are missing") % {"year": year}, "warn")
    years = years_loaded()
    return Fact(_("Loaded up to %(year)s") % {"year": years[-1]} if years else _("No year loaded"))


def recomputes(_now: datetime) -> Fact | None:
    """The recompute that is not over, if there is one."""
    state = RecomputeJob.objects.filter(state__in=LIVING).values_list("state", flat=True).first()
    if state is None:
        return None
    return (
        Fact(_("One waits for a decision"), "warn") if state == JobState.READY else Fact(_("One is at work"), "info")
    )


def calling(_now: datetime) -> Fact:
    """Calling hours and attempts."""
    ladder = house_ladder(rules_in_force())
    count = ladder.attempts
    hours = f"{ladder.hours.opens:%H:%M}–{ladder.hours.closes:%H:%M}"
    return Fact(_(", ").join((hours, ngettext("%d attempt", "%d attempts", count) % count)))


def sampling(_now: datetime) -> Fact:
    """How many quality calls a day are drawn at most."""
    rules = SamplingRules.objects.first()
    count = rules.daily_cap if rules is not None else 0
    return Fact(ngettext("At most %d call a day", "At most %d calls a day", count) % count)


def channels(_now: datetime) -> Fact:
    """The channel that is switched on but lacks something, else those in use."""
    rows = [row for row in map(settings_of, OUTGOING) if row.is_active]
    if broken := [row for row in rows if missing_of(row)]:
        return Fact(_("Switched on, but incomplete: %(channels)s") % {"channels": _listed(broken)}, "danger")
    return Fact(_("In use: %(channels)s") % {"channels": _listed(rows)} if rows else _("All switched off"))


def _listed(rows: list[ChannelSettings]) -> str:
    return _(", ").join(str(Channel(row.channel).label) for row in rows)


def texts(_now: datetime) -> Fact:
    """How many texts are the house's own."""
    count = MessageTemplate.objects.filter(channel=Channel.SMS).count()
    return Fact(ngettext("%d text of our own", "%d texts of our own", count) % count)


def deliveries(_now: datetime) -> Fact:
    """How many messages wait to leave the house; both counts read an index of those alone."""
    notices = Notification.objects.filter(sent_at=None, outcome="").exclude(channel=Channel.IN_APP).count()
    count = notices + WebhookDelivery.objects.filter(state=WebhookDelivery.State.WAITING).count()
    if not count:
        return Fact(_("Nothing waits to be sent"))
    return Fact(ngettext("%d message waits", "%d messages wait", count) % count)


def webhooks(_now: datetime) -> Fact:
    """How many addresses are served, and how many pause."""
    found = WebhookEndpoint.objects.aggregate(
        active=Count("id", filter=Q(is_active=True)), paused=Count("id", filter=Q(is_active=False))
    )
    active, paused = found["active"], found["paused"]
    if paused:
        return Fact(_("%(active)d in use, %(paused)d paused") % {"active": active, "paused": paused}, "info")
    return Fact(_("%(active)d in use") % {"active": active} if active else _("None yet"))


def staff(_now: datetime) -> Fact:
    """How many accounts are open."""
    count = User.objects.filter(is_active=True).count()
    return Fact(ngettext("%d account open", "%d accounts open", count) % count)


def tokens(now: datetime) -> Fact:
    """How many keys open the API now."""
    count = ApiToken.objects.filter(revoked_at=None, expiry__gt=now).count()
    return Fact(ngettext("%d token valid", "%d tokens valid", count) % count)


def maker_promises(_now: datetime) -> Fact:
    """How many promises still take in new sales."""
    count = MakerPromise.objects.filter(end=None).count()
    return Fact(_("%(active)d in force") % {"active": count} if count else _("None yet"))


def approvals(now: datetime) -> Fact | None:
    """Up to what sum a supervisor and a manager decide alone."""
    limits = limits_on(local_day(now))
    if limits is None:
        return None
    sums = {"supervisor": money_words(limits.supervisor_limit), "manager": money_words(limits.manager_limit)}
    return Fact(_("Supervisor %(supervisor)s · manager %(manager)s") % sums)
