"""Reading webhooks for their pages."""

from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from servicedesk.webhooks.models import WebhookDelivery, WebhookEndpoint

PAGE = 30


def endpoints() -> QuerySet[Any]:
    """All endpoints with how many messages wait and were given up, and when the last one was settled; one query."""
    state = WebhookDelivery.State
    return WebhookEndpoint.objects.annotate(
        waiting=Count("deliveries", filter=Q(deliveries__state=state.WAITING)),
        dead=Count("deliveries", filter=Q(deliveries__state=state.DEAD)),
        last=Max("deliveries__settled_at"),
    )


def log_page(endpoint: WebhookEndpoint, *, state: str = "", older_than: int | None = None) -> list[WebhookDelivery]:
    """The newest messages of an endpoint with their attempts, one more than a page holds; two queries."""
    found = WebhookDelivery.objects.filter(endpoint=endpoint)
    if state in WebhookDelivery.State.values:
        found = found.filter(state=state)
    if older_than is not None:
        found = found.filter(pk__lt=older_than)
    return list(found.prefetch_related("tries").order_by("-id")[: PAGE + 1])
