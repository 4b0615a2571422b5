"""The statement that copies the rows of one table: patterns joined with the copies that are to be made of them.

A copy is a row of the temporary table `copies`; `COPY_COLUMNS` are its columns.
"""

from typing import Any

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models

from dispatch.models import Technician
from servicedesk.people.models import Address, Customer, Outlet, User
from servicedesk.project.demo.large.tables import Table

COPY_COLUMNS = {
    "pattern": "int",
    "days": "int",
    "shift": "interval",
    "recent": "boolean",
    "fresh": "boolean",
    "customer": "bigint",
    "address": "bigint",
    "lat": "float8",
    "lon": "float8",
    "person": "text",
    "phone_raw": "text",
    "phone": "text",
    "number": "text",
    "token": "text",
    "first": "bigint[]",
    "users": "bigint[]",
    "technicians": "bigint[]",
    "outlets": "bigint[]",
    "blanks": "text[]",
}
# What a visit proves is kept for as long as a checklist is asked about; older visits have their outcome only.
RECENT_ONLY = {"answer", "charge", "inspection", "signature", "visitevent"}
FRESH_ONLY = {"notification"}
# Two people of a pattern may be one and the same in a copy; he is told once.
ONCE = {"notification": ("event_key", "channel", "recipient_id")}
BOUGHT = "coalesce(p.invoice_date, p.delivery_date, DATE '2020-01-01') + c.days"
# What each copy needs of its own, by model and column.
OWN = {
    "ticket.number": "c.number",
    "ticket.token": "c.token",
    "ticket.contact_name": "CASE WHEN p.contact_name = '' THEN '' ELSE left(c.person, 60) END",
    "ticket.contact_phone_raw": "CASE WHEN p.contact_phone_raw = '' THEN '' ELSE c.phone_raw END",
    "ticket.contact_phone": "CASE WHEN p.contact_phone = '' THEN '' ELSE c.phone END",
    "signature.typed_name": "CASE WHEN p.typed_name = '' THEN '' ELSE left(c.person, 60) END",
    # The triggers that keep these rest during the load.
    "assignment.lat": "c.lat",
    "assignment.lon": "c.lon",
    "appliance.serial": f"CASE WHEN p.serial = '' THEN '' ELSE left(p.serial, 6) || to_char({BOUGHT}, 'YYMM')"
    " || lpad((c.first[2] + p.rank)::text, 8, '0') END",
    "appliance.produced_month": "date_trunc('month', p.produced_month + c.days)::date",
    "notification.event_key": "format(p.event_key, VARIADIC c.blanks)",
}


def copy_statement(table: Table, tables: dict[Any, Table]) -> str:
    """The INSERT of all rows of `table` for the copies that stand in `copies`."""
    columns = ", ".join(f'"{each.column}"' for each in table.fields)
    values = ", ".join(expression(table, each, tables) for each in table.fields)
    only = " WHERE c.recent" if table.label in RECENT_ONLY else " WHERE c.fresh" if table.label in FRESH_ONLY else ""
    return (
        f'INSERT INTO "{table.name}" ({columns}) SELECT {_once(table, tables)}{values} '  # noqa: S608  # nosec B608
        f"FROM copies c JOIN pattern_{table.label} p ON p.pattern = c.pattern{only}"
    )


def _once(table: Table, tables: dict[Any, Table]) -> str:
    """What leaves out the rows that a copy has twice, in a table where that may happen."""
    by_column = {each.column: each for each in table.fields}
    same = [expression(table, by_column[column], tables) for column in ONCE.get(table.label, ())]
    return f"DISTINCT ON ({', '.join(same)}) " if same else ""


def expression(table: Table, each: Any, tables: dict[Any, Table]) -> str:
    """What a copy has in the column of `each`."""
    name = f"{table.label}.{each.attname}"
    column = f'p."{each.column}"'
    if name in OWN:
        return OWN[name]
    if isinstance(each, models.ForeignKey):
        return _key(column, each.related_model, tables)
    if each.primary_key:
        return f"c.first[{table.place + 1}] + p.rank"
    # A moment is a day for Django too, so moments come first.
    moved = {
        models.DateTimeField: f"{column} + c.shift",
        models.DateField: f"{column} + c.days",
        DateTimeRangeField: f"tstzrange(lower({column}) + c.shift, upper({column}) + c.shift)",
        models.JSONField: f"format({column}, VARIADIC c.blanks)::jsonb",
        models.UUIDField: f"md5('{name}/' || c.number || '/' || {column}::text)::uuid",
    }
    return next((what for kind, what in moved.items() if isinstance(each, kind)), column)


def _key(column: str, model: Any, tables: dict[Any, Table]) -> str:
    lists = {User: "users", Technician: "technicians", Outlet: "outlets"}
    if model in lists:
        return f"c.{lists[model]}[{column}]"
    if model is Customer:
        return f"CASE WHEN {column} IS NOT NULL THEN c.customer END"
    if model is Address:
        return f"CASE WHEN {column} IS NOT NULL THEN c.address END"
    if model in tables:
        return f"c.first[{tables[model].place + 1}] + {column}"
    return column
