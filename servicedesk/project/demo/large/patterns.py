"""Tickets that were played, read as patterns: every row with its ids, people and instants taken out.

What a value was is kept as a place: the third visit of this ticket, the second of its people. A copy puts its own in.
"""

import json
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection, models
from psycopg2.extras import execute_values

from dispatch.models import Assignment, Technician
from servicedesk.catalogue.models import Appliance
from servicedesk.people.models import Outlet, User
from servicedesk.project.demo.large.tables import Table
from servicedesk.sla.models import SlaClock
from servicedesk.tickets.models import Ticket

# Values of the story that name a row by another word than its model's.
ALIASES = {"released": Assignment, "clock": SlaClock, "sla": SlaClock}
DAY_OR_INSTANT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d.*)?")
KEY_OF_NOTICE = re.compile(r"(\w+):(\d+)(.*)", re.DOTALL)
MARK = re.compile(r'"\\u0000(\d+)(#?)"')


class StrangeTicketError(Exception):
    """The ticket speaks of rows that are not its own; it cannot be copied."""


@dataclass(frozen=True)
class Blank:
    """Something a copy fills in: the row number `rank` of a table, one of its people or places, a day, an instant."""

    kind: str
    place: int = 0
    rank: int = 0
    day: date | None = None
    instant: datetime | None = None


@dataclass
class Pattern:
    """A played ticket; `counts` are its rows by the place of their table, `blanks` what its texts leave open."""

    number: int
    ticket: int
    counts: list[int]
    users: list[int] = field(default_factory=list)
    technicians: list[int] = field(default_factory=list)
    outlets: list[int] = field(default_factory=list)
    blanks: list[Blank] = field(default_factory=list)
    rows: list[list[tuple[Any, ...]]] = field(default_factory=list)

    def slot(self, people: list[int], pk: int | None) -> int | None:
        """The place of `pk` among `people`, counted from one, which it is given when it is new."""
        if pk is None:
            return None
        if pk not in people:
            people.append(pk)
        return people.index(pk) + 1

    def blank(self, what: Blank) -> int:
        """The number of a blank, counted from one; equal ones are one."""
        if what not in self.blanks:
            self.blanks.append(what)
        return self.blanks.index(what) + 1


class Reader:
    """Reads the patterns of some tickets out of the tables."""

    def __init__(self, tables: Sequence[Table], tickets: Sequence[int]) -> None:
        self.tables = tables
        self.by_model = {table.model: table for table in tables}
        self.by_word = {table.label: table.model for table in tables} | ALIASES
        self.patterns = {pk: Pattern(0, pk, [0] * len(tables), rows=[[] for _ in tables]) for pk in tickets}
        told = Ticket.objects.filter(pk__in=tickets).exclude(appliance=None).order_by("-pk")
        # Of several tickets about one appliance the first has it.
        self.owner_of = dict(told.values_list("appliance_id", "pk"))
        # (model, id) -> ticket and rank
        self.known: dict[tuple[Any, int], tuple[int, int]] = {}

    def read(self) -> list[Pattern]:
        """The patterns of those tickets that speak of their own rows only, numbered from zero."""
        raw = [self._rows(table) for table in self.tables]
        strange: set[int] = set()
        for table, rows in zip(self.tables, raw, strict=True):
            for ticket, row in rows:
                try:
                    self._keep(table, self.patterns[ticket], row)
                except StrangeTicketError:
                    strange.add(ticket)
        found = [pattern for pk, pattern in self.patterns.items() if pk not in strange]
        for number, pattern in enumerate(found):
            pattern.number = number
        return found

    def _rows(self, table: Table) -> list[tuple[int, dict[str, Any]]]:
        """The rows of a table with their tickets, counted."""
        query = self._query(table).order_by("pk")
        rows = []
        for row in query.values(*(each.attname for each in table.fields)):
            ticket = self._ticket_of(table, row)
            if ticket is None:
                continue
            pattern = self.patterns[ticket]
            pk = row[table.model._meta.pk.attname]
            self.known[table.model, pk] = (ticket, pattern.counts[table.place])
            pattern.counts[table.place] += 1
            rows.append((ticket, row))
        return rows

    def _query(self, table: Table) -> Any:
        every = table.model._base_manager
        if table.model is Ticket:
            return every.filter(pk__in=self.patterns)
        if table.model is Appliance:
            return every.filter(pk__in=Ticket.objects.filter(pk__in=self.patterns).values("appliance"))
        parents = [pk for model, pk in self.known if model is table.link.related_model]
        return every.filter(**{f"{table.link.name}__in": parents})

    def _ticket_of(self, table: Table, row: dict[str, Any]) -> int | None:
        if table.model is Ticket:
            return int(row["id"])
        if table.model is Appliance:
            return self.owner_of.get(int(row["id"]))
        found = self.known.get((table.link.related_model, row[table.link.attname]))
        return found[0] if found else None

    def _keep(self, table: Table, pattern: Pattern, row: dict[str, Any]) -> None:
        values: list[Any] = [pattern.number, len(pattern.rows[table.place])]
        for each in table.fields:
            values += self._taken_out(table, pattern, each, row[each.attname])
        pattern.rows[table.place].append(tuple(values))

    def _taken_out(self, table: Table, pattern: Pattern, each: Any, value: Any) -> list[Any]:
        if isinstance(each, models.ForeignKey):
            return [self._key(pattern, each.related_model, value)]
        if isinstance(each, models.JSONField):
            return [self._text(pattern, value)]
        if table.label == "notification" and each.name == "event_key":
            return [self._notice(pattern, value)]
        return [each.get_db_prep_save(value, connection)]

    def _key(self, pattern: Pattern, model: Any, value: Any) -> Any:
        people = {User: pattern.users, Technician: pattern.technicians, Outlet: pattern.outlets}.get(model)
        if people is not None:
            return pattern.slot(people, value)
        if value is None or model not in self.by_model:
            return value
        return self._own(pattern, model, value).rank

    def _own(self, pattern: Pattern, model: Any, value: int) -> Blank:
        ticket, rank = self.known.get((model, value), (0, 0))
        if ticket != pattern.ticket:
            raise StrangeTicketError
        return Blank("row", self.by_model[model].place, rank)

    def _text(self, pattern: Pattern, value: Any) -> str | None:
        """A value as a format of PostgreSQL, its blanks numbered."""
        text = json.dumps(self._opened(pattern, value), ensure_ascii=False).replace("%", "%%")
        return MARK.sub(lambda found: f"%{found[1]}$s" if found[2] else f'"%{found[1]}$s"', text)

    def _opened(self, pattern: Pattern, value: Any, word: str = "") -> Any:
        if isinstance(value, dict):
            return {key: self._opened(pattern, each, key) for key, each in value.items()}
        if isinstance(value, list):
            return [self._opened(pattern, each, word) for each in value]
        if isinstance(value, str) and DAY_OR_INSTANT.fullmatch(value):
            return f"\0{pattern.blank(_moment(value))}"
        if isinstance(value, int) and not isinstance(value, bool):
            number = self._named(pattern, word, value)
            return value if number is None else f"\0{number}#"
        return value

    def _named(self, pattern: Pattern, word: str, value: int) -> int | None:
        slots = {"technician": pattern.technicians, "outlet": pattern.outlets, "user": pattern.users}
        if word in slots:
            return pattern.blank(Blank(word, pattern.slot(slots[word], value) or 0))
        if word in self.by_word:
            return pattern.blank(self._own(pattern, self.by_word[word], value))
        return None

    def _notice(self, pattern: Pattern, value: str) -> str:
        found = KEY_OF_NOTICE.fullmatch(value)
        if found is None or found[1] not in self.by_word:
            raise StrangeTicketError
        number = pattern.blank(self._own(pattern, self.by_word[found[1]], int(found[2])))
        return f"{found[1]}:%{number}$s{found[3].replace('%', '%%')}"


def _moment(text: str) -> Blank:
    if "T" not in text:
        return Blank("day", day=date.fromisoformat(text))
    return Blank("instant", instant=datetime.fromisoformat(text))


def store(tables: Sequence[Table], patterns: Sequence[Pattern]) -> None:
    """Puts the patterns into temporary tables, one for each table, named `pattern_<model>`."""
    grouped: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for pattern in patterns:
        for place, rows in enumerate(pattern.rows):
            grouped[place] += [(pattern.number, *row[1:]) for row in rows]
    with connection.cursor() as cursor:
        for table in tables:
            columns = ", ".join(f'"{each.column}" {column_type(each)}' for each in table.fields)
            cursor.execute(f"DROP TABLE IF EXISTS pattern_{table.label}")
            cursor.execute(f"CREATE TEMPORARY TABLE pattern_{table.label} (pattern int, rank int, {columns})")
            execute_values(cursor.cursor, f"INSERT INTO pattern_{table.label} VALUES %s", grouped[table.place])  # noqa: S608  # nosec B608
            cursor.execute(f"ANALYZE pattern_{table.label}")


def column_type(each: Any) -> str:
    """What a column of a pattern is: JSON is text with blanks, the key of a notice too."""
    if isinstance(each, models.JSONField) or each.name == "event_key":
        return "text"
    kind = each.related_model._meta.pk if isinstance(each, models.ForeignKey) else each
    return str(kind.rel_db_type(connection) or kind.db_type(connection))
