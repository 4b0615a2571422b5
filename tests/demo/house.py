"""What holds the tables together."""

import re
from typing import Any

from django.db import connection

# The database writes a condition's casts and brackets in its own way each time it reads one.
_MANNERS = re.compile(r"::[a-z ]+(\[\])?|[()\[\]\s]")
_HOUSE = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated FROM pg_constraint
WHERE connamespace = 'public'::regnamespace
UNION ALL
SELECT indrelid::regclass::text, indexrelid::regclass::text, pg_get_indexdef(indexrelid), indisvalid
FROM pg_index WHERE indrelid::regclass::text NOT LIKE 'pg_%%'
UNION ALL
SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), tgenabled = 'O' FROM pg_trigger
WHERE NOT tgisinternal
"""


def house() -> list[Any]:
    """Every constraint, index and trigger there is, with what it says and whether it is in force."""
    with connection.cursor() as cursor:
        cursor.execute(_HOUSE, [])
        rows = cursor.fetchall()
    return sorted((table, name, _MANNERS.sub("", says), holds) for table, name, says, holds in rows)
