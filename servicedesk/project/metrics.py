"""`/metrics`: how the promises and the outboxes stand, for Prometheus. Read from the database at each scrape, so that
every process answers the same.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, Max, Min, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from servicedesk import clock
from servicedesk.notify.models import Heartbeat, Notification
from servicedesk.sla.escalation.models import Escalation
from servicedesk.sla.models import ClockState, ReconcileRun, SlaClock
from servicedesk.sla.sweep import is_due
from servicedesk.webhooks.models import WebhookDelivery

HOUR = timedelta(hours=1)
NEWEST = 20_000


@require_safe
@never_cache
@login_not_required
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures in Prometheus' text format, for whoever brings the token of `METRICS_TOKEN`; else 404."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.METRICS_TOKEN or not constant_time_compare(given, settings.METRICS_TOKEN):
        raise Http404
    registry = CollectorRegistry()
    registry.register(House(clock.now()))
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class House(Collector):
    """The figures of the house as of `now`, each read with one query on an index."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def describe(self) -> list[Metric]:
        """Nothing beforehand: the figures are read once, when they are asked for."""
        return []

    def collect(self) -> Iterator[Metric]:
        """The families of figures."""
        yield from self.sweep()
        yield from self.outbox()
        yield self.webhooks()
        yield self.heartbeats()
        yield self.look_back()

    def sweep(self) -> Iterator[Metric]:
        """What is due, how late the sweep is with it, and what climbs."""
        found = is_due(self.now).aggregate(n=Count("id"), oldest=Min("next_fire_at"))
        lag = 0.0 if found["oldest"] is None else (self.now - found["oldest"]).total_seconds()
        yield gauge("yipiao_sla_due", "Clocks that are due and not yet swept.", found["n"])
        yield gauge("yipiao_sla_lag_seconds", "Age of the oldest clock that is due and not yet swept.", lag)
        parked = SlaClock.objects.filter(stopped_at=None, state=ClockState.RUNNING, next_fire_at=None).count()
        yield gauge("yipiao_sla_parked", "Running clocks no sweep looks at.", parked)
        waiting = Escalation.objects.filter(next_at__lte=self.now).count()
        yield gauge("yipiao_escalations_due", "Steps of ladders that are due and not yet told.", waiting)

    def outbox(self) -> Iterator[Metric]:
        """Notices by channel: waiting, sent and given up within the hour."""
        latest = newest(Notification)
        families = {
            "waiting": Notification.objects.filter(sent_at=None, outcome=""),
            "sent": latest.filter(sent_at__gt=self.now - HOUR),
            "dead": latest.filter(outcome__in=["dead", "uncertain"], ended_at__gt=self.now - HOUR),
        }
        words = {
            "waiting": "Notices that wait.",
            "sent": "Notices sent in the last hour, among the newest.",
            "dead": "Notices given up or uncertain in the last hour, among the newest.",
        }
        for name, rows in families.items():
            family = GaugeMetricFamily(f"yipiao_notices_{name}", words[name], labels=["channel"])
            for channel, count in rows.values_list("channel").annotate(n=Count("id")).order_by("channel"):
                family.add_metric([channel], count)
            yield family

    def webhooks(self) -> Metric:
        """Messages to other systems, by state."""
        family = GaugeMetricFamily("yipiao_webhook_messages", "Messages to other systems.", labels=["state"])
        waiting = Q(pk__in=WebhookDelivery.objects.filter(state="waiting").values("pk"))
        lately = Q(pk__in=newest(WebhookDelivery).filter(settled_at__gt=self.now - HOUR).values("pk"))
        rows = WebhookDelivery.objects.filter(waiting | lately)
        for state, count in rows.values_list("state").annotate(n=Count("id")).order_by("state"):
            family.add_metric([state], count)
        return family

    def heartbeats(self) -> Metric:
        """Seconds since each timer's last round."""
        family = GaugeMetricFamily("yipiao_heartbeat_age_seconds", "Since a timer's last round.", labels=["timer"])
        for beat in Heartbeat.objects.order_by("name"):
            family.add_metric([beat.name], max(0.0, (self.now - beat.at).total_seconds()))
        return family

    def look_back(self) -> Metric:
        """What the last look back found."""
        family = GaugeMetricFamily("yipiao_look_back_found", "What the last look back found.", labels=["finding"])
        run = ReconcileRun.objects.order_by("-slot").first()
        for name in ReconcileRun.FINDINGS:
            family.add_metric([name], getattr(run, name, 0))
        return family


def newest(model: Any) -> Any:
    """The last rows that were written: an hour's figures are not looked for in years of rows."""
    top = model.objects.aggregate(top=Max("id"))["top"] or 0
    return model.objects.filter(id__gt=top - NEWEST)


def gauge(name: str, words: str, value: float) -> Metric:
    """A figure without labels."""
    return GaugeMetricFamily(name, words, value=value)
