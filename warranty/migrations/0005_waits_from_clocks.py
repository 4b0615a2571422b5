"""Days on which clocks stood still for parts, taken into the ledger of waits."""

from datetime import timedelta, timezone

from django.db import migrations

REASON = "waiting_for_parts"
TERMS = {"window", "target", "upheld"}
# China knows one time and no summer time since 1992.
LOCAL = timezone(timedelta(hours=8))


def take_from_clocks(apps, _schema_editor):
    """One row for each stretch in which the fix clock of a repair stood still for parts; void clocks gave no days."""
    segment = apps.get_model("servicedesk", "SlaSegment")
    lines = (
        segment.objects.filter(clock__kind="fix", clock__ticket__kind="repair")
        .exclude(clock__state="void")
        .order_by("clock_id", "id")
        .values_list("clock_id", "clock__ticket_id", "kind", "reason", "at", "actor_id", "expected_end_at")
    )
    spans = []
    clock, reasons, begun = None, [], None
    for clock_id, ticket_id, kind, reason, at, actor_id, until in lines.iterator():
        if clock_id != clock:
            keep(spans, begun, None)
            clock, reasons, begun = clock_id, [], None
        if kind == "paused":
            reasons = [reason] if reason in reasons else [*reasons, reason]
        elif kind not in TERMS:
            reasons = []
        if REASON in reasons and begun is None:
            begun = (ticket_id, at, actor_id, until)
        elif REASON not in reasons and begun is not None:
            keep(spans, begun, (at, actor_id))
            begun = None
    keep(spans, begun, None)
    write(apps.get_model("warranty", "PartsWait"), spans)


def keep(spans, begun, ended):
    if begun is not None:
        spans.append((begun, ended))


def write(waits, spans):
    """Writes the stretches; of several open ones of a ticket, as two cycles might leave, one is enough."""
    rows = []
    for (ticket_id, at, actor_id, until), ended in spans:
        rows.append(
            waits(
                ticket_id=ticket_id,
                cause="no_parts",
                source="clock",
                since=at.astimezone(LOCAL).date(),
                promised_on=max(until, at).astimezone(LOCAL).date() if until else None,
                opened_by_id=actor_id,
                opened_at=at,
                ended_on=max(ended[0], at).astimezone(LOCAL).date() if ended else None,
                ended_by_id=ended[1] if ended else None,
            )
        )
    waits.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("warranty", "0004_waits_and_rights")]

    operations = [migrations.RunPython(take_from_clocks, migrations.RunPython.noop, elidable=True)]
