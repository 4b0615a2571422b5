"""Facts and decisions as JSON and back, for append-only rows: dates as ISO text, sums as exact decimal text."""

import types
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from warranty.rules.codes import TABLES
from warranty.rules.facts import Facts
from warranty.rules.outcome import Decision, Note

Json = Any


class StorageError(ValueError):
    """The JSON is no facts and no decision; `problems` lists every field that is wrong."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problems))


def as_json(value: Facts | Decision) -> dict[str, Json]:
    """Return facts or a decision as plain JSON values, every field by its name."""
    return {item.name: _plain(getattr(value, item.name)) for item in fields(value)}


def facts_from_json(data: Json) -> Facts:
    """Return the facts kept in `data`. Raises StorageError naming every field that is unknown, missing or wrong."""
    facts: Facts = _checked(Facts, data)
    return facts


def decision_from_json(data: Json) -> Decision:
    """Return the decision kept in `data`. Raises StorageError naming every field that is wrong."""
    decision: Decision = _checked(Decision, data)
    return decision


def _plain(value: Any) -> Json:
    if isinstance(value, Note):
        return {"table": value.table, "key": value.key, "values": {k: _plain(v) for k, v in value.values}}
    if is_dataclass(value):
        return {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return _plain_scalar(value)


def _plain_scalar(value: Any) -> Json:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _checked(kind: type, data: Json) -> Any:
    problems: list[str] = []
    value = _build(kind, data, kind.__name__.lower(), problems)
    if problems:
        raise StorageError(problems)
    return value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _read(hint: Any, data: Json, where: str, problems: list[str]) -> Any:
    """Return `data` as the type hint asks; note a problem and return None when it is something else."""
    inner = [arg for arg in get_args(hint) if arg is not type(None)]
    if get_origin(hint) in {Union, types.UnionType}:
        return None if data is None else _read(inner[0], data, where, problems)
    if get_origin(hint) is tuple:
        items = data if isinstance(data, list) else _wrong(where, "a list", problems) or []
        return tuple(_read(inner[0], item, f"{where}[{n}]", problems) for n, item in enumerate(items))
    if is_dataclass(hint):
        return _note(data, where, problems) if hint is Note else _build(hint, data, where, problems)
    if hint in {bool, int, str}:
        return data if type(data) is hint else _wrong(where, hint.__name__, problems)
    return _parse(_PARSERS.get(hint, hint), data, where, problems)


_PARSERS: dict[Any, Callable[[str], Any]] = {date: date.fromisoformat, Decimal: Decimal}


def _parse(parser: Callable[[str], Any], data: Json, where: str, problems: list[str]) -> Any:
    try:
        value = parser(data) if isinstance(data, str) else None
    except (ValueError, InvalidOperation):
        value = None
    if isinstance(value, Decimal) and not value.is_finite():
        value = None
    return _wrong(where, f"a value, not {data!r}", problems) if value is None else value


def _build(kind: Any, data: Json, where: str, problems: list[str]) -> Any:
    if not isinstance(data, dict):
        return _wrong(where, "an object", problems)
    known = {item.name: item for item in fields(kind)}
    problems += [f"{where}.{name}: unknown" for name in data if name not in known]
    before, values = len(problems), {}
    for name, item in known.items():
        if name in data:
            values[name] = _read(_hints(kind)[name], data[name], f"{where}.{name}", problems)
        elif item.default is MISSING and item.default_factory is MISSING:
            problems.append(f"{where}.{name}: missing")
    return kind(**values) if len(problems) == before else None


def _note(data: Json, where: str, problems: list[str]) -> Note | None:
    try:
        declared = TABLES[data["table"]][data["key"]]
        given = data["values"].items()
        values = tuple((name, _note_value(declared[name], value)) for name, value in given)
        return Note(data["table"], data["key"], values)
    except (KeyError, TypeError, AttributeError, ValueError, InvalidOperation):
        _wrong(where, "a note of the list of codes", problems)
        return None


def _note_value(kind: str, value: Json) -> Any:
    if kind == "day":
        return date.fromisoformat(value)
    return Decimal(value) if kind in {"money", "percent"} else value


def _wrong(where: str, wanted: str, problems: list[str]) -> Any:
    """Note what was wanted at a field and return None, which stands in until the error is raised."""
    problems.append(f"{where}: must be {wanted}")
    return None
