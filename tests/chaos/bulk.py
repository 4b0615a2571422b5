"""Copies of tickets with their clocks and ledgers, by the ten thousand: the rows a test only needs to be many."""

from django.db import connection

# Far above what a sequence gives; the copy number times this is added to every id.
STRIDE = 10_000_000

_TICKETS = """
INSERT INTO servicedesk_ticket
SELECT (jsonb_populate_record(t, jsonb_build_object(
    'id', t.id + k * %(stride)s, 'number', 'C' || k || '-' || t.id, 'token', md5(k || '-' || t.id), 'submission', NULL
))).*
FROM servicedesk_ticket t CROSS JOIN generate_series(1, %(copies)s) AS k
"""
_CLOCKS = """
INSERT INTO servicedesk_slaclock
SELECT (jsonb_populate_record(c, jsonb_build_object(
    'id', c.id + k * %(stride)s, 'ticket_id', c.ticket_id + k * %(stride)s))).*
FROM servicedesk_slaclock c CROSS JOIN generate_series(1, %(copies)s) AS k
"""
_LINES = """
INSERT INTO servicedesk_slasegment
SELECT (jsonb_populate_record(s, jsonb_build_object(
    'id', s.id + k * %(stride)s, 'clock_id', s.clock_id + k * %(stride)s))).*
FROM servicedesk_slasegment s CROSS JOIN generate_series(1, %(copies)s) AS k
"""


def copy_tickets(copies: int) -> None:
    """Every ticket there is, `copies` times more: with its clocks and their ledgers, without its story."""
    with connection.cursor() as cursor:
        for statement in (_TICKETS, _CLOCKS, _LINES):
            cursor.execute(statement, {"stride": STRIDE, "copies": copies})
        cursor.execute("ANALYZE servicedesk_ticket, servicedesk_slaclock, servicedesk_slasegment")
