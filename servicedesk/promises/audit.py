"""Who changed what and when, in the log that the administration pages keep too."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet

from servicedesk.people.models import User


def write_down(
    thing: Model, actor: User | None, now: datetime, *, before: Mapping[str, Any] | None, after: Mapping[str, Any]
) -> LogEntry | None:
    """The line of a change, None for a change of the system's own; `before` is None for what is new."""
    if actor is None:
        return None
    return LogEntry.objects.create(
        user=actor,
        action_time=now,
        content_type=ContentType.objects.get_for_model(thing),
        object_id=str(thing.pk),
        object_repr=str(thing)[:200],
        action_flag=ADDITION if before is None else CHANGE,
        change_message=json.dumps({"before": before, "after": dict(after)}, ensure_ascii=False),
    )


def entries_of(model: type[Model], ids: Iterable[int]) -> QuerySet[LogEntry]:
    """The lines about these rows, newest first."""
    content_type = ContentType.objects.get_for_model(model)
    found = LogEntry.objects.filter(content_type=content_type, object_id__in=[str(each) for each in ids])
    return found.select_related("user").order_by("-action_time", "-id")


def kept_in(entry: LogEntry) -> dict[str, Any] | None:
    """`before` and `after` of a line; None where it was written by other hands."""
    try:
        kept = json.loads(entry.change_message)
    except ValueError:
        return None
    return kept if isinstance(kept, dict) and {"before", "after"} <= kept.keys() else None
