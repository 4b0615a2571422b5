"""The triggers that mark stale tallies and count ended tickets, as SQL for the migrations.

They compute nothing but which cells a change touches, so a change costs one short insert at most, and two changes never
wait for each other. A local day is that of `servicedesk.clock.LOCAL`.
"""

_DAY = "({} AT TIME ZONE 'Asia/Shanghai')::date"
_JUDGED = "('met', 'breached')"
_ENDED = "('closed', 'cancelled')"


def _day(instant: str) -> str:
    return _DAY.format(instant)


_OUTLET = "coalesce((SELECT t.outlet_id FROM servicedesk_ticket t WHERE t.id = c.ticket_id), 0)"
_COUNTED = "id, ticket_id, started_at, state, kind"

# Rows of a statement that changed, as they were and as they are. A session keeps the plan made for its first statement:
# set operations and the outlet asked for row by row are quick for one clock and for a hundred thousand, whichever came
# first.
CLOCKS = f"""
CREATE OR REPLACE FUNCTION yipiao_mark_clocks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO servicedesk_tallymark (day, outlet)
        SELECT DISTINCT {_day("c.started_at")}, {_OUTLET} FROM (
            (SELECT {_COUNTED} FROM old_rows WHERE state IN {_JUDGED} EXCEPT SELECT {_COUNTED} FROM new_rows)
            UNION ALL
            (SELECT {_COUNTED} FROM new_rows WHERE state IN {_JUDGED} EXCEPT SELECT {_COUNTED} FROM old_rows)
        ) c;
    ELSIF TG_OP = 'INSERT' THEN
        INSERT INTO servicedesk_tallymark (day, outlet)
        SELECT DISTINCT {_day("c.started_at")}, {_OUTLET} FROM new_rows c WHERE c.state IN {_JUDGED};
    ELSE
        INSERT INTO servicedesk_tallymark (day, outlet)
        SELECT DISTINCT {_day("c.started_at")}, {_OUTLET} FROM old_rows c WHERE c.state IN {_JUDGED};
    END IF;
    RETURN NULL;
END $$;
"""

# Marks the days a ticket counts on in an outlet: its clocks, its closing, the end of its work.
_TICKET_DAYS = f"""
CREATE OR REPLACE FUNCTION yipiao_mark_ticket(ticket bigint, outlet bigint) RETURNS void LANGUAGE sql AS $$
    INSERT INTO servicedesk_tallymark (day, outlet)
    SELECT DISTINCT {_day("c.started_at")}, coalesce($2, 0) FROM servicedesk_slaclock c
    WHERE c.ticket_id = $1 AND c.state IN {_JUDGED}
    UNION SELECT {_day("f.completed_at")}, coalesce($2, 0) FROM servicedesk_ticketfacts f
    WHERE f.ticket_id = $1 AND f.completed_at IS NOT NULL
    UNION SELECT {_day("t.closed_at")}, coalesce($2, 0) FROM servicedesk_ticket t
    WHERE t.id = $1 AND t.closed_at IS NOT NULL
$$;
"""

# Marks where earlier repairs of an appliance were closed, since a later one makes them repeated. One that is not closed
# yet may be closing in another transaction: the day of the new request in its outlet is marked for it.
_APPLIANCE = f"""
CREATE OR REPLACE FUNCTION yipiao_mark_appliance(machine bigint, except_ticket bigint, received timestamptz)
RETURNS void LANGUAGE sql AS $$
    INSERT INTO servicedesk_tallymark (day, outlet)
    SELECT DISTINCT {_day("coalesce(e.closed_at, $3)")}, coalesce(e.outlet_id, 0) FROM servicedesk_ticket e
    WHERE e.appliance_id = $1 AND e.id <> $2 AND e.kind = 'repair' AND e.state <> 'cancelled'
      AND (e.closed_at IS NULL OR e.closed_at BETWEEN $3 - interval '30 days' AND $3)
$$;
"""

_TICKETS = f"""
CREATE OR REPLACE FUNCTION yipiao_mark_tickets() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO servicedesk_endedtickets (outlet, n)
        SELECT coalesce(o.outlet_id, 0), -count(*) FROM old_rows o
        WHERE o.state IN {_ENDED} AND NOT EXISTS (
            SELECT 1 FROM servicedesk_ticket n WHERE n.id = o.id AND TG_OP = 'UPDATE' AND n.state IN {_ENDED}
            AND n.outlet_id IS NOT DISTINCT FROM o.outlet_id)
        GROUP BY 1;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO servicedesk_endedtickets (outlet, n)
        SELECT coalesce(n.outlet_id, 0), count(*) FROM new_rows n JOIN old_rows o ON o.id = n.id
        WHERE n.state IN {_ENDED}
          AND NOT (o.state IN {_ENDED} AND n.outlet_id IS NOT DISTINCT FROM o.outlet_id)
        GROUP BY 1;
        PERFORM yipiao_mark_ticket(o.id, o.outlet_id), yipiao_mark_ticket(n.id, n.outlet_id)
        FROM old_rows o JOIN new_rows n ON n.id = o.id
        WHERE (o.outlet_id, o.kind, o.excluded_from_measures)
              IS DISTINCT FROM (n.outlet_id, n.kind, n.excluded_from_measures);
        INSERT INTO servicedesk_tallymark (day, outlet)
        SELECT DISTINCT {_day("r.closed_at")}, coalesce(r.outlet_id, 0)
        FROM old_rows o JOIN new_rows n ON n.id = o.id
        CROSS JOIN LATERAL (VALUES (o.closed_at, o.outlet_id), (n.closed_at, n.outlet_id)) r (closed_at, outlet_id)
        WHERE r.closed_at IS NOT NULL
          AND (o.state, o.closed_at, o.appliance_id, o.kind, o.excluded_from_measures, o.outlet_id)
              IS DISTINCT FROM (n.state, n.closed_at, n.appliance_id, n.kind, n.excluded_from_measures, n.outlet_id);
        PERFORM yipiao_mark_appliance(r.appliance_id, r.id, r.received_at)
        FROM old_rows o JOIN new_rows n ON n.id = o.id
        CROSS JOIN LATERAL (VALUES (o.id, o.appliance_id, o.received_at), (n.id, n.appliance_id, n.received_at))
            r (id, appliance_id, received_at)
        WHERE r.appliance_id IS NOT NULL AND 'repair' IN (o.kind, n.kind)
          AND (o.kind, o.appliance_id, o.received_at, o.fault_id)
              IS DISTINCT FROM (n.kind, n.appliance_id, n.received_at, n.fault_id);
    ELSIF TG_OP = 'INSERT' THEN
        INSERT INTO servicedesk_endedtickets (outlet, n)
        SELECT coalesce(n.outlet_id, 0), count(*) FROM new_rows n WHERE n.state IN {_ENDED} GROUP BY 1;
        INSERT INTO servicedesk_tallymark (day, outlet)
        SELECT DISTINCT {_day("n.closed_at")}, coalesce(n.outlet_id, 0) FROM new_rows n
        WHERE n.closed_at IS NOT NULL AND n.kind = 'repair';
        PERFORM yipiao_mark_appliance(n.appliance_id, n.id, n.received_at) FROM new_rows n
        WHERE n.appliance_id IS NOT NULL AND n.kind = 'repair';
    ELSE
        INSERT INTO servicedesk_tallymark (day, outlet)
        SELECT DISTINCT {_day("o.closed_at")}, coalesce(o.outlet_id, 0) FROM old_rows o WHERE o.closed_at IS NOT NULL;
        PERFORM yipiao_mark_appliance(o.appliance_id, o.id, o.received_at) FROM old_rows o
        WHERE o.appliance_id IS NOT NULL AND o.kind = 'repair';
    END IF;
    RETURN NULL;
END $$;
"""

FACTS = f"""
CREATE OR REPLACE FUNCTION yipiao_mark_facts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        PERFORM yipiao_mark_ticket(t.id, t.outlet_id)
        FROM old_rows o JOIN new_rows n USING (ticket_id) JOIN servicedesk_ticket t ON t.id = n.ticket_id
        WHERE (o.technician_id, o.visits, o.reopened, o.fault_group, o.completed_at, o.satisfaction, o.checklist_passed)
              IS DISTINCT FROM (n.technician_id, n.visits, n.reopened, n.fault_group, n.completed_at, n.satisfaction,
                                n.checklist_passed);
        INSERT INTO servicedesk_tallymark (day, outlet)
        SELECT DISTINCT {_day("o.completed_at")}, coalesce(t.outlet_id, 0)
        FROM old_rows o JOIN new_rows n USING (ticket_id) JOIN servicedesk_ticket t ON t.id = n.ticket_id
        WHERE o.completed_at IS NOT NULL AND o.completed_at IS DISTINCT FROM n.completed_at;
        PERFORM yipiao_mark_appliance(t.appliance_id, t.id, t.received_at)
        FROM old_rows o JOIN new_rows n USING (ticket_id) JOIN servicedesk_ticket t ON t.id = n.ticket_id
        WHERE o.fault_group <> n.fault_group AND t.kind = 'repair' AND t.appliance_id IS NOT NULL;
    ELSIF TG_OP = 'INSERT' THEN
        PERFORM yipiao_mark_ticket(t.id, t.outlet_id) FROM new_rows n JOIN servicedesk_ticket t ON t.id = n.ticket_id
        WHERE n.technician_id IS NOT NULL OR n.completed_at IS NOT NULL OR t.closed_at IS NOT NULL;
        PERFORM yipiao_mark_appliance(t.appliance_id, t.id, t.received_at)
        FROM new_rows n JOIN servicedesk_ticket t ON t.id = n.ticket_id
        WHERE n.fault_group <> '' AND t.kind = 'repair' AND t.appliance_id IS NOT NULL;
    ELSE
        INSERT INTO servicedesk_tallymark (day, outlet)
        SELECT DISTINCT {_day("o.completed_at")}, coalesce(t.outlet_id, 0)
        FROM old_rows o JOIN servicedesk_ticket t ON t.id = o.ticket_id WHERE o.completed_at IS NOT NULL;
        PERFORM yipiao_mark_ticket(t.id, t.outlet_id) FROM old_rows o JOIN servicedesk_ticket t ON t.id = o.ticket_id;
    END IF;
    RETURN NULL;
END $$;
"""

# A symptom that moves to another group changes which repairs hold, of any day: all that is kept is stale.
_FAULTS = """
CREATE OR REPLACE FUNCTION yipiao_mark_faults() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO servicedesk_tallymark (day, outlet) SELECT DISTINCT day, outlet FROM servicedesk_tally
    WHERE EXISTS (SELECT 1 FROM old_rows o JOIN new_rows n ON n.id = o.id WHERE o."group" <> n."group");
    RETURN NULL;
END $$;
"""

_TABLES = {
    "servicedesk_slaclock": ("yipiao_mark_clocks", ("INSERT", "UPDATE", "DELETE")),
    "servicedesk_ticket": ("yipiao_mark_tickets", ("INSERT", "UPDATE", "DELETE")),
    "servicedesk_ticketfacts": ("yipiao_mark_facts", ("INSERT", "UPDATE", "DELETE")),
    "servicedesk_faultcode": ("yipiao_mark_faults", ("UPDATE",)),
}
_SEEN = {
    "INSERT": "NEW TABLE AS new_rows",
    "UPDATE": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "DELETE": "OLD TABLE AS old_rows",
}

# What is there when the counters are introduced: all of it is stale, and the ended tickets are counted.
FILL = f"""
INSERT INTO servicedesk_endedtickets (outlet, n)
SELECT coalesce(outlet_id, 0), count(*) FROM servicedesk_ticket WHERE state IN {_ENDED} GROUP BY 1;
INSERT INTO servicedesk_tallymark (day, outlet)
SELECT {_day("c.started_at")}, coalesce(t.outlet_id, 0)
FROM servicedesk_slaclock c JOIN servicedesk_ticket t ON t.id = c.ticket_id
UNION SELECT {_day("closed_at")}, coalesce(outlet_id, 0) FROM servicedesk_ticket WHERE closed_at IS NOT NULL
UNION SELECT {_day("f.completed_at")}, coalesce(t.outlet_id, 0)
FROM servicedesk_ticketfacts f JOIN servicedesk_ticket t ON t.id = f.ticket_id WHERE f.completed_at IS NOT NULL;
"""


def create() -> str:
    """The statements that make functions and triggers."""
    made = [CLOCKS, _TICKET_DAYS, _APPLIANCE, _TICKETS, FACTS, _FAULTS]
    for table, (function, events) in _TABLES.items():
        made += [
            f"CREATE TRIGGER {function}_{event.lower()} AFTER {event} ON {table} REFERENCING {_SEEN[event]}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {function}();"
            for event in events
        ]
    return "\n".join(made)


def drop() -> str:
    """The statements that take them away again."""
    gone = [f"DROP FUNCTION IF EXISTS {function}() CASCADE;" for function, _events in _TABLES.values()]
    gone.append("DROP FUNCTION IF EXISTS yipiao_mark_ticket(bigint, bigint);")
    gone.append("DROP FUNCTION IF EXISTS yipiao_mark_appliance(bigint, bigint, timestamptz);")
    return "\n".join(gone)


# Every cell is counted from the rows until it is settled: for a migration that moves the places of the counts.
STALE = """
INSERT INTO servicedesk_tallymark (day, outlet)
SELECT DISTINCT day, outlet FROM servicedesk_tally UNION SELECT DISTINCT day, outlet FROM servicedesk_techniciantally;
DELETE FROM servicedesk_tally;
DELETE FROM servicedesk_techniciantally;
"""
