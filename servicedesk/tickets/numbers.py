"""Ticket numbers `YYMMDD-NNNN` by the local day of receipt; without gaps inside a day."""

from datetime import date, datetime

from django.db import connection

from servicedesk.clock import LOCAL


def next_number(received_at: datetime) -> str:
    """The next free number of the local day of `received_at`; its row stays locked until the transaction ends."""
    day: date = received_at.astimezone(LOCAL).date()
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO servicedesk_ticketnumber (day, last) VALUES (%s, 1)
               ON CONFLICT (day) DO UPDATE SET last = servicedesk_ticketnumber.last + 1 RETURNING last""",
            [day],
        )
        (last,) = cursor.fetchone()
    return f"{day:%y%m%d}-{last:04d}"
